"""Which files changed, and which are pictures."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decks.folder import Stamp, picture_path, scan, settled

ONE, TWO = Stamp(1, 1), Stamp(2, 2)


def png(width, height):
    """The head of a PNG."""
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0"


def jpeg(width, height):
    """A JPEG up to its frame header, with a long note before it and a filling byte between."""
    note = b"\xff\xe1" + struct.pack(">H", 2 + 5000) + b"n" * 5000
    return b"\xff\xd8" + note + b"\xff" + b"\xff\xc2" + struct.pack(">HBHH", 17, 8, height, width) + b"\3"


def gif(width, height):
    """The head of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0"


def webp(width, height):
    """The head of an extended WebP."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + sides


def test_deck_files_are_found(tmp_path):
    """Files with the endings of decks count, in sub folders too; README, hidden and other files do not."""
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    for name in (
        "a.txt",
        "B.CSV",
        "sub/c.tsv",
        "README.txt",
        ".d.txt",
        "~$a.txt",
        "e.png",
        "f.md",
        "sub/.git/g.txt",
        "g.jsonl",
        "h.markdown",
        "i.json",
        "Readme.MD",
        "CHANGELOG.md",
        "j.apkg",
        "k.COLPKG",
        ".l.apkg",
        "readme.apkg",
        "m.zip",
    ):
        (tmp_path / name).write_text("x")
    assert list(scan(tmp_path)) == [
        "B.CSV",
        "a.txt",
        "f.md",
        "g.jsonl",
        "h.markdown",
        "j.apkg",
        "k.COLPKG",
        "m.zip",
        "sub/c.tsv",
    ]
    status = (tmp_path / "a.txt").stat()
    assert scan(tmp_path)["a.txt"] == Stamp(1, status.st_mtime_ns)


def test_links_that_lead_out_are_not_followed(tmp_path):
    """A link inside the folder counts, one to elsewhere or to nothing does not, neither for decks nor for pictures."""
    root, other = tmp_path / "decks", tmp_path / "other"
    root.mkdir()
    other.mkdir()
    (other / "secret.txt").write_text("x")
    (other / "secret.png").write_bytes(png(9, 9))
    (root / ".data").mkdir()
    (root / ".data" / "real.txt").write_text("x")
    (root / "in.txt").symlink_to(".data/real.txt")
    (root / "out.txt").symlink_to(other / "secret.txt")
    (root / "gone.txt").symlink_to("nothing.txt")
    (root / "circle.txt").symlink_to("circle.txt")
    (root / "folder").symlink_to(other)
    (root / "out.png").symlink_to(other / "secret.png")
    assert list(scan(root)) == ["in.txt"]
    assert picture_path(root, "in.txt", "out.png") is None
    assert picture_path(root, "in.txt", "folder/secret.png") is None


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path):
    """A missing folder is not an empty one: nobody may take its cards for gone."""
    with pytest.raises(OSError, match="missing"):
        scan(tmp_path / "missing")


@pytest.mark.parametrize(
    ("previous", "current", "loaded", "files"),
    [
        ({}, {"a": ONE}, {}, ()),
        ({"a": ONE}, {"a": ONE}, {}, ("a",)),
        ({"a": ONE}, {"a": TWO}, {"a": ONE}, ()),
        ({"a": TWO}, {"a": TWO}, {"a": ONE}, ("a",)),
        ({"a": ONE}, {"a": ONE}, {"a": ONE}, ()),
        ({"a": ONE}, {}, {"a": ONE}, ()),
        ({}, {}, {"a": ONE}, ("a",)),
        ({"b": ONE}, {"b": ONE}, {"a": ONE}, ("a", "b")),
    ],
)
def test_a_file_counts_when_it_has_settled(previous, current, loaded, files):
    """Another than loaded and the same in two scans: changed, new, gone, or renamed."""
    assert settled(previous, current, loaded) == files


@pytest.mark.parametrize("picture", [png, jpeg, gif, webp])
@pytest.mark.parametrize(
    ("width", "height", "counts"),
    [(300, 200, True), (1, 20, True), (1, 21, False), (5000, 5000, True), (5001, 5000, False)],
)
def test_a_picture_counts_by_its_bytes(tmp_path, picture, width, height, counts):
    """The four kinds, whatever the name, within the sizes that Telegram takes."""
    (tmp_path / "a.bin").write_bytes(picture(width, height))
    assert (picture_path(tmp_path, "d.txt", "a.bin") is not None) is counts


def test_a_picture_lies_beside_the_deck_or_in_its_folder(tmp_path):
    """Beside the file first, then in the folder of the same name; a name with %20 finds a space."""
    (tmp_path / "s" / "d").mkdir(parents=True)
    (tmp_path / "s" / "d" / "a.png").write_bytes(png(9, 9))
    (tmp_path / "s" / "b c.png").write_bytes(png(9, 9))
    assert picture_path(tmp_path, "s/d.txt", "a.png") == tmp_path / "s" / "d" / "a.png"
    assert picture_path(tmp_path, "s/d.txt", "d/a.png") == tmp_path / "s" / "d" / "a.png"
    assert picture_path(tmp_path, "s/d.txt", "b%20c.png") == tmp_path / "s" / "b c.png"
    assert picture_path(tmp_path, "x.txt", "a.png") is None


def test_names_that_lead_elsewhere_are_refused(tmp_path):
    """No name in a card reaches a file outside the deck's own places."""
    (tmp_path / "s").mkdir()
    (tmp_path / "a.png").write_bytes(png(9, 9))
    (tmp_path / "s" / "text.png").write_text("no picture")
    (tmp_path / "s" / "short.png").write_bytes(png(9, 9)[:18])
    names = ("../a.png", "%2e%2e/a.png", str(tmp_path / "a.png"), "..\\a.png", "", ".", "text.png", "short.png", "a\0b",
             "http://x.org/a.png", "x" * 300)  # fmt: skip
    assert [name for name in names if picture_path(tmp_path, "s/d.txt", name)] == []


def test_a_large_file_is_no_picture(tmp_path):
    """More than 10 MB is more than Telegram takes as a photo."""
    path = tmp_path / "a.png"
    path.write_bytes(png(9, 9))
    os.truncate(path, 10 * 1024 * 1024)
    assert picture_path(tmp_path, "d.txt", "a.png") == path
    os.truncate(path, 10 * 1024 * 1024 + 1)
    assert picture_path(tmp_path, "d.txt", "a.png") is None


@given(st.sampled_from([b"", png(9, 9), jpeg(9, 9), gif(9, 9), webp(9, 9), b"RIFF\0\0\0\0WEBPVP8L", b"\xff\xd8\xff"]),
       st.integers(0, 30), st.binary(max_size=20))  # fmt: skip
def test_any_bytes_are_a_picture_or_not(tmp_path_factory, head, kept, rest):
    """A damaged file is looked at without a fault."""
    folder: Path = tmp_path_factory.getbasetemp()
    (folder / "any.png").write_bytes(head[:kept] + rest)
    assert picture_path(folder, "d.txt", "any.png") in (None, folder / "any.png")
