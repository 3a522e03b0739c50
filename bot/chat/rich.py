"""Content → a rich message: pictures between paragraphs, tables, formulas that the client draws, folded parts.

As HTML, since the oldest server that has rich messages knows no blocks, and a text that is escaped whole cannot become
markup, whatever it holds.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from bot.chat.pages import units
from bot.chat.plain import RULE, Page, Text
from bot.chat.plain_blocks import ENGLISH, TO_THE_LEFT, Find
from bot.chat.rich_blocks import TooMuchError, Writing
from bot.chat.rich_folds import folded
from bot.chat.rich_lines import directed, needs_client, text_html
from bot.chat.scripts import LOWERED, RAISED
from bot.chat.texts import English
from bot.decks.content import (
    Block,
    Content,
    Direction,
    Displayed,
    Formula,
    Heading,
    Hint,
    Inline,
    Paragraph,
    Picture,
    Points,
    Run,
    Table,
    is_blank,
    walk,
    words,
)


class Rich(Struct, frozen=True):
    """One rich message.

    Attributes:
        html: Telegram's own kind.
        pictures: their files in order, named `picture1` and so on in the HTML.
        is_rtl: it is shown from right to left.
        card_id: whose card it is, for the log.
    """

    html: str
    pictures: tuple[Path, ...] = ()
    is_rtl: bool = False
    card_id: int = 0


def draw(
    parts: Sequence[Content | Text], find: Find, *, asking: bool = False, say: English = ENGLISH, card_id: int = 0
) -> Rich | None:
    """All parts, one after the other, as one rich message; None where that cannot hold them, or nothing can be seen.

    What is below the thin line is folded where it is long, behind its first screenful.

    Args:
        find: a picture's file by its name; None: words stand in its place.
        asking: the answer is still to be thought of, so nothing is told that stands in no text: names and words for
            pictures, addresses under links, languages of code.
        say: the words for what is missing or folded.
        card_id: for the log.
    """
    writing = Writing(find, asking, say)
    is_rtl = _is_rtl(parts)
    shown: list[str] = []
    is_below = False
    try:
        for part in parts:
            if not isinstance(part, Text):
                shown.append(_below(writing, part) if is_below else writing.content(part))
            elif RULE.fullmatch(part.text.strip()):
                is_below = True
                writing.count(0)
                shown.append("<hr>")
            else:
                shown.append(_ours(writing, part, is_rtl))
    except TooMuchError:
        return None
    html = "".join(shown)
    return Rich(html, tuple(writing.pictures), is_rtl, card_id) if html else None


def gains(contents: Sequence[Content], find: Find, pages: Sequence[Page]) -> bool:
    """Whether there is anything in it that the plain way, which makes these pages of it, shows less well."""
    if len(pages) > 1 or any(map(_gains_anyway, contents)):
        return True
    return any(find(name) is not None for content in contents for name in _pictures(content))


# What many are asked is looked at for one after the other.
@lru_cache(maxsize=256)
def _gains_anyway(content: Content) -> bool:
    return any(map(_gains, walk(content)))


@lru_cache(maxsize=256)
def _pictures(content: Content) -> tuple[str, ...]:
    return tuple(block.name for block in walk(content) if isinstance(block, Picture))


def _gains(block: Block) -> bool:
    match block:
        case Paragraph(runs) | Heading(runs):
            return any(map(_is_beyond_unicode, runs))
        case Displayed(text):
            return needs_client(text)
        case Points(items):
            return any(len(item) > 1 or not isinstance(item[0], Paragraph) for item in items if item)
        case Table(rows):
            return bool(rows)
        case Hint(content):
            return bool(content)
    return False


def _is_beyond_unicode(piece: Inline) -> bool:
    match piece:
        case Formula(text):
            return needs_client(text)
        case Run(text, styles):
            # Most have none of these looks.
            if "sup" in styles:
                return "sub" in styles or any(char not in RAISED for char in text.strip())
            return "sub" in styles and any(char not in LOWERED for char in text.strip())
    return False


def _below(writing: Writing, content: Content) -> str:
    """An answer, which is folded where it is long."""
    folding = folded(content)
    at_once = writing.content(folding.at_once)
    rest = writing.folded(writing.say.read_on, writing.content(folding.rest, 1), 0)
    return at_once + rest + writing.content(folding.source)


def _ours(writing: Writing, text: Text, is_rtl: bool) -> str:
    """A text of ours, all of it in italics or none; one that runs from left to right also does so in a message that
    does not.
    """
    shown = text.text.strip()
    if is_blank(shown):
        return ""
    writing.count(0)
    writing.characters += units(shown)
    html = text_html(shown)
    if any(entity.type == "italic" for entity in text.entities):
        html = f"<i>{html}</i>"
    if is_rtl:
        html = directed(html, shown, Direction.LEFT_TO_RIGHT)
    return f"<p>{html}</p>"


def _is_rtl(parts: Sequence[Content | Text]) -> bool:
    """Whether most letters that a card brings are written from right to left."""
    said = "".join([words(part) for part in parts if not isinstance(part, Text)])
    if said.isascii() or not (leftward := len(TO_THE_LEFT.findall(said))):
        return False
    return 2 * leftward > sum(map(str.isalpha, said))
