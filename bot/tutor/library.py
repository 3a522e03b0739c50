"""The decks on the shelf: a file that was read becomes, or changes, a deck that people keep their memory of."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.decks.card import Deck
from bot.decks.match import match
from bot.storage import cards
from bot.storage.cards import StoredDeck
from bot.tutor.desk import Desk


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reading of a file changed."""

    deck_id: int
    name: str
    created: int
    archived: int
    rewritten: int


def read(desk: Desk, found: Deck, digest: str, present: frozenset[str]) -> Reading:
    """The file's deck as it now is. `present`: the deck files in the folder, by which a renamed one is known."""
    deck_id = _deck_of(desk, found, digest, present)
    matching = match(cards.known(desk.db, deck_id), found.cards)
    cards.store(desk.db, deck_id, found.cards, matching, desk.now)
    cards.update_deck(desk.db, deck_id, found, digest)
    return Reading(deck_id, found.name, len(matching.created), len(matching.gone), len(matching.rewritten))


def _deck_of(desk: Desk, found: Deck, digest: str, present: frozenset[str]) -> int:
    known = cards.every_deck(desk.db)
    for deck in known:
        if deck.file == found.file:
            return deck.deck_id
    lost = [deck for deck in known if deck.file not in present]
    renamed = next((deck for deck in lost if deck.digest == digest), None) or _most_alike(desk, found, lost)
    return renamed.deck_id if renamed else cards.add_deck(desk.db, found, digest)


def _most_alike(desk: Desk, found: Deck, lost: Sequence[StoredDeck]) -> StoredDeck | None:
    """The deck without a file that shares at least half of its cards with this one."""
    written = {cards.stored_fields(card) for card in found.cards}
    shared = [(len(written & cards.texts(desk.db, deck.deck_id)), deck) for deck in lost]
    best = max(shared, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] * 2 >= len(written) > 0 else None


def missing(desk: Desk, present: frozenset[str]) -> list[StoredDeck]:
    """The decks whose file is gone, archived now; what was learned is kept, and a file that comes back revives it."""
    gone = [deck for deck in cards.every_deck(desk.db) if deck.file not in present and not deck.archived]
    for deck in gone:
        cards.archive_deck(desk.db, deck.deck_id, desk.now)
    return gone


def digests(desk: Desk) -> dict[str, str]:
    """File to digest of every deck on the shelf: what need not be read again."""
    return {deck.file: deck.digest for deck in cards.decks(desk.db)}
