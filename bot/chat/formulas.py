"""LaTeX → characters of Unicode, where these say exactly the same in one line: `x² ≤ σ`, `½`, `√(a + b)`."""

import re
import unicodedata
from functools import lru_cache

from msgspec.structs import replace

from bot.chat import symbols
from bot.chat.atoms import VALUES, Atom, Kind, NotExactError, character, fraction, joined, shifted
from bot.chat.chemistry import chemical
from bot.chat.scripts import LOWERED, RAISED

MOST_OF_A_FORMULA = 400
_MOST_NESTED = 12
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|:=|[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_PRIMES = {1: "′", 2: "″", 3: "‴"}


@lru_cache(maxsize=8192)
def exact(tex: str) -> str | None:
    """The formula in a line of Unicode; None if that would not say exactly the same.

    What needs more than a line has none: limits above and below, matrices, fractions in fractions, raised and lowered
    text without characters of its own.
    """
    if len(tex) > MOST_OF_A_FORMULA:
        return None
    try:
        return joined(_Reader(tex).read_all()) or None
    except NotExactError:
        return None


class _Reader:
    """Reads a formula from the left to the right."""

    def __init__(self, tex: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(tex)
        self._at = 0
        self._nested = 0

    def read_all(self) -> list[Atom]:
        atoms = self._sequence("")
        if self._at < len(self._tokens):
            raise NotExactError
        return atoms

    def _sequence(self, end: str) -> list[Atom]:
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise NotExactError
        atoms: list[Atom] = []
        while self._at < len(self._tokens) and self._tokens[self._at] != end:
            if atom := self._atom():
                atoms.append(self._with_scripts(atom))
        self._nested -= 1
        return atoms

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise NotExactError
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip_spaces(self) -> None:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1

    def _group(self) -> list[Atom]:
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
            raise NotExactError
        return [atom]

    def _plain(self) -> str:
        """What the next braces hold, letter for letter, as in `\\text{if }`."""
        self._skip_spaces()
        if self._next() != "{":
            raise NotExactError
        text = ""
        while (part := self._next()) != "}":
            if part in ("{", "$") or (part.startswith("\\") and part not in ("\\ ", "\\&", "\\%", "\\_", "\\-")):
                raise NotExactError
            text += part.removeprefix("\\") if part != "\\-" else "-"
        return text.replace("~", " ")

    def _atom(self) -> Atom | None:
        part = self._next()
        if part.isspace():
            return None
        if part.startswith("\\"):
            return self._command(part[1:])
        if part == "{":
            return self._braced()
        if part in ("}", "^", "_", "&", "$", "%", "#", "\\"):
            raise NotExactError
        if part == "~":
            return Atom(" ", Kind.SPACE)
        if part == "'":
            raise NotExactError
        return character(part)

    def _braced(self) -> Atom:
        atoms = self._sequence("}")
        self._next()
        if len(atoms) == 1:
            atom = atoms[0]
            return replace(atom, kind=Kind.ORDINARY) if atom.kind in (Kind.COMMA, Kind.BINARY, Kind.RELATION) else atom
        return Atom(joined(atoms), Kind.ORDINARY, single=False)

    def _command(self, name: str) -> Atom | None:
        if name in symbols.ORDINARY:
            return Atom(symbols.ORDINARY[name], Kind.ORDINARY)
        for table, kind in _TABLES:
            if name in table:
                return Atom(table[name], kind, has_limits=kind is Kind.BIG)
        if name in symbols.NAMES or name in symbols.WITH_LIMITS:
            return Atom(name, Kind.NAME, has_limits=name in symbols.WITH_LIMITS)
        if name in symbols.SPACES:
            return Atom(" ", Kind.SPACE)
        if name in symbols.NOTHING:
            if self._tokens[self._at : self._at + 1] == ["."]:
                raise NotExactError  # a bracket that stands on one side only
            return None
        return self._command_of_something(name)

    def _command_of_something(self, name: str) -> Atom:
        if name in symbols.PLAIN:
            kind = Kind.NAME if name == "operatorname" else Kind.ORDINARY
            text = self._plain()
            return Atom(text, kind, single=len(text) < 2 or text.isalpha())
        if name in symbols.ALPHABETS:
            return self._lettered(symbols.ALPHABETS[name])
        if name in symbols.ACCENTS:
            inner = joined(self._group())
            if len(inner) != 1:
                raise NotExactError
            return Atom(unicodedata.normalize("NFC", inner + symbols.ACCENTS[name]), Kind.ORDINARY)
        if name == "ce":
            return self._chemical()
        if name in ("frac", "dfrac", "tfrac"):
            return fraction(self._group(), self._group())
        if name == "sqrt":
            return self._root()
        if name == "not":
            inner = joined(self._group())
            if inner not in symbols.NOT:
                raise NotExactError
            return Atom(symbols.NOT[inner], Kind.RELATION)
        if name in ("pmod", "mod"):
            inner = joined(self._group())
            return Atom(f" (mod {inner})" if name == "pmod" else f" mod {inner}", Kind.ORDINARY, single=False)
        raise NotExactError

    def _chemical(self) -> Atom:
        source = ""
        if self._next() != "{":
            raise NotExactError
        while (depth := source.count("{") - source.count("}")) >= 0 and (part := self._next()) != "}" * (depth == 0):
            source += part
        text = chemical(source)
        if text is None:
            raise NotExactError
        return Atom(text, Kind.ORDINARY, single=False)

    def _lettered(self, alphabet: dict[str, str]) -> Atom:
        inner = joined(self._group())
        if not inner or not all(char in alphabet or char in " -." for char in inner):
            raise NotExactError
        return Atom("".join([alphabet.get(char, char) for char in inner]), Kind.ORDINARY, single=len(inner) == 1)

    def _root(self) -> Atom:
        sign = "√"
        self._skip_spaces()
        if self._tokens[self._at : self._at + 1] == ["["]:
            degree = "".join(self._tokens[self._at : self._at + 3])
            sign = {"[3]": "∛", "[4]": "∜"}.get(degree, "")
            if not sign:
                raise NotExactError
            self._at += 3
        inner = self._group()
        text = joined(inner)
        bare = len(inner) == 1 and inner[0].single and (text.isdigit() or len(text) == 1)
        if bare:
            return Atom(f"{sign}{text}", Kind.ROOT)
        return Atom(f"{sign}({text})", Kind.ORDINARY)

    def _with_scripts(self, atom: Atom) -> Atom:
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
                    raise NotExactError
            elif part == "_" and not lowered:
                self._at += 1
                lowered = shifted(self._group(), LOWERED)
            elif part == "^" and not raised.strip("".join(_PRIMES.values())):
                self._at += 1
                raised += shifted(self._group(), RAISED)
            elif part in ("_", "^"):
                raise NotExactError
            else:
                break
        if not lowered and not raised:
            return atom
        if atom.has_limits or atom.kind not in VALUES | {Kind.NAME}:
            raise NotExactError
        text = atom.text
        if (not atom.single and atom.kind is not Kind.NAME) or atom.kind in (Kind.FRACTION, Kind.ROOT):
            text = f"({text})"
        kind = Kind.ORDINARY if atom.kind in VALUES - {Kind.CLOSING} else atom.kind
        return Atom(text + lowered + raised, kind)


_TABLES = (
    (symbols.BINARY, Kind.BINARY),
    (symbols.RELATIONS, Kind.RELATION),
    (symbols.OPENING, Kind.OPENING),
    (symbols.CLOSING, Kind.CLOSING),
    (symbols.BIG, Kind.BIG),
)
