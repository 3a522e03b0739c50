"""Every word on decks that leave as files."""

from collections.abc import Mapping
from typing import ClassVar

from bot.chat.wording import count
from bot.decks.departure import Form, Told


class EnglishExports:
    """The words in English."""

    export_which = "Which deck do you want as a file?"
    export_none = "You have no deck to take along yet."
    export_not_yours = "You do not study that deck; /export lists yours."
    export_making = "One moment, the file is being made."
    export_failed = "The file could not be made this time. Please try again later."
    export_not_sent = "The file could not be sent this time. Please try again later."
    export_everything = "Everything of mine"
    everything_bare = "Without pictures and sounds"
    export_forms: ClassVar[Mapping[Form, str]] = {
        Form.ANKI: "Anki package",
        Form.PROGRESS: "Anki package with my progress",
        Form.TEXT: "Text",
        Form.MARKDOWN: "Markdown",
        Form.JSONL: "JSON Lines",
    }

    def export_as(self, deck: str) -> str:
        return (
            f"{deck} as a file. With your progress a package also holds what you remember, when each card is due and "
            "your grades. Text opens in any editor or spreadsheet, Markdown is for an editor and hashcards; JSON Lines "
            "loses nothing and is read back here."
        )

    def export_too_large(self, deck: str, megabytes: int) -> str:
        return (
            f"{deck} has more than {megabytes} MB of pictures and sounds; a bot may send no larger file. "
            "As Text or JSON Lines it goes without them."
        )

    def exported(self, form: Form, deck: str, cards: int, media: int, met: int, grades: int) -> str:
        """Under the file: what is in it, and how to open it."""
        held = count(cards, "card")
        match form:
            case Form.ANKI | Form.PROGRESS:
                held += f", {met} of them in memory, {count(grades, 'grade')}" if form is Form.PROGRESS else ""
                held += f", {count(media, 'picture or sound', 'pictures and sounds')}" if media else ""
                how = "Open it with Anki, or there by File → Import"
                if form is Form.PROGRESS:
                    how += " with “Import any learning progress” ticked. Cards that Anki already has keep the progress "
                    how += "that they have there"
                how += "."
            case Form.TEXT:
                how = "Open it with any editor or spreadsheet, or import it into Anki. Pictures are not in it."
            case Form.MARKDOWN:
                held += f", {count(media, 'picture or sound', 'pictures and sounds')} beside them" if media else ""
                how = "As hashcards has it; any editor opens it."
            case Form.JSONL:
                how = "Deckhand reads it back as it was. Pictures are not in it."
        return f"{deck}: {held}.\n{how}"

    def export_loses(self, told: Told) -> str:
        """What a form has no marks for, below that."""
        lost: list[str] = []
        if told.sources:
            lost.append(f"On {count(told.sources, 'card')} the source is a line of the answer there.")
        if told.simpler:
            lost.append(
                f"{count(told.simpler, 'card')} say{'s' if told.simpler == 1 else ''} the same there with less."
            )
        return "".join(f"\n{line}" for line in lost)

    def everything(
        self, decks: int, resting: int, cards: int, media: int, grades: int, *, bare: bool, large: bool, shared: bool
    ) -> str:
        """Under the file with all that is somebody's; `resting`: decks in it that they do not study now; `large`: no
        bot is given a file of that size; `shared`: a deck of theirs has a link.
        """
        rest = f" ({resting} not studied now)" if resting else ""
        held = [f"{count(decks, 'deck')}{rest}", count(cards, "card")]
        held += [count(media, "picture or sound", "pictures and sounds")] if media else []
        held += [count(grades, "grade"), "what you remember and your settings"]
        left = " Pictures and sounds are not in it." if bare else ""
        how = "Send this file to another Deckhand, and you go on there where you are here."
        if large:
            how = (
                "Another Deckhand goes on from it. No bot is given a file of that size: who runs that one takes it in "
                "while it is stopped, with you as the owner: python -m bot deck import FILE --progress"
            )
        if shared:
            how += "\nThe links by which you share decks are not in it: there you share them anew."
        return f"Everything of yours: {', '.join(held)}.{left}\n{how}"

    def everything_too_large(self, megabytes: int, *, bare: bool) -> str:
        if bare:
            return (
                f"It is more than {megabytes} MB; a bot may send no larger file. /export gives your decks one by one."
            )
        return (
            f"With pictures and sounds it is more than {megabytes} MB; a bot may send no larger file. "
            "Take the rest without them, and those with each deck as an Anki package: /export."
        )
