"""How much a file may take that somebody else made. Whatever reads one is a process of its own that keeps to this."""

import resource
from typing import TYPE_CHECKING

from bot.decks.arrival import MOST_BYTES
from bot.decks.card import Fault

if TYPE_CHECKING:
    from bot.decks.anki.archive import Limits

MEMORY_BYTES = 240 * 2**20
CPU_SECONDS = 120
READING_SECONDS = 300.0
"""By the clock: somebody else ends it then."""
_MEMORY_BYTES_OF_LARGE = 1024 * 2**20
_CPU_SECONDS_OF_LARGE = 1200
READING_SECONDS_OF_LARGE = 3600.0


def keep_to_them(*, large: bool) -> None:
    """From here on this process is refused more memory, and ended at more time. `large`: the file is none that a
    person sends."""
    seconds, memory = CPU_SECONDS, MEMORY_BYTES
    if large:
        seconds, memory = _CPU_SECONDS_OF_LARGE, _MEMORY_BYTES_OF_LARGE
    # Of its own memory; what stands in libraries and files is little.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def of_zip(*, large: bool) -> "Limits":
    """The most that is read of a package, or of another zip with decks."""
    # It takes zip and zstd, which a text does not wait for.
    from bot.decks.anki.archive import Limits

    if large:
        return Limits()
    return Limits(
        file=MOST_BYTES,
        collection=100 * 2**20,
        everything=400 * 2**20,
        cards=50_000,
        reviews=1_000_000,
        characters=40_000_000,
        work=240_000_000,
    )


def out_of_memory(name: str) -> Fault:
    """What is said of a file for which there was too little."""
    return Fault(name, 0, "it takes more memory than there is for a file", "Send it in parts.")


def out_of_room(name: str, where: str) -> Fault:
    """What is said of a file for whose pictures and sounds there was none, to who can make some."""
    return Fault(name, 0, f"The disk is full: {where} cannot be written", "Nothing was imported. Make room there.")


def out_of_time(name: str) -> Fault:
    """What is said of one whose process was ended, or ended itself without a word."""
    return Fault(name, 0, "it takes more memory or time than there is for a file", "Send it in parts.")
