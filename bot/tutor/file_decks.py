"""Which decks a file that is read may have cards of, and what these have."""

from collections.abc import Sequence

from msgspec import Struct

from bot.decks.arrival import HadCard
from bot.storage import arriving, bringing, exports, owned, packages, parting
from bot.tutor.desk import Desk
from bot.tutor.importing import Import


def same_named(desk: Desk, one: Import, names: Sequence[str]) -> tuple[int | None, ...]:
    """The decks that this person sent under these names before, in their order; those of its package, if it has one."""
    if one.package is not None:
        return packages.claimed(desk.db, one.package.path, names)
    if one.owner_id is None:
        return tuple(bringing.sent_to_everybody(desk.db, name) for name in names)
    return tuple(owned.sent_as(desk.db, one.owner_id, name) for name in names)


class FileDeck(Struct, frozen=True):
    """A deck of which a file may have cards; all but its number as in `bot.decks.arrival.HadDeck`."""

    deck_id: int
    name: str
    whole: bool = False
    of_file: bool = True


def of(desk: Desk, one: Import, names: Sequence[str], wholes: Sequence[str]) -> list[FileDeck | None]:
    """The decks that there are of these names, in their order, and behind them those that are in the file no longer.

    `wholes`: what its files would be called that once were one deck each.
    """
    deck_ids = same_named(desk, one, names)
    here = [None if deck_id is None else FileDeck(deck_id, name) for name, deck_id in zip(names, deck_ids, strict=True)]
    if one.package is None:
        older = zip(wholes, same_named(desk, one, wholes), strict=True)
        strays = [FileDeck(deck_id, name, whole=True, of_file=False) for name, deck_id in older if deck_id is not None]
    else:
        strays = [
            FileDeck(deck.deck_id, deck.name)
            for deck in packages.every(desk.db)
            if deck.path == one.package.path and not deck.archived
        ]
        if (older_id := parting.older(desk.db, one.package.path)) is not None:
            strays.append(FileDeck(older_id, "", whole=True))
    return [*here, *(stray for stray in strays if stray.deck_id not in deck_ids)]


def others(desk: Desk, one: Import, told: Sequence[int]) -> list[FileDeck]:
    """All other decks that this person owns, but for those that they put away: a file may have them by other names."""
    if one.owner_id is None or one.package is not None:
        return []
    mine = owned.of(desk.db, one.owner_id)
    return [FileDeck(deck_id, name) for deck_id, name in mine.items() if deck_id not in told]


def called(desk: Desk, deck_id: int) -> str:
    """As in `bot.decks.arrival.HadDeck`."""
    return parting.own_name(desk.db, deck_id)


def known(desk: Desk, deck_id: int, after: int) -> dict[int, str]:
    """By what the next cards in use of a deck are known, by number from after that one on; empty at the end."""
    return arriving.known(desk.db, deck_id, after)


def types_of(desk: Desk, deck_id: int) -> dict[int, str]:
    """The note types that cards of a deck name, by id."""
    return arriving.types_of(desk.db, deck_id)


def media_of(desk: Desk, deck_id: int) -> dict[str, str]:
    """Where each of a deck's media is stored, by the author's name."""
    return exports.media(desk.db, deck_id)


def had(desk: Desk, one: Import, deck_id: int, after: int) -> tuple[HadCard, ...]:
    """The next cards that a deck has or had, by id from after that one on; empty at the end."""
    return arriving.had(desk.db, deck_id, one.owner_id, after)
