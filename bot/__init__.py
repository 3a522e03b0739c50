"""Deckhand: a tutor that lives in Telegram."""
