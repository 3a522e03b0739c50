"""What a cell holds, by its text alone: prose, code, or a source; and whether a front asks something."""

import re
from enum import StrEnum

from bot.decks.codelike import is_codelike


class Look(StrEnum):
    """How a cell is drawn."""

    PROSE = "prose"
    CODE = "code"
    SOURCE = "source"
    """A date with or without its author: small, and last."""
    DATE = "date"
    """A date alone: a source beside an answer, and an answer where there is no other."""


def look_of(text: str) -> Look:
    """How to draw a cell that says `text`, its line breaks being real ones."""
    if date := _source_look(text.strip()):
        return date
    return Look.CODE if is_codelike(text) else Look.PROSE


# --- questions

_ENDS_ASKING = re.compile(r"[?？؟\u037e՞፧⁇⸮]+[\s\"'”’»)\]]*$")
_ASKS_BEFORE_ITS_END = re.compile(r"[?？؟]\s+\S+(?:\s+\S+){0,3}$")
_GAP = re.compile(r"_{3,}|\[(?:\.{3}|…)\]|\{\{c\d+::")
_ORDERS_TO_ANSWER = re.compile(r"^(?:compare|define|derive|describe|explain|list|prove)\s", re.IGNORECASE)
_MOST_WORDS_OF_AN_ORDER = 12
_END_OF_A_FRONT = 200


def asks(text: str) -> bool:
    """True when a front that says `text` wants an answer: a question mark at its end or shortly before, a gap to fill,
    or an order such as "Describe …".
    """
    text = text.strip()
    end = text[-_END_OF_A_FRONT:]
    return bool(
        _ENDS_ASKING.search(end)
        or _ASKS_BEFORE_ITS_END.search(end)
        or _GAP.search(text)
        or (_ORDERS_TO_ANSWER.match(text) and len(text.split()) <= _MOST_WORDS_OF_AN_ORDER)
    )


# --- sources

_LONGEST_SOURCE = 60
_YEAR = r"(?:['’](?:\d\d)|(?:1[5-9]|20)\d\d)"
_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec"
    r"|January|February|March|April|August|September|October|November|December)\.?"
)
_SEASON = r"(?:Q[1-4]|[1-4]Q|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)"
_DATE = re.compile(
    rf"(?:\d{{1,2}}\s+)?(?:{_MONTH}(?:\s+\d{{1,2}},)?|{_SEASON})\s+(?:{_YEAR}|\d\d)"
    r"|(?:19|20)\d\d-\d\d(?:-\d\d)?"
)
_BARE_YEAR = re.compile(_YEAR)
_NAME = r"(?:[A-Z]\.(?:-?[A-Z]\.)*|(?:d'|O'|Mc|Mac)?[^\W\d_a-z]\w*(?:[-'’]\w+)*|von|van|der|den|de|del|di|da|la|le|al)"
_AUTHORS = re.compile(
    rf"{_NAME}(?:\s+{_NAME}){{0,3}}(?:\s*(?:&|\band\b)\s*{_NAME}(?:\s+{_NAME}){{0,3}})?(?:\s+et\s+al\.?)?"
)


def _source_look(text: str) -> Look | None:
    if len(text) > _LONGEST_SOURCE or "\n" in text:
        return None
    if _DATE.fullmatch(text):
        return Look.DATE
    parts = [part.strip() for part in re.split(r"[,;]|\s[-–—]\s|[()]", text) if part.strip()]
    dates = [part for part in parts if _DATE.fullmatch(part) or _BARE_YEAR.fullmatch(part)]
    authors = [part for part in parts if part not in dates]
    if len(dates) == 1 and authors and all(_AUTHORS.fullmatch(part) for part in authors):
        return Look.SOURCE
    return None
