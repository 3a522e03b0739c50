"""A file of `bot.decks.everything` → its decks with their media, how far its owner is with each card, and settings."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from bot.decks import jsonl
from bot.decks.anki.archive import Archive, Limits, opened
from bot.decks.card import Card, Deck, DeckError, Fault
from bot.decks.choices import DeckChoices, Settings
from bot.decks.encoding import text_of
from bot.decks.everything import FORMAT, LOG, MANIFEST, POLICIES, PROGRESS, SETTINGS
from bot.decks.keeping import kept_as
from bot.decks.media import with_stored_media
from bot.decks.own_log import Row, State, is_sound, progress_of
from bot.decks.progress import MOST_GRADES, CardProgress
from bot.decks.textfile import lines_of, one_line

T = TypeVar("T")

_FORMATS = "deckhand.everything/"
_LONGEST = 4 * 2**20
_LONGEST_DECK = 64 * 2**20
_LONGEST_LOG = 256 * 2**20
_MOST_ROWS = 400_000
# They are written at once, while others wait.
_MOST_ROWS_OF_A_CARD = 2 * MOST_GRADES
# What was learned is in a log that is nobody's without them.
_GONE = "{} · no longer in it"
_CAUSE = "Export it again with Everything of mine."


class EverythingRead(Struct, frozen=True):
    """What the file holds, each as `decks`: of media the stored name by the author's, of all and of what is shown."""

    decks: tuple[Deck, ...]
    stored: tuple[dict[str, str], ...]
    shown: frozenset[str]
    progress: tuple[tuple[CardProgress | None, ...], ...]
    choices: tuple[DeckChoices, ...]
    settings: Settings
    faults: tuple[Fault, ...]


class _Deck(Struct):
    file: str
    name: str
    studied: bool = False
    archived: bool = False
    description: str = ""
    media: dict[str, str] = field(default_factory=dict)


class _Manifest(Struct):
    format: str
    decks: list[_Deck]


def is_everything(names: frozenset[str]) -> bool:
    """Whether a zip with entries of these names is such a file."""
    return {MANIFEST, SETTINGS} <= names


def read_everything(
    path: Path, file: str, folder: Path, target: Path | None, limits: Limits, tell: Callable[[int, int], None]
) -> EverythingRead:
    """What the file at `path` holds.

    Args:
        file: its name for who sent it.
        folder: for what is unpacked on the way; `target`: where media are kept, None: nowhere, they are only named.
        tell: is told how many of how many media are done.

    Raises:
        DeckError: it cannot be read.
        OSError: a folder cannot be written.
    """
    with opened(path, file, limits) as archive:
        return _Reader(archive, file, folder, limits).read(target, tell)


class _Kept(Struct, frozen=True):
    """A deck as it is taken; `progress` is that of each card."""

    told: _Deck
    deck: Deck
    progress: tuple[CardProgress | None, ...]
    choices: DeckChoices


def _kept(told: _Deck, deck: Deck, cards: Sequence[tuple[Card, CardProgress | None]], choices: DeckChoices) -> _Kept:
    found = replace(deck, cards=tuple(card for card, _ in cards))
    return _Kept(told, found, tuple(progress for _, progress in cards), choices)


class _Reader:
    """Takes the entries one after the other, under the limits of the archive."""

    def __init__(self, archive: Archive, file: str, folder: Path, limits: Limits) -> None:
        self._archive, self._file, self._folder, self._limits = archive, file, folder, limits
        self._faults: list[Fault] = []
        self._characters = self._cards = 0

    def read(self, target: Path | None, tell: Callable[[int, int], None]) -> EverythingRead:
        manifest = self._value(MANIFEST, _Manifest)
        if manifest.format != FORMAT:
            what = f"a file of the form {manifest.format[:40]!r} where {FORMAT} is read"
            raise DeckError(self._file, 0, what, _CAUSE)
        settings = self._value(SETTINGS, Settings)
        policies = self._value(POLICIES, dict[int, msgspec.Raw])
        logged = self._logged({number: bytes(body).decode() for number, body in policies.items()})
        kept = [each for told in manifest.decks for each in self._decks(told, logged)]
        if not kept:
            raise DeckError(self._file, 0, "there is no deck with a card in it", _CAUSE)
        stored, shown = self._media([each.told for each in kept], target, tell)
        return EverythingRead(
            tuple(
                replace(
                    each.deck, cards=tuple(with_stored_media(card, _among(shown, names)) for card in each.deck.cards)
                )
                for each, names in zip(kept, stored, strict=True)
            ),
            tuple(stored),
            shown,
            tuple(each.progress for each in kept),
            tuple(each.choices for each in kept),
            settings,
            tuple(self._faults),
        )

    # --- decks --------------------------------------------------------------------------------------------------------

    def _decks(self, told: _Deck, logged: Mapping[int, CardProgress]) -> Iterator[_Kept]:
        """The deck, if it has a card; and as another one, which is put away, the cards that were in it no longer and
        have been learned.
        """
        data = self._bytes(told.file, _LONGEST_DECK)
        self._characters += len(data)
        if self._characters > 8 * self._limits.characters:
            raise DeckError(self._file, 0, "its cards are longer than a collection's", _CAUSE)
        name = f"{one_line(told.name, 60) or 'deck'}.jsonl"
        lines = lines_of(text_of(data, name).text, name)
        if not any(line.strip() for line in lines[1:]):
            return
        deck = jsonl.parse(data, name)
        cards: list[tuple[Card, CardProgress | None]] = []
        gone: list[tuple[Card, CardProgress | None]] = []
        for card in deck.cards:
            said: dict[str, Any] = json.loads(lines[card.line - 1])
            progress = logged.get(said["id"]) if type(said.get("id")) is int else None
            if said.get("archived") is not True:
                cards.append((card, progress))
            elif progress is not None:
                gone.append((card, progress))
        self._cards += len(cards) + len(gone)
        if self._cards > self._limits.cards:
            raise DeckError(self._file, 0, f"more than {self._limits.cards:,} cards in it", _CAUSE)
        self._faults += [replace(fault, file=self._file) for fault in deck.faults if fault.loses_card]
        choices = DeckChoices(told.studied, told.archived, told.description[:4000])
        if cards:
            yield _kept(told, deck, cards, choices)
        if gone:
            put_away = replace(deck, name=_GONE.format(deck.name))
            yield _kept(told, put_away, gone, DeckChoices(archived=True))

    # --- media --------------------------------------------------------------------------------------------------------

    def _media(
        self, decks: Sequence[_Deck], target: Path | None, tell: Callable[[int, int], None]
    ) -> tuple[list[dict[str, str]], frozenset[str]]:
        """Of each deck the stored name by the author's, and those that can be shown or heard."""
        known: dict[str, tuple[str, bool] | None] = {}
        entries = {entry for deck in decks for entry in deck.media.values()}
        stored: list[dict[str, str]] = []
        for deck in decks:
            names: dict[str, str] = {}
            for name, entry in deck.media.items():
                if entry not in known:
                    tell(len(known), len(entries))
                    known[entry] = self._medium(name, entry, target)
                if (found := known[entry]) is not None:
                    names[name] = found[0]
            stored.append(names)
        return stored, frozenset(found[0] for found in known.values() if found is not None and found[1])

    def _medium(self, name: str, entry: str, target: Path | None) -> tuple[str, bool] | None:
        if entry not in self._archive.names or not entry.startswith("media/"):
            self._faults.append(Fault(self._file, 0, f"{name[:60]!r} is not in it", _CAUSE))
            return None
        path = self._folder / "medium"
        self._archive.copy(entry, path, self._limits.medium)
        return kept_as(name, path, target)

    # --- log and memories ---------------------------------------------------------------------------------------------

    def _logged(self, policies: dict[int, str]) -> dict[int, CardProgress]:
        """How far the file's owner is, by the number of the card."""
        rows: defaultdict[int, list[Row]] = defaultdict(list)
        for row in self._lines(LOG, Row):
            rows[row.card].append(row)
        states = {state.card: state for state in self._lines(PROGRESS, State)}
        found: dict[int, CardProgress] = {}
        wrong = long = 0
        for card in rows.keys() | states.keys():
            state = states.get(card, State(card))
            if len(rows.get(card, ())) > _MOST_ROWS_OF_A_CARD:
                long += 1
            elif is_sound(rows.get(card, ()), policies):
                found[card] = progress_of(state, rows.pop(card, []), policies)
            else:
                wrong += 1
        for cards, how in ((wrong, "contradicts itself"), (long, f"has more than {_MOST_ROWS_OF_A_CARD:,} lines")):
            if cards:
                what = f"the log of {cards} {'card' if cards == 1 else 'cards'} {how}"
                self._faults.append(Fault(self._file, 0, what, "It is left out."))
        return found

    def _lines(self, name: str, kind: type[T]) -> Iterator[T]:
        if name not in self._archive.names:
            return
        path = self._folder / "lines"
        self._archive.copy(name, path, _LONGEST_LOG)
        decoder = msgspec.json.Decoder(kind)
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if number > _MOST_ROWS:
                        raise DeckError(self._file, 0, f"more than {_MOST_ROWS:,} lines in {name}", _CAUSE)
                    try:
                        yield decoder.decode(line)
                    except (msgspec.DecodeError, ValueError, RecursionError) as error:
                        what = f"{name} in it cannot be read"
                        raise DeckError(self._file, number, what, _CAUSE) from error
        finally:
            path.unlink()

    # --- entries ------------------------------------------------------------------------------------------------------

    def _value(self, name: str, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(self._bytes(name, _LONGEST), type=kind)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise DeckError(self._file, 0, f"{name} in it cannot be read", _CAUSE) from error

    def _bytes(self, name: str, most: int) -> bytes:
        if name not in self._archive.names:
            raise DeckError(self._file, 0, f"{one_line(name, 60)} is not in it", _CAUSE)
        return self._archive.bytes_of(name, most)


def _among(shown: frozenset[str], names: dict[str, str]) -> dict[str, str]:
    return {name: stored for name, stored in names.items() if stored in shown}
