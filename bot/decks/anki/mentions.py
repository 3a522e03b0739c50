"""Which pictures and sounds HTML mentions, by the names that stand in it."""

import re
from collections.abc import Iterator
from html import escape, unescape

_PICTURE = re.compile(
    r"""(<img\b[^<>]*?\ssrc\s*=\s*)("[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)""",
    re.IGNORECASE,
)
_SOUND = re.compile(r"\[sound:([^\]\[]+)\]", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z+.-]+:|//", re.IGNORECASE)


def names(html: str) -> Iterator[str]:
    """The names of pictures, then of sounds; what lies on the network is not among them."""
    yield from pictures(html)
    for found in _SOUND.finditer(html):
        if name := unescape(found[1]).strip():
            yield name


def pictures(html: str) -> Iterator[str]:
    """The names of pictures alone."""
    for found in _PICTURE.finditer(html):
        name = _name(found)
        if name and not _ELSEWHERE.match(name):
            yield name


def with_picture(html: str, name: str, instead: str) -> str:
    """The HTML with another picture in the place of that one."""
    return _PICTURE.sub(lambda found: f'{found[1]}"{escape(instead)}"' if _name(found) == name else found[0], html)


def _name(found: re.Match[str]) -> str:
    return unescape(found[2].strip("\"'")).strip()
