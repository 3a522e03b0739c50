"""Every word on whom a deck of one's own is for, and on what it says of itself."""

from bot.chat.wording import count


class EnglishSharing:
    """The words in English."""

    let_edit = "Let others edit"
    edit_alone = "Only I edit"
    to_group = "To a group"
    offer = "Offer to everybody"
    offer_no_more = "Offer no more"
    describe = "Describe"
    no_description = "No description"
    bot_admins_only = "Only who runs this bot can do that."
    ask_description_again = "That is too long for a description. Type a shorter one."

    def ask_description(self, name: str) -> str:
        return f"Type what {name} is about, in a few lines. Whoever opens the deck reads it."

    def edit_link(self, name: str, link: str) -> str:
        return (
            f"Whoever opens this link may change the cards of {name}, and everybody who has the deck sees what they "
            f"change:\n{link}"
        )

    def editors(self, others: int) -> str:
        return f"{count(others, 'other person', 'others')} may edit it." if others else "Nobody else may edit it yet."

    def offered(self, name: str, link: str) -> str:
        """A deck of one's own that everybody is offered."""
        return f"{name} is offered to everybody. This link leads to it:\n{link}"
