"""Pictures and recordings that lie beside a deck file in its folder → files that are named by what they hold."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.decks.card import Deck
from bot.decks.folder import picture_path, sound_path
from bot.decks.keeping import kept_as
from bot.decks.media import media_names


def keep_beside(
    decks: Sequence[Deck], root: Path, folder: Path, target: Path | None
) -> tuple[tuple[dict[str, str], ...], frozenset[str]]:
    """Of each deck its media by the author's names, as they are stored, and all that is stored.

    Args:
        root: the decks folder, in which the decks' file lies.
        folder: for copies on the way; `target`: where media are kept, None: nowhere, they are only named.

    Raises:
        OSError: a folder cannot be written.
    """
    kept: dict[Path, str] = {}
    stored: list[dict[str, str]] = []
    for deck in decks:
        names: dict[str, str] = {}
        for name in {name: None for card in deck.cards for name in media_names((*card.front, *card.back))}:
            path = picture_path(root, deck.file, name) or sound_path(root, deck.file, name)
            if path is not None:
                if path not in kept:
                    copy = folder / "medium"
                    shutil.copyfile(path, copy)
                    kept[path], _ = kept_as(name, copy, target)
                names[name] = kept[path]
        stored.append(names)
    return tuple(stored), frozenset(kept.values())
