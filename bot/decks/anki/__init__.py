"""Packages of Anki, of every generation, read into plain values."""
