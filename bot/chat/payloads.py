"""A tap ↔ the payload of its button: pack and parse. What kinds of taps there are stands in `buttons`."""

import re
from functools import cache
from typing import Any

from msgspec import Struct, structs

LIMIT_BYTES = 64
# As `pack` writes them and no other way: one payload for each tap.
_INT = re.compile(r"(0|-?[1-9][0-9]{0,17})\Z")
_WORD = re.compile(r"[A-Za-z0-9_+/\-]{0,40}\Z")
_SHAPES: dict[Any, re.Pattern[str]] = {str: _WORD, int: _INT, bool: re.compile(r"[01]\Z")}


class Tap(Struct, frozen=True):
    """Something a button asks for, with a `tag` that no other kind has. Fields are whole numbers, truth values or short
    words. The last may have a default, and is left out where it holds that: so a kind that gets a field goes on to read
    the buttons that stand in chats.
    """

    def pack(self) -> str:
        """The payload, at most 64 bytes of ASCII. Raises ValueError for a value that could not be parsed again."""
        words = [_code(type(self))]
        for name, holds in _fields(type(self)):
            value = getattr(self, name)
            word = value if holds is str else str(int(value))
            if not _SHAPES[holds].match(word):
                raise ValueError(f"a payload that does not fit: {type(self).__name__}")
            words.append(word)
        if (default := _default(type(self))) and structs.astuple(self)[-1:] == default:
            words.pop()
        payload = ":".join(words)
        if len(payload) > LIMIT_BYTES:
            raise ValueError(f"a payload that does not fit: {type(self).__name__}")
        return payload


def _code(kind: type[Tap]) -> str:
    return str(kind.__struct_config__.tag)


@cache
def _fields(kind: type[Tap]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.type) for field in structs.fields(kind))


@cache
def _default(kind: type[Tap]) -> tuple[Any, ...]:
    """What the last field is when it is left out; empty if it never is."""
    return tuple(field.default for field in structs.fields(kind)[-1:] if not field.required)


@cache
def _kinds() -> dict[str, type[Tap]]:
    return {_code(kind): kind for kind in kinds()}


def kinds() -> tuple[type[Tap], ...]:
    """Every kind of tap, for the table of handlers."""
    return tuple(Tap.__subclasses__())


def parse(payload: str) -> Tap | None:
    """The tap that a payload means; None for whatever no button of ours ever held."""
    if len(payload) > LIMIT_BYTES:
        return None
    code, *values = payload.split(":")
    kind = _kinds().get(code)
    if kind is None:
        return None
    fields = _fields(kind)
    if len(values) != len(fields):
        if not _default(kind) or len(values) != len(fields) - 1:
            return None
        fields = fields[:-1]
    if any(not _SHAPES[holds].match(value) for (_, holds), value in zip(fields, values, strict=True)):
        return None
    read = [
        value if holds is str else value == "1" if holds is bool else int(value)
        for (_, holds), value in zip(fields, values, strict=True)
    ]
    tap = kind(*read)
    return tap if tap.pack() == payload else None
