"""A Telegram of one's own on loopback: knows nothing of the bot."""
