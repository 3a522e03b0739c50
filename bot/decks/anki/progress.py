"""A card of a collection and its rows of the log → how far somebody is with it."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import overload

from msgspec import structs

from bot.decks.anki import collection
from bot.decks.anki.collection import CardState, ReviewRow
from bot.decks.anki.package import Package
from bot.decks.anki.reading import PackageRead
from bot.decks.progress import MOST_GRADES, CardProgress, Graded, Kind, Stage

_STAGES: tuple[Stage, ...] = ("", "learning", "review", "relearning")
_KINDS: tuple[Kind, ...] = ("learn", "review", "relearn", "cram")
_MANUAL = 4
# Days are counted from when somebody began with Anki, moments from 1970.
_FIRST_MOMENT = 100_000_000
_MOST_DAYS = 100_000
_MS_A_DAY = 86_400_000
_EPOCH = date(1970, 1, 1)
# Before Anki there were other programs, whose logs it took.
_LATEST_MS = 4 * 10**12
_COLUMNS = len(ReviewRow.__struct_fields__)
_NOTHING: "array[int]" = array("q")


class DeckProgress(Sequence[CardProgress | None]):
    """How far somebody is with each card of a deck, made whenever it is asked for: a log of years as values would take
    more memory than its whole package.
    """

    def __init__(self, states: Sequence[CardState], log: Mapping[int, "array[int]"], created_on: date) -> None:
        self._states, self._log, self._created_on = states, log, created_on

    def __len__(self) -> int:
        return len(self._states)

    @overload
    def __getitem__(self, at: int) -> CardProgress | None: ...
    @overload
    def __getitem__(self, at: slice) -> list[CardProgress | None]: ...
    def __getitem__(self, at: int | slice) -> CardProgress | list[CardProgress | None] | None:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        state = self._states[at]
        numbers = self._log.get(state.id, _NOTHING)
        rows = [ReviewRow(*numbers[row : row + _COLUMNS]) for row in range(0, len(numbers), _COLUMNS)]
        return progress_of(state, rows, self._created_on)


def of_package(package: Package, read: PackageRead) -> tuple[DeckProgress, ...]:
    """How far somebody is with each card of each deck; empty: with none of them.

    Raises:
        DeckError: its log cannot be read.
    """
    log: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
    for row in collection.reviews(package.collection, package.file, package.limits):
        if row.ease or row.kind == _MANUAL:
            log[row.card].extend(structs.astuple(row))
    decks = tuple(DeckProgress(deck.states, log, read.created_on) for deck in read.decks)
    return decks if any(each is not None for deck in decks for each in deck) else ()


def progress_of(state: CardState, rows: Sequence[ReviewRow], created_on: date) -> CardProgress | None:
    """How far somebody is with the card; None if it is as new as on its first day. `rows`: those of its log."""
    log = tuple(_graded(rows))[-MOST_GRADES:]
    stage = _STAGES[state.kind] if 0 <= state.kind < len(_STAGES) else ""
    if not stage and not log and not state.suspended and not state.buried:
        return None
    in_days = stage == "review" or abs(state.due) < _FIRST_MOMENT
    first = (created_on - _EPOCH).days
    return CardProgress(
        stage,
        state.stability,
        state.difficulty,
        state.ease,
        first + _within(state.due, _MOST_DAYS) if stage and in_days else None,
        _within(state.due * 1000, _LATEST_MS) if stage and not in_days else None,
        max(_within(state.interval, _MOST_DAYS), 0),
        max(state.steps_left, 0) % 1000,
        max(_within(state.reviews, _MOST_DAYS), 0),
        max(_within(state.lapses, _MOST_DAYS), 0),
        None if state.reviewed_at is None else _within(int(state.reviewed_at * 1000), _LATEST_MS),
        state.suspended,
        state.buried,
        log,
    )


def _graded(rows: Iterable[ReviewRow]) -> Iterator[Graded]:
    for row in sorted(rows, key=lambda each: each.at_ms):
        if not 0 < row.at_ms < _LATEST_MS:
            continue
        if 1 <= row.ease <= 4 and 0 <= row.kind < len(_KINDS):
            yield Graded(
                row.at_ms,
                row.ease,
                _KINDS[row.kind],
                _within(row.interval, _MS_A_DAY),
                _within(row.last_interval, _MS_A_DAY),
                _within(row.factor, _MS_A_DAY),
                max(_within(row.taken_ms, _MS_A_DAY), 0),
            )
        elif row.kind == _MANUAL and row.ease == row.factor == 0:
            yield Graded(row.at_ms, 0, "reset")


def _within(number: int, most: int) -> int:
    return min(max(number, -most), most)
