"""The words that stand on what is folded in a rich message."""


class EnglishRich:
    """The words in English."""

    read_on = "Read on"
