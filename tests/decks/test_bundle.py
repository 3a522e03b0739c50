"""A zip of deck files with their pictures beside them is read as these decks."""

from pathlib import Path

import pytest

from bot.decks.anki.archive import Limits
from bot.decks.bundle import BundleRead, deck_files, read_bundle
from bot.decks.card import DeckError
from bot.decks.content import pictures
from tests.decks.anki.samples import PICTURE, zipped

NOTE = b"Only prose.\n"


def read(folder: Path, entries: dict[str, bytes]) -> BundleRead:
    """What is in a zip of these."""
    path = folder / "x.zip"
    path.write_bytes(zipped(entries.items()))
    (folder / "in").mkdir()
    (folder / "kept").mkdir()
    return read_bundle(path, path.name, folder / "in", folder / "kept", Limits(), lambda done, of: None)


def test_each_deck_file_is_a_deck_with_its_pictures(tmp_path: Path) -> None:
    """By its own folder; prose, other files, and what nobody's card shows stay behind."""
    found = read(
        tmp_path,
        {
            "a/one.md": b"Q: x\nA: ![](p.png)\n",
            "two.txt": b"q;a\n",
            "notes.md": NOTE,
            "a/p.png": PICTURE,
            "p.png": b"another",
            "a/unused.png": PICTURE,
            "__MACOSX/a/._one.md": b"x",
        },
    )
    assert [(deck.name, len(deck.cards)) for deck in found.decks] == [("One", 1), ("Two", 1)]
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.read_bytes() == PICTURE
    assert found.stored == ({"p.png": kept.name}, {})
    assert [picture.name for picture in pictures(found.decks[0].cards[0].back)] == [kept.name]
    assert (found.shown, found.faults) == ({kept.name}, ())


def test_what_has_no_card_says_so(tmp_path: Path) -> None:
    """Prose alone, and more files than anybody sends."""
    with pytest.raises(DeckError, match="there is no card in it"):
        read(tmp_path, {"notes.md": NOTE})
    (tmp_path / "more").mkdir()
    with pytest.raises(DeckError, match="201 deck files in it"):
        read(tmp_path / "more", {f"{number}.txt": b"q;a" for number in range(201)})


def test_what_lies_beside_decks_is_none() -> None:
    """Hidden files, README, pictures."""
    assert deck_files(["b.txt", "a/b.md", ".x.txt", "README.md", "x.png", ".git/y.md"]) == ["a/b.md", "b.txt"]
