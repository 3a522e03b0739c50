"""What the buttons carry that stand under a file that was sent."""

from bot.chat.payloads import Tap


class Import(Tap, frozen=True, tag="i"):
    """A file that was sent becomes decks (take; mine: with its progress), does so no longer (drop), or will otherwise:
    same or new (what looks new), anew or keep (what is known of a card with quite another answer). What looks new may
    be answered one by one (pairs; there all, none, back).
    """

    import_id: int
    what: str


class Pair(Tap, frozen=True, tag="ip"):
    """A card of such a file that looks new, at that place among those, is the one that it may be, or is new."""

    import_id: int
    place: int
    same: bool


class StudyImported(Tap, frozen=True, tag="di"):
    """All decks of one's own that came in that file."""

    import_id: int
