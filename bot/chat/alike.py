"""Decks that read the same, and the marks by which they are told apart wherever one of them is named or chosen."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from bot.chat.names import of_deck
from bot.chat.texts import English
from bot.storage.cards import StoredDeck


def told_apart(say: English, names: Mapping[int, str], own: Collection[int]) -> Mapping[int, str]:
    """What decks are called where one is to be chosen, by id; of those that read the same, which are one's `own`.

    What that leaves alike is counted, the oldest first; what a deck is called already, no mark makes of another's name.
    """
    shown = {deck_id: of_deck(name) for deck_id, name in names.items()}
    anothers = {name for deck_id, name in shown.items() if deck_id not in own}
    for deck_id in own:
        if shown[deck_id] in anothers:
            shown[deck_id] = say.yours_mark(shown[deck_id])
    many = Counter(shown.values())
    counted: Counter[str] = Counter()
    for deck_id, name in sorted(shown.items()):
        while many[name] > 1 and shown[deck_id] in many:
            counted[name] += 1
            shown[deck_id] = say.number_mark(name, counted[name])
    return shown


def called(say: English, decks: Sequence[StoredDeck], chat_id: int | None = None) -> Mapping[int, str]:
    """The same as `chat_id` chooses from them; None, or a group's: none is its own, as each member reads the same."""
    own = [deck.deck_id for deck in decks if chat_id is not None and deck.owner_id == chat_id]
    return told_apart(say, {deck.deck_id: deck.name for deck in decks}, own)


def in_group(say: English, deck_id: int, name: str, alike: Mapping[int, str]) -> str:
    """What a group calls a deck of that name. `alike`: as GroupTurnView."""
    return told_apart(say, alike, ())[deck_id] if deck_id in alike else of_deck(name)
