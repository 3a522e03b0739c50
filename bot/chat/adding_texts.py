"""Every word on cards that people write in the chat."""


class EnglishAdding:
    """The words in English."""

    # --- what can be a side -------------------------------------------------------------------------------------------

    no_side = (
        "That cannot be on a card. Send a text, a picture with or without a caption, a voice message or a recording, "
        "or forward one."
    )

    def no_picture(self, why: str) -> str:
        return f"That picture cannot be shown on a card: {why}."

    def side_too_large(self, megabytes: int) -> str:
        return f"That is too large for a card: {megabytes} MB are the most."
