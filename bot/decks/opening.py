"""The bytes of a deck file, never more than a deck can be and never out of what is no plain file."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.decks.card import DeckError

# Several times the largest decks that people share, and what can still be read beside people's taps.
MOST_BYTES = 10 * 1024 * 1024
_MB = 1024 * 1024


def contents(path: Path, file: str) -> bytes:
    """What the file holds.

    Args:
        file: its name for its author; faults name it.

    Raises:
        DeckError: it is too big, or no plain file.
        OSError: it cannot be opened or read.
    """
    with plain(path, file) as opened:
        size = os.fstat(opened.fileno()).st_size
        # It may grow while it is read.
        data = opened.read(MOST_BYTES + 1) if size <= MOST_BYTES else b""
    size = max(size, len(data))
    if size > MOST_BYTES:
        what = f"{-(-size // _MB):,} MB where {MOST_BYTES // _MB} are the most"
        raise DeckError(file, 0, what, "Is it a deck at all? Then split it into several files.")
    return data


@contextmanager
def plain(path: Path, file: str) -> Iterator[BinaryIO]:
    """The file, open for reading, if it is a plain one; raises as `contents` does."""
    # A pipe that nobody writes would keep us waiting for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise DeckError(file, 0, "this is a folder", "Name the deck files in it.")
        if not stat.S_ISREG(mode):
            raise DeckError(file, 0, "this is no plain file", "Is it a pipe or a device? Put a text file in its place.")
        with open(handle, "rb", closefd=False) as opened:
            yield opened
    finally:
        os.close(handle)
