"""Gaps in Markdown: `[…]` as in hashcards, `==…==` as in Obsidian Spaced Repetition."""

import re
from collections.abc import Sequence

from msgspec import Struct

from bot.decks import gaps
from bot.decks.verbatim import hidden

_BRACKETS = re.compile(r"!?\[|\]")
_ADDRESS = re.compile(r"\((?=https?://)")
_EQUALS = re.compile(r"(?<!=)==(?!=)")
_BEHIND = re.compile(r"(?:\[\^(\d{1,3})\])?(?:\^\[([^\[\]\n]*)\])?(?:\[\^(\d{1,3})\])?")
_INSIDE = re.compile(r"(?:(\d{1,3});;)?(.*?)(?:;;(.*))?", re.DOTALL)


class Gap(Struct, frozen=True):
    """What is asked for in a text.

    Attributes:
        begins, ends: where it stands, its marks too.
        number: gaps that share one are asked for together.
    """

    begins: int
    ends: int
    answer: str
    number: int
    hint: str = ""


def bracketed(text: str) -> tuple[Gap, ...]:
    """Each `[…]` that is no picture, no link to an address, and neither code nor formula."""
    marks = hidden(text)
    found: list[Gap] = []
    opened = -1
    in_picture = False
    for mark in _BRACKETS.finditer(marks):
        if mark[0] == "![":
            in_picture = True
        elif mark[0] == "[":
            opened = mark.start()
        elif in_picture:
            in_picture = False
        elif opened >= 0:
            answer = text[opened + 1 : mark.start()]
            if answer.strip() and not _ADDRESS.match(marks, mark.end()):
                found.append(Gap(opened, mark.end(), answer, len(found) + 1))
            opened = -1
    return tuple(found)


def highlighted(text: str) -> tuple[Gap, ...]:
    """Each `==…==` within a line, with its number and hint if it has them: `==1;;answer;;hint==`, or `[^1]` and
    `^[hint]` behind it.
    """
    marks = hidden(text)
    found: list[Gap] = []
    opened = -1
    for mark in _EQUALS.finditer(marks):
        begins, ends = mark.span()
        if opened >= 0 and not marks[begins - 1].isspace() and "\n" not in marks[opened:begins]:
            found.append(_highlight(text, opened, begins))
            opened = -1
        elif ends < len(marks) and not marks[ends].isspace():
            opened = begins
    return _numbered(found)


def _highlight(text: str, opened: int, closed: int) -> Gap:
    inside = _INSIDE.fullmatch(text, opened + 2, closed)
    behind = _BEHIND.match(text, closed + 2)
    number = (inside and inside[1]) or (behind and (behind[1] or behind[3])) or "0"
    hint = (inside and inside[3]) or (behind and behind[2]) or ""
    answer = inside[2] if inside and inside[2] else text[opened + 2 : closed]
    return Gap(opened, behind.end() if behind else closed + 2, answer, int(number), hint)


def _numbered(found: Sequence[Gap]) -> tuple[Gap, ...]:
    """Those without a number get one of their own."""
    taken = {gap.number for gap in found}
    free = (number for number in range(1, 2 * len(found) + 1) if number not in taken)
    return tuple(gap if gap.number else Gap(gap.begins, gap.ends, gap.answer, next(free), gap.hint) for gap in found)


def asking(text: str, found: Sequence[Gap], number: int) -> str:
    """The text with these gaps empty, marked for the readers; the others stand there as if they were none."""
    return _with(text, found, {gap: gaps.empty(number, gap.hint) for gap in found if gap.number == number})


def telling(text: str, found: Sequence[Gap], number: int) -> str:
    """The text with these gaps filled and what fills them marked for the readers."""
    return _with(text, found, {gap: gaps.filled(gap.answer) for gap in found if gap.number == number})


def emphasised(text: str) -> str:
    """The text of a card of two sides: what is highlighted there is bold."""
    found = highlighted(text)
    return _with(text, found, {gap: f"<b>{gap.answer}</b>" for gap in found}) if found else text


def _with(text: str, found: Sequence[Gap], instead: dict[Gap, str]) -> str:
    pieces: list[str] = []
    end = 0
    for gap in found:
        pieces += [text[end : gap.begins], instead.get(gap, gap.answer)]
        end = gap.ends
    return "".join([*pieces, text[end:]])
