"""What every deck file of text has in common: how long it may be, how it is called, what is told of it."""

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from bot.decks.card import Card, DeckError, Fault
from bot.decks.content import words

T = TypeVar("T")
GoOn = Callable[[], bool]
"""Whether what is being read is still wanted."""

MOST_LINES = 100_000
# Some dozens of messages; csv itself reads quoted cells up to 131 072.
LONGEST_LINE = 100_000
_LONGEST_SLUG = 40
_LONGEST_NAME = 200


class GivenUp(Exception):  # noqa: N818 (it tells what happened)
    """Whoever reads was told to end; nothing came of it."""


def surely() -> bool:
    """For who reads to the end."""
    return True


def while_wanted(entries: Iterable[T], go_on: GoOn) -> Iterator[T]:
    """The entries of a file, one after the other, for work on them that takes long; raises GivenUp."""
    for entry in entries:
        if not go_on():
            raise GivenUp
        yield entry


class NotADeckError(DeckError):
    """A file that may well hold something else, and holds no card."""


def lines_of(text: str, file: str) -> list[str]:
    """The lines, however they end; raises DeckError where they are too many."""
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    if ends > MOST_LINES:
        what = f"{ends:,} lines where {MOST_LINES:,} are the most"
        raise DeckError(file, 0, what, "Is it a deck at all? Then split it into several files.")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def without_overlong(lines: list[str], file: str) -> Iterator[Fault]:
    """Empties the lines that no card can be; every rule below may then take its time with a line."""
    for at, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            lines[at] = ""
            what = f"{len(line):,} characters where a line has {LONGEST_LINE:,} at the most"
            yield Fault(file, at + 1, what, "Are the line breaks missing? The line is in no card.", loses_card=True)


def slug_of(file: str) -> str:
    """The file's name fit for a link: a-z, 0-9, `_` and `-`, at most 40 characters, never empty."""
    stem = PurePosixPath(file).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:_LONGEST_SLUG].strip("-_")
    # A name without a Latin letter still needs a link of its own.
    return slug or f"deck-{zlib.crc32(stem.encode(errors='surrogatepass')):08x}"


def readable(stem: str) -> str:
    """A name as people read it: `french-verbs` is `French verbs`."""
    name = re.sub(r"[-_\s]+", " ", stem).strip() or "Deck"
    return name[0].upper() + name[1:]


def one_line(text: str, most: int) -> str:
    """The text as it can stand in a line that is told: in signs that people see, and no longer than that."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * most]).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def called_in_a_line(name: str) -> str:
    """A deck's name as it is told, and as the deck is known by it when its file comes again; never empty."""
    return one_line(name, _LONGEST_NAME) or "Deck"


def repeats(card: Card, seen: dict[tuple[str, ...], int], file: str) -> Iterator[Fault]:
    """Says of an entry that it is there twice, which siblings are not; `seen`: the lines of those before it."""
    first = seen.setdefault((*card.fields, words(card.front), card.guid if card.note else ""), card.line)
    if first != card.line:
        yield Fault(file, card.line, f"the same entry as in line {first}", "Was it pasted twice? Both are kept.")


def no_card(faults: Sequence[Fault], file: str) -> DeckError:
    """Why nothing of a file is a card: its first lost line, else that nothing is written in it."""
    for fault in faults:
        if fault.loses_card:
            return DeckError(file, fault.line, fault.what, fault.cause)
    return DeckError(file, 0, "there is no card in it", "Was it saved before anything was written?")
