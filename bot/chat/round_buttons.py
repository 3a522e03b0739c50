"""What the buttons of a live round carry."""

from bot.chat.payloads import Tap


class RoundOf(Tap, frozen=True, tag="ro"):
    """A round to be set up with that deck of the group's, which is one of several that were meant."""

    deck_id: int


class RoundSet(Tap, frozen=True, tag="rs"):
    """Sets a round up: deck (0: all), cards, pace (seconds), form (its place), or at: the page that holds this deck."""

    round_id: int
    what: str
    value: int


class RoundStart(Tap, frozen=True, tag="rb"):
    round_id: int


class RoundJoin(Tap, frozen=True, tag="rj"):
    round_id: int


class RoundStop(Tap, frozen=True, tag="rx"):
    round_id: int


class RoundMissed(Tap, frozen=True, tag="rm"):
    """What this member missed, in private."""

    round_id: int


class Race(Tap, frozen=True, tag="ra"):
    """An option of a race, by its place from 0."""

    turn_id: int
    option: int
