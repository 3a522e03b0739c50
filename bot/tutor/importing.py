"""Files that people send: what waits to be imported, and how it becomes decks of their own, all of it or nothing."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.decks.arrival import Arriving, HadCard
from bot.storage import arriving, cards, owned
from bot.storage.arriving import SentFile
from bot.storage.cards import StoredDeck
from bot.tutor import planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

# So many rows are deleted at once: longer ones would be waited for by who taps.
_AT_ONCE = 2000


class Arrived(Struct, frozen=True):
    """A deck of a file of which all cards arrived: which one it is (None: a new one), what is in it no longer."""

    name: str
    deck_id: int | None
    gone: tuple[int, ...]
    media: Mapping[str, str]


def sent(desk: Desk, who: Who, file: SentFile) -> int:
    """A file waits from now on to be imported by who sent it; one that waited before does so no longer."""
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    return arriving.add(desk.db, who.learner_id, file)


def waiting(desk: Desk, who: Who, import_id: int) -> SentFile | None:
    """The file, if it waits and who asks has sent it."""
    return arriving.find(desk.db, import_id, who.learner_id)


def given_up(desk: Desk, who: Who, import_id: int) -> bool:
    """Whether the file waited; it does so no longer. To be called after `cleared`, if any of its cards arrived."""
    there = waiting(desk, who, import_id) is not None
    if there:
        arriving.drop(desk.db, import_id)
        owned.forget_types(desk.db)
    return there


def same_named(desk: Desk, who: Who, names: Sequence[str]) -> tuple[int | None, ...]:
    """The decks that this person sent under these names before, in their order."""
    return tuple(owned.sent_as(desk.db, who.learner_id, name) for name in names)


def had(desk: Desk, deck_id: int, after: int) -> tuple[HadCard, ...]:
    """The next cards that a deck has or had, by id from after that one on; empty at the end."""
    return arriving.had(desk.db, deck_id, after)


def types_of(desk: Desk, deck_id: int) -> dict[int, str]:
    """The note types that these cards name, by id."""
    return arriving.types_of(desk.db, deck_id)


def arrive(
    desk: Desk, who: Who, import_id: int, deck: int, some: Sequence[Arriving], types: Sequence[str]
) -> bool:  # fmt: skip
    """Some cards of a file's deck are here, in no deck yet; False if the file waits no longer. `types`: the note types
    that were told so far.
    """
    if waiting(desk, who, import_id) is None:
        return False
    arriving.keep(desk.db, import_id, deck, some, types)
    return True


def cleared(desk: Desk, import_id: int) -> bool:
    """Whether none of its cards are here any more; to be called until it is so."""
    return arriving.clear(desk.db, import_id, _AT_ONCE)


def abandoned(desk: Desk) -> list[int]:
    """Files of which cards are here though nothing is being imported: a crash came between."""
    return arriving.abandoned(desk.db)


def finish(desk: Desk, who: Who, import_id: int, decks: Sequence[Arrived]) -> tuple[StoredDeck, ...] | None:
    """The decks as they now are, each with what arrived of it; None if the file waits no longer: nothing is done."""
    if waiting(desk, who, import_id) is None:
        return None
    deck_ids: list[int] = []
    for place, deck in enumerate(decks):
        deck_id = owned.add(desk.db, who.learner_id, deck.name) if deck.deck_id is None else deck.deck_id
        arriving.move_in(desk.db, import_id, place, deck_id, deck.gone, desk.now)
        owned.keep_media(desk.db, deck_id, deck.media)
        owned.archive(desk.db, deck_id, None)
        deck_ids.append(deck_id)
    planning.replan(desk, who.chat_id)
    found = [cards.deck(desk.db, deck_id, who.chat_id) for deck_id in deck_ids]
    return tuple(deck for deck in found if deck is not None)


def media_in_use(desk: Desk) -> frozenset[str]:
    """The files that some deck has, by the names under which they are stored."""
    return owned.media_in_use(desk.db)
