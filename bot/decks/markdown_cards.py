"""A file of Markdown with cards in it → its decks, or an error with file and line."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from bot.decks import markdown, markdown_gaps
from bot.decks.card import Card, Deck, Fault, Kind, Parted, note_of, too_many_gaps, within_a_deck
from bot.decks.content import Content
from bot.decks.encoding import text_of
from bot.decks.markdown_decks import Decks, Placed
from bot.decks.markdown_entries import OF_HASHCARDS, Entry, Form, Tags, entries
from bot.decks.markdown_gaps import Gap
from bot.decks.markdown_lines import Line, front_matter, visible
from bot.decks.piles import Piles
from bot.decks.textfile import LONGEST_LINE, GoOn, NotADeckError, lines_of, surely, while_wanted, without_overlong
from bot.decks.verbatim import hidden

_RESERVED = re.compile("[\ufdd0-\ufdd7]")
_GAPS: dict[Form, Callable[[str], tuple[Gap, ...]]] = {
    Form.BRACKETS: markdown_gaps.bracketed,
    Form.HIGHLIGHTS: markdown_gaps.highlighted,
}
_REVERSED = frozenset({Form.BOTH_WAYS, Form.BLOCK_BOTH_WAYS})
_EMBEDDED = re.compile(
    r"(!?)\[\[([^\[\]|#\n]*)(?:#[^\[\]|\n]*)?(?:\|([^\[\]\n]*))?\]\]|!\[[^\[\]\n]*\]\(<?([^()<>\n]+)>?\)"
)
SOUNDS = frozenset({".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac", ".aac", ".3gp"})
# What a card is besides its text stands in a comment above it, as JSON.
_ABOUT = re.compile(r"\s*<!-- card (\{.*\}) -->\s*")
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif"})


class _Text(Struct, frozen=True):
    """The sides of a card, still as Markdown."""

    front: str
    back: str
    fields: tuple[str, ...]


def parse(data: bytes, file: str) -> Deck:
    """The deck in a file that names one for all of its cards; raises as `decks_of`."""
    (deck,) = decks_of(data, file)
    return deck


def decks_of(data: bytes, file: str, go_on: GoOn = surely) -> tuple[Deck, ...]:
    """The decks in a file's bytes (see `text_of` for how they may be encoded), in the order of their first cards.

    Args:
        file: path inside the decks folder, with `/`; faults name it, slug and name come from it.
        go_on: asked all the while.

    Raises:
        GivenUp: it was not to go on.
        NotADeckError: there is no card in it, nor anything that looks like one: it is somebody's notes.
        DeckError: the file as a whole cannot be read, or all its cards are lost.
    """
    decoded = text_of(data, file)
    lines = lines_of(_RESERVED.sub("", decoded.text), file)
    faults = [*without_overlong(lines, file)]
    matter = front_matter(lines)
    seen: list[Line] = []
    for line in visible(lines, matter.lines, file):
        if isinstance(line, Fault):
            faults.append(line)
        else:
            seen.append(line)
    written: list[Entry | Tags] = []
    for entry in entries(seen, file, tagged=bool(matter.tags)):
        if isinstance(entry, Fault):
            faults.append(entry)
        else:
            written.append(entry)
    decks = Decks(written, matter, file)
    piles = Piles(file)
    _fill(piles, while_wanted([*decks.placed()], go_on), lines, file)
    if not piles.filled and not any(fault.loses_card for fault in (*faults, *piles.faults)):
        raise NotADeckError(file, 0, "there is no card in it", "Cards are written as decks/README.md shows.")
    whole = decks.whole()
    parted = Parted(whole) if [pile.name for pile in piles.filled] != [whole] else None
    return piles.decks([*faults, *decks.faults()], _columns(written), decoded.read_as, parted)


def _fill(piles: Piles, placed: Iterable[Placed], lines: Sequence[str], file: str) -> None:
    """Put the cards of these entries to their decks; `lines` are the file's."""
    characters = 0
    for each in placed:
        entry, pile = each.entry, piles.of(each.deck)
        texts = _texts(entry, file)
        if isinstance(texts, Fault):
            pile.add(texts, file)
            continue
        characters += sum(len(text.front) + len(text.back) for text in texts)
        within_a_deck(characters, file, entry.line)
        read = [*_read(entry, texts, each.tags)]
        cards = [card for card in read if card.front]
        # A text that makes several cards tells of none of them.
        if len(cards) == 1 and entry.line > 1:
            cards = [_with_about(cards[0], lines[entry.line - 2])]
        for card in cards:
            pile.add(card, file)
        for _ in read[len(cards) :]:
            cause = "Is the question missing?"
            pile.add(Fault(file, entry.line, "nothing is asked here", cause, loses_card=True), file)


def _texts(entry: Entry, file: str) -> list[_Text] | Fault:
    length = len(entry.front) + len(entry.back)
    if length > LONGEST_LINE:
        what = f"{length:,} characters where an entry has {LONGEST_LINE:,} at the most"
        return Fault(file, entry.line, what, "Is what ends it missing? It is in no card.", loses_card=True)
    if entry.form not in _GAPS:
        sides = [_Text(entry.front, entry.back, (entry.front, entry.back))]
        if entry.form in _REVERSED and entry.back:
            sides.append(_Text(entry.back, entry.front, (entry.back, entry.front)))
        return sides
    found = _GAPS[entry.form](entry.front)
    numbers = sorted({gap.number for gap in found})
    if not numbers:
        cause = "Put what is asked for into square brackets."
        return Fault(file, entry.line, "a C: without a […]", cause, loses_card=True)
    if wrong := too_many_gaps(len(numbers)):
        return Fault(file, entry.line, *wrong, loses_card=True)
    text = entry.front
    return [
        _Text(
            markdown_gaps.asking(text, found, number),
            markdown_gaps.telling(text, found, number),
            (text, str(number)),
        )
        for number in numbers
    ]


def _read(entry: Entry, texts: Sequence[_Text], tags: tuple[str, ...]) -> Iterator[Card]:
    is_obsidian = entry.form not in OF_HASHCARDS
    note = note_of(entry.front) if len(texts) > 1 else ""
    for text in texts:
        front, back = (_content(side, is_obsidian=is_obsidian) for side in (text.front, text.back))
        kind = Kind.QUESTION if back else Kind.WAITING
        yield Card(front, back, kind, text.fields, "", note, tags, entry.line)


def about(card: Card) -> str:
    """The comment that keeps a card's id, its siblings and tags, and that it is a statement; empty: none of these."""
    told = {
        **({"guid": card.guid} if card.guid else {}),
        **({"note": card.note} if card.note else {}),
        **({"tags": card.tags} if card.tags else {}),
        **({"kind": str(card.kind)} if card.kind is Kind.STATEMENT else {}),
    }
    if not told:
        return ""
    # What would end the comment is written otherwise.
    written = json.dumps(told, ensure_ascii=False).replace(">", "\\u003e")
    return f"<!-- card {written} -->"


def _with_about(card: Card, above: str) -> Card:
    """The card with what the line above it tells of it."""
    found = _ABOUT.fullmatch(above)
    if not found:
        return card
    try:
        told = json.loads(found[1])
    except (ValueError, RecursionError):
        return card  # somebody's own comment
    guid, note, tags = told.get("guid"), told.get("note"), told.get("tags")
    return replace(
        card,
        guid=guid if isinstance(guid, str) else "",
        note=note if isinstance(note, str) else card.note,
        tags=tuple(dict.fromkeys(" ".join(map(str, tags)).split())) if isinstance(tags, list) else (),
        kind=Kind.STATEMENT if told.get("kind") == Kind.STATEMENT and not card.back else card.kind,
    )


def _content(text: str, *, is_obsidian: bool) -> Content:
    if is_obsidian:
        text = markdown_gaps.emphasised(text)
    if "[" in text:
        marks = hidden(text)
        text = _EMBEDDED.sub(lambda found: _shown(found) if marks[found.start()] in "![" else found[0], text)
    return markdown.parse(text, keeps_newlines=is_obsidian)


def _shown(found: re.Match[str]) -> str:
    """What Obsidian's `![[picture.png]]` and `[[note|words]]` show, and sounds, which are written as pictures are."""
    embeds, target, words, source = found.groups()
    if source is not None:
        # hashcards calls the folder of all its decks @.
        name = source.strip().removeprefix("@/")
        return f"[sound:{name}]" if PurePosixPath(name).suffix.lower() in SOUNDS else found[0].replace("(@/", "(")
    ending = PurePosixPath(target.strip()).suffix.lower()
    if embeds and ending in SOUNDS:
        return f"[sound:{target.strip()}]"
    if embeds and ending in _PICTURES:
        return f"![](<{target.strip()}>)"
    return words or target or found[0]


def _columns(written: Sequence[Entry | Tags]) -> str:
    forms = dict.fromkeys(each.form.value for each in written if isinstance(each, Entry))
    return f"Markdown: cards are written with {', '.join(forms)}."
