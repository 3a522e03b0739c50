"""/export: what somebody studies leaves as a file that other programs open."""

import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from bot.chat import buttons
from bot.chat.texts import English
from bot.decks import delimited, jsonl, markdown_cards
from bot.decks.anki.collection import reviews
from bot.decks.anki.package import copy_media
from bot.decks.content import words
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.screens import screen_of
from bot.playground.server import Playground
from tests.decks.anki.samples import PICTURE, database, open_package, package_of
from tests.decks.test_folder import png
from tests.habits import settles
from tests.notebook import notebook
from tests.people import CAPITALS, BotHere
from tests.test_imports import done, sent

SAY = English()


@pytest.fixture
def deck_files() -> dict[str, str]:
    """One with a picture, and one that shows six."""
    large = [f'Which {number}?<img src="{number}.png">' for number in range(6)]
    return {
        "large.txt": "\n".join(["#separator:Pipe", "#html:true", *large]),
        "capitals.txt": CAPITALS,
        "hills.txt": '#deck:World::Hills\nWhich hill?;"A high one<img src=""hill.png"">"\nWhich river?;A wide one\n',
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """With the picture beside its deck."""
    (decks_dir / "hill.png").write_bytes(png(8, 8))
    return decks_dir


async def exported(somebody: Somebody, deck: str, form: str) -> tuple[str, bytes]:
    """Name and bytes of the file that comes."""
    await somebody.sends("/export")
    await somebody.taps(deck, form)
    file = somebody.message().file
    assert file is not None, somebody.sees().text
    return file.name, file.data


async def test_a_file_that_is_read_back_is_the_same_deck(bot: BotHere, anna: Somebody) -> None:
    """A deck is picked, then what it becomes; every card comes with its words, under an id that stays."""
    await settles(anna)
    assert await anna.sends("/export") == screen_of(
        "Which deck do you want as a file?", "[Capitals · 5]", "[Everything of mine]"
    )
    shown = await anna.taps("Capitals")
    assert shown.labels == ["Anki package", "Anki package with my progress", "Text", "Markdown", "JSON Lines", "Back"]
    assert (await anna.taps("Back")).text == "Which deck do you want as a file?"
    original = delimited.parse(CAPITALS.encode(), "capitals.txt")
    files = [await exported(anna, "Capitals", form) for form in ("Text", "JSON Lines", "Markdown", "Text")]
    assert [name for name, _ in files] == ["capitals.txt", "capitals.jsonl", "capitals.md", "capitals.txt"]
    assert anna.sees().text.startswith("Capitals: 5 cards.\n")
    parsers = (delimited.parse, jsonl.parse, markdown_cards.parse)
    decks = [parse(data, name) for parse, (name, data) in zip(parsers, files, strict=False)]
    for deck in decks:
        assert [(card.front, card.back) for card in deck.cards] == [(card.front, card.back) for card in original.cards]
    assert len({card.guid for deck in decks for card in deck.cards}) == 5
    assert files[3] == files[0]
    assert not list(bot.folder.glob("*outgoing*"))


@pytest.mark.parametrize("wanted", [("Capitals", "Anki package"), ("Everything of mine",)])
async def test_a_file_comes_once_for_a_tap(
    anna: Somebody, bot: BotHere, playground: Playground, wanted: tuple[str, ...]
) -> None:
    """What Telegram repeats after a crash brings no second file; another tap does."""
    await settles(anna)
    await anna.sends("/export")
    await anna.taps(*wanted)
    last = playground.world.queries[anna.answers[-1].query_id].update_id
    playground.redeliver(last)
    assert await playground.world.updates.confirmed.until(lambda: playground.world.updates.is_confirmed(last), 20)
    assert sum(message.file is not None for message in anna.messages()) == 1
    await anna.taps(wanted[-1])
    assert sum(message.file is not None for message in anna.messages()) == 2


async def test_who_has_no_deck_is_led_to_them(bot: BotHere, anna: Somebody) -> None:
    """There is nothing to take along yet."""
    assert await anna.sends("/export") == screen_of(
        "You have no deck to take along yet.", "[Decks]", "[Everything of mine]"
    )


async def test_a_package_has_cards_pictures_and_the_decks_place(
    anna: Somebody, decks_dir: Path, tmp_path: Path
) -> None:
    """Without progress nothing of it is in the file."""
    await settles(anna)
    await anna.sends("/decks")
    await anna.taps("World › Hills", "Subscribe")
    name, data = await exported(anna, "World › Hills", "Anki package")
    assert name == "world-hills.apkg"
    assert anna.sees().text.startswith("World › Hills: 2 cards, 1 picture or sound.\n")
    (tmp_path / name).write_bytes(data)
    with open_package(tmp_path / name, tmp_path) as (package, read):
        assert ([deck.deck.name for deck in read.decks], read.media) == (["World::Hills"], ("hill.png",))
        assert {state.kind for deck in read.decks for state in deck.states} == {0}
        assert not list(reviews(package.collection, name))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.read("0") == png(8, 8)
        assert json.loads(archive.read("media")) == {"0": "hill.png"}
    name, data = await exported(anna, "World › Hills", "Markdown")
    assert name == "world-hills.zip"
    assert anna.sees().text.startswith("World › Hills: 2 cards, 1 picture or sound beside them.\n")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.namelist() == ["world-hills.md", "hill.png"]
        assert "Q: Which hill?\nA: A high one\n\n![](hill.png)\n" in archive.read("world-hills.md").decode()
        assert archive.read("hill.png") == png(8, 8)
    said = await sent(anna, data, name)
    assert said.text.startswith("world-hills.\u2060zip: 2 cards\n2 new")
    assert "missing" not in said.text
    await done(anna, "Import")
    assert [path.read_bytes() for path in (decks_dir.parent / "deckhand.db.media").iterdir()] == [png(8, 8)]


async def test_with_progress_a_package_has_what_is_remembered(
    bot: BotHere, anna: Somebody, ben: Somebody, clock: WorldClock, tmp_path: Path
) -> None:
    """Due days and memories of one's own, and every grade that stands; nothing of anybody else."""
    await settles(anna)
    await ben.starts("deck_capitals")
    await ben.taps("Show answer", "Again")
    await anna.sends("/quiz")
    for grade in ("Easy", "Easy", "Again", "Good"):
        await anna.taps("Show answer", grade)
    await anna.sends("/undo")
    name, data = await exported(anna, "Capitals", "Anki package with my progress")
    (tmp_path / name).write_bytes(data)
    with notebook(bot) as db:
        kept = {row["card_id"]: row for row in db.execute("select * from memories where learner_id = ?", (anna.id,))}
        stands = db.execute(
            "select at, grade from reviews where learner_id = ? and grade is not null and review_id not in "
            "(select undoes from reviews where undoes is not null) order by at",
            (anna.id,),
        ).fetchall()
        places = [
            row["card_id"]
            for row in db.execute(
                "select card_id from cards join decks using (deck_id) where slug = 'capitals' order by position"
            )
        ]
    with open_package(tmp_path / name, tmp_path) as (package, read):
        states = read.decks[0].states
        for card_id, state in zip(places, states, strict=True):
            memory = kept.get(card_id)
            assert (state.kind == 0) == (memory is None)
            if memory is None:
                continue
            assert state.stability == pytest.approx(memory["stability"], abs=1e-3)
            assert state.difficulty == pytest.approx(memory["difficulty"], abs=1e-3)
            if memory["due_day"] is not None:
                due = read.created_on + timedelta(days=state.due)
                assert due == date(1970, 1, 1) + timedelta(days=memory["due_day"])
            else:
                assert state.due == memory["due_at"] // 1000
        log = [(row.at_ms, row.ease) for row in reviews(package.collection, name)]
    assert [grade for _, grade in log] == [row["grade"] for row in stands]
    # A row's moment is its id in Anki, so of several at once each comes a millisecond later.
    assert all(0 <= at - row["at"] < 9 for (at, _), row in zip(log, stands, strict=True))
    assert f"{len(kept)} of them in memory, {len(log)} grades" in anna.sees().text
    assert anna.sees().text.endswith(
        "\nOpen it with Anki, or there by File → Import with “Import any learning progress” ticked. Cards that Anki "
        "already has keep the progress that they have there."
    )


async def test_what_was_learned_in_anki_goes_back_as_it_came(
    bot: BotHere, anna: Somebody, clock: WorldClock, tmp_path: Path
) -> None:
    """Grades that were given there with all that its log said, what was put aside, and that a card was forgotten."""
    await settles(anna)
    now = int(clock.now().timestamp() * 1000)
    elsewhere = json.dumps({"interval": 3, "last_interval": -600, "factor": 2100})
    forgotten = (
        '{"stage": "review", "stability": 1, "difficulty": 5, "step": null, "interval_days": 1, "due_at": null, '
        '"due_day": 20001, "last_at": 0, "last_day": 20000, "reviews": 1, "lapses": 0}'
    )
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db:
        cards = [row[0] for row in db.execute("select card_id from cards where deck_id = 1 order by position")]
        for kind, grade, at, told, before in (
            ("review", 3, now - 9_000_000, elsewhere, None),
            ("cram", 2, now - 8_000_000, elsewhere, None),
            ("manual", None, now - 7_000_000, None, forgotten),
        ):
            db.execute(
                "insert into reviews (learner_id, card_id, at, day, day_ends_at, kind, grade, elsewhere, before) "
                "values (?, ?, ?, 20000, 0, ?, ?, ?, ?)",
                (anna.id, cards[4], at, kind, grade, told, before),
            )
        db.execute(
            "insert into aside values (?, ?, 1, null), (?, ?, null, 30000)", (anna.id, cards[3], anna.id, cards[4])
        )
        db.commit()
    name, data = await exported(anna, "Capitals", "Anki package with my progress")
    assert ", 3 grades" in anna.sees().text
    (tmp_path / name).write_bytes(data)
    with open_package(tmp_path / name, tmp_path) as (package, read):
        rows = [
            (row.ease, row.kind, row.interval, row.last_interval, row.factor)
            for row in reviews(package.collection, name)
        ]
        assert [state.queue for state in read.decks[0].states][3:] == [-1, -2]
    assert rows[:3] == [(3, 1, 3, -600, 2100), (2, 3, 3, -600, 2100), (0, 4, 0, 0, 0)]


async def test_a_deck_that_is_not_ones_own_is_not_given_away(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """Whoever sends the button's data for a deck that they have not, or have left."""
    await settles(anna)
    await anna.sends("/export")
    await anna.taps("Capitals")
    forms = anna.message()
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave")
    await anna.taps_old(forms, "Text")
    assert anna.toast == SAY.export_not_yours
    await anna.taps_old(forms, buttons.Export(2, "anki").pack())
    assert anna.toast == SAY.export_not_yours
    assert not any(message.file for message in anna.messages())


async def test_more_than_telegram_takes_is_refused_in_words(anna: Somebody, decks_dir: Path) -> None:
    """Pictures of more than 50 MB."""
    for number in range(6):
        with (decks_dir / f"{number}.png").open("wb") as file:
            file.write(png(8, 8))
            file.truncate(9_900_000)
    await settles(anna)
    await anna.sends("/decks")
    await anna.taps("Large", "Subscribe")
    await anna.sends("/export")
    await anna.taps("Large", "Anki package")
    assert anna.sees().text == SAY.export_too_large("Large", 50)


async def test_a_file_that_cannot_be_made_is_said_so(
    bot: BotHere, anna: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """Who waits for it hears of it, and the log has the reason without a word of a card."""
    await settles(anna)
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db:
        db.execute("update cards set front = '[{}]'")
        db.commit()
    await anna.sends("/export")
    await anna.taps("Capitals", "Text")
    assert anna.sees().text == SAY.export_failed
    assert "deck 1 could not be exported as text: its process ended with 1, ValueError" in caplog.text


async def test_a_package_that_was_sent_leaves_as_it_came(bot: BotHere, anna: Somebody, tmp_path: Path) -> None:
    """The same notes with the same pictures and recordings, under the names that their author gave them."""
    notes = [('Map? <img src="map.png">', "Ecuador [sound:a.mp3]"), ("And?", "nothing")]
    kept = {"map.png": PICTURE, "a.mp3": b"ID3 of no length"}
    media = (b'{"0": "map.png", "1": "a.mp3"}', ("0", PICTURE), ("1", kept["a.mp3"]))
    await sent(anna, package_of(database(tmp_path / "made.db", notes), *media), "maps.apkg")
    await done(anna, "Import")
    name, data = await exported(anna, "Default", "Anki package")
    assert ": 2 cards, 2 pictures and sounds.\n" in anna.sees().text
    (tmp_path / name).write_bytes(data)
    with open_package(tmp_path / name, tmp_path) as (package, read):
        cards = [card for deck in read.decks for card in deck.deck.cards]
        said = [(card.guid, " ".join(words((*card.front, *card.back)).split())) for card in cards]
        paths, _ = copy_media(package, read.media, tmp_path)
        assert {name: path.read_bytes() for name, path in paths.items()} == kept
    assert said == [("guid1:0", "Map? map.png Ecuador a.mp3"), ("guid2:0", "And? nothing")]


async def test_nothing_of_a_file_stays_behind(bot: BotHere) -> None:
    """When the bot dies while it is made, that is swept away at the next start."""
    left = bot.folder / "deckhand.db.outgoing-x"
    left.mkdir()
    (left / "made").write_bytes(b"what Anna knows")
    await bot.restart()
    assert not left.exists()
