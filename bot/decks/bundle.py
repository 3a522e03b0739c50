"""A zip of deck files with their pictures and recordings, as `exporting` makes it of Markdown → decks."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from bot.decks import reading
from bot.decks.anki.archive import Archive, Limits, opened
from bot.decks.card import Deck, DeckError, Fault
from bot.decks.folder import is_deck_name, is_package, places
from bot.decks.keeping import kept_as
from bot.decks.media import media_names, with_stored_media
from bot.decks.textfile import NotADeckError

_MOST_DECKS = 200
_LONGEST = 8 * 2**20


class BundleRead(Struct, frozen=True):
    """What the zip holds: of each deck its media by the author's names; `shown` by the names under which they lie.

    `packed`: of all its faults those that are no deck's.
    """

    decks: tuple[Deck, ...]
    stored: tuple[dict[str, str], ...]
    shown: frozenset[str]
    packed: tuple[Fault, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        return (*self.packed, *(fault for deck in self.decks for fault in deck.faults))


def deck_files(names: Iterable[str]) -> list[str]:
    """The deck files among the entries of a zip; what an operating system puts beside them is none."""
    return sorted(name for name in names if is_deck_name(PurePosixPath(name).name) and not _is_beside(name))


def _is_beside(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def is_bundle(names: Iterable[str]) -> bool:
    """Whether a zip with entries of these names is one of deck files, and no package of Anki."""
    every = tuple(names)
    return bool(deck_files(every)) and not any(name.startswith("collection.") for name in every)


def read_bundle(
    path: Path, file: str, folder: Path, target: Path | None, limits: Limits, tell: Callable[[int, int], None]
) -> BundleRead:
    """What the zip at `path` holds; prose among the deck files is left alone.

    Args:
        file: its name for who sent it.
        folder: for what is unpacked on the way; `target`: where media are kept, None: nowhere, they are only named.
        tell: is told how many of how many media are done.

    Raises:
        DeckError: it cannot be read, or there is no card in it.
        OSError: a folder cannot be written.
    """
    with opened(path, file, limits) as archive:
        decks = _decks(archive, file, limits)
        packed = _packed(archive.names)
        wanted = [_places(deck, archive.names) for deck in decks]
        kept: dict[str, tuple[str, bool]] = {}
        all_of_them = len({entry for names in wanted for entries in names.values() for entry in entries})

        def is_kept_to_show(entry: str) -> bool:
            """Whether the entry, which is kept from now on, can be shown or heard."""
            if entry not in kept:
                tell(len(kept), all_of_them)
                unpacked = folder / "medium"
                archive.copy(entry, unpacked, limits.medium)
                kept[entry] = kept_as(entry, unpacked, target)
            return kept[entry][1]

        # As in the decks folder a file that is no picture stands in nobody's way.
        meant = [
            {name: next(filter(is_kept_to_show, entries), entries[0]) for name, entries in names.items()}
            for names in wanted
        ]
    shown = frozenset(stored for stored, is_shown in kept.values() if is_shown)
    stored = tuple({name: kept[entry][0] for name, entry in names.items()} for names in meant)
    return BundleRead(tuple(map(_stored, decks, stored, [shown] * len(decks))), stored, shown, packed)


def _packed(names: Iterable[str]) -> tuple[Fault, ...]:
    """What holds decks of its own and is not looked into."""
    return tuple(
        Fault(name, 0, "this is packed once more, and nothing of it is read", "Send it by itself.", loses_card=True)
        for name in sorted(names)
        if is_package(name) and not _is_beside(name)
    )


def _decks(archive: Archive, file: str, limits: Limits) -> list[Deck]:
    names = deck_files(archive.names)
    if len(names) > _MOST_DECKS:
        raise DeckError(file, 0, f"{len(names)} deck files in it where {_MOST_DECKS} are the most", "Send it in parts.")
    decks: list[Deck] = []
    none: DeckError | None = None
    for name in names:
        try:
            decks += reading.read(archive.bytes_of(name, _LONGEST), name)
        except NotADeckError as error:
            none = error
    if sum(len(deck.cards) for deck in decks) > limits.cards:
        raise DeckError(file, 0, f"more than {limits.cards:,} cards in it", "Send it in parts.")
    if not decks:
        raise none or DeckError(file, 0, "there is no card in it", "Cards are written as decks/README.md shows.")
    return decks


def _places(deck: Deck, entries: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The entries that may be the deck's media, at least one for each name in its cards that has any."""
    names = {name: None for card in deck.cards for name in media_names((*card.front, *card.back))}
    found = {name: tuple(entry for entry in map(str, places(deck.file, name)) if entry in entries) for name in names}
    return {name: some for name, some in found.items() if some}


def _stored(deck: Deck, stored: dict[str, str], shown: frozenset[str]) -> Deck:
    seen = {name: file for name, file in stored.items() if file in shown}
    return replace(deck, cards=tuple(with_stored_media(card, seen) for card in deck.cards)) if seen else deck
