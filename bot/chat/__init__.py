"""How it is shown and heard: all the Telegram."""
