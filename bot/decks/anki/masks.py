"""Shapes over a picture, as they stand in a field: what a card asks about the picture lies under them.

Their forms: https://docs.ankiweb.net/editing.html#image-occlusion
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

_BEGINS = "::image-occlusion:"
_MASK = re.compile(rf"\{{\{{c([0-9,]+){_BEGINS}([^{{}}]*)\}}\}}")
_MOST = 1000
_CORNERS_OF_AN_ELLIPSE = 60

Point = tuple[float, float]


class Mask(Struct, frozen=True):
    """A shape over a picture.

    Attributes:
        corners: in shares of the picture's width and height.
        pivot: the point around which it is turned, likewise.
        degrees: how far, clockwise.
        is_asked: the card asks what is under it; others are only hidden, too.
    """

    corners: tuple[Point, ...]
    pivot: Point
    degrees: float
    is_asked: bool


def has_masks(fields: Sequence[str]) -> bool:
    """Whether a note asks about a picture."""
    return any(_BEGINS in text for text in fields)


def without_masks(text: str) -> str:
    """The text without what stands in it for masks."""
    return _MASK.sub("", text)


def masks_of(text: str, number: int) -> Iterator[Mask]:
    """The masks of that number, and those that hide what is not asked, too.

    Raises:
        ValueError: one cannot be read.
    """
    found = _MASK.findall(text)
    if len(found) < text.count(_BEGINS):
        raise ValueError("a mask that does not end")
    for numbers, written in found:
        form, *parts = written.split("::")[0].split(":")
        if form == "text":  # a label, which hides nothing
            continue
        values = {name: value for name, _, value in (part.partition("=") for part in parts)}
        is_asked = str(number) in numbers.split(",")
        if not is_asked and values.get("oi", values.get("occludeInactive")) not in ("1", "true"):
            continue
        pivot, corners = _shape(form, values)
        degrees = _number(values.get("angle", "0"))
        yield Mask(corners, pivot, degrees, is_asked)


def _shape(form: str, values: Mapping[str, str]) -> tuple[Point, tuple[Point, ...]]:
    """Pivot and corners; raises ValueError."""
    values = defaultdict(str, values)
    if form == "polygon":
        corners = tuple((_number(x), _number(y)) for x, y in (pair.split(",") for pair in values["points"].split()))
        if len(corners) < 3:
            raise ValueError("no polygon")
        return (min(x for x, _ in corners), min(y for _, y in corners)), corners
    left, top = _number(values["left"]), _number(values["top"])
    if form == "rect":
        right, bottom = left + _number(values["width"]), top + _number(values["height"])
        return (left, top), ((left, top), (right, top), (right, bottom), (left, bottom))
    if form == "ellipse":
        rx, ry = _number(values["rx"]), _number(values["ry"])
        turns = [2 * math.pi * part / _CORNERS_OF_AN_ELLIPSE for part in range(_CORNERS_OF_AN_ELLIPSE)]
        return (left, top), tuple((left + rx + rx * math.cos(a), top + ry + ry * math.sin(a)) for a in turns)
    raise ValueError(form)


def _number(written: str) -> float:
    """A share of a side, or degrees."""
    number = float(written)
    if not -_MOST <= number <= _MOST:  # what is no number is not within either
        raise ValueError(written)
    return number
