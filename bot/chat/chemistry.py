"""Chemical formulas as `\\ce{…}` has them → a line of Unicode: `SO₄²⁻`, `2 H₂ + O₂ → 2 H₂O`."""

import re

from bot.chat.scripts import LOWERED, RAISED

_ARROWS = {
    "->": "→", "<-": "←", "<->": "↔", "<=>": "⇌", "<=>>": "⇌", "<<=>": "⇌", "-->": "→", "+": "+", "v": "↓", "^": "↑",
}  # fmt: skip
_PIECE = re.compile(
    r"(?P<part>[A-Z][a-z]?|\((?:aq|s|l|g|cr)\)|[()\[\]])"
    r"|(?P<bond>[=#-](?=[A-Z(\[]))|(?P<dot>[*.])"
    r"|\^(?:\{(?P<charge>[0-9]*[+-]?)\}|(?P<bare>[0-9]*[+-]?))|_\{?(?P<low>[0-9]+|[nmxy])\}?"
    r"|(?P<number>[0-9]+)|(?P<sign>[+-]+$)|(?P<letter>[nmxy](?=[A-Z(]|$))"
)
_BONDS = {"=": "=", "#": "≡", "-": "–"}


def chemical(source: str) -> str | None:
    """The formula or equation in a line of Unicode; None where that would not say the same."""
    words = [_ARROWS.get(word) or _compound(word) for word in source.split()]
    return None if not words or None in words else " ".join(filter(None, words))


def _compound(word: str) -> str | None:
    """One substance with its coefficient, such as `2H2O` or `SO4^2-`."""
    written = ""
    at, counts = 0, False
    while at < len(word):
        found = _PIECE.match(word, at)
        if not found or found.end() == at:
            return None
        at = found.end()
        if found["number"]:
            # Behind a letter or a bracket it counts atoms, elsewhere substances.
            written += _in(LOWERED, found["number"]) if counts else found["number"] + ("" if at == len(word) else " ")
        elif found["low"]:
            if not all(char in LOWERED for char in found["low"]):
                return None
            written += _in(LOWERED, found["low"])
        elif charge := found["charge"] or found["bare"] or found["sign"]:
            written += _in(RAISED, charge)
        elif found["dot"]:
            written += " · "
        elif found["bond"]:
            written += _BONDS[found["bond"]]
        elif part := found["part"] or found["letter"]:
            written += part
        else:
            return None
        counts = bool(found["part"]) and found["part"] not in ("(", "[")
    return written


def _in(table: dict[str, str], text: str) -> str:
    return "".join([table[char] for char in text])
