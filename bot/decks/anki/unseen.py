"""What a browser keeps from its reader: comments, scripts, styles, things to press, and what is not displayed."""

import re
from collections import defaultdict

_RAW = ("script", "style", "iframe", "textarea", "template")
_PRESSED = ("button", "select", "svg", "canvas", "object")
_START = re.compile(
    rf"<!--|<(?P<whole>{'|'.join((*_RAW, *_PRESSED))})\b[^<>]*>?|<(?:input|link|meta|base|embed)\b[^<>]*>",
    re.IGNORECASE,
)
_ENDS = {name: re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE) for name in (*_RAW, *_PRESSED)}
_COMMENT_ENDS = re.compile("-->")
_TAG = re.compile(r"<[^<>]*>")
_HOLDING = re.compile(r"<(?P<slash>/?)(?P<name>div|span|p|section)\b(?P<rest>[^<>]*)>", re.IGNORECASE)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def without_unseen(html: str) -> str:
    """The HTML without comments, scripts, styles and buttons; a script that is not closed hides what follows it."""
    kept: list[str] = []
    at = 0
    while start := _START.search(html, at):
        kept.append(html[at : start.start()])
        name = (start["whole"] or "").lower()
        ends = _ENDS.get(name) or (_COMMENT_ENDS if start[0] == "<!--" else None)
        at = start.end()
        if ends is not None:
            end = ends.search(html, at)
            if end is not None:
                at = end.end()
            elif name not in _PRESSED:
                return "".join(kept)
    return "".join(kept) + html[at:]


def folded(html: str) -> str:
    """The HTML, what is not displayed in it made a hint: a script of the card would show it to who asks for it."""
    if not _NOT_DISPLAYED.search(html):
        return html
    opened: defaultdict[str, list[re.Match[str]]] = defaultdict(list)
    hidden: list[tuple[int, int, str]] = []
    for tag in _HOLDING.finditer(html):
        name = tag["name"].lower()
        if not tag["slash"]:
            opened[name].append(tag)
        elif opened[name] and _NOT_DISPLAYED.search((begun := opened[name].pop())["rest"]):
            hidden += [(begun.start(), begun.end(), "<details>"), (tag.start(), tag.end(), "</details>")]
    pieces: list[str] = []
    at = 0
    for start, end, instead in sorted(hidden):
        pieces += [html[at:start], instead]
        at = end
    return "".join([*pieces, html[at:]])


def without_tags(html: str) -> str:
    """The words with their entities, without any tag."""
    return _TAG.sub("", without_unseen(html))
