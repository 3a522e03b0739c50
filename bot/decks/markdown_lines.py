"""A file of Markdown → the lines that a reader of it sees: no front matter, no comments, code known as code."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.decks.card import Fault
from bot.decks.verbatim import hidden

DECK_TAG = re.compile(r"(?<!\S)#flashcards((?:/[^\s#/,;!?'\"`()\[\]{}]+)*)/?(?=\s|$)", re.IGNORECASE)
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_SCHEDULE = re.compile(r"<!--SR:.*?-->")
_SCHEDULE_QUOTED = re.compile(r"\s*>\s*\[!sr\|card-metadata\]", re.IGNORECASE)
_NAME = re.compile(r"""\s*name\s*=\s*(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?""")
_TAG_IN_MATTER = re.compile(r"""(?:^|[\s\[,'"#-])flashcards((?:/[^\s,'"\]]+)*)(?=$|[\s,'"\]])""", re.IGNORECASE)


class Line(Struct, frozen=True):
    """A line as a reader sees it.

    Attributes:
        number: in its file, from 1.
        marks: the line with its code and formulas hidden, as long as it is: what is a mark in it, is one.
        in_code: it belongs to a block of code, its fences too.
    """

    number: int
    text: str
    marks: str
    in_code: bool = False


class FrontMatter(Struct, frozen=True):
    """What a file says of itself before it begins.

    Attributes:
        lines: how many lines it takes.
        name: of the deck, or empty.
        tags: the decks that its tags name, such as "language/words"; empty texts for the tag alone.
    """

    lines: int = 0
    name: str = ""
    tags: tuple[str, ...] = ()


def front_matter(lines: Sequence[str]) -> FrontMatter:
    """What stands between two lines of --- at the very top; one that is not closed is a line across the page."""
    if lines[0].strip() != "---":
        return FrontMatter()
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), 0)
    if not end:
        return FrontMatter()
    inside = lines[1:end]
    names = [found[1] or found[2] or "" for line in inside if (found := _NAME.fullmatch(line))]
    tags = [found[1].strip("/") for line in inside for found in _TAG_IN_MATTER.finditer(line)]
    return FrontMatter(end + 1, " ".join(names[0].split()) if names else "", tuple(tags))


def visible(lines: Sequence[str], first: int, file: str) -> Iterator[Line | Fault]:
    """The lines from place `first` on without comments; a line of nothing else is none at all, not an empty one."""
    fence = ""
    comments = _Comments(lines, file)
    in_schedule = False
    for at in range(first, len(lines)):
        text = lines[at]
        if fence:
            yield Line(at + 1, text, "", in_code=True)
            if text.strip().startswith(fence) and not text.strip().strip(fence[0]):
                fence = ""
            continue
        if not comments.is_open and (found := _FENCE.match(text)):
            fence = found[1]
            yield Line(at + 1, text, "", in_code=True)
            continue
        in_schedule = bool(_SCHEDULE_QUOTED.match(text)) or (in_schedule and text.lstrip().startswith(">"))
        left = "" if in_schedule else comments.without(at, text)
        if fault := comments.fault:
            comments.fault = None
            yield fault
        if left == text or left.strip():
            yield Line(at + 1, left, hidden(left))


class _Comments:
    """Takes comments off, line after line."""

    def __init__(self, lines: Sequence[str], file: str) -> None:
        self._file = file
        self._last_end = max((at for at, line in enumerate(lines) if "-->" in line), default=-1)
        self.is_open = False
        self.fault: Fault | None = None

    def without(self, at: int, text: str) -> str:
        """What of the line at this place is in no comment."""
        text = _SCHEDULE.sub("", text)
        if not self.is_open and "<!--" not in text:
            return text
        marks = hidden(text)
        kept: list[str] = []
        place = 0
        while True:
            if self.is_open:
                end = text.find("-->", place)
                if end < 0:
                    break
                self.is_open, place = False, end + 3
            begins = marks.find("<!--", place)
            if begins >= 0 and self._last_end <= at and "-->" not in text[begins:]:
                cause = "Is its --> missing? The line was read as it stands."
                self.fault = Fault(self._file, at + 1, "a comment is opened and not closed", cause)
                begins = -1
            if begins < 0:
                kept.append(text[place:])
                break
            kept.append(text[place:begins])
            self.is_open, place = True, begins + 4
        return "".join(kept).rstrip()
