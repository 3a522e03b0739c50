"""Formulas as the page draws them: LaTeX as a tree of MathML, which browsers draw by themselves.

A tree is `[tag, attributes, children]` with text as strings. Nothing that is not named here gets into a page.
"""

import html
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

log = logging.getLogger(__name__)

LONGEST: Final = 4000  # a longer source stays one
TAGS: Final = frozenset(
    {"math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow"}
    | {"ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr"}
    | {"munder", "munderover"}
)
ATTRIBUTES: Final = frozenset(
    {"accent", "accentunder", "columnalign", "depth", "display", "displaystyle", "fence", "form", "height", "largeop"}
    | {"linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "rspace", "scriptlevel"}
    | {"separator", "stretchy", "symmetric", "voffset", "width"}
)
# Boxes and strokes, which browsers know no more: what is in them is drawn alone.
UNDRAWN: Final = frozenset({"menclose"})
LIMITS: Final = frozenset({"lim", "limsup", "liminf", "max", "min", "sup", "inf", "argmax", "argmin", "gcd", "Pr"})


class _UndrawableError(Exception):
    """A part of the formula that no browser knows."""


@lru_cache(1024)
def tree(source: str, *, block: bool) -> list[Any] | None:
    """The formula, or None for one that cannot be drawn: it is shown as its source."""
    if len(source) > LONGEST:
        return None
    convert: Callable[..., Element] = convert_to_element
    try:
        return _node(convert(source, display="block" if block else "inline"), block)
    except _UndrawableError:
        return None
    except Exception:  # whatever a faulty formula does to the converter, the page shows its source
        log.debug("a formula cannot be drawn: %s", source, exc_info=True)
        return None


def _node(of: Element, block: bool) -> list[Any]:
    tag = "mrow" if of.tag in UNDRAWN else of.tag
    text = html.unescape(of.text or "")
    if tag not in TAGS or text.startswith("\\"):
        raise _UndrawableError(tag, text)
    if block and tag in ("msub", "msubsup") and html.unescape(of[0].text or "").replace(" ", "") in LIMITS:
        tag = tag.replace("msubsup", "munderover").replace("msub", "munder")
    attributes = {name: value for name, value in of.attrib.items() if name in ATTRIBUTES}
    return [tag, attributes, [*([text] if text else []), *(_node(each, block) for each in of)]]
