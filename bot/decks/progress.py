"""How far somebody is with a card elsewhere, as a file tells it: the same value from whichever reader."""

from typing import Literal

from msgspec import Struct

Stage = Literal["", "learning", "review", "relearning"]
Kind = Literal["learn", "review", "relearn", "cram", "reset"]

# Of one card; who answered it more often tells the latest.
MOST_GRADES = 1000


class Graded(Struct, frozen=True, array_like=True):
    """One entry of a log, moments in ms since 1970.

    Attributes:
        grade: 1 to 4; 0 of kind `reset`: from then on the card was new again.
        kind: `cram`: outside of the schedule.
        interval: what it led to, days, negative: seconds; so is `last_interval`, what had been waited for.
        factor: as Anki has it: 100 to 1100 tell a difficulty, more an ease in thousandths; 0: neither.
    """

    at_ms: int
    grade: int
    kind: Kind
    interval: int = 0
    last_interval: int = 0
    factor: int = 0
    taken_ms: int = 0


class OwnRow(Struct, frozen=True, array_like=True):
    """A row of a log of ours, as table `reviews` has it; `policy` is a place among `Own.policies`."""

    id: int
    at: int
    day: int
    day_ends_at: int
    kind: str
    grade: int | None
    stage_before: str | None
    before: str | None
    after: str | None
    taken_ms: int | None
    policy: int | None
    undoes: int | None
    was_due: int
    elsewhere: str | None


class Own(Struct, frozen=True, array_like=True):
    """What another Deckhand had of somebody and a card.

    Attributes:
        memory: its columns, JSON.
        rows: the whole log, in its order; `policies` as they are kept.
        suspended_at: ms since 1970; `buried_day`: days since 1970; None: it is not put aside.
    """

    memory: str | None
    rows: tuple[OwnRow, ...]
    policies: tuple[str, ...]
    suspended_at: int | None = None
    buried_day: int | None = None


class CardProgress(Struct, frozen=True, omit_defaults=True):
    """How far somebody is with one card.

    Attributes:
        stage: empty: the card is new to them, whatever the log says.
        stability: days; None where only the log or `ease` tells; so is `difficulty`.
        ease: in thousandths, of a schedule without stability; 0: unknown.
        due_day: the day on which it is due, days since 1970; None: at a moment, or never.
        due_ms: the moment at which it is due; None: on a day.
        interval_days: the last one scheduled in days, 0 for none.
        steps_left: of learning or relearning.
        last_ms: when it was last answered; None: as the log has it.
        log: in order of time, the latest `MOST_GRADES`.
        own: it comes from another Deckhand, and is taken as it is there; `log` is empty then.
    """

    stage: Stage = ""
    stability: float | None = None
    difficulty: float | None = None
    ease: int = 0
    due_day: int | None = None
    due_ms: int | None = None
    interval_days: int = 0
    steps_left: int = 0
    reviews: int = 0
    lapses: int = 0
    last_ms: int | None = None
    suspended: bool = False
    buried: bool = False
    log: tuple[Graded, ...] = ()
    own: Own | None = None

    @property
    def grades(self) -> int:
        """How many entries of the log are grades."""
        return sum(each.grade > 0 for each in self.log)

    @property
    def counted(self) -> int:
        """How many grades count, as /stats has it: none that was taken back, none that left the schedule as it was."""
        if self.own is not None:
            taken_back = {each.undoes for each in self.own.rows}
            standing = (each for each in self.own.rows if each.id not in taken_back)
            return sum(each.grade is not None and each.kind != "cram" for each in standing)
        return sum(each.grade > 0 and each.kind != "cram" for each in self.log)

    @property
    def answered_ms(self) -> int | None:
        """When it was last answered; None: nobody knows."""
        if self.last_ms is not None:
            return self.last_ms
        return max((each.at_ms for each in self.log if each.grade), default=None)

    def is_news(self, known_ms: int | None) -> bool:
        """Whether its memory is to take the place of one whose last answer was then; None: there is none."""
        return bool(self.stage) and (known_ms is None or (self.answered_ms or 0) > known_ms)
