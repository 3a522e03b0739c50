"""A deck as its file now has it, beside the cards that it had → what is to be written, and the counts that tell it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from itertools import islice

from msgspec import Struct
from msgspec.structs import astuple, replace

from bot.decks.arrival import HadCard, ProgressCounts
from bot.decks.card import Card, Kind
from bot.decks.content import Content, Picture, Sound, words
from bot.decks.deck_counts import MOST_PAIRS, DeckCounts, Pair, Would
from bot.decks.echo import is_echo, left
from bot.decks.encoded import Written, from_json, written
from bot.decks.match import Known, Matching, is_rewritten, match
from bot.decks.progress import CardProgress

_LONGEST_FRONT = 60
_LONGEST_SIDE = 38
# A deck of pictures may have no card that says anything.
_LOOKED_AT = 50

Progress = Sequence[CardProgress | None]


class Change(Struct, frozen=True):
    """What becomes of a deck.

    Attributes:
        cards: as they then are, but for those that stay.
        anew: the kept cards that are to be written, by their place.
        progress: how far the file's owner is with each card; empty: the file does not say.
        had: the kept cards as they were, by their place.
        stays: places of those that were edited here and stay so.
        pairs: the first cards that look new and may be others.
    """

    cards: tuple[Card, ...]
    matching: Matching
    anew: dict[int, Written]
    counts: DeckCounts
    progress: Progress
    had: dict[int, HadCard]
    stays: frozenset[int]
    pairs: tuple[Pair, ...] = ()


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
    otherwise: Collection[tuple[int, int]] = (),
    came: Set[int] = frozenset(),
) -> Change:  # fmt: skip
    """What becomes of the deck of that name.

    Args:
        had: the cards that it had; `types` are their note types.
        came: those of them that were in another deck.
        same: cards that look new are taken for those of which they may be another wording, but for `otherwise`.
    """
    known = {each.card_id: known_of(each) for each in had}
    matching = match([*known.values()], cards, same=same, otherwise=otherwise)
    before = {each.card_id: each for each in had}
    kept = {at: before[card_id] for at, card_id in matching.kept.items()}
    bodies = {at: "" if old.notetype_id is None else types[old.notetype_id] for at, old in kept.items()}
    merged, echoes = [*cards], set[int]()
    for at, old in kept.items():
        here = _here(known[old.card_id], old.written.tags, bodies[at])
        if at not in matching.edited and is_echo(here, cards[at]):
            echoes.add(at)
            merged[at] = _left(here, cards[at])
    # Its file says what it said, or what is here: it stays as it was edited, and comes back so.
    stays = matching.edited | {at for at in echoes if kept[at].file_fields is not None}
    rewritten = tuple(
        matching.kept[at] for at in matching.kept if matching.kept[at] in matching.rewritten and at not in echoes
    )
    tally = _Tally(came, is_in_order=_in_order(matching, kept, came))
    anew = {
        at: new for at, old in kept.items() if (new := tally.told(merged[at], at, old, bodies[at], stays=at in stays))
    }
    would = [_would(before[card_id], types, known[card_id].back, cards[at]) for at, card_id in matching.alike.items()]
    pairs = tuple([
        Pair(at, card_id, _front(cards[at].front), _front(known[card_id].front), would=each)
        for (at, card_id), each in islice(zip(matching.alike.items(), would, strict=True), MOST_PAIRS)
    ])  # fmt: skip
    counts = DeckCounts(
        name,
        sum(card.kind is not Kind.WAITING for card in cards),
        len(matching.created),
        tally.changed,
        tally.back,
        len(matching.gone),
        len(rewritten),
        tally.moved,
        sum(before[card_id].answered_ms is not None for card_id in rewritten),
        sum(not kept[at].archived for at in matching.edited),
        len(matching.alike),
        first_rewritten=_front(known[rewritten[0]].front) if rewritten else "",
        typed=tally.typed,
        reordered=tally.reordered,
        untyped=tally.untyped,
        would=Would(*map(sum, zip(*map(astuple, would), strict=True))),
        came=len(came & {*matching.kept.values()}),
    )
    counts = replace(counts, first_new=_first_new(cards, matching))
    return Change(tuple(merged), replace(matching, rewritten=rewritten), anew, counts, progress, kept, stays, pairs)


def _would(had: HadCard, types: Mapping[int, str], back: Content, new: Card) -> Would:
    """What becomes of the card that it had, with that back, if the new one is it."""
    rewritten = is_rewritten(back, new.back)
    typed = had.notetype_id is not None and bool(types[had.notetype_id])
    known = rewritten and had.answered_ms is not None
    return Would(int(rewritten), int(known), int(typed and not new.notetype))


class _Tally(Struct):
    """Counts what becomes of kept cards, one after the other; `is_in_order`: where they stand is no news. It is none
    of cards that `came`.
    """

    came: Set[int]
    is_in_order: bool
    changed: int = 0
    back: int = 0
    moved: int = 0
    typed: int = 0
    untyped: int = 0
    reordered: bool = False

    def told(self, card: Card, at: int, old: HadCard, body: str, *, stays: bool) -> Written | None:
        """The card as it is to be written, if it is; `body`: the note type that it had."""
        self.back += old.archived
        if stays:
            return None
        new = written(card, at)
        if not old.archived:
            where = old.written.position if self.is_in_order or old.card_id in self.came else at
            self._count(replace(new, position=where), old, body, card)
        is_new = old.archived or old.file_fields is not None or (old.written, body) != (new, card.notetype)
        return new if is_new else None

    def _count(self, new: Written, old: HadCard, body: str, card: Card) -> None:
        if not _reads_the_same(old.written, new):
            self.changed += 1
            self.untyped += bool(body) and not card.notetype
        elif not _is_kept_so(old.written, new, body, card.notetype):
            self.moved += 1
            self.typed += card.notetype not in ("", body)
            self.reordered = self.reordered or old.written.position != new.position


def _left(here: Card, told: Card) -> Card:
    """The file's card, where nobody can tell it from the one that is here: its cells are those of its file then."""
    same = (here.front, here.back, here.notetype) == (told.front, told.back, told.notetype)
    return told if same else left(here, told)


def known_of(had: HadCard) -> Known:
    """What the matching rule needs of a card in the database."""
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


def _here(known: Known, tags: str, body: str) -> Card:
    return Card(
        known.front, known.back, known.kind, known.fields, known.guid, known.note, tuple(tags.split()), notetype=body
    )


def _in_order(matching: Matching, kept: Mapping[int, HadCard], came: Set[int]) -> bool:
    """Whether the file only has cards that are in the deck, in its order, and those that came: gaps between their
    places say nothing.
    """
    if matching.created or any(each.archived for each in kept.values()):
        return False
    stayed = (kept[at] for at in sorted(kept) if kept[at].card_id not in came)
    places = [(each.written.position, each.card_id) for each in stayed]
    return places == sorted(places)


def _is_kept_so(old: Written, new: Written, body: str, notetype: str) -> bool:
    """Whether it is kept as it was, but for what nobody sees of a card without a type: an id, and cells."""
    if body or notetype:
        return (old, body) == (new, notetype)
    return (old.position, old.tags) == (new.position, new.tags)


def _reads_the_same(old: Written, new: Written) -> bool:
    return (old.front, old.back, old.kind) == (new.front, new.back, new.kind)


def _front(content: Content, most: int = _LONGEST_FRONT) -> str:
    text = " ".join(words(content).split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _first_new(cards: Sequence[Card], matching: Matching) -> tuple[str, str] | None:
    some = (cards[at] for at in islice(matching.created, _LOOKED_AT))
    shown = ((_said(card.front), _said(card.back)) for card in some)
    return next((sides for sides in shown if all(sides)), None)


def _said(side: Content) -> str:
    return _front(tuple([block for block in side if not isinstance(block, Picture | Sound)]), _LONGEST_SIDE)


def told(change: Change, *, progress: bool) -> Iterator[Told]:
    """The cards that are told: those to be written, those that come back, and all with progress if that is wanted."""
    rewritten = frozenset(change.matching.rewritten)
    for at, card_id in change.matching.kept.items():
        known = change.progress[at] if progress and change.progress else None
        comes_back = at in change.stays and change.had[at].archived
        if at in change.anew or known is not None or comes_back:
            yield Told(card_id, at, change.anew.get(at), card_id in rewritten, known)
    for at in change.matching.created:
        known = change.progress[at] if progress and change.progress else None
        yield Told(None, at, written(change.cards[at], at), False, known)


def progress_counts(changes: Sequence[Change]) -> ProgressCounts | None:
    """How far the file's owner is with all its cards; None: the file says nothing of it."""
    is_told = False
    cards = reviews = suspended = buried = news = kept = 0
    for change in changes:
        for at, known in enumerate(change.progress):
            if known is None:
                continue
            had = change.had.get(at)
            answered = None if had is None else had.answered_ms
            is_news = known.is_news(answered)
            is_told = True
            # One of which every grade was taken back was not met.
            cards += bool(known.stage or known.counted or known.suspended or known.buried)
            reviews += known.counted
            suspended += known.suspended
            buried += known.buried
            news += is_news or (known.suspended and not (had is not None and had.suspended))
            there = known.answered_ms
            kept += bool(known.stage) and answered is not None and there is not None and answered > there
    return ProgressCounts(cards, reviews, suspended, buried, news, kept) if is_told else None
