"""What `deck check` says about a package, or a zip of deck files: `python -m bot.decks.check_packed PATH NAME FOLDER`.

It keeps to the limits, and tells as JSON the lines, how many cards would be lost, and how many other faults there are.
FOLDER is an empty one.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.decks import check, limits
from bot.decks.anki import check as package
from bot.decks.anki.archive import Limits, opened
from bot.decks.arrival import MOST_BYTES
from bot.decks.bundle import is_bundle, read_bundle
from bot.decks.card import DeckError


def main(arguments: Sequence[str]) -> None:
    """Read it and tell."""
    path, name, folder = arguments
    large = Path(path).stat().st_size > MOST_BYTES
    limits.keep_to_them(large=large)
    try:
        said = about(Path(path), name, Path(folder), limits.of_zip(large=large))
    except DeckError as error:
        said = check.refused(error.fault)
    except MemoryError:
        said = check.refused(limits.out_of_memory(name))
    # Names on a disk are bytes, which JSON can hold only as escapes.
    sys.stdout.write(json.dumps(said))


def about(path: Path, name: str, folder: Path, most: Limits) -> check.Said:
    """The lines, how many cards would be lost, how many other faults there are; raises DeckError."""
    with opened(path, name, most) as archive:
        names = archive.names
    if is_bundle(names):
        read = read_bundle(path, name, folder, None, most, lambda _done, _all: None)
        return check.about_zip(read.decks, read.packed)
    return package.about(path, name, folder, most)


if __name__ == "__main__":
    main(sys.argv[1:])
