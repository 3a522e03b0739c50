"""A zip of deck files with their pictures beside them is read as these decks."""

from pathlib import Path

import pytest

from bot.decks.anki.archive import Limits
from bot.decks.bundle import BundleRead, deck_files, read_bundle
from bot.decks.card import DeckError
from bot.decks.content import pictures
from tests.decks.anki.samples import PICTURE, zipped
from tests.decks.test_folder import png
from tests.recordings import opus

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


def test_what_is_packed_once_more_is_named(tmp_path: Path) -> None:
    """A zip or a package in the zip is not looked into, and its cards are said to be in no deck."""
    entries = {"one.txt": b"q;a\n", "more.zip": b"PK", "a/b.apkg": b"PK", "__MACOSX/a/._b.apkg": b"x"}
    found = read(tmp_path, entries)
    assert [(fault.file, fault.loses_card) for fault in found.faults] == [("a/b.apkg", True), ("more.zip", True)]
    assert str(found.faults[0]) == "a/b.apkg: this is packed once more, and nothing of it is read. Send it by itself."


def test_media_lie_beside_a_deck_or_in_its_folder(tmp_path: Path) -> None:
    """As in the decks folder, in a folder of the zip too; each deck has its own, and nothing leads out."""
    first, second = png(8, 8), png(9, 9)
    found = read(
        tmp_path,
        {
            "x/one.md": b"Q: x\nA: ![](p.png) ![](one/p.png) ![](in/q%20r.png) ![](%2e%2e/out.png) ![](../out.png)\n",
            "x/one/p.png": first,
            "x/one/in/q r.png": PICTURE,
            "x/two.txt": b"q;<img src=p.png>[sound:s.ogg]<img src=both.png><img src=12:30.png><img src=bad.png>\n",
            "x/two/p.png": second,
            "x/two/s.ogg": opus(),
            "x/both.png": first,
            "x/two/both.png": second,
            "x/12:30.png": PICTURE,
            "x/bad.png": b"no picture",
            "x/two/bad.png": second,
            "out.png": b"of nobody",
        },
    )
    kept = {path.name: path.read_bytes() for path in (tmp_path / "kept").iterdir()}
    assert [{name: kept[stored] for name, stored in names.items()} for names in found.stored] == [
        {"p.png": first, "one/p.png": first, "in/q%20r.png": PICTURE},
        {"p.png": second, "s.ogg": opus(), "both.png": first, "12:30.png": PICTURE, "bad.png": second},
    ]
    assert found.shown == {stored for names in found.stored for stored in names.values()}


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
