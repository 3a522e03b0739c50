"""/export, Everything of mine: all that somebody has here is one zip, and nothing that is another's."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.chat.texts import English
from bot.decks import jsonl
from bot.decks.everything import CardLine, DeckHead, Head, Settings, make
from bot.decks.exporting import StoredSide
from bot.playground.people import Somebody
from tests.decks.anki.samples import PICTURE, database, package_of
from tests.decks.test_folder import png
from tests.habits import settles
from tests.notebook import notebook
from tests.people import CAPITALS, BotHere
from tests.test_imports import done, sent

SAY = English()


@pytest.fixture
def deck_files() -> dict[str, str]:
    """One that Anna studies, with a picture, and one that she does not."""
    return {
        "capitals.txt": CAPITALS + 'Where?;"There<img src=""a/hill.png"">"\n',
        "other.txt": "Nothing of hers?;no\n",
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """With the picture beside its deck."""
    (decks_dir / "a").mkdir()
    (decks_dir / "a" / "hill.png").write_bytes(png(8, 8))
    return decks_dir


async def everything(somebody: Somebody) -> dict[str, bytes]:
    """What is in the zip that comes, by name."""
    await somebody.sends("/export")
    await somebody.taps("Everything of mine")
    file = somebody.message().file
    assert file is not None, somebody.sees().text
    assert file.name == "everything.zip"
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lines(data: bytes) -> list[Any]:
    """The values of a file that has one a line."""
    return [json.loads(line) for line in data.splitlines()]


async def maps(somebody: Somebody, folder: Path) -> None:
    """A deck of somebody's own out of a package with a picture and a recording."""
    notes = [('Map? <img src="map.png">', "Ecuador [sound:a.mp3]"), ("And?", "nothing")]
    media = (b'{"0": "map.png", "1": "a.mp3"}', ("0", PICTURE), ("1", b"ID3 of no length"))
    await sent(somebody, package_of(database(folder / "made.db", notes), *media), "maps.apkg")
    await done(somebody, "Import")


async def test_all_that_is_ones_own_is_in_it(bot: BotHere, anna: Somebody, ben: Somebody, tmp_path: Path) -> None:
    """Own decks and those that are studied with their media, settings, log and memories; of others' decks nothing."""
    await settles(anna)
    await maps(anna, tmp_path)
    await sent(ben, "Secret of Ben?;yes\n", "secret.txt")
    await done(ben, "Import")
    await anna.sends("/quiz")
    for grade in ("Easy", "Again", "Good"):
        await anna.taps("Show answer", grade)
    await anna.sends("/undo")
    files = await everything(anna)
    manifest = json.loads(files["manifest.json"])
    assert manifest["format"] == "deckhand.everything/1"
    told = [(deck["name"], deck["own"], deck["studied"], deck["cards"]) for deck in manifest["decks"]]
    assert told == [("Capitals", False, True, 6), ("Default", True, False, 2)]
    assert not any(b"Secret" in data or b"Nothing of hers" in data for data in files.values())
    for deck, media in zip(manifest["decks"], ({"a/hill.png": png(8, 8)}, {"map.png": PICTURE}), strict=True):
        read = jsonl.parse(files[deck["file"]], deck["file"])
        assert (read.name, len(read.cards), read.faults) == (deck["name"], deck["cards"], ())
        assert media.items() <= {name: files[entry] for name, entry in deck["media"].items()}.items()
    assert json.loads(files["settings.json"]) == {
        "zone": "Europe/Berlin", "rollover_hour": 4, "new_per_day": 10, "reviews_per_day": 200, "retention": 0.9,
        "push_days": [0, 1, 2, 3, 4, 5, 6], "push_minutes": [1200], "quiet": None,
    }  # fmt: skip
    log, progress = lines(files["log.jsonl"]), lines(files["progress.jsonl"])
    assert [row["kind"] for row in log] == ["learn", "learn", "learn", "learn", "undo"]
    assert manifest["grades"] == sum("grade" in row for row in log) == 4
    assert log[-1]["undoes"] == log[-2]["id"]
    with notebook(bot) as db:
        rows = db.execute("select * from reviews where learner_id = ? order by review_id", (anna.id,)).fetchall()
        kept = db.execute("select * from memories where learner_id = ? order by card_id", (anna.id,)).fetchall()
    for said, row in zip(log, rows, strict=True):
        assert said["at"] == row["at"]
        assert said.get("after") == (row["after"] and json.loads(row["after"]))
        assert ("policy" in said) == (row["policy_id"] is not None)
    assert {*json.loads(files["policies.json"])} == {str(row["policy_id"]) for row in rows if row["policy_id"]}
    for said, row in zip(progress, kept, strict=True):
        assert {"learner_id": anna.id, "card_id": said["card"]} | said["memory"] == dict(row)
    assert anna.sees().text.startswith("Everything of yours: 2 decks, 8 cards, 3 pictures and sounds, 4 grades, what")
    assert not list(bot.folder.glob("*outgoing*"))


async def test_who_has_nothing_yet_takes_their_settings(anna: Somebody) -> None:
    """The file is whole all the same."""
    files = await everything(anna)
    assert (files["log.jsonl"], files["progress.jsonl"]) == (b"", b"")
    assert json.loads(files["manifest.json"])["decks"] == []


def order(folder: Path, *, most_bytes: int = 10**6, bare: bool = False) -> Iterator[bytes]:
    """The lines of an order: two decks with a card each that show the same picture."""
    encode = msgspec.json.encode
    yield encode(Head("2026", "o", Settings(None, 4, 10, 200, 0.9, (), (), None), {}, most_bytes, bare))
    (folder / "p.png").write_bytes(PICTURE)
    for number in range(2):
        media = {"p.png": str(folder / "p.png"), "unused.png": str(folder / "p.png")}
        yield encode(DeckHead(f"D{number}", "", True, False, False, {}, {}, media))
        side = StoredSide(number, "question", "", "", '["q"]', '[{"picture": "p.png"}]', '[{"p": [["a"]]}]', "")
        yield encode(CardLine(side, archived=bool(number)))


def test_media_are_in_it_once_and_only_what_cards_name(tmp_path: Path) -> None:
    """A card that is in its deck no longer says so and does not count."""
    told = make(order(tmp_path), tmp_path / "x.zip")
    assert (told.decks, told.cards, told.media) == (2, 1, 1)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        (entry,) = [name for name in archive.namelist() if name.startswith("media/")]
        assert archive.read(entry) == PICTURE
        decks = json.loads(archive.read("manifest.json"))["decks"]
        assert [deck["media"] for deck in decks] == [{"p.png": entry}] * 2
        assert '"archived":true' in archive.read("decks/2.jsonl").decode()


def test_what_is_larger_than_may_be_sent_is_not_made(tmp_path: Path) -> None:
    """Without its media it may be."""
    assert make(order(tmp_path, most_bytes=20), tmp_path / "x.zip").too_large
    told = make(order(tmp_path, most_bytes=10**6, bare=True), tmp_path / "y.zip")
    assert (told.too_large, told.media) == (False, 0)
