"""Where a text of Markdown is code or a formula: what looks like a mark in there is none."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

IN_DOLLARS = re.compile(r"\$(?![\s$])((?:[^$\\]|\\.)*?(?:[^\s$\\]|\\[^\s]))\$(?!\d)", re.DOTALL)
"""A dollar is money unless something stands close behind it, and close before the next one."""
_STARTS = re.compile(r"^[ \t]*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})|\\.|`+|\$\$?", re.MULTILINE | re.DOTALL)
_ENDS = {"$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_HIDDEN = "\ufdd7"


def hidden(text: str) -> str:
    """The text, as long as it is, each character of code and formulas, and each after a backslash, replaced by one
    that no text holds.
    """
    if not any(mark in text for mark in ("\\", "`", "$", "~~~")):
        return text
    pieces: list[str] = []
    end = 0
    for begins, ends in _spans(text):
        pieces += [text[end:begins], _HIDDEN * (ends - begins)]
        end = ends
    return "".join([*pieces, text[end:]])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    runs = _runs(text)
    vain: set[str] = set()
    at = 0
    while found := _STARTS.search(text, at):
        mark = found[0]
        end = found.end()
        if found["fence"]:
            end = _end_of_fence(text, found)
        elif mark[0] == "`":
            end = _end_of_code(runs, found)
        elif mark == "$":
            formula = IN_DOLLARS.match(text, found.start())
            end = formula.end() if formula else -1
        elif mark in _ENDS and _ENDS[mark] not in vain:
            closing = text.find(_ENDS[mark], end)
            # What was looked for in vain is not looked for again.
            vain |= {_ENDS[mark]} if closing < 0 else set()
            end = closing + 2 if closing >= 0 else -1
        elif mark[0] != "\\":
            end = -1
        if end > 0:
            yield found.start(), end
        at = max(end, found.end())


def _runs(text: str) -> dict[str, list[int]]:
    """Runs of backticks, each with the places where it begins."""
    runs: defaultdict[str, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        runs[run[0]].append(run.start())
    return runs


def _end_of_code(runs: dict[str, list[int]], found: re.Match[str]) -> int:
    """Behind the next run that is as long; -1 if there is none."""
    places = runs.get(found[0], [])
    place = bisect_right(places, found.start())
    return places[place] + len(found[0]) if place < len(places) else -1


def _end_of_fence(text: str, found: re.Match[str]) -> int:
    """Where its last line ends; a block of code that is never closed goes on to the end."""
    fence = found["fence"]
    closing = re.compile(rf"^[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
    end = closing.search(text, found.end())
    return end.end() if end else len(text)
