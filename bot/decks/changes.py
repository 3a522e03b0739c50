"""A deck as its file now has it, beside the cards that it had → what is to be written, and the counts that tell it."""

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.decks.arrival import DeckCounts, HadCard, ProgressCounts
from bot.decks.card import Card, Kind
from bot.decks.content import Content, words
from bot.decks.encoded import Written, from_json, written
from bot.decks.match import Known, Matching, match
from bot.decks.progress import CardProgress

_LONGEST_FRONT = 60

Progress = Sequence[CardProgress | None]


class Change(Struct, frozen=True):
    """What becomes of a deck.

    Attributes:
        anew: the kept cards that are to be written, by their place.
        progress: how far the file's owner is with each card; empty: the file does not say.
        had: the kept cards as they were, by their place.
    """

    cards: tuple[Card, ...]
    matching: Matching
    anew: dict[int, Written]
    counts: DeckCounts
    progress: Progress
    had: dict[int, HadCard]


class Told(Struct, frozen=True):
    """A card that is told: `written` None: it stays as it is."""

    card_id: int | None
    position: int
    written: Written | None
    rewritten: bool
    progress: CardProgress | None


def change_of(
    name: str,
    cards: tuple[Card, ...],
    progress: Progress,
    had: Sequence[HadCard],
    types: Mapping[int, str],
    *,
    same: bool,
) -> Change:  # fmt: skip
    """What becomes of the deck of that name.

    Args:
        had: the cards that it had; `types` are their note types.
        same: cards that look new are taken for those of which they may be another wording.
    """
    matching = match([_known(each) for each in had], cards, same=same)
    before = {each.card_id: each for each in had}
    kept = {at: before[card_id] for at, card_id in matching.kept.items()}
    anew: dict[int, Written] = {}
    changed = back = moved = 0
    for at, old in kept.items():
        new = written(cards[at], at)
        if at in matching.edited:
            # Its file says what it said: it stays as it was edited here, and comes back so.
            back += old.archived
            continue
        body = "" if old.notetype_id is None else types[old.notetype_id]
        if old.archived or old.file_fields is not None or (old.written, body) != (new, cards[at].notetype):
            anew[at] = new
            back += old.archived
            moved += not old.archived and _reads_the_same(old.written, new)
            changed += not old.archived and not _reads_the_same(old.written, new)
    alike = next(iter(matching.alike.items()), None)
    counts = DeckCounts(
        name,
        sum(card.kind is not Kind.WAITING for card in cards),
        len(matching.created),
        changed,
        back,
        len(matching.gone),
        len(matching.rewritten),
        moved,
        sum(before[card_id].answered_ms is not None for card_id in matching.rewritten),
        sum(not kept[at].archived for at in matching.edited),
        len(matching.alike),
        None if alike is None else (_front(cards[alike[0]].front), _front(from_json(before[alike[1]].written.front))),
    )
    return Change(cards, matching, anew, counts, progress, kept)


def _known(had: HadCard) -> Known:
    kept = had.written
    return Known(
        had.card_id,
        _cells(kept.fields),
        from_json(kept.front),
        from_json(kept.back),
        Kind(kept.kind),
        kept.guid,
        had.archived,
        kept.note,
        None if had.file_fields is None else _cells(had.file_fields),
    )


def _cells(text: str) -> tuple[str, ...]:
    fields: list[str] = json.loads(text)
    return tuple(fields)


def _reads_the_same(old: Written, new: Written) -> bool:
    return (old.front, old.back, old.kind) == (new.front, new.back, new.kind)


def _front(content: Content) -> str:
    text = " ".join(words(content).split())
    return text if len(text) <= _LONGEST_FRONT else f"{text[: _LONGEST_FRONT - 1]}…"


def told(change: Change, *, progress: bool) -> Iterator[Told]:
    """The cards that are told: those to be written, those that come back, and all with progress if that is wanted."""
    rewritten = frozenset(change.matching.rewritten)
    for at, card_id in change.matching.kept.items():
        known = change.progress[at] if progress and change.progress else None
        comes_back = at in change.matching.edited and change.had[at].archived
        if at in change.anew or known is not None or comes_back:
            yield Told(card_id, at, change.anew.get(at), card_id in rewritten, known)
    for at in change.matching.created:
        known = change.progress[at] if progress and change.progress else None
        yield Told(None, at, written(change.cards[at], at), False, known)


def progress_counts(changes: Sequence[Change]) -> ProgressCounts | None:
    """How far the file's owner is with all its cards; None: the file says nothing of it."""
    cards = reviews = suspended = buried = news = kept = 0
    for change in changes:
        for at, known in enumerate(change.progress):
            if known is None:
                continue
            had = change.had.get(at)
            answered = None if had is None else had.answered_ms
            is_news = known.is_news(answered)
            cards += 1
            reviews += known.grades
            suspended += known.suspended
            buried += known.buried
            news += is_news or (known.suspended and not (had is not None and had.suspended))
            there = known.answered_ms
            kept += bool(known.stage) and answered is not None and there is not None and answered > there
    return ProgressCounts(cards, reviews, suspended, buried, news, kept) if cards else None
