"""Content → HTML as Anki takes it and our own reader gives back; cards → a text file with header lines."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from bot.decks.card import Card
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
)

_TAG_OF = {
    "bold": "b", "italic": "i", "underline": "u", "strike": "s", "sub": "sub", "sup": "sup", "code": "code",
}  # fmt: skip
_CLASS_OF = {"spoiler": "tg-spoiler", "answer": "cloze"}
# What would begin a formula or a recording where only text is meant.
_MEANING = re.compile(r"\\(?=[(\[]|\Z)|\[(?=\$|latex\]|sound:)", re.IGNORECASE)
# What would be a gap in the file.
_GAP = re.compile(r"\{(?=\{c\d)", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\r\n?")
# A space that begins a line is shown by no browser.
_INDENT = re.compile(r"(<br>(?:<[^<>]+>)*) ")
_BRACKETS = str.maketrans({"[": "&#91;", "]": "&#93;"})
_APART = (Heading, Code, Points, Table, Quote, Hint, Source)


def html(content: Content) -> str:
    """The content as one line of HTML, each word of it once.

    `bot.decks.html.parse` reads it back as the same blocks, but for what HTML has no marks for: a gap is its `[…]`,
    what filled one is text, and a source is a paragraph.
    """
    pieces: list[str] = []
    before: Block | None = None
    for block in content:
        pieces += [_between(before, block), _block(block)]
        before = block
    return "".join(pieces)


def text_file(name: str, cards: Sequence[Card]) -> bytes:
    """The cards as UTF-8 text with Anki's header lines, a line a card, which `bot.decks.delimited` reads back.

    Sources stand in columns of their own, behind the back.
    """
    rows = [_row(card) for card in cards]
    most = max((len(sources) for *_, sources, _ in rows), default=0) or 1
    names = ["GUID", "Front", "Back", *["Source"] * most, "Tags"]
    lines = [
        "#separator:tab",
        "#html:true",
        f"#deck:{' '.join(name.split())}",
        "#columns:" + "\t".join(names),
        "#guid column:1",
        f"#tags column:{len(names)}",
    ]
    for guid, front, back, sources, tags in rows:
        cells = [guid, front, back, *sources, *[""] * (most - len(sources)), tags]
        lines.append("\t".join(map(_cell, cells)))
    return ("\n".join(lines) + "\n").encode()


def _row(card: Card) -> tuple[str, str, str, list[str], str]:
    sources = [_text(block.text) for block in (*card.front, *card.back) if isinstance(block, Source)]
    front = _GAP.sub("&#123;", html(_unsourced(card.front)))
    return card.guid, front, html(_unsourced(card.back)), sources, " ".join(card.tags)


def _unsourced(content: Content) -> Content:
    return tuple([block for block in content if not isinstance(block, Source)])


def _cell(text: str) -> str:
    """A cell in quotes where it would be read as something else; a # at the top begins a comment."""
    if '"' in text or text.startswith("#"):
        return '"' + text.replace('"', '""') + '"'
    return text


def tags_of(style: str) -> tuple[str, str]:
    """What begins and ends that look, one of `content.STYLES`."""
    name, begin = (_TAG_OF[style], "") if style in _TAG_OF else ("span", f' class="{_CLASS_OF[style]}"')
    return f"<{name}{begin}>", f"</{name}>"


# --- blocks


def _between(before: Block | None, block: Block) -> str:
    """What parts two neighbours: an empty line two paragraphs, a line's end what HTML would put into one line."""
    if before is None or isinstance(before, _APART) or isinstance(block, _APART):
        return ""
    return "<br><br>" if _is_running(before) and _is_running(block) else "<br>"


def _is_running(block: Block) -> bool:
    return isinstance(block, Paragraph)


def _block(block: Block) -> str:
    match block:
        case Paragraph(runs, direction):
            return f'<div dir="{direction}">{_line(runs)}</div>' if direction else _line(runs)
        case Heading(runs, level, direction):
            return f"<h{level}{_dir(direction)}>{_line(runs)}</h{level}>"
        case Code(text, language):
            inner = _code(text)
            marked = f'<code class="language-{escape(language)}">{inner}</code>' if language else inner
            return f"<pre>{marked}</pre>"
        case Displayed(text):
            return _formula(text, r"\[", r"\]", "[$$]", "[/$$]")
        case Picture(name, alt):
            return f'<img src="{escape(name)}"' + (f' alt="{_attribute(alt)}">' if alt else ">")
        case Sound(name):
            return f"[sound:{escape(name, quote=False).translate(_BRACKETS)}]"
        case Source(text):
            return f'<div class="source">{_text(text)}</div>'
        case Points(items, start):
            name = "ul" if start is None else "ol"
            first = f' start="{start}"' if start not in (None, 1) else ""
            return f"<{name}{first}>{''.join([f'<li>{html(item)}</li>' for item in items])}</{name}>"
        case Table(rows, heads):
            return f"<table>{''.join(_table_row(row, at < heads) for at, row in enumerate(rows))}</table>"
        case Quote(content):
            return f"<blockquote>{html(content)}</blockquote>"
        case Hint(content, label):
            summary = f"<summary>{_line((Run(label),))}</summary>" if label else ""
            return f"<details>{summary}{html(content)}</details>"


def _table_row(row: Iterable[Line], is_head: bool) -> str:
    name = "th" if is_head else "td"
    return f"<tr>{''.join([f'<{name}>{_line(cell)}</{name}>' for cell in row])}</tr>"


def _dir(direction: Direction) -> str:
    return f' dir="{direction}"' if direction else ""


# --- inside a line


def _line(pieces: Sequence[Inline]) -> str:
    return _INDENT.sub(r"\1&nbsp;", "".join(map(_inline, pieces)))


def _inline(piece: Inline) -> str:
    match piece:
        case Run(text, styles, link):
            inner = _styled(_text(text), styles)
            return f'<a href="{escape(link)}">{inner}</a>' if link else inner
        case Formula(text, styles):
            return _styled(_formula(text, r"\(", r"\)", "[$]", "[/$]"), styles)
        case Gap(_, _, styles):
            return _styled(_text(piece.text), styles | {"answer"})


def _styled(inner: str, styles: frozenset[str]) -> str:
    for style in sorted(styles):
        begins, ends = tags_of(style)
        inner = f"{begins}{inner}{ends}"
    return inner


def _text(text: str) -> str:
    """Text as it reads, with the spaces that HTML would run together."""
    return _code(text.replace("  ", " \xa0")).replace("\xa0", "&nbsp;")


def _attribute(text: str) -> str:
    return escape(" ".join(text.split()))


def _code(text: str) -> str:
    text = escape(_LINE_ENDS.sub("\n", text), quote=False)
    text = _MEANING.sub(lambda found: f"&#{ord(found[0])};", text)
    return text.replace("\t", "&#9;").replace("\n", "<br>")


def _formula(text: str, begin: str, end: str, other_begin: str, other_end: str) -> str:
    """LaTeX between marks that do not stand in it."""
    if end in text or begin in text:
        begin, end = other_begin, other_end
    written = escape(_LINE_ENDS.sub("\n", text), quote=False).replace("\n", "&#10;").replace("\t", " ")
    return f"{begin}{written}{end}"
