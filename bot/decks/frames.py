"""Lists, tables, quotations, hints and headings while they are read: what is open holds what follows."""

import re
from collections import Counter

from msgspec import Struct, field

from bot.decks.content import MOST_LEVELS, Block, Content, Heading, Hint, Line, Points, Quote, line_words
from bot.decks.flow import Flow, direction_of, line_of, rows_of
from bot.decks.tags import CELLS, HEADINGS, ITEMS, LISTS, ROWS, Tag

_WITH_PARTS = LISTS | {"table"}
_LEVELLED = _WITH_PARTS | {"blockquote", "details"}


class _Frame(Struct):
    """Something that is open: the card itself, a list, an item, a table, a cell."""

    name: str
    flow: Flow
    attributes: dict[str, str] = field(default_factory=dict)
    items: list[Content] = field(default_factory=list)
    rows: list[tuple[list[Line], bool]] = field(default_factory=list)
    """Cells, and whether all of them are heads."""
    after: list[Block] = field(default_factory=list)
    """Pictures of a table's cells, which stand below it."""
    label: str = ""


class Frames:
    """What is open, the innermost last."""

    def __init__(self) -> None:
        self._frames = [_Frame("", Flow())]
        self._levels = 0
        self._too_deep: Counter[str] = Counter()

    @property
    def flow(self) -> Flow:
        """Where text goes now."""
        return self._frames[-1].flow

    def add(self, tag: Tag) -> bool:
        """Opens or closes what the tag says; False if it is a part of something that is not open."""
        if tag.name in ITEMS or tag.name in ROWS or tag.name in CELLS:
            return self._add_part(tag)
        if tag.closes:
            self._close(tag.name)
        elif self._levels >= MOST_LEVELS or (tag.name not in _LEVELLED and self._frames[-1].name in HEADINGS):
            self._too_deep[tag.name] += 1
            self.flow.break_line_unless_at_start()
        else:
            self._begin(tag)
        return True

    def finish(self) -> Content:
        """Everything, what is still open closed."""
        self._end_above(0)
        return self.flow.finish()

    def _close(self, name: str) -> None:
        if self._too_deep[name]:
            self._too_deep[name] -= 1
            self.flow.break_line_unless_at_start()
            return
        for at in range(len(self._frames) - 1, 0, -1):
            if self._frames[at].name == name:
                self._end_above(at - 1)
                return

    def _add_part(self, tag: Tag) -> bool:
        at = self._holder("table" if tag.name not in ITEMS else "")
        if at < 0:
            if any(self._too_deep[name] for name in _WITH_PARTS):
                self.flow.break_line_unless_at_start()
                return True
            return False
        holder = self._frames[at]
        if tag.closes and tag.name not in ROWS and not any(open_.name == tag.name for open_ in self._frames[at + 1 :]):
            return True
        self._end_above(at)
        if tag.closes:
            return True
        if tag.name == "tr" or (tag.name in CELLS and not holder.rows):
            holder.rows.append(([], True))
        if tag.name not in ROWS:
            self._begin(tag)
        return True

    def _holder(self, name: str) -> int:
        """The innermost open list or table, as its place; -1 if that is not what is looked for."""
        for at in range(len(self._frames) - 1, 0, -1):
            found = self._frames[at].name
            if found == name or (not name and found in LISTS):
                return at
            if found in _WITH_PARTS:
                return -1
        return -1

    def _begin(self, tag: Tag) -> None:
        if tag.name in _LEVELLED:
            self.flow.flush()
            self._levels += 1
        direction = direction_of(tag.attributes.get("dir", "")) or self.flow.direction
        self._frames.append(_Frame(tag.name, Flow(direction=direction), tag.attributes))

    def _end_above(self, at: int) -> None:
        """Ends what stands in the frame at that place; what stands loose in a list becomes a part of it."""
        while len(self._frames) > at + 1:
            self._end()
        frame = self._frames[at]
        if frame.name in LISTS and (loose := frame.flow.finish()):
            if frame.items and isinstance(loose[0], Points):
                frame.items[-1] += loose
            else:
                frame.items.append(loose)

    def _end(self) -> None:
        frame = self._frames[-1]
        if frame.name in LISTS:
            self._end_above(len(self._frames) - 1)
        self._frames.pop()
        content = frame.flow.finish()
        if frame.name in _LEVELLED:
            self._levels -= 1
        if frame.name in ITEMS:
            self._frames[-1].items.append(content)
        elif frame.name in CELLS:
            self._end_cell(frame, content)
        elif frame.name == "summary":
            self._end_summary(content)
        else:
            self.flow.extend(_blocks(frame, content))

    def _end_cell(self, frame: _Frame, content: Content) -> None:
        line, lifted = line_of(content)
        table = self._frames[-1]
        cells, heads = table.rows[-1]
        wider = frame.attributes.get("colspan", "")
        more = [()] * (int(wider) - 1) if re.fullmatch(r"[2-9]|[12][0-9]", wider) else []
        table.rows[-1] = ([*cells, line, *more], heads and frame.name == "th")
        table.after += lifted

    def _end_summary(self, content: Content) -> None:
        around = self._frames[-1]
        if around.name != "details" or around.label:
            self.flow.extend(content)
            return
        line, lifted = line_of(content)
        around.label = line_words(line)
        self.flow.extend(lifted)


def _blocks(frame: _Frame, content: Content) -> Content:
    """What a frame has become, with all that stood in it."""
    if frame.name in LISTS:
        start = _start(frame.attributes.get("start", "1")) if frame.name == "ol" else None
        return (Points(tuple(frame.items), start),) if frame.items else ()
    if frame.name == "table":
        return (*content, *rows_of(frame.rows), *frame.after)
    if frame.name == "blockquote":
        return (Quote(content),) if content else ()
    if frame.name == "details":
        return (Hint(content, frame.label),) if content or frame.label else ()
    line, lifted = line_of(content)
    return (*((Heading(line, int(frame.name[1]), frame.flow.direction),) if line else ()), *lifted)


def _start(written: str) -> int:
    return int(written) if re.fullmatch(r"-?[0-9]{1,6}", written) else 1
