"""Hypothesis without a stopwatch: on a busy machine any single example may take long, and that says nothing."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
