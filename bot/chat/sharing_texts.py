"""Every word on whom a deck of one's own is for, and on what it says of itself."""

from collections.abc import Sequence

from bot.chat.wording import count, listed


class EnglishSharing:
    """The words in English."""

    let_edit = "Let others edit"
    edit_alone = "Only I edit"
    to_group = "To a group"
    admins_give_decks = (
        "Only an administrator can give this group a deck. One of them can do that by this button: it asks for the "
        "group once more."
    )
    offer = "Offer to everybody"
    offer_no_more = "Offer no more"
    describe = "Describe"
    no_description = "No description"
    others_here = "These are here:"
    pick_another = "Pick another one, and its first card comes at once."
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

    def may_edit_now(self, name: str) -> str:
        """To who came by the link that lets them."""
        return f"You may edit “{name}” now: ⋯ under a card, then Edit."

    def ask_put_away(self, name: str, people: int, groups: int) -> str:
        """`people` and `groups`: how many have the deck besides its owner, not none of both."""
        others = [count(people, "other")] if people else []
        studying = "a group" if groups == 1 else f"{groups} groups"
        who = listed([*others, *([studying] if groups else [])])
        verb = "studies" if people + groups == 1 else "study"
        return f"{name}\n{who[0].upper()}{who[1:]} {verb} it; it is taken from them as well, what they learned is kept."

    def were_archived(self, names: Sequence[str]) -> str:
        """To who had these decks of others."""
        them = listed([f"“{name}”" for name in names])
        done = "was archived by its owner" if len(names) == 1 else "were archived by their owners"
        return f"{them} {done}; what you learned is kept."
