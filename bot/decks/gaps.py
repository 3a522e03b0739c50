"""Gaps in a text, as Anki writes them: `{{c1::Paris::a city}}`. What is asked for is taken out of the text before
anything reads it, so no front can hold it.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

# Characters that no text holds. Every reader understands them, wherever in its markup they stand.
FILLING_BEGINS, FILLING_ENDS = "\ufdd4", "\ufdd5"
GAP_MARK = re.compile("\ufdd1([0-9]{1,4})\ufdd2([^\ufdd1-\ufdd6]*)\ufdd3")
HALF = "\ufdd6"
"""At the end of a tag that stood in an answer without its other half: whole with one outside, or nothing at all."""
_HALVES = re.compile(f"<[^<>{HALF}]*{HALF}>")
_MARKS = re.compile("[\ufdd1-\ufdd6]")
_MARKUP = re.compile(r"\{\{c([0-9]{1,4}(?:,[0-9]{1,4})*)::|::|\}\}", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*>")
_ALONE = frozenset({"br", "hr", "img", "source", "wbr"})
_MOST_NESTED = 8


class _Gap(Struct):
    """A gap that is open while the text is read."""

    numbers: frozenset[int]
    opening: str
    inside: list["str | _Gap"] = field(default_factory=list)
    hint: list["str | _Gap"] | None = None

    @property
    def place(self) -> list["str | _Gap"]:
        return self.inside if self.hint is None else self.hint


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of the gaps in a text, each once, from the smallest: a card each."""
    return tuple(sorted({number for gap in _gaps(_read(text)) for number in gap.numbers}))


def asking(text: str, number: int) -> str:
    """The text with these gaps empty, marked for the readers; the other gaps are filled as if they were none.

    Nothing of an answer is left but the tags that its text needs to stay whole.
    """
    return "".join(_written(_read(text), number, telling=False))


def telling(text: str, number: int) -> str:
    """The text with these gaps filled and what fills them marked for the readers."""
    return "".join(_written(_read(text), number, telling=True))


def empty(number: int, hint: str) -> str:
    """A gap, marked for the readers; `number` from 1 to 9999."""
    return f"\ufdd1{number}\ufdd2{told(_TAG.sub('', hint)).strip()}\ufdd3"


def filled(answer: str) -> str:
    """What fills a gap, marked for the readers."""
    return f"{FILLING_BEGINS}{answer}{FILLING_ENDS}"


def told(text: str, *, in_formula: bool = False) -> str:
    """A text with its marks in words, for places that have no looks: a formula, the name of a picture."""
    if not _MARKS.search(text):
        return text
    return _MARKS.sub("", GAP_MARK.sub(_told_in_formula if in_formula else _told, without_halves(text)))


def without_halves(text: str) -> str:
    """A text without the halves of tags, for what has no tags."""
    return _HALVES.sub("", text) if HALF in text else text


def _told(mark: re.Match[str]) -> str:
    return f"[{mark[2] or '…'}]"


def _told_in_formula(mark: re.Match[str]) -> str:
    return rf"[\text{{{mark[2]}}}]" if mark[2] else r"[\ldots]"


def _read(text: str) -> list[str | _Gap]:
    text = _MARKS.sub("", text)
    whole: list[str | _Gap] = []
    opened: list[_Gap] = []
    end = 0
    for found in _MARKUP.finditer(text):
        place = opened[-1].place if opened else whole
        place.append(text[end : found.start()])
        end = found.end()
        if found[1]:
            if len(opened) < _MOST_NESTED:
                opened.append(_Gap(frozenset(map(int, found[1].split(","))), found[0]))
            else:
                place.append(found[0])
        elif not opened:
            place.append(found[0])
        elif found[0] == "::":
            _parted(opened[-1])
        else:
            gap = opened.pop()
            (opened[-1].place if opened else whole).append(gap)
    (opened[-1].place if opened else whole).append(text[end:])
    for at in range(len(opened) - 1, -1, -1):  # opened and never closed: they are none
        gap = opened[at]
        outer = opened[at - 1].place if at else whole
        outer += [gap.opening, *gap.inside, *(["::", *gap.hint] if gap.hint is not None else [])]
    return whole


def _parted(gap: _Gap) -> None:
    if gap.hint is None:
        gap.hint = []
    else:
        gap.hint.append("::")


def _gaps(pieces: list[str | _Gap]) -> Iterator[_Gap]:
    for piece in pieces:
        if isinstance(piece, _Gap):
            yield piece
            yield from _gaps(piece.inside)


def _written(pieces: list[str | _Gap], number: int, *, telling: bool) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif number not in piece.numbers:
            yield from _written(piece.inside, number, telling=telling)
        elif telling:
            yield filled("".join(_written(piece.inside, number, telling=True)))
        else:
            hint = "".join(_written(piece.hint or [], number, telling=False))
            yield empty(number, hint)
            yield _halves("".join(_written(piece.inside, number, telling=True)))


def _halves(hidden: str) -> str:
    """The tags of an answer whose other half stands outside of it, bare."""
    opened: list[str] = []
    closed: list[str] = []
    for slash, name in _TAG.findall(hidden):
        if name.lower() in _ALONE:
            continue
        if not slash:
            opened.append(name)
        elif opened and opened[-1] == name:
            opened.pop()
        else:
            closed.append(name)
    return "".join([f"</{name}{HALF}>" for name in closed] + [f"<{name}{HALF}>" for name in opened])
