"""The bytes of a deck file, never more than a deck can be and never out of what is no plain file."""

import os
import stat
from pathlib import Path

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
    # A pipe that nobody writes would keep us waiting for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise DeckError(file, 0, "this is a folder", "Name the deck files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise DeckError(file, 0, "this is no plain file", "Is it a pipe or a device? Put a text file in its place.")
        with open(handle, "rb", closefd=False) as opened:
            # It may grow while it is read.
            data = opened.read(MOST_BYTES + 1) if status.st_size <= MOST_BYTES else b""
    finally:
        os.close(handle)
    size = max(status.st_size, len(data))
    if size > MOST_BYTES:
        what = f"{-(-size // _MB):,} MB where {MOST_BYTES // _MB} are the most"
        raise DeckError(file, 0, what, "Is it a deck at all? Then split it into several files.")
    return data
