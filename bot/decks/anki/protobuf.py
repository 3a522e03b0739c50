"""The fields of a protobuf message, as far as a collection needs them: whole numbers and bytes.

The encoding: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT = 10


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field, in the order in which they stand; fixed-width numbers are passed over.

    Raises:
        ValueError: it is no such message.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
        elif wire == _BYTES:
            length, at = _varint(message, at)
            yield number, _taken(message, at, length)
            at += length
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if wire == _EIGHT_BYTES else 4
            _taken(message, at, length)
            at += length
        else:
            raise ValueError(f"wire type {wire}")


def text(message: bytes, number: int) -> str:
    """The text of a field, empty if it is not there; of several the last counts."""
    found = ""
    for each, value in fields(message):
        if each == number and isinstance(value, bytes):
            found = value.decode("utf-8", "replace")
    return found


def whole(message: bytes, number: int) -> int:
    """The whole number of a field, 0 if it is not there."""
    found = 0
    for each, value in fields(message):
        if each == number and isinstance(value, int):
            found = value
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_LONGEST_VARINT):
        if at + place >= len(message):
            break
        byte = message[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a number that does not end")


def _taken(message: bytes, at: int, length: int) -> bytes:
    if at + length > len(message):
        raise ValueError("a field that is cut off")
    return message[at : at + length]
