"""What a database file and its WAL still hold of somebody, byte by byte."""

from pathlib import Path


def as_stored(number: int) -> dict[str, bytes]:
    """The bytes in which SQLite keeps an id, by the place in which it does."""
    width = next(each for each in (4, 6, 8) if number < 1 << 8 * each - 1)
    return {"as a column": number.to_bytes(width, "big"), "as a rowid": _varint(number), "as text": b"%d" % number}


def traces(path: Path, number: int) -> set[str]:
    """In which of these ways the file or what lies beside it (not its lock, which names no person) holds an id.

    A longer form (6 bytes of a number that fits in 4) holds the shorter one.
    """
    beside = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal", ".forgotten"))]
    content = b"".join(each.read_bytes() for each in beside if each.exists())
    return {where for where, stored in as_stored(number).items() if stored in content}


def _varint(number: int) -> bytes:
    """Seven bits a byte, the highest first; all but the last have the eighth bit set."""
    groups = []
    while number or not groups:
        groups.append(number & 0x7F)
        number >>= 7
    return bytes([*(group | 0x80 for group in groups[:0:-1]), groups[0]])
