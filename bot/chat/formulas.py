"""LaTeX → characters of Unicode, where these say exactly the same in one line: `x² ≤ σ`, `½`, `√(a + b)`."""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bot.chat import symbols
from bot.chat.scripts import LOWERED, RAISED

MOST_OF_A_FORMULA = 400
_MOST_NESTED = 12
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|:=|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
# As everybody writes and reads them: dy/dx.
_DIFFERENCE = re.compile(r"[d∂Δ](?:[^\W\d_][₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ]?)?")
_PRIMES = {1: "′", 2: "″", 3: "‴"}
_RAISED_BY_NATURE = frozenset("′″‴*†‡°")


class _Kind(Enum):
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


_VALUES = frozenset({_Kind.ORDINARY, _Kind.NUMBER, _Kind.FRACTION, _Kind.ROOT, _Kind.CLOSING})
_BEGINS_A_VALUE = frozenset({
    _Kind.ORDINARY, _Kind.NUMBER, _Kind.FRACTION, _Kind.ROOT, _Kind.OPENING, _Kind.NAME, _Kind.BIG,
})  # fmt: skip
_FACTORS = frozenset({_Kind.ORDINARY, _Kind.NUMBER, _Kind.ROOT, _Kind.OPENING, _Kind.CLOSING})


class _Atom(Struct, frozen=True):
    """A part of a formula; `single`: it is read as one thing whatever stands beside it."""

    text: str
    kind: _Kind
    single: bool = True
    has_limits: bool = False


class _NotExactError(Exception):
    """Unicode has no line that says the same."""


@lru_cache(maxsize=8192)
def exact(tex: str) -> str | None:
    """The formula in a line of Unicode; None if that would not say exactly the same.

    What needs more than a line has none: limits above and below, matrices, fractions in fractions, raised and lowered
    text without characters of its own.
    """
    if len(tex) > MOST_OF_A_FORMULA:
        return None
    try:
        return _joined(_Reader(tex).read_all()) or None
    except _NotExactError:
        return None


class _Reader:
    """Reads a formula from the left to the right."""

    def __init__(self, tex: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(tex)
        self._at = 0
        self._nested = 0

    def read_all(self) -> list[_Atom]:
        atoms = self._sequence("")
        if self._at < len(self._tokens):
            raise _NotExactError
        return atoms

    def _sequence(self, end: str) -> list[_Atom]:
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise _NotExactError
        atoms: list[_Atom] = []
        while self._at < len(self._tokens) and self._tokens[self._at] != end:
            if atom := self._atom():
                atoms.append(self._with_scripts(atom))
        self._nested -= 1
        return atoms

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise _NotExactError
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip_spaces(self) -> None:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1

    def _group(self) -> list[_Atom]:
        """What the next braces hold, or the next thing alone."""
        self._skip_spaces()
        if self._tokens[self._at : self._at + 1] == ["{"]:
            self._at += 1
            atoms = self._sequence("}")
            self._next()
            return atoms
        taken = self._tokens[self._at : self._at + 1]
        if taken and taken[0].isdigit() and len(taken[0]) > 1:
            # Without braces a command takes one digit of a number.
            self._tokens[self._at : self._at + 1] = list(taken[0])
        atom = self._atom()
        if atom is None:
            raise _NotExactError
        return [atom]

    def _plain(self) -> str:
        """What the next braces hold, letter for letter, as in `\\text{if }`."""
        self._skip_spaces()
        if self._next() != "{":
            raise _NotExactError
        text = ""
        while (part := self._next()) != "}":
            if part in ("{", "$") or (part.startswith("\\") and part not in ("\\ ", "\\&", "\\%", "\\_", "\\-")):
                raise _NotExactError
            text += part.removeprefix("\\") if part != "\\-" else "-"
        return text.replace("~", " ")

    def _atom(self) -> _Atom | None:
        part = self._next()
        if part.isspace():
            return None
        if part.startswith("\\"):
            return self._command(part[1:])
        if part == "{":
            return self._braced()
        if part in ("}", "^", "_", "&", "$", "%", "#", "\\"):
            raise _NotExactError
        if part == "~":
            return _Atom(" ", _Kind.SPACE)
        if part == "'":
            raise _NotExactError
        return _character(part)

    def _braced(self) -> _Atom:
        atoms = self._sequence("}")
        self._next()
        if len(atoms) == 1:
            atom = atoms[0]
            return (
                replace(atom, kind=_Kind.ORDINARY) if atom.kind in (_Kind.COMMA, _Kind.BINARY, _Kind.RELATION) else atom
            )
        return _Atom(_joined(atoms), _Kind.ORDINARY, single=False)

    def _command(self, name: str) -> _Atom | None:
        if name in symbols.ORDINARY:
            return _Atom(symbols.ORDINARY[name], _Kind.ORDINARY)
        for table, kind in _TABLES:
            if name in table:
                return _Atom(table[name], kind, has_limits=kind is _Kind.BIG)
        if name in symbols.NAMES or name in symbols.WITH_LIMITS:
            return _Atom(name, _Kind.NAME, has_limits=name in symbols.WITH_LIMITS)
        if name in symbols.SPACES:
            return _Atom(" ", _Kind.SPACE)
        if name in symbols.NOTHING:
            if self._tokens[self._at : self._at + 1] == ["."]:
                raise _NotExactError  # a bracket that stands on one side only
            return None
        return self._command_of_something(name)

    def _command_of_something(self, name: str) -> _Atom:
        if name in symbols.PLAIN:
            kind = _Kind.NAME if name == "operatorname" else _Kind.ORDINARY
            text = self._plain()
            return _Atom(text, kind, single=len(text) < 2 or text.isalpha())
        if name in symbols.ALPHABETS:
            return self._lettered(symbols.ALPHABETS[name])
        if name in symbols.ACCENTS:
            inner = _joined(self._group())
            if len(inner) != 1:
                raise _NotExactError
            return _Atom(unicodedata.normalize("NFC", inner + symbols.ACCENTS[name]), _Kind.ORDINARY)
        if name in ("frac", "dfrac", "tfrac"):
            return _fraction(self._group(), self._group())
        if name == "sqrt":
            return self._root()
        if name == "not":
            inner = _joined(self._group())
            if inner not in symbols.NOT:
                raise _NotExactError
            return _Atom(symbols.NOT[inner], _Kind.RELATION)
        if name in ("pmod", "mod"):
            inner = _joined(self._group())
            return _Atom(f" (mod {inner})" if name == "pmod" else f" mod {inner}", _Kind.ORDINARY, single=False)
        raise _NotExactError

    def _lettered(self, alphabet: dict[str, str]) -> _Atom:
        inner = _joined(self._group())
        if not inner or not all(char in alphabet or char in " -." for char in inner):
            raise _NotExactError
        return _Atom("".join([alphabet.get(char, char) for char in inner]), _Kind.ORDINARY, single=len(inner) == 1)

    def _root(self) -> _Atom:
        sign = "√"
        self._skip_spaces()
        if self._tokens[self._at : self._at + 1] == ["["]:
            degree = "".join(self._tokens[self._at : self._at + 3])
            sign = {"[3]": "∛", "[4]": "∜"}.get(degree, "")
            if not sign:
                raise _NotExactError
            self._at += 3
        inner = self._group()
        text = _joined(inner)
        bare = len(inner) == 1 and inner[0].single and (text.isdigit() or len(text) == 1)
        if bare:
            return _Atom(f"{sign}{text}", _Kind.ROOT)
        return _Atom(f"{sign}({text})", _Kind.ORDINARY)

    def _with_scripts(self, atom: _Atom) -> _Atom:
        lowered = raised = ""
        while True:
            self._skip_spaces()
            part = self._tokens[self._at] if self._at < len(self._tokens) else ""
            if part == "'":
                count = 0
                while self._tokens[self._at : self._at + 1] == ["'"]:
                    count, self._at = count + 1, self._at + 1
                raised = _PRIMES.get(count, "") + raised
                if count > len(_PRIMES):
                    raise _NotExactError
            elif part == "_" and not lowered:
                self._at += 1
                lowered = _shifted(self._group(), LOWERED)
            elif part == "^" and not raised.strip("".join(_PRIMES.values())):
                self._at += 1
                raised += _shifted(self._group(), RAISED)
            elif part in ("_", "^"):
                raise _NotExactError
            else:
                break
        if not lowered and not raised:
            return atom
        if atom.has_limits or atom.kind not in (
            _Kind.ORDINARY,
            _Kind.NUMBER,
            _Kind.CLOSING,
            _Kind.NAME,
            _Kind.FRACTION,
            _Kind.ROOT,
        ):
            raise _NotExactError
        text = atom.text
        if (not atom.single and atom.kind is not _Kind.NAME) or atom.kind in (_Kind.FRACTION, _Kind.ROOT):
            text = f"({text})"
        kind = _Kind.ORDINARY if atom.kind in _VALUES - {_Kind.CLOSING} else atom.kind
        return _Atom(text + lowered + raised, kind)


_TABLES = (
    (symbols.BINARY, _Kind.BINARY),
    (symbols.RELATIONS, _Kind.RELATION),
    (symbols.OPENING, _Kind.OPENING),
    (symbols.CLOSING, _Kind.CLOSING),
    (symbols.BIG, _Kind.BIG),
)


def _character(char: str) -> _Atom:
    if char[0].isdigit():
        return _Atom(char, _Kind.NUMBER)
    kinds = {"-": _Kind.BINARY, "+": _Kind.BINARY, "*": _Kind.BINARY, "(": _Kind.OPENING, "[": _Kind.OPENING}
    kinds |= {")": _Kind.CLOSING, "]": _Kind.CLOSING, ",": _Kind.COMMA, ";": _Kind.COMMA}
    kinds |= dict.fromkeys(("=", "<", ">", ":", ":=", *"≤≥≠≈→∈"), _Kind.RELATION)
    return _Atom({"-": "−", "*": "∗"}.get(char, char), kinds.get(char, _Kind.ORDINARY), single=char != "/")


def _shifted(atoms: Sequence[_Atom], table: dict[str, str]) -> str:
    text = "".join([atom.text for atom in atoms]).replace(" ", "")
    if table is RAISED:
        text = text.replace("∘", "°").replace("∗", "*")
        if text and set(text) <= _RAISED_BY_NATURE:
            return text
    if not text or not all(char in table for char in text):
        raise _NotExactError
    return "".join([table[char] for char in text])


def _fraction(above: Sequence[_Atom], below: Sequence[_Atom]) -> _Atom:
    over, under = _joined(above), _joined(below)
    if common := symbols.VULGAR.get(f"{over}/{under}"):
        return _Atom(common, _Kind.NUMBER)
    if not over or not under or any(atom.kind is _Kind.FRACTION or "/" in atom.text for atom in (*above, *below)):
        raise _NotExactError
    if _DIFFERENCE.fullmatch(over) and _DIFFERENCE.fullmatch(under) and over[0] == under[0] and under[1:]:
        return _Atom(f"{over}/{under}", _Kind.FRACTION)
    if not _is_product(above):
        over = f"({over})"
    if len(below) != 1 or not below[0].single or below[0].kind not in (_Kind.ORDINARY, _Kind.NUMBER, _Kind.ROOT):
        under = f"({under})"
    return _Atom(f"{over}/{under}", _Kind.FRACTION)


def _is_product(atoms: Sequence[_Atom]) -> bool:
    """Whether nothing but what stands in brackets is added or compared."""
    depth = 0
    for atom in atoms:
        depth += (atom.kind is _Kind.OPENING) - (atom.kind is _Kind.CLOSING)
        if depth < 0 or (depth == 0 and atom.kind not in _FACTORS):
            return False
    return depth == 0


def _joined(atoms: Sequence[_Atom]) -> str:
    written: list[str] = []
    for at, atom in enumerate(atoms):
        before = atoms[at - 1] if at else None
        after = atoms[at + 1] if at + 1 < len(atoms) else None
        written.append(_spaced(atom, before, after))
    return re.sub(r" {2,}", " ", "".join(written)).strip()


def _spaced(atom: _Atom, before: _Atom | None, after: _Atom | None) -> str:
    match atom.kind:
        case _Kind.RELATION:
            return f" {atom.text} "
        case _Kind.BINARY:
            is_between = before is not None and after is not None and before.kind in _VALUES
            return f" {atom.text} " if is_between else atom.text
        case _Kind.COMMA:
            return f"{atom.text} "
        case _Kind.NAME | _Kind.BIG:
            lead = " " if before is not None and before.kind in (_VALUES | {_Kind.NAME}) else ""
            return lead + atom.text + (" " if after is not None and after.kind is not _Kind.OPENING else "")
        case _Kind.FRACTION:
            is_close = (
                before is not None and (before.kind in _VALUES | {_Kind.NAME, _Kind.BIG} or before.text == "/")
            ) or (after is not None and (after.kind in _BEGINS_A_VALUE or after.text == "/"))
            return f"({atom.text})" if is_close else atom.text
        case _Kind.ROOT:
            is_close = after is not None and after.kind in _BEGINS_A_VALUE
            return f"{atom.text[0]}({atom.text[1:]})" if is_close else atom.text
        case _Kind.NUMBER:
            return f" {atom.text}" if before is not None and before.kind is _Kind.NUMBER else atom.text
        case _:
            return atom.text if atom.single or after is None or after.text != "/" else f"({atom.text})"
