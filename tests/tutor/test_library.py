"""Which deck a file is: by name, by bytes, by cards."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection

import pytest

from bot.decks.card import Deck
from bot.decks.content import Paragraph, Run, words
from bot.decks.delimited import parse
from bot.decks.textfile import GivenUp
from bot.storage import cards, edits, sqlite
from bot.storage.backup import before_migrating
from bot.storage.migrations import migrate
from bot.tutor import Desk, library
from bot.tutor.library import Found

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk at an empty database."""
    path = tmp_path / "deckhand.db"
    with closing(sqlite.writer(path)) as connection:
        migrate(connection, partial(before_migrating, path))
        yield Desk(connection, NOW, "UTC")


def found(file: str, letters: str) -> Found:
    """A file with a card for each letter; the same letters are the same bytes."""
    deck: Deck = parse("".join(f"What does {letter} mean?;It is {letter}\n" for letter in letters).encode(), file)
    return Found(deck, f"digest of {letters}")


def look(desk: Desk, **files: str) -> dict[str, int]:
    """A look at a folder that holds exactly these files (a="abc" is a.txt); file → the deck that it is now."""
    known = library.digests(desk)
    every = [found(f"{name}.txt", letters) for name, letters in files.items()]
    changed = [each for each in every if known.get(each.deck.file) != each.digest]
    present = frozenset(each.deck.file for each in every)
    for deck_id, each in zip(library.claim(desk, changed, present), changed, strict=True):
        library.keep(desk, deck_id, each, library.compare(library.known(desk, deck_id), each.deck.cards))
    library.missing(desk, present)
    return {deck.file.removesuffix(".txt"): deck.deck_id for deck in cards.decks(desk.db, 0)}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"a": "abcd", "b": "stuv"}, {"a": 1, "b": 2}),
        ({"a": "abcx", "b": "stuv"}, {"a": 1, "b": 2}),
        ({"a": "abyz", "b": "stuv"}, {"a": 1, "b": 2}),
        ({"a": "wxyz", "b": "stuv"}, {"a": 1, "b": 2}),
        ({"c": "abcd", "b": "stuv"}, {"c": 1, "b": 2}),
        ({"c": "abcx", "b": "stuv"}, {"c": 1, "b": 2}),
        ({"c": "axyz", "b": "stuv"}, {"c": 3, "b": 2}),
        ({"a": "stuv", "b": "abcd"}, {"a": 2, "b": 1}),
        ({"a": "stux", "b": "abcx"}, {"a": 2, "b": 1}),
        ({"a": "stuv", "b": "wxyz"}, {"a": 2, "b": 3}),
        ({"a": "wxyz", "b": "stuv", "c": "abcd"}, {"a": 3, "b": 2, "c": 1}),
        ({"a": "abxy", "b": "stuv", "c": "abcd"}, {"a": 1, "b": 2, "c": 3}),
        ({"a": "stuv"}, {"a": 2}),
        ({"b": "abcd", "c": "stuv"}, {"b": 1, "c": 2}),
        ({}, {}),
    ],
    ids=[
        "nothing changed",
        "a line edited",
        "half edited",
        "wholly rewritten under its name",
        "renamed",
        "renamed and edited",
        "too little left of it",
        "swapped",
        "swapped and edited",
        "one over the other, a new one in its place",
        "renamed, a new one in its place",
        "copied, then edited",
        "one over the other",
        "a chain of names",
        "all gone",
    ],
)
def test_which_deck_a_file_is(desk: Desk, after: dict[str, str], expected: dict[str, int]) -> None:
    """The cards tell, and the name where they do not."""
    assert look(desk, a="abcd", b="stuv") == {"a": 1, "b": 2}
    assert look(desk, **after) == expected
    broken: list[object] = desk.db.execute("pragma foreign_key_check").fetchall()
    assert broken == []


def test_whatever_happened_the_old_folder_brings_the_old_decks(desk: Desk) -> None:
    """Decks whose name another took, or whose file was gone, are themselves again when the folder is as it was."""
    before = look(desk, a="abcd", b="stuv")
    look(desk, a="stuv")
    look(desk, a="wxyz")
    look(desk)
    assert look(desk, a="abcd", b="stuv") == before
    assert (cards_of(desk.db, before["a"]), cards_of(desk.db, before["b"])) == ("abcd", "stuv")


def cards_of(db: Connection, deck_id: int) -> str:
    """The letters of a deck's cards that are asked."""
    return "".join(known.fields[0].split()[2] for known in cards.known(db, deck_id) if not known.archived)


def test_what_was_claimed_and_not_kept_is_read_again(desk: Desk) -> None:
    """After a crash between the two a new deck is not offered empty, and a moved one has bytes that fit no file."""
    look(desk, a="abcd")
    moved, new = found("b.txt", "abcd"), found("c.txt", "wxyz")
    library.claim(desk, [moved, new], frozenset({"b.txt", "c.txt"}))
    assert library.digests(desk) == {"b.txt": ""}
    assert [(deck.file, deck.cards) for deck in cards.decks(desk.db, 0)] == [("b.txt", 4)]
    assert look(desk, b="abcd", c="wxyz") == {"b": 1, "c": 2}


@pytest.mark.parametrize("asked", [1, 3, 8])
def test_what_takes_long_is_given_up(desk: Desk, asked: int) -> None:
    """To find out which deck a file is, and to compare its cards, ends as soon as the answer is not wanted any more."""
    known = library.known(desk, look(desk, a="abcd", b="stuv")["a"])
    changed = [found("a.txt", "abcx"), found("b.txt", "stuy")]
    for work in (
        partial(library.claim, desk, changed, frozenset({"a.txt", "b.txt"})),
        partial(library.compare, known, [card for each in changed for card in each.deck.cards]),
    ):
        wanted = iter([True] * (asked - 1))
        with pytest.raises(GivenUp):
            work(go_on=lambda wanted=wanted: next(wanted, False))


def test_what_is_edited_while_a_file_is_compared_stays(desk: Desk) -> None:
    """As if it had been edited before: it goes to its new place, until the file says something else."""
    look(desk, a="abcd")
    changed = found("a.txt", "dcba")
    (deck_id,) = library.claim(desk, [changed], frozenset({"a.txt"}))
    compared = library.compare(library.known(desk, deck_id), changed.deck.cards)
    first = cards.known(desk.db, deck_id)[0]
    edits.change(desk.db, cards.card(desk.db, first.card_id), first.front, (Paragraph((Run("It is mine"),)),))
    library.keep(desk, deck_id, changed, compared)
    assert backs_of(desk.db, deck_id) == ["It is d", "It is c", "It is b", "It is mine"]
    look(desk, a="bacd")
    assert backs_of(desk.db, deck_id) == ["It is b", "It is mine", "It is c", "It is d"]


def backs_of(db: Connection, deck_id: int) -> list[str]:
    """What stands on the backs of a deck's cards that are asked."""
    return [words(known.back) for known in cards.known(db, deck_id) if not known.archived]
