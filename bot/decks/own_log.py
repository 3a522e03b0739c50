"""Rows of a log of ours and memories, as a file of all that somebody has → how far they are with a card."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from bot.decks.progress import CardProgress, Own, OwnRow

_Number = Annotated[int, Meta(ge=0, le=2**53)]
_Ms = Annotated[int, Meta(ge=0, le=10**13)]
_Day = Annotated[int, Meta(ge=0, le=100_000)]
_Small = Annotated[int, Meta(ge=-86_400_000, le=86_400_000)]

_ELSEWHERE = frozenset({"learn", "review", "relearn", "cram"})


class _Memory(Struct, frozen=True):
    """The columns of table `memories`."""

    stage: Literal["learning", "review", "relearning"]
    stability: Annotated[float, Meta(gt=0, le=36_500)]
    difficulty: Annotated[float, Meta(ge=1, le=10)]
    step: Annotated[int, Meta(ge=0, le=100)] | None
    interval_days: Annotated[int, Meta(ge=0, le=36_500)]
    due_at: _Ms | None
    due_day: _Day | None
    last_at: _Ms
    last_day: _Day
    reviews: _Number
    lapses: _Number

    def __post_init__(self) -> None:
        if (self.due_at is None) == (self.due_day is None) or (self.step is None) != (self.stage == "review"):
            raise ValueError("no memory is like that")

    @property
    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))


class _Elsewhere(Struct, frozen=True):
    interval: _Small
    last_interval: _Small
    factor: _Small


class Row(Struct, frozen=True):
    """A row of the log."""

    id: _Number
    card: _Number
    at: _Ms
    day: _Day
    day_ends_at: _Ms
    kind: Literal["learn", "review", "relearn", "group", "cram", "manual", "undo"]
    grade: Literal[1, 2, 3, 4] | None = None
    stage_before: Literal["learning", "review", "relearning"] | None = None
    before: _Memory | None = None
    after: _Memory | None = None
    taken_ms: Annotated[int, Meta(ge=0, le=60_000)] | None = None
    policy: _Number | None = None
    undoes: _Number | None = None
    was_due: Literal[0, 1] = 0
    elsewhere: _Elsewhere | None = None

    def __post_init__(self) -> None:
        if (self.kind == "undo") != (self.undoes is not None) or (self.kind in ("undo", "manual")) != (
            self.grade is None
        ):
            raise ValueError("no row is like that")
        if self.elsewhere is not None and (self.policy is not None or self.kind not in _ELSEWHERE):
            raise ValueError("nothing is graded elsewhere like that")


class State(Struct, frozen=True):
    """A line of how far somebody is with a card."""

    card: _Number
    memory: _Memory | None = None
    suspended_at: _Ms | None = None
    buried_day: _Day | None = None


def is_sound(rows: Sequence[Row], policies: Mapping[int, str]) -> bool:
    """Whether each undo takes back a grade before it, once, and each policy is there."""
    standing: set[int] = set()
    seen: set[int] = set()
    for row in rows:
        if row.id in seen or (row.policy is not None and row.policy not in policies):
            return False
        seen.add(row.id)
        if row.undoes is not None:
            if row.undoes not in standing:
                return False
            standing.remove(row.undoes)
        elif row.grade is not None:
            standing.add(row.id)
    return True


def progress_of(state: State, rows: Sequence[Row], policies: Mapping[int, str]) -> CardProgress:
    used = [*dict.fromkeys(row.policy for row in rows if row.policy is not None)]
    places = {number: place for place, number in enumerate(used)}
    own = Own(
        None if state.memory is None else state.memory.text,
        tuple(_own_row(row, places) for row in rows),
        tuple(policies[number] for number in used),
        state.suspended_at,
        state.buried_day,
    )
    suspended, buried = state.suspended_at is not None, state.buried_day is not None
    if state.memory is None:
        return CardProgress(suspended=suspended, buried=buried, own=own)
    memory = state.memory
    return CardProgress(
        memory.stage,
        memory.stability,
        memory.difficulty,
        due_day=memory.due_day,
        due_ms=memory.due_at,
        interval_days=memory.interval_days,
        reviews=memory.reviews,
        lapses=memory.lapses,
        last_ms=memory.last_at,
        suspended=suspended,
        buried=buried,
        own=own,
    )


def _own_row(row: Row, places: Mapping[int, int]) -> OwnRow:
    return OwnRow(
        row.id,
        row.at,
        row.day,
        row.day_ends_at,
        row.kind,
        row.grade,
        row.stage_before,
        None if row.before is None else row.before.text,
        None if row.after is None else row.after.text,
        row.taken_ms,
        None if row.policy is None else places[row.policy],
        row.undoes,
        row.was_due,
        None if row.elsewhere is None else json.dumps(asdict(row.elsewhere)),
    )
