"""A line of content → Telegram's own kind of HTML, in which everything that a card says is escaped."""

import re
from html import escape

from bot.chat.formulas import exact
from bot.chat.plain_blocks import ISOLATES, TO_THE_LEFT, clean, gap_words
from bot.decks.content import Direction, Formula, Gap, Line, Run, is_blank

END_OF_ISOLATE = "\u2069"
# From the outermost inwards, so that every run opens its tags in the same order.
_TAGS = {
    "spoiler": ("tg-spoiler",), "answer": ("b", "u"), "bold": ("b",), "italic": ("i",), "underline": ("u",),
    "strike": ("s",), "sub": ("sub",), "sup": ("sup",),
}  # fmt: skip
# What chemists write is an extension that clients' LaTeX need not have.
_CHEMISTRY = re.compile(r"\\(?:ce|pu)\b")
_OPENS_OR_CLOSES = re.compile(r"\\.|[{}]", re.DOTALL)


def text_html(text: str) -> str:
    """Literal text: breaks stay breaks, and spaces that stand together all stay."""
    shown = escape(clean(text), quote=False)
    if "  " in shown:
        shown = shown.replace("  ", "\u00a0 ")
    return shown.replace("\n", "<br>") if "\n" in shown else shown


def line_html(line: Line, *, asking: bool) -> str:
    """The line with its looks; formulas as LaTeX, which the client draws."""
    return "".join([_piece(piece, asking) for piece in line])


def line_depth(line: Line) -> int:
    """How many looks stand in each other at most."""
    return max([sum(len(_TAGS.get(style, ())) for style in piece.styles) + 1 for piece in line], default=0)


def is_client_formula(tex: str) -> bool:
    """Whether a client draws it: it is whole, and no chemistry that our Unicode says as well."""
    return is_whole(tex) and not (_CHEMISTRY.search(tex) and exact(tex) is not None)


def needs_client(tex: str) -> bool:
    """Whether our Unicode does not say it, and a client draws it."""
    return is_whole(tex) and not _CHEMISTRY.search(tex) and exact(tex) is None


def is_whole(tex: str) -> bool:
    """Whether there is a formula, and everything that is opened in it is closed: else nobody draws it."""
    depth = 0
    for mark in _OPENS_OR_CLOSES.findall(tex):
        depth += 1 if mark == "{" else -1 if mark == "}" else 0
        if depth < 0:
            return False
    return not depth and not is_blank(tex) and tex.count("\\begin{") == tex.count("\\end{")


def formula_html(tex: str, tag: str) -> str:
    """A formula by its source, which is LaTeX as it stands: nothing is escaped in it, so what could be read as a tag
    or as an escaped sign is kept from that by a space, which means nothing there.
    """
    return f"<{tag}>{' '.join(clean(tex).replace('<', '< ').replace('&', '& ').split())}</{tag}>"


def directed(html: str, words: str, direction: Direction) -> str:
    """The line, held apart from what is around it where it is, or may be, written from right to left."""
    if not html or (direction is Direction.UNSAID and (words.isascii() or not TO_THE_LEFT.search(words))):
        return html
    opening = ISOLATES[direction]
    inner = html.replace("<br>", f"{END_OF_ISOLATE}<br>{opening}")
    return f"{opening}{inner}{END_OF_ISOLATE}"


def _piece(piece: Run | Formula | Gap, asking: bool) -> str:
    styles, link = piece.styles, ""
    match piece:
        case Run(text):
            html, link = text_html(text), piece.link
        case Gap():
            html, styles = text_html(gap_words(piece)), styles | {"bold"}
        case Formula(text):
            html, styles = _formula(text, styles)
    if not html or not (styles or link):
        return html
    if "code" in styles and "spoiler" not in styles:
        # As entities have it: code stands alone.
        return f"<code>{html}</code>"
    if link and not asking:
        html = f'<a href="{escape(link)}">{html}</a>'
    tags = dict.fromkeys(tag for style, shown in _TAGS.items() if style in styles for tag in shown)
    for tag in reversed(tags):
        html = f"<{tag}>{html}</{tag}>"
    return html


def _formula(tex: str, styles: frozenset[str]) -> tuple[str, frozenset[str]]:
    """As LaTeX; what no client draws in Unicode, else as its source in monospace."""
    if is_client_formula(tex):
        return formula_html(tex, "tg-math"), styles - {"code"}
    said = exact(tex)
    if said is not None:
        return text_html(said), styles - {"code"}
    return text_html(" ".join(tex.split())), (styles & {"spoiler"}) | {"code"}
