"""Where a long text is cut, so that it reads on in the next message."""

import re

import regex  # type: ignore[import-untyped]

_CLUSTER = regex.compile(r"\X")
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
    if 2 * (len(text) - start) <= limit:
        return len(text) - start
    used = 0
    for at in range(start, min(len(text), start + limit)):
        used += 2 if text[at] > "\uffff" else 1
        if used > limit:
            return at - start
    return min(len(text) - start, limit)


def _good_place(text: str, most: int) -> int:
    """The best place to cut at or before `most`."""
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        if cluster.end() > most:
            break
        ends.append(cluster.end())
    if not ends:
        return most
    whole = set(ends)
    for pattern, fullness in _PLACES:
        places = [found.end() for found in pattern.finditer(text, 0, most) if found.end() in whole]
        if places and places[-1] >= most * fullness:
            return places[-1]
    return ends[-1]
