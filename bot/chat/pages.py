"""Where a long text is cut, so that it reads on in the next message."""

import re

import regex  # type: ignore[import-untyped]

_CLUSTER = regex.compile(r"\X")
_FIRST_THAT_COMBINES = "\u0300"
# From the best place to the worst; each is taken only if the page before it is at least so full.
_PLACES = (
    (re.compile(r"\n\s*\n"), 0.5),
    (re.compile(r"\n"), 0.4),
    (re.compile(r"[.!?…]['\"”’)]*\s|[。！？]"), 0.5),
    (re.compile(r"\s"), 0.1),
)


def units(text: str) -> int:
    """The text's length as Telegram counts it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> list[tuple[int, int]]:
    """Stretches of the text, in characters, of at most `limit` UTF-16 units: with all of it but white space between
    them, never cut inside a grapheme unless that alone is longer.
    """
    stretches: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + _fitting(text, start, limit)
        if end < len(text):
            end = start + _good_place(text[start:], end - start)
        stretches.append((start, end))
        start = end
    return stretches


def _fitting(text: str, start: int, limit: int) -> int:
    """How many characters from `start` on are within `limit`."""
    most = text[start : start + limit]
    if units(most) <= limit:
        return len(most)
    used = 0
    for at, char in enumerate(most):
        used += 2 if char > "\uffff" else 1
        if used > limit:
            return at
    return len(most)


def _good_place(text: str, most: int) -> int:
    """The best place to cut at or before `most`."""
    ends: list[int] | None = None  # to look for all takes longer than all else, and is seldom needed
    for pattern, fullness in _PLACES:
        for found in reversed(list(pattern.finditer(text, 0, most))):
            place = found.end()
            if place < most * fullness:
                break
            if _is_between_letters(text[place - 1 : place + 1]):
                return place
            ends = _ends_of_graphemes(text, most) if ends is None else ends
            if place in ends:
                return place
    ends = _ends_of_graphemes(text, most) if ends is None else ends
    return ends[-1] if ends else most


def _is_between_letters(around: str) -> bool:
    """Whether these two stand apart for certain: below the first mark that combines only a line end is put together."""
    return len(around) == 2 and max(around) < _FIRST_THAT_COMBINES and "\r" not in around


def _ends_of_graphemes(text: str, most: int) -> list[int]:
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        if cluster.end() > most:
            break
        ends.append(cluster.end())
    return ends
