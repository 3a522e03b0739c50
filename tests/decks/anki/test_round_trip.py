"""From Anki to the bot and back to Anki, with progress: the same notes, media and decks, due on the same days."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.names import of_deck
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.decks.anki.samples import MEDIA, PICTURE, Sample
from tests.decks.anki.test_writing import cards_of, collection, taken
from tests.notebook import differences
from tests.people import BotHere
from tests.test_edit_notes import opened, package, rows
from tests.test_export import exported
from tests.test_imports import done, kept, sent
from tests.test_long_cards import png

LOG = "select id, ease, ivl, lastIvl, factor, time, type from revlog where ease > 0 order by id"
DECKS = ("Lang", "Lang::Fr", "Lang::De", "Gaps", "Default")


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A Telegram at the present moment, as Anki asks no other clock."""
    playground = Playground(held=True, start=datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1))
    await playground.start()
    yield playground
    await playground.stop()


async def test_anki_has_back_what_it_gave(bot: BotHere, anna: Somebody, sample: Sample, tmp_path: Path) -> None:
    """Fields, tags, media, decks; each card's day, memory and place aside; as many reviews."""
    await sent(anna, sample.path("new.apkg").read_bytes(), "all.apkg")
    await done(anna, "With my progress")
    assert differences(bot) == ()
    col = collection(tmp_path)
    try:
        for deck in DECKS:
            name, data = await exported(anna, f"{of_deck(deck)} · ", "Anki package with my progress")
            (tmp_path / name).write_bytes(data)
            assert not taken(col, tmp_path / name).conflicting
        cards = cards_of(col)
        today = (datetime.fromtimestamp(col.sched.day_cutoff, UTC) - timedelta(days=1)).date()
        expected = {key: shown for key, shown in sample.cards.items() if shown.deck in DECKS}
        # One had become empty there: Anki itself would delete it.
        assert [expected.pop(key).fields[0] for key in expected.keys() - cards.keys()] == ["was"]
        for key, card in cards.items():
            shown = expected.pop(key)
            assert (tuple(card.note().fields), {*card.note().tags}) == (shown.fields, {*shown.tags})
            assert col.decks.name(card.did) == shown.deck
            assert (card.queue == -1, card.queue in (-2, -3)) == (shown.suspended, shown.buried)
            if shown.due_on is not None:
                assert abs((today + timedelta(days=card.due - col.sched.today)) - shown.due_on) <= timedelta(days=1)
            if shown.stability is not None:
                assert card.memory_state.stability == pytest.approx(shown.stability, abs=1e-3)
                assert card.memory_state.difficulty == pytest.approx(shown.difficulty, abs=1e-3)
        assert not expected
        with closing(sqlite3.connect(sample.folder / "made.anki2")) as db:
            given = db.execute(LOG).fetchall()
        # Days that were set by hand are in the memory, and no review.
        assert [tuple(row) for row in col.db.all(LOG)] == given
        media = {name: (Path(col.media.dir()) / name).read_bytes() for name in (*MEDIA, "occluded.png")}
        assert media == {**MEDIA, "occluded.png": PICTURE}
    finally:
        col.close()


async def test_a_note_that_was_edited_is_the_same_note(bot: BotHere, anna: Somebody, tmp_path: Path) -> None:
    """Its field typed anew in the chat, with a picture: Anki has it in the note that it gave, for both of its cards."""
    col = collection(tmp_path)
    try:
        (tmp_path / "given.apkg").write_bytes(package())
        taken(col, tmp_path / "given.apkg")
        count, given = col.note_count(), {key: card.id for key, card in cards_of(col).items()}
        await sent(anna, package(), "words.apkg")
        await done(anna, "Import")
        await opened(anna, rows(bot)[0])
        await anna.taps("Reading")
        await anna.shows(png(60), "drop.png", caption="mizu", kind="photo")
        await anna.taps("Save")
        picture = json.loads(rows(bot)[0]["fields"])[1].split('"')[1]
        name, data = await exported(anna, "Words · ", "Anki package")
        (tmp_path / name).write_bytes(data)
        assert not taken(col, tmp_path / name).conflicting
        cards = cards_of(col)
        assert (col.note_count(), {key: card.id for key, card in cards.items()}) == (count, given)
        fields = ("<b>水</b>", f'<img src="{picture}"><br>mizu', "water", "")
        assert {tuple(cards["word", ordinal].note().fields) for ordinal in (0, 1)} == {fields}
        assert (Path(col.media.dir()) / picture).stat().st_size
        assert picture in kept(bot)
    finally:
        col.close()
