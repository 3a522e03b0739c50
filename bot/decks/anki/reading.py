"""A package → decks, each card with how far somebody is with it, and what could not be read."""

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from html import unescape
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from bot.decks.anki import collection, mentions, notetypes, rendering
from bot.decks.anki.collection import CardState, Collection, Note
from bot.decks.anki.masks import without_masks
from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.anki.occlusion import Masked
from bot.decks.anki.package import Medium, Package
from bot.decks.anki.rendering import Rendered
from bot.decks.anki.templates import Compiled, Sides, TemplateError, compiled
from bot.decks.anki.unseen import without_tags
from bot.decks.card import Card, Deck, DeckError, Fault, overlong
from bot.decks.cells import kind_of
from bot.decks.textfile import one_line, slug_of

# The note type of an add-on that was used before Anki had masks of its own.
_MASKS_AS_PICTURES = frozenset({"Question Mask", "Answer Mask"})
_LONGEST_SLUG = 40
_LONGEST_NAME = 200
_LONGEST_LABEL = 40
# Its templates and looks, each kept once and told with every import.
_LONGEST_NOTETYPE = 500_000


class DeckRead(Struct, frozen=True):
    """One deck of a package; `states[n]` is how far somebody is with `deck.cards[n]`."""

    deck: Deck
    states: tuple[CardState, ...]


class PackageRead(Struct, frozen=True):
    """What a package holds.

    Attributes:
        decks: by name; `A::B` lies in `A`.
        created_on: the day from which the states count days.
        media: names of the pictures and sounds that cards show and the package has.
        masked: pictures with masks, which `occlusion.draw` makes; cards call them by their names.
        faults: of the package as a whole: media that are missing, cards without a note.
    """

    decks: tuple[DeckRead, ...]
    notes: int
    created_on: date
    media: tuple[str, ...]
    masked: tuple[Masked, ...]
    faults: tuple[Fault, ...]


def read_package(package: Package) -> PackageRead:
    """The decks of the package, their cards in the order in which they were made.

    Raises:
        DeckError: its collection cannot be read, or there is no card in it.
    """
    found = collection.read(package.collection, package.file, package.limits)
    reader = _Reader(package)
    for state in found.cards:
        reader.take(state)
    if not reader.cards:
        raise _no_card(reader, package.file)
    slugs: set[str] = set()
    decks: list[DeckRead] = []
    for name in sorted(reader.cards):
        cards = reader.cards[name]
        slug = _slug(name, slugs)
        columns = _columns(card.note.notetype for _, card in cards)
        deck = Deck(
            slug,
            one_line(name, _LONGEST_NAME) or "Default",
            package.file,
            tuple(card for card, _ in cards),
            tuple(reader.faults.get(name, ())),
            columns,
        )
        decks.append(DeckRead(deck, tuple(state for _, state in cards)))
    present, missing = _sorted_out(reader.media, package.media)
    there = frozenset(present)
    masked = tuple(each for each in reader.masked.values() if each.picture in there)
    faults = [*_beside(found, package.file, reader, present=set(reader.cards)), *_missing(missing, package.file)]
    return PackageRead(tuple(decks), found.notes, found.created_on, present, masked, tuple(faults))


class _Reader:
    """Takes the cards one by one, and stops where a package would never end."""

    def __init__(self, package: Package) -> None:
        self._file, self._limits, self._media = package.file, package.limits, package.media
        self._characters = self._work = 0
        self._notes: dict[str, Note] = {}
        self._made: dict[int, str] = {}
        self._alike: Counter[str] = Counter()
        self._templates: dict[Template, Compiled | TemplateError] = {}
        self._bodies: dict[int, str] = {}
        self._said: set[tuple[str, ...]] = set()
        self.cards: defaultdict[str, list[tuple[Card, CardState]]] = defaultdict(list)
        self.faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self.media: Counter[str] = Counter()
        self.masked: dict[str, Masked] = {}

    def take(self, state: CardState) -> None:
        """Reads a card, or says why it is none."""
        note = state.note
        template = rendering.template_of(note.notetype, state.ordinal)
        if template is None:
            self._lose(state, "its note type has no such card", "Was a card type deleted? Anki calls it an empty card.")
        elif frozenset(note.notetype.fields) >= _MASKS_AS_PICTURES:
            self._lose(state, "its masks are pictures of an add-on", "Make it anew with Anki's own image occlusion.")
        else:
            try:
                compiled_one = self._compiled(template)
                rendered = rendering.filled(note, compiled_one, state.ordinal, state.deck, self._limits.side)
            except TemplateError as error:
                self._count(0, error.work)
                self._lose(state, str(error), f"Look at card type {_quoted(template.name)} of its note type.")
            else:
                self._keep(state, template, rendered)

    def _keep(self, state: CardState, template: Template, rendered: Rendered) -> None:
        sides, front, back = rendered.sides, rendered.front, rendered.back
        self._count(len(sides.front) + len(sides.back), sides.work)
        self._say_unknown(state, template, sides)
        if not front:
            self._lose(state, "nothing is on its front", "Anki calls it an empty card.")
            return
        if wrong := overlong(front, back):
            self._lose(state, *wrong)
            return
        for each in rendered.masked:
            self.masked[each.name] = replace(each, picture=_as_listed(each.picture, self._media))
        named = {*mentions.names(sides.front), *mentions.names(sides.back)} - {each.name for each in rendered.masked}
        self.media.update(sorted(named | {each.picture for each in rendered.masked}))
        note = self._known_by(state)
        card = Card(
            front,
            back,
            kind_of(front, back),
            state.note.fields,
            f"{note}:{state.ordinal}",
            note,
            state.note.tags,
            notetype=self._body(state),
        )
        self.cards[state.deck].append((card, state))

    def _compiled(self, template: Template) -> Compiled:
        """Read once, however many cards it has; raises TemplateError."""
        if template not in self._templates:
            try:
                self._templates[template] = compiled(template)
            except TemplateError as error:
                self._templates[template] = error
        found = self._templates[template]
        if isinstance(found, TemplateError):
            raise TemplateError(str(found))
        return found

    def _count(self, characters: int, work: int) -> None:
        self._characters += characters
        self._work += work
        if self._characters > self._limits.characters or self._work > self._limits.work:
            raise DeckError(self._file, 0, "its cards are longer than a collection's", "Export its decks one by one.")

    def _known_by(self, state: CardState) -> str:
        """The note's id. Where another has it, which Anki means not to be and a database may, one made of its text."""
        note = state.note
        if note.guid and self._notes.setdefault(note.guid, note) is note:
            return note.guid
        self._say(state, "another note has its id", "It is known by its text alone.", "guid", note.guid)
        made = self._made.get(id(note))
        if made is None:
            made = "=" + hashlib.sha256("\x1f".join(note.fields).encode(errors="replace")).hexdigest()[:20]
            self._alike[made] += 1
            made = self._made[id(note)] = f"{made}{self._alike[made]}" if self._alike[made] > 1 else made
        return made

    def _body(self, state: CardState) -> str:
        """Its note type as it is kept, the same object for all of its cards."""
        notetype = state.note.notetype
        body = self._bodies.get(id(notetype))
        if body is None:
            body = notetypes.to_json(notetype)
            if len(body) > _LONGEST_NOTETYPE:
                self._say(state, "its note type is too long to be kept", "Here it is two sides alone.", notetype.name)
                body = ""
            self._bodies[id(notetype)] = body
        return body

    def _say_unknown(self, state: CardState, template: Template, sides: Sides) -> None:
        for name in sides.unknown:
            what = f"its template names a field {_quoted(name)} that its note type has not"
            cause = f"Look at card type {_quoted(template.name)}."
            self._say(state, what, cause, state.note.notetype.name, template.name, name)

    def _say(self, state: CardState, what: str, cause: str, *once: str) -> None:
        if once not in self._said:
            self._said.add(once)
            self.faults[state.deck].append(Fault(self._file, 0, f"{_label(state)}: {what}", cause))

    def _lose(self, state: CardState, what: str, cause: str) -> None:
        self.faults[state.deck].append(Fault(self._file, 0, f"{_label(state)}: {what}", cause, loses_card=True))


def _as_listed(name: str, media: Mapping[str, Medium]) -> str:
    """The name as the package has it: some editors write a space in it as %20."""
    return name if name in media else unquote(name)


def _sorted_out(names: Counter[str], media: Mapping[str, Medium]) -> tuple[tuple[str, ...], dict[str, int]]:
    """The names that the package has, as it has them, and the others with the number of their cards."""
    present: dict[str, None] = {}
    missing: dict[str, int] = {}
    for name, cards in names.items():
        listed = _as_listed(name, media)
        if listed in media and media[listed].entry:
            present[listed] = None
        else:
            missing[name] = cards
    return tuple(present), missing


def _missing(missing: Mapping[str, int], file: str) -> Iterator[Fault]:
    for name, cards in missing.items():
        what = f"{_quoted(name)} is not in the package, and {cards} {'card shows' if cards == 1 else 'cards show'} it"
        yield Fault(file, 0, what, 'Export it with "Include media".')


def _beside(found: Collection, file: str, reader: _Reader, *, present: set[str]) -> Iterator[Fault]:
    """What belongs to no deck that has a card."""
    for name in reader.faults:
        if name not in present:
            yield from reader.faults[name]
    if found.orphans:
        what = f"{found.orphans} {'card has' if found.orphans == 1 else 'cards have'} no note that is there"
        yield Fault(file, 0, what, 'Use "Check Database" of Anki, then export it again.', loses_card=True)


def _no_card(reader: _Reader, file: str) -> DeckError:
    for faults in reader.faults.values():
        return DeckError(file, 0, f"there is no card in it that can be read. {faults[0].what}", faults[0].cause)
    return DeckError(file, 0, "there is no card in it", "Was an empty deck exported?")


def _slug(name: str, taken: set[str]) -> str:
    slug = slug_of(f"{name.replace('/', '-')}.apkg")
    if slug in taken:
        slug = f"{slug[: _LONGEST_SLUG - 9]}-{zlib.crc32(name.encode()):08x}"
    taken.add(slug)
    return slug


def _columns(notetypes: Iterator[NoteType]) -> str:
    kinds = dict.fromkeys(notetypes)
    named = [f"{one_line(kind.name, _LONGEST_LABEL)} ({', '.join(kind.fields[:8])})" for kind in [*kinds][:8]]
    return f"Notes of Anki: {'; '.join(named)}."


def _label(state: CardState) -> str:
    """A card as whoever wrote it finds it again."""
    note = state.note
    texts = (unescape(without_tags(without_masks(text[:1000]))) for text in note.fields)
    first = next((text for text in texts if text.strip()), "")
    return f"{_quoted(first)}, card {state.ordinal + 1} of {one_line(note.notetype.name, _LONGEST_LABEL)}"


def _quoted(text: str) -> str:
    return json.dumps(one_line(text, _LONGEST_LABEL), ensure_ascii=False)
