"""/export, Everything of mine: all that somebody has here is one zip, and nothing that is another's."""

import json
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.chat.texts import English
from bot.decks import jsonl
from bot.decks.choices import Settings
from bot.decks.departure import StoredSide
from bot.decks.everything import make
from bot.decks.everything_told import CardLine, DeckHead, Head
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.decks.anki.samples import PICTURE, database, package_of
from tests.decks.test_folder import png
from tests.habits import settles
from tests.notebook import differences, notebook
from tests.people import CAPITALS, BotHere, screen_of
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
    assert anna.sees().text.startswith(
        "Everything of yours: 2 decks (1 not studied now), 8 cards, 3 pictures and sounds, 3 grades, what you remember"
    )
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


# --- on another Deckhand ----------------------------------------------------------------------------------------------


@pytest.fixture
async def other(playground: Playground, tmp_path: Path) -> AsyncIterator[BotHere]:
    """Another Deckhand, which is started in the place of the first and has a deck of its own."""
    (tmp_path / "other-decks").mkdir()
    (tmp_path / "other-decks" / "rivers.txt").write_text("Longest?;Nile\n")
    (tmp_path / "other").mkdir()
    started = BotHere(playground, tmp_path / "other", tmp_path / "other-decks")
    yield started
    await started.stop()


def known(bot: BotHere, somebody: Somebody) -> list[tuple[object, ...]]:
    """Log, memories and what is put aside, each card by its id or its text; rows by their place in the card's log."""
    with notebook(bot) as db:
        log = db.execute(
            "select guid, front, at, day, day_ends_at, reviews.kind, grade, stage_before, before, after, taken_ms, "
            "was_due, elsewhere, policies.body, undoes is null from reviews join cards using (card_id) "
            "left join policies using (policy_id) where learner_id = ? order by fields, card_id, review_id",
            (somebody.id,),
        )
        kept = db.execute(
            "select front, memories.* from memories join cards using (card_id) where learner_id = ? order by fields",
            (somebody.id,),
        )
        aside = db.execute(
            "select front, suspended_at, buried_day from aside join cards using (card_id) where learner_id = ?",
            (somebody.id,),
        )
        return [
            *[tuple(row)[2:] for row in log if row["kind"] != "manual"],
            *[tuple(row)[3:] for row in kept],
            *[tuple(row)[1:] for row in aside],
        ]


async def test_another_deckhand_takes_it_back_whole(
    bot: BotHere, other: BotHere, anna: Somebody, clock: WorldClock, tmp_path: Path
) -> None:
    """The same log, memories, settings and answers; twice changes nothing, and exported again it is the same."""
    await settles(anna)
    await maps(anna, tmp_path)
    await anna.sends("/quiz")
    for grade in ("Easy", "Again", "Good", "Good"):
        await anna.taps("Show answer", grade)
    await anna.sends("/undo")
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db:
        db.execute("insert into aside select ?, max(card_id), 77, null from cards", (anna.id,))
        db.execute("update cards set archived_at = 1 where card_id = (select min(card_id) from memories)")
        db.commit()
    await clock.advance(days=2)
    files = await everything(anna)
    data = anna.message().file.data
    stats = await anna.sends("/stats")
    before = known(bot, anna)
    await bot.stop()
    await other.start()
    said = await sent(anna, data, "everything.zip")
    assert said == screen_of(
        "everything.\u2060zip: 8 cards in 3 decks: Capitals (5), Capitals · no longer in it (1), Default (2)\n"
        "8 new\nFirst card: What is the capital of Peru? → Lima\n"
        "Progress in it: 5 cards, 4 reviews, 1 suspended. Your settings come with it.",
        "[Import] [Cancel]", "[With my progress]",
    )  # fmt: skip
    came = await done(anna, "With my progress")
    assert came.labels == ["Study", "Capitals · 5", "Capitals · no longer in it · 1", "Default · 2"]
    assert "Your grades and your settings came with it, and you go on from there." in came.text
    assert known(other, anna) == before
    assert differences(other) == ()
    assert await anna.sends("/stats") == stats
    again = await sent(anna, data, "everything.zip")
    assert again.text == "everything.\u2060zip: 8 cards in 3 decks\nNothing has changed: you have all of it."
    assert (await anna.sends("/quiz")).text.startswith("Capitals")
    back = await everything(anna)
    assert compared(back) == compared(files)
    assert sorted(path.name[64:] for path in (other.folder / "deckhand.db.media").glob("*")) == [".mp3", ".png", ".png"]


async def test_what_is_told_of_grades_is_what_counts(bot: BotHere, other: BotHere, anna: Somebody) -> None:
    """The file keeps grades that were taken back or changed nothing, and what is said of it counts as /stats does."""
    await settles(anna)
    await anna.sends("/quiz")
    await anna.taps(*["Show answer", "Easy"] * 5)
    for _ in range(3):
        await anna.sends("/undo")
    await anna.taps("Easy", *["Show answer", "Easy"] * 2)
    await anna.sends("/quiz")
    await anna.taps("Study ahead", *["Show answer", "Good"] * 2)
    await anna.sends("/undo")
    counted = await anna.sends("/stats")
    assert counted.text.startswith("Last 30 days: 6 reviews.\n6 cards in memory")
    files = await everything(anna)
    assert ", 6 grades, " in anna.sees().text
    kinds = [row["kind"] for row in lines(files["log.jsonl"])]
    assert [kinds.count(kind) for kind in ("learn", "cram", "undo")] == [9, 2, 4]
    data = anna.message().file.data
    await bot.stop()
    await other.start()
    assert "Progress in it: 6 cards, 6 reviews. " in (await sent(anna, data, "everything.zip")).text
    await done(anna, "With my progress")
    assert (await anna.sends("/stats")).text == counted.text


def compared(files: dict[str, bytes]) -> dict[str, Any]:
    """What is in a zip of everything, without the numbers that are others on another Deckhand, and without the cards
    that left their deck, which there is another one.
    """
    decks = {}
    for deck in json.loads(files["manifest.json"])["decks"]:
        if deck["name"].endswith("no longer in it"):
            continue
        there = [line for line in lines(files[deck["file"]]) if not line.get("archived")]
        cards = [{key: value for key, value in line.items() if key != "id"} for line in there]
        media = {name: files[entry] for name, entry in deck["media"].items()}
        decks[deck["name"]] = (cards, media, deck["studied"], deck["description"])
    numbers = ("id", "card", "policy", "undoes")
    rows = [{key: value for key, value in row.items() if key not in numbers} for row in lines(files["log.jsonl"])]
    kept = [{key: value for key, value in row.items() if key != "card"} for row in lines(files["progress.jsonl"])]
    return {
        "decks": decks,
        "settings": files["settings.json"],
        "policies": sorted(files["policies.json"].decode().split("\n")[2:]),
        "log": sorted((row for row in rows if row["kind"] != "manual"), key=repr),
        "progress": sorted(kept, key=repr),
    }


async def test_a_link_that_was_shared_stays_withdrawn(anna: Somebody, ben: Somebody) -> None:
    """By forgetting: all of it taken back, the link leads nowhere; the answer said so before, and how a large one comes
    back.
    """
    await sent(anna, "a?;b\n", "mine.txt")
    await done(anna, "Import")
    await everything(anna)
    assert anna.sees().text.startswith("Everything of yours: 1 deck (1 not studied now), 1 card")
    assert "links" not in anna.sees().text
    await anna.sends("/decks")
    await anna.taps("Mine · 1", "Share a link")
    link = anna.sees().text.split("start=")[1].split()[0]
    await everything(anna)
    assert anna.sees().text.endswith("\nThe links by which you share decks are not in it: there you share them anew.")
    data = anna.message().file.data
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    await sent(anna, data, "everything.zip")
    await done(anna, "Import")
    await anna.sends("/decks")
    assert any(label.endswith("Mine · 1") for label in anna.sees().labels)
    assert "a?" not in (await ben.starts(link)).text
    large = SAY.everything(1, 0, 1, 0, 0, bare=False, large=True, shared=False)
    assert large.endswith("with you as the owner: python -m bot deck import FILE --progress")
