"""What somebody chose: for themselves, and for a deck. It travels with all that is theirs."""

from typing import Annotated

from msgspec import Meta, Struct

_Minute = Annotated[int, Meta(ge=0, le=1439)]
_Weekday = Annotated[int, Meta(ge=0, le=6)]


class Settings(Struct, frozen=True):
    """What somebody chose for themselves.

    Attributes:
        zone: IANA name; None: never chosen.
        push_days: of the week, 0 is Monday.
        push_minutes: of the day, when cards come by themselves; so are the two of `quiet`.
    """

    zone: Annotated[str, Meta(max_length=100)] | None
    rollover_hour: Annotated[int, Meta(ge=0, le=23)]
    new_per_day: Annotated[int, Meta(ge=0, le=9999)]
    reviews_per_day: Annotated[int, Meta(ge=0, le=9999)]
    retention: Annotated[float, Meta(ge=0.7, le=0.97)]
    push_days: Annotated[tuple[_Weekday, ...], Meta(max_length=7)]
    push_minutes: Annotated[tuple[_Minute, ...], Meta(max_length=48)]
    quiet: tuple[_Minute, _Minute] | None


class DeckChoices(Struct, frozen=True):
    """What somebody chose for a deck: that its cards come, that it is put away, and what it says of itself."""

    studied: bool = False
    archived: bool = False
    description: Annotated[str, Meta(max_length=4000)] = ""
