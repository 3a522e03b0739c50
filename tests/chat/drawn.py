"""What the tests of drawn cards share: their pictures, what is seen of a page, and which words it has to show."""

from pathlib import Path

import regex
from msgspec.structs import replace

from bot.chat.formulas import exact
from bot.chat.plain import Text, draw
from bot.chat.unlinked import BREAK
from bot.decks.content import (
    Code,
    Content,
    Displayed,
    Formula,
    Heading,
    Hint,
    Paragraph,
    Picture,
    Points,
    Quote,
    Sound,
    Source,
    Table,
    is_blank,
)
from tests.decks.contents import CONTENTS

RULE = Text("─────")
PICTURES = {"here.png": Path("here.png"), "there.png": Path("there.png")}


def shown(*parts, find=PICTURES.get):
    """The texts of the pages."""
    return [page.text.text for page in draw(parts, find)]


def marked(page):
    """What the entities of a page cover, in order."""
    data = page.text.text.encode("utf-16-le")
    return [
        (entity.type, data[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        for entity in page.text.entities
    ]


WORD = regex.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words in order, as far as they are letters of every script that stay what they are when drawn."""
    return WORD.findall(text.replace(BREAK, "").replace("\u202e", ""))


def line_words(line) -> list[str]:
    """The words of a line; of a formula those of its Unicode or its source."""
    return words_of("".join([_shown(piece) for piece in line]))


def _shown(piece) -> str:
    if isinstance(piece, Formula):
        return exact(piece.text) or " ".join(piece.text.split())
    return piece.text


def expected_words(content: Content) -> list[str]:
    """The words that the drawing of a content must show, found pictures aside."""
    return [word for block in content for word in block_words(block)]


def block_words(block) -> list[str]:
    match block:
        case Paragraph(runs) | Heading(runs):
            return line_words(runs)
        case Picture(name, alt):
            return [] if name in PICTURES else words_of(f"picture missing: {name} {alt}")
        case Sound(name):
            return words_of(f"sound: {name}")
        case Displayed(text):
            return line_words((Formula(text),))
        case Code(text) | Source(text):
            return [] if is_blank(text) else words_of(text)
        case Points(items, start):
            found = [expected_words(item) for item in items]
            numbered = [
                [str(abs(number)), *item] if start is not None and shows(content) else item
                for (number, item), content in zip(enumerate(found, start or 0), items, strict=True)
            ]
            return [word for item in numbered for word in item]
        case Table(rows):
            return [word for row in rows for cell in row for word in line_words(cell)]
        case Quote(inner):
            return expected_words(inner)
        case Hint(inner, label):
            unsaid = ["Hint"] if shows(inner) else []
            return [*(unsaid if is_blank(label) else words_of(label)), *expected_words(inner)]


def shows(content: Content) -> bool:
    """Whether anything of a content is text to see."""
    return any(page.text.text for page in draw([content], PICTURES.get))


def unshifted(content: Content) -> Content:
    """The content without raised and lowered text, which is drawn in characters of its own."""
    return tuple(_unshifted(block) for block in content)


def _unshifted(block):
    match block:
        case Paragraph(runs) | Heading(runs):
            return replace(block, runs=_unshifted_line(runs))
        case Table(rows):
            return replace(block, rows=tuple(tuple(map(_unshifted_line, row)) for row in rows))
        case Points(items):
            return replace(block, items=tuple(map(unshifted, items)))
        case Quote(content) | Hint(content):
            return replace(block, content=unshifted(content))
    return block


def _unshifted_line(line):
    return tuple(replace(piece, styles=piece.styles - {"sub", "sup"}) for piece in line)


UNSHIFTED = CONTENTS.map(unshifted)
