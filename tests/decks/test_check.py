"""What `deck check` says."""

import zipfile
from pathlib import Path

from bot.decks.check import count, report
from tests.decks.anki.samples import PICTURE, zipped
from tests.decks.test_folder import png

BUNDLED = Path(__file__).parents[2] / "decks"


def said(path, text):
    """The lines without the first, which names the file, and the status."""
    path.write_text(text, encoding="utf-8")
    lines, status = report([path])
    return [line.replace(path.as_posix(), path.name) for line in lines], status


def test_a_good_deck_is_described(tmp_path):
    """Counts, columns, pictures found and missing, what waits for an answer; exit status 0."""
    (tmp_path / "here.png").write_bytes(png(9, 9))
    text = "a?<img src=here.png>;b<img src=gone.png>\nA sentence.;\nWhy?;\nWhat?;c<img src=gone.png>\n"
    assert said(tmp_path / "french-verbs.txt", text) == (
        [
            "french-verbs.txt: French verbs",
            "4 entries: 2 cards, 1 statement, 1 waits for an answer",
            "2 columns, parted by ;: the first is the front, the others belong to the back.",
            "1 picture found, 1 missing",
            "picture missing, line 1: gone.png",
            "waits for an answer, line 3: Why?",
        ],
        0,
    )


def test_a_lost_card_is_exit_status_1(tmp_path):
    """An entry without a front is counted as lost and named with its line; the same front twice is said."""
    assert said(tmp_path / "x.txt", "a?;b\n;c\na?;d\n") == (
        [
            "x.txt: X",
            "3 entries: 2 cards, 0 statements, 0 wait for an answer, 1 lost",
            "2 columns, parted by ;: the first is the front, the others belong to the back.",
            "the same front in lines 1, 3, each is kept as a card of its own: a?",
            "x.txt, line 2: nothing in the first field. Is the question missing, or one ; too many before it?",
        ],
        1,
    )


def test_an_entry_twice_is_said_and_loses_nothing(tmp_path):
    """Exactly the same entry is a fault in words, but both cards are kept."""
    lines, status = said(tmp_path / "x.txt", "a?;b\nc?;d\na?;b\n")
    assert lines[-1] == "x.txt, line 3: the same entry as in line 1. Was it pasted twice? Both are kept."
    assert len(lines) == 4
    assert status == 0


def test_files_that_cannot_be_read_are_named(tmp_path):
    """One bad file among good ones is one line and exit status 1, and the good ones are described."""
    (tmp_path / "bad.txt").write_bytes("café;x".encode() + b"\xe9")
    (tmp_path / "good.txt").write_text("a?;b")
    lines, status = report([tmp_path / name for name in ("none.txt", "bad.txt", "good.txt")])
    assert status == 1
    assert lines[0].endswith("none.txt: no such file or directory. Is the path right, and may you read the file?")
    assert "bad.txt, line 1: this line has a character that is not UTF-8" in lines[1]
    assert lines[3] == "1 entry: 1 card, 0 statements, 0 wait for an answer"


def test_another_encoding_is_said(tmp_path):
    """A file of another encoding is read, and its author is told as what."""
    (tmp_path / "old.txt").write_bytes("garçon?;boy\nfenêtre?;window\n".encode("cp1252"))
    lines, status = report([tmp_path / "old.txt"])
    assert lines[3] == (
        "Read as Windows, Western European (cp1252). "
        "Look whether its letters are right; saved as UTF-8 there is no doubt."
    )
    assert status == 0


def test_a_zip_of_deck_files_is_its_decks(tmp_path):
    """Each with its own pictures, and what is missing in the zip; a doctor counts the same."""
    path = tmp_path / "all.zip"
    entries = {"a/one.md": b"Q: x\nA: ![](p.png) ![](gone.png)\n", "a/p.png": PICTURE, "two.txt": b"q;a\n;lost\n"}
    path.write_bytes(zipped(entries.items()))
    lines, status = report([path])
    assert [line for line in lines if "entr" in line or "picture" in line] == [
        "1 entry: 1 card, 0 statements, 0 wait for an answer",
        "1 picture found, 1 missing",
        "picture missing, line 1: gone.png",
        "2 entries: 1 card, 0 statements, 0 wait for an answer, 1 lost",
    ]
    assert (lines[0], status) == ("a/one.md: One", 1)
    assert count(path) == (1, 1)
    (deck,) = (each for each in BUNDLED.glob("*.txt") if each.with_suffix("").is_dir())
    with zipfile.ZipFile(path, "w") as file:
        for each in (deck, *deck.with_suffix("").iterdir()):
            file.write(each, each.relative_to(BUNDLED))
    assert "10 pictures found, 0 missing" in report([path])[0]
    path.write_bytes(zipped([("two.txt", b"q;a\n"), ("more.zip", b"PK")]))
    lines, status = report([path])
    assert (lines[-1], status) == (
        "more.zip: this is packed once more, and nothing of it is read. Send it by itself.",
        1,
    )
    assert count(path) == (1, 0)
    path.write_bytes(zipped([("notes.doc", b"x")]))
    assert report([path])[1] == 1
