"""Cards → a file of Markdown as hashcards has them, which `bot.decks.markdown_cards` reads back.

What Markdown has no marks for stands there as HTML, which it takes as well. Each card is read back as it is written, so
it is known which of them say less there.
"""

import re
from collections.abc import Sequence
from html import escape

from msgspec import Struct
from msgspec.structs import replace

from bot.decks import markdown_cards, writing
from bot.decks.card import Card, DeckError
from bot.decks.content import (
    Block,
    Code,
    Content,
    Direction,
    Displayed,
    Formula,
    Gap,
    Heading,
    Hint,
    Inline,
    Line,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Source,
    Table,
    walk,
    words,
)
from bot.decks.flow import merged
from bot.decks.markdown_cards import SOUNDS
from bot.decks.verbatim import IN_DOLLARS

# A character that would be a mark: always, where two of them stand together, or before what makes it one.
_MARKS = re.compile(
    r"[\\`*$]|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|<(?=[A-Za-z/!?])|&(?=#?\w+;)|#(?=flashcards)|:(?=::)", re.I
)
# A bracket that is no link, picture or gap; behind a backslash it would begin a formula.
_BRACKETS = re.compile(r"[\[\]]")
_BRACKETS_OF_LINKS = re.compile(r"\[(?=\[)|(?<=!)\[|\](?=\()")
# What begins a block, or a card, where a line begins.
_BEGINS = re.compile(r"(?:[-+>|=:]|#{1,6}(?!\S)|~{3}|\d{1,9}(?=[.)](?:\s|\Z))|[QAC](?=:))")
# No file of text has them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NEXT = "Q: next\nA: card\n"
_MARK_OF = {"bold": "**", "italic": "*", "strike": "~~"}
_CLOSE = re.compile(r"\w(?:.*\w)?", re.DOTALL)
_PLAIN_NAME = re.compile(r"[^()<>\[\]\\&\n]+")
_PLAIN_ADDRESS = re.compile(r"https?://[^\s\"<>()\[\]\\&*_`$]+")
_BACKTICKS = re.compile("`+")


class Markdown(Struct, frozen=True):
    """A file of Markdown.

    Attributes:
        sources: cards whose source is a paragraph of the answer there.
        simpler: other cards that say the same with less, such as a gap without its hint.
    """

    text: str
    sources: int
    simpler: int


def markdown_file(name: str, cards: Sequence[Card]) -> Markdown:
    """The cards in their order, each with its id and tags in a comment above it."""
    pieces = [f"---\nname = {_quoted(name)}\n---\n"]
    sources = simpler = 0
    for card in cards:
        text, is_whole = _entry(card)
        has_source = any(isinstance(block, Source) for block in walk((*card.front, *card.back)))
        sources += has_source and not is_whole
        simpler += not has_source and not is_whole
        pieces.append(text)
    return Markdown("\n".join(pieces), sources, simpler)


def read_back(card: Card) -> Card | None:
    """The card as it is read back; None if it is none then."""
    return _read_back(_entry(card)[0])


def _quoted(name: str) -> str:
    """As TOML has a text."""
    name = " ".join(name.split())
    return f"'{name}'" if ('"' in name or "\\" in name) and "'" not in name else f'"{name.replace(chr(34), chr(39))}"'


def _entry(card: Card) -> tuple[str, bool]:
    """The card as it is written, and whether it is read back as it is."""
    text = ""
    if any(isinstance(piece, Gap) for block in card.front for piece in _pieces(block)):
        text = _written(card, f"C:{_side(card.back, in_brackets=True)}")
    if not text or (read := _read_back(text)) is None or said(read) != said(card):
        text = _asked(card, card.front, card.back)
        read = _read_back(text)
    if read is None:
        # Whatever it was, the words are there, and no other card is part of it.
        text = _asked(card, *(((Paragraph((Run(words(side)),)),) if side else ()) for side in (card.front, card.back)))
    return text, read is not None and said(read) == said(card)


def _asked(card: Card, front: Content, back: Content) -> str:
    return _written(card, f"Q:{_side(front)}" + (f"\nA:{_side(back)}" if back else ""))


def _written(card: Card, text: str) -> str:
    about = markdown_cards.about(card)
    return _CONTROLS.sub("", (f"{about}\n" if about else "") + f"{text}\n\n---\n")


def _read_back(text: str) -> Card | None:
    """The one card that a text is; None if it is none, or takes what follows along."""
    try:
        read = markdown_cards.parse(f"{text}\n{_NEXT}".encode("utf-8", "replace"), "x.md").cards
    except DeckError:
        return None
    return read[0] if len(read) == 2 and read[1].fields == ("next", "card") else None


def said(card: Card) -> tuple[object, ...]:
    """What of a card is compared: line breaks have no look, and gaps no number but where there are several."""
    front, back = comparable(card.front), comparable(card.back)
    return front, back, card.kind, card.guid, card.note, card.tags


def comparable(content: Content) -> Content:
    """The content as whoever looks at it sees it."""
    return tuple([_comparable(block) for block in content])


def _comparable(block: Block) -> Block:
    match block:
        case Paragraph(runs) | Heading(runs):
            return replace(block, runs=_plain(runs))
        case Table(rows):
            return replace(block, rows=tuple([tuple([_plain(cell) for cell in row]) for row in rows]))
        case Points(items):
            return replace(block, items=tuple([comparable(item) for item in items]))
        case Quote(inner) | Hint(inner):
            return replace(block, content=comparable(inner))
    return block


def _plain(line: Line) -> Line:
    pieces: list[Inline] = []
    for piece in line:
        if isinstance(piece, Run):
            for at, text in enumerate(piece.text.split("\n")):
                pieces += [Run("\n")] if at else []
                pieces += [replace(piece, text=text)] if text else []
        else:
            pieces.append(replace(piece, number=1) if isinstance(piece, Gap) else piece)
    return merged(pieces)


def _pieces(block: Block) -> Sequence[Inline]:
    match block:
        case Paragraph(runs) | Heading(runs):
            return runs
        case Table(rows):
            return [piece for row in rows for cell in row for piece in cell]
        case Points(items):
            return [piece for item in items for inner in item for piece in _pieces(inner)]
        case Quote(content) | Hint(content):
            return [piece for inner in content for piece in _pieces(inner)]
    return ()


# --- blocks


def _side(content: Content, *, in_brackets: bool = False) -> str:
    """What follows a letter: running text beside it, anything else below it."""
    begins = " " if content and isinstance(content[0], Paragraph) and not content[0].direction else "\n"
    return begins + _blocks(content, in_brackets)


def _blocks(content: Content, in_brackets: bool, *, inside: bool = False) -> str:
    pieces: list[str] = []
    bullets = 0
    for at, block in enumerate(content):
        # Two lists that follow each other would be one.
        bullets = bullets + 1 if at and isinstance(block, Points) and isinstance(content[at - 1], Points) else 0
        # Beside the mark of an item a fence is none for whoever looks at lines.
        fenced = not (inside and isinstance(block, Code))
        pieces.append(_block(block, in_brackets, bullets % 2) if fenced else writing.html((block,)))
    return "\n\n".join(pieces)


def _block(block: Block, in_brackets: bool, bullets: int) -> str:
    match block:
        case Paragraph(runs, Direction.UNSAID):
            return _line(runs, in_brackets)
        case Heading(runs, level, Direction.UNSAID) if not any("\n" in piece.text for piece in runs):
            return f"{'#' * level} {_line(runs, in_brackets)}"
        case Code(text, language) if "\r" not in text:
            fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
            return f"{fence}{language}\n{text}\n{fence}"
        case Displayed(text) if "$" not in text and "\r" not in text and text.strip():
            return f"$$\n{text}\n$$"
        case Picture(name, alt):
            return _embedded(name, alt)
        case Sound(name) if name.lower().endswith(tuple(SOUNDS)):
            return _embedded(name, "")
        case Source(text):
            return _line((Run(text),), in_brackets)
        case Points(items, start) if start is None or start >= 0:
            return _points(items, start, in_brackets, bullets)
        case Table(rows, 1) if len(rows) > 1:
            return _table(rows, in_brackets)
        case Quote(content) if content:
            return _indented(_blocks(content, in_brackets, inside=True), "> ", "> ")
    return writing.html((block,))


def _points(items: Sequence[Content], start: int | None, in_brackets: bool, bullets: int) -> str:
    written: list[str] = []
    for at, item in enumerate(items):
        mark = ("- ", "* ")[bullets] if start is None else f"{start + at}{'.)'[bullets]} "
        written.append(_indented(_blocks(item, in_brackets, inside=True), mark, " " * len(mark)))
    return ("\n\n" if any(len(item) > 1 for item in items) else "\n").join(written)


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *[others + line if line else others.rstrip() for line in lines[1:]]])


def _table(rows: Sequence[Sequence[Line]], in_brackets: bool) -> str:
    written = [
        "| " + " | ".join(_line(cell, in_brackets).replace("|", r"\|").replace("\\\n", "<br>") for cell in row) + " |"
        for row in rows
    ]
    written.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(written)


def _embedded(name: str, alt: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and name == name.strip():
        written = f"<{name}>" if " " in name else name
        return f"![{_escaped(' '.join(alt.split()))}]({written})"
    return writing.html((Picture(name, alt),))


# --- inside a line


def _line(pieces: Sequence[Inline], in_brackets: bool) -> str:
    written: list[str] = []
    filling = False
    for at, piece in enumerate(pieces):
        fills = in_brackets and "answer" in piece.styles and not isinstance(piece, Gap)
        if fills != filling:
            written.append("[" if fills else "]")
        filling = fills
        alone = not any(0 <= beside < len(pieces) and pieces[beside].styles for beside in (at - 1, at + 1))
        styles = piece.styles - {"answer"} if fills else piece.styles
        looks = frozenset("bold" if style == "answer" else style for style in styles)
        written.append(_inline(piece, looks, alone, _BRACKETS if in_brackets else _BRACKETS_OF_LINKS))
    text = "".join([*written, "]" if filling else ""])
    return "\\\n".join(_begun(line) for line in text.split("\n"))


def _begun(line: str) -> str:
    """A line that begins nothing; white space that it begins with is meant."""
    left = line.lstrip(" \t")
    spaces = "".join(f"&#{ord(space)};" for space in line[: len(line) - len(left)])
    found = _BEGINS.match(left)
    if not found or spaces:
        return spaces + left
    if len(found[0]) == 1 and not found[0].isalnum():
        return "\\" + left
    if found[0][0] in "#~":
        return "\\" + left
    return f"{found[0]}\\{left[found.end() :]}"


def _inline(piece: Inline, styles: frozenset[str], alone: bool, brackets: re.Pattern[str]) -> str:
    match piece:
        case Formula(text):
            return _tagged(_formula(text), styles)
        case Gap():
            return _tagged(_escaped(piece.text, brackets), styles)
        case Run(text, _, ""):
            return _styled(text, styles, alone, brackets)
        case Run(text, _, link):
            inner = _styled(text, styles, alone, _BRACKETS)
            return f"[{inner}]({link})" if _PLAIN_ADDRESS.fullmatch(link) else f'<a href="{escape(link)}">{inner}</a>'


def _formula(text: str) -> str:
    text = " ".join(text.split())
    if IN_DOLLARS.fullmatch(f"${text}$"):
        return f"${text}$"
    return (
        f"\\({text}\\)" if "\\)" not in text and "\\(" not in text else f"<anki-mathjax>{escape(text)}</anki-mathjax>"
    )


def _styled(text: str, styles: frozenset[str], alone: bool, brackets: re.Pattern[str]) -> str:
    if styles == {"code"} and text and text == text.strip() and "\n" not in text:
        fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
        pad = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{fence}{pad}{text}{pad}{fence}"
    inner = _escaped(text, brackets)
    if len(styles) == 1 and alone and _CLOSE.fullmatch(text) and "\n" not in text and (mark := _MARK_OF.get(*styles)):
        return f"{mark}{inner}{mark}"
    return _tagged(inner, styles)


def _tagged(inner: str, styles: frozenset[str]) -> str:
    """Looks as HTML, which Markdown takes."""
    for style in sorted(styles):
        begins, ends = writing.tags_of(style)
        inner = f"{begins}{inner}{ends}"
    return inner


def _escaped(text: str, brackets: re.Pattern[str] = _BRACKETS) -> str:
    text = _MARKS.sub(lambda found: "\\" + found[0], text)
    return brackets.sub(lambda found: f"&#{ord(found[0])};", text)
