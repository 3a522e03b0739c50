"""What stands before a field's name in a template: `{{hint:Field}}`, `{{kana:Field}}` and their like."""

import re
from collections.abc import Callable, Sequence
from html import escape

from msgspec import Struct

from bot.decks import gaps
from bot.decks.anki.masks import without_masks
from bot.decks.anki.unseen import without_tags

# Each begins where a word begins: tried at every letter, a long text would take minutes.
_READING = re.compile(r"(?: |(?<=[ >\[\]])|^)([^ >\[\]]+)\[([^\[\]]+)\]")
_SOUND = "sound:"
_FILLING = re.compile(f"{gaps.FILLING_BEGINS}([^{gaps.FILLING_BEGINS}]*?){gaps.FILLING_ENDS}")


class Place(Struct, frozen=True):
    """Where a field is shown.

    Attributes:
        number: of the gap that is asked, from 1.
        is_front: before the answer is seen.
    """

    number: int
    is_front: bool


def applied(names: Sequence[str], text: str, field: str, place: Place) -> str:
    """The field's text as the filters leave it; the one that stands next to the field is the first."""
    if "type" in names:
        return _to_type(text, names, place)
    for name in reversed(names):
        if name == "cloze":
            text = _with_gaps(text, place)
        elif name == "cloze-only":
            text = _fillings(text, place.number)
        elif name == "hint":
            text = _hint(text, field)
        elif name.startswith("tts"):
            text = ""
        elif name in _SIMPLE:
            text = _SIMPLE[name](text)
    return text


def has_gap(text: str, number: int) -> bool:
    """Whether a gap of the text has this number; Anki takes a field without for blank."""
    return number in gaps.numbers(text)


def _with_gaps(text: str, place: Place) -> str:
    if not has_gap(text, place.number):
        return ""
    text = without_masks(text)
    return gaps.asking(text, place.number) if place.is_front else gaps.telling(text, place.number)


def _fillings(text: str, number: int) -> str:
    return ", ".join(_FILLING.findall(gaps.telling(text, number)))


def _to_type(text: str, names: Sequence[str], place: Place) -> str:
    """Nothing can be typed into a card here, so the front asks and the back has the answer."""
    if place.is_front:
        return ""
    return _fillings(text, place.number) if "cloze" in names else text


def _hint(text: str, field: str) -> str:
    return f"<details><summary>{escape(field, quote=False)}</summary>{text}</details>" if text.strip() else ""


def _readings(written: str) -> Callable[[str], str]:
    def applied_to(text: str) -> str:
        return _READING.sub(
            lambda found: found[0] if found[2].startswith(_SOUND) else found.expand(written),
            text.replace("&nbsp;", " "),
        )

    return applied_to


_SIMPLE: dict[str, Callable[[str], str]] = {
    "text": without_tags,
    "furigana": _readings(r"<ruby>\1<rt>\2</rt></ruby>"),
    "kanji": _readings(r"\1"),
    "kana": _readings(r"\2"),
}
