"""Packages that are broken or made to harm: one clear line, and nothing written."""

import os
import resource
import subprocess
import sys
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.decks.anki.archive import Limits
from bot.decks.anki.collection import reviews
from bot.decks.anki.package import copy_media, unpacked
from bot.decks.anki.reading import read_package
from bot.decks.card import DeckError
from tests.decks.anki.hostile import corpus, promising
from tests.decks.anki.samples import database, open_package, package_of, zipped

MEMORY = 300 * 2**20


def refusal(path, folder, limits=None):
    """The line that is said of a package which is refused."""
    folder.mkdir(exist_ok=True)
    with pytest.raises(DeckError) as caught, open_package(path, folder, limits):
        pass
    return str(caught.value)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The whole corpus: name, bytes, what is said."""
    return list(corpus(tmp_path_factory.mktemp("made")))


def test_each_of_the_corpus_is_a_line_and_writes_nothing(tmp_path, hostile):
    """Each says what is wrong; beside the folder that was given nothing appears."""
    path, unpacked_into = tmp_path / "x.apkg", tmp_path / "unpacked"
    unpacked_into.mkdir()
    for number, (called, data, said) in enumerate(hostile):
        path.write_bytes(data)
        line = refusal(path, unpacked_into / str(number))
        assert said in line, (called, line)
        assert line.startswith("x.apkg: ")
        assert line.isprintable(), called
        assert len(line) < 250
        assert sorted(os.listdir(tmp_path)) == ["unpacked", "x.apkg"]
        assert set(os.listdir(unpacked_into / str(number))) <= {"collection.db"}


# One process for all of them: `deck check` begins one for each.
READ_ALL = """
import sys
from pathlib import Path
from bot.decks import limits
from bot.decks.card import DeckError
from bot.decks.check_packed import about

folder, *files = map(Path, sys.argv[1:])
for file in files:
    into = folder / file.stem
    into.mkdir()
    try:
        about(file, file.name, into, limits.of_zip(large=False))
    except DeckError as error:
        print(error.fault)
"""


def test_the_corpus_is_read_in_little_memory(tmp_path, hostile):
    """All of them, one after the other, by a process that may take 300 MB, and two of them by `deck check`."""
    files = [tmp_path / f"{number}.apkg" for number in range(len(hostile))]
    for file, (_, data, _said) in zip(files, hostile, strict=True):
        file.write_bytes(data)
    done = in_little_memory("-c", READ_ALL, tmp_path, *files)
    assert done.stderr == ""
    assert (done.returncode, len(done.stdout.splitlines())) == (0, len(files))
    done = in_little_memory("-m", "bot", "deck", "check", files[0], files[-1])
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (1, "", 2)


def in_little_memory(*arguments):
    """What a Python that may take 300 MB says, and how it ends."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
    )


def test_more_than_is_allowed_is_refused(tmp_path):
    """Each limit by itself: the file, its entries, cards, characters."""
    path = tmp_path / "x.apkg"
    notes = [(f"front {number}", "back") for number in range(20)]
    path.write_bytes(package_of(database(tmp_path / "made.db", notes, "{{Front}}" * 3)))
    folder = tmp_path / "unpacked"
    size = path.stat().st_size
    for limits, said in (
        (Limits(file=size - 1), "1 MB where 0 are the most"),
        (Limits(entries=1), "more than 1 files in it"),
        (Limits(directory=50), "files in it"),
        (Limits(collection=10_000), "unpacks to more"),
        (Limits(everything=10_000), "unpacks to more"),
        (Limits(cards=19), "more than 19 rows"),
        (Limits(characters=100), "its notes are longer than a collection's"),
        (Limits(characters=300), "its cards are longer than a collection's"),
        (Limits(work=100), "longer than a collection's"),
    ):
        assert said in refusal(path, folder, limits)
        for left in folder.iterdir():
            left.unlink()
    with open_package(path, folder, Limits(file=size, entries=2, cards=20)) as (_, read):
        assert read.notes == 20


def test_what_a_header_promises_is_not_believed(tmp_path):
    """4 GB are promised, and what is really there is read."""
    path = tmp_path / "x.apkg"
    path.write_bytes(promising(package_of(database(tmp_path / "made.db")), 2**32 - 2))
    (tmp_path / "unpacked").mkdir()
    with open_package(path, tmp_path / "unpacked") as (_, read):
        assert read.notes == 1


def test_names_in_another_encoding_are_passed_over(tmp_path):
    """A file that somebody added to the zip by hand harms nothing."""
    path = tmp_path / "x.apkg"
    entry = zipfile.ZipInfo("??????.txt")
    data = zipped([("collection.anki2", database(tmp_path / "made.db")), (entry, b"x")])
    path.write_bytes(data.replace(b"??????.txt", "заметк.txt".encode("cp866")))
    (tmp_path / "unpacked").mkdir()
    with open_package(path, tmp_path / "unpacked") as (_, read):
        assert read.notes == 1


def test_what_is_no_plain_file_is_refused(tmp_path):
    """A folder, and a pipe that nobody writes."""
    os.mkfifo(tmp_path / "pipe.apkg")
    assert "this is a folder" in refusal(tmp_path, tmp_path / "unpacked")
    assert "this is no plain file" in refusal(tmp_path / "pipe.apkg", tmp_path / "unpacked")


def test_a_damaged_medium_is_a_fault_and_the_others_are_read(tmp_path):
    """A picture that is cut off or too large leaves nothing in the folder."""
    path = tmp_path / "x.apkg"
    listing = b'{"0": "a.png", "1": "b.png", "2": "c.png"}'
    media = [("0", b"a" * 99), ("1", b"damaged" * 9), ("2", b"c" * 2000)]
    made = database(tmp_path / "made.db")
    data = zipped([("collection.anki2", made), ("media", listing), *media], zipfile.ZIP_STORED)
    path.write_bytes(data.replace(b"damaged" * 9, b"changed" * 9))
    (tmp_path / "unpacked").mkdir()
    with unpacked(path, "x.apkg", tmp_path / "unpacked", Limits(medium=1000)) as package:
        paths, faults = copy_media(package, package.media, tmp_path / "unpacked")
    assert list(paths) == ["a.png"]
    assert [fault.what for fault in faults] == [
        '"b.png": "1" in it is cut off or damaged',
        '"c.png": "2" in it unpacks to more than a package holds',
    ]
    assert sorted(os.listdir(tmp_path / "unpacked")) == ["0", "collection.db"]


@pytest.fixture(scope="module")
def originals(sample):
    """Real exports."""
    return [sample.path(name) for name in ("new.apkg", "old.apkg")]


@pytest.fixture(scope="module")
def collections(sample, tmp_path_factory):
    """Their databases."""
    found = []
    for name in ("new.apkg", "old.apkg"):
        with unpacked(sample.path(name), name, tmp_path_factory.mktemp("unpacked")) as package:
            found.append(package.collection)
    return found


CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20)
FUZZ = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def changed(path, changes):
    """The bytes of a file, some of them set to others."""
    data = path.read_bytes()
    mutable = bytearray(data)
    for place, value in changes:
        mutable[int(place * len(data))] = value
    return bytes(mutable)


def ends_well(path, folder):
    """Read as a whole or refused in a line; anything else fails the test."""
    said = ""
    for left in folder.iterdir():
        left.unlink()
    try:
        with unpacked(path, "x.apkg", folder) as package:
            read = read_package(package)
            copy_media(package, read.media, folder)
            assert all(row.at_ms is not None for row in reviews(package.collection, "x.apkg"))
    except DeckError as error:
        said = str(error)
    assert said == "" or said.isprintable()


@given(which=st.integers(0, 1), changes=CHANGES)
@FUZZ
def test_a_changed_package_is_read_or_refused(originals, tmp_path, which, changes):
    """Bytes of real exports, set to others."""
    (tmp_path / "unpacked").mkdir(exist_ok=True)
    (tmp_path / "x.apkg").write_bytes(changed(originals[which], changes))
    ends_well(tmp_path / "x.apkg", tmp_path / "unpacked")


@given(which=st.integers(0, 1), changes=CHANGES)
@FUZZ
def test_a_changed_database_is_read_or_refused(collections, tmp_path, which, changes):
    """The same in the database itself, which no checksum guards."""
    (tmp_path / "unpacked").mkdir(exist_ok=True)
    (tmp_path / "x.apkg").write_bytes(zipped([("collection.anki21", changed(collections[which], changes))], 0))
    ends_well(tmp_path / "x.apkg", tmp_path / "unpacked")
