"""The parts of a formula, and how they are written one after the other so that they say the same."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from msgspec import Struct

from bot.chat import symbols
from bot.chat.scripts import RAISED

# As everybody writes and reads them: dy/dx.
_DIFFERENCE = re.compile(r"[d∂Δ](?:[^\W\d_][₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ]?)?")
_RAISED_BY_NATURE = frozenset("′″‴*†‡°")


class NotExactError(Exception):
    """Unicode has no line that says the same."""


class Kind(Enum):
    """What stands around an atom: nothing, or spaces."""

    ORDINARY = auto()
    NUMBER = auto()
    FRACTION = auto()
    """Needs brackets where something stands close to it."""
    ROOT = auto()
    """Needs brackets within, where something stands close behind it."""
    NAME = auto()
    BIG = auto()
    BINARY = auto()
    RELATION = auto()
    OPENING = auto()
    CLOSING = auto()
    COMMA = auto()
    SPACE = auto()


VALUES = frozenset({Kind.ORDINARY, Kind.NUMBER, Kind.FRACTION, Kind.ROOT, Kind.CLOSING})
_BEGINS_A_VALUE = frozenset({
    Kind.ORDINARY, Kind.NUMBER, Kind.FRACTION, Kind.ROOT, Kind.OPENING, Kind.NAME, Kind.BIG,
})  # fmt: skip
_FACTORS = frozenset({Kind.ORDINARY, Kind.NUMBER, Kind.OPENING, Kind.CLOSING})


class Atom(Struct, frozen=True):
    """A part of a formula; `single`: it is read as one thing whatever stands beside it."""

    text: str
    kind: Kind
    single: bool = True
    has_limits: bool = False


def character(char: str) -> Atom:
    """What a character, or a number, is by itself."""
    if char[0].isdigit():
        return Atom(char, Kind.NUMBER)
    kinds = {"-": Kind.BINARY, "+": Kind.BINARY, "*": Kind.BINARY, "(": Kind.OPENING, "[": Kind.OPENING}
    kinds |= {")": Kind.CLOSING, "]": Kind.CLOSING, ",": Kind.COMMA, ";": Kind.COMMA}
    kinds |= dict.fromkeys(("=", "<", ">", ":", ":=", *"≤≥≠≈→∈"), Kind.RELATION)
    return Atom({"-": "−", "*": "∗"}.get(char, char), kinds.get(char, Kind.ORDINARY), single=char != "/")


def shifted(atoms: Sequence[Atom], table: dict[str, str]) -> str:
    """The atoms raised or lowered. Raises NotExactError where one has no such character."""
    text = "".join([atom.text for atom in atoms]).replace(" ", "")
    if table is RAISED:
        text = text.replace("∘", "°").replace("∗", "*")
        if text and set(text) <= _RAISED_BY_NATURE:
            return text
    if not text or not all(char in table for char in text):
        raise NotExactError
    return "".join([table[char] for char in text])


def fraction(above: Sequence[Atom], below: Sequence[Atom]) -> Atom:
    """A fraction on one line, in brackets what must stay together. Raises NotExactError for one of fractions."""
    over, under = joined(above), joined(below)
    if common := symbols.VULGAR.get(f"{over}/{under}"):
        return Atom(common, Kind.NUMBER)
    if not over or not under or any(atom.kind is Kind.FRACTION or "/" in atom.text for atom in (*above, *below)):
        raise NotExactError
    if _DIFFERENCE.fullmatch(over) and _DIFFERENCE.fullmatch(under) and over[0] == under[0] and under[1:]:
        return Atom(f"{over}/{under}", Kind.FRACTION)
    if not _is_product(above):
        over = f"({over})"
    if len(below) != 1 or not below[0].single or below[0].kind not in (Kind.ORDINARY, Kind.NUMBER, Kind.ROOT):
        under = f"({under})"
    return Atom(f"{over}/{under}", Kind.FRACTION)


def _is_product(atoms: Sequence[Atom]) -> bool:
    """Whether nothing but what stands in brackets is added or compared."""
    depth = 0
    for atom in atoms:
        depth += (atom.kind is Kind.OPENING) - (atom.kind is Kind.CLOSING)
        if depth < 0 or (depth == 0 and atom.kind not in _FACTORS):
            return False
    return depth == 0


def joined(atoms: Sequence[Atom]) -> str:
    """The atoms one after the other, spaces and brackets where mathematicians read them."""
    written: list[str] = []
    for at, atom in enumerate(atoms):
        before = atoms[at - 1] if at else None
        after = atoms[at + 1] if at + 1 < len(atoms) else None
        written.append(_spaced(atom, before, after))
    return re.sub(r" {2,}", " ", "".join(written)).strip()


def _spaced(atom: Atom, before: Atom | None, after: Atom | None) -> str:
    match atom.kind:
        case Kind.RELATION:
            return f" {atom.text} "
        case Kind.BINARY:
            is_between = before is not None and after is not None and before.kind in VALUES
            return f" {atom.text} " if is_between else atom.text
        case Kind.COMMA:
            return f"{atom.text} "
        case Kind.NAME | Kind.BIG:
            lead = " " if before is not None and before.kind in (VALUES | {Kind.NAME}) else ""
            return lead + atom.text + (" " if after is not None and after.kind is not Kind.OPENING else "")
        case Kind.FRACTION:
            is_close = (
                before is not None and (before.kind in VALUES | {Kind.NAME, Kind.BIG} or before.text == "/")
            ) or (after is not None and (after.kind in _BEGINS_A_VALUE or after.text == "/"))
            return f"({atom.text})" if is_close else atom.text
        case Kind.ROOT:
            is_close = after is not None and (after.kind in _BEGINS_A_VALUE or after.text == "/")
            return f"{atom.text[0]}({atom.text[1:]})" if is_close else atom.text
        case Kind.NUMBER:
            return f" {atom.text}" if before is not None and before.kind is Kind.NUMBER else atom.text
        case _:
            return atom.text if atom.single or after is None or after.text != "/" else f"({atom.text})"
