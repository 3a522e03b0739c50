"""A package brings along how far its owner is, and an import that was decided is carried through."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.chat.bringing import Bringing, Wishes
from bot.clock import SystemClock
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage.arriving import SentFile
from bot.storage.database import Database
from bot.tutor import Tutor, importing
from tests.decks.anki.samples import database, package_of
from tests.notebook import differences, log, memories, notebook
from tests.people import BotHere, screen_of
from tests.shelves import offered
from tests.test_imports import done, sent

NAME = "rivers.\u2060apkg"
NOTES = [("Longest river?", "Nile"), ("River of Rome?", "Tiber"), ("River of London?", "Thames"), ("New?", "Yes")]
CREATED = date(2023, 11, 15)
STATE = json.dumps({"s": 40.5, "d": 6.25, "dr": 0.9, "lrt": 0})


def day(now: datetime, days: int) -> int:
    """So many days from now, as Anki counts them."""
    return (now.date() - CREATED).days + days


def ms(now: datetime, days: float) -> int:
    return int((now - timedelta(days=days)).timestamp() * 1000)


def package(folder: Path, now: datetime, more: str = "") -> bytes:
    """One card in review with FSRS, one with a log alone, one that forgot and is suspended, one that is new."""
    state = STATE.replace('"lrt": 0', f'"lrt": {ms(now, 5) // 1000}')
    then = f"""
        update cards set type = 2, queue = 2, due = {day(now, 7)}, ivl = 12, reps = 3, lapses = 1, factor = 2500,
            data = '{state}' where id = 1;
        update cards set type = 2, queue = 2, due = {day(now, -1)}, ivl = 4, reps = 2, factor = 2500 where id = 2;
        update cards set type = 3, queue = -1, due = {ms(now, 0) // 1000 + 300}, ivl = 1, reps = 4, lapses = 2,
            factor = 2300, left = 1001 where id = 3;
        insert into revlog values ({ms(now, 20)}, 1, -1, 3, -600, 0, 500, 4000, 0);
        insert into revlog values ({ms(now, 17)}, 1, -1, 1, -600, 3, 500, 4000, 1);
        insert into revlog values ({ms(now, 5)}, 1, -1, 3, 12, -600, 500, 90000, 2);
        insert into revlog values ({ms(now, 4)}, 1, -1, 0, 12, 12, 0, 0, 4);
        insert into revlog values ({ms(now, 9)}, 2, -1, 3, 1, 0, 2500, 4000, 0);
        insert into revlog values ({ms(now, 5.01)}, 2, -1, 3, 4, 1, 2500, 4000, 1);
        {more}"""
    return package_of(database(folder / "made.db", NOTES, then=then))


async def test_a_package_comes_with_its_progress(
    bot: BotHere, anna: Somebody, clock: WorldClock, tmp_path: Path
) -> None:
    """Only where it is wished: memories, due days, the log, what is suspended; twice the same is once."""
    now = clock.now()
    data = package(tmp_path, now)
    said = await sent(anna, data, "rivers.apkg")
    assert said == screen_of(
        f"{NAME}: 4 notes → 4 cards\n4 new\nFirst card: Longest river? → Nile\n"
        "Progress in it: 3 cards, 5 reviews, 1 suspended.",
        "[Import] [Cancel]",
        "[With my progress]",
    )
    await done(anna, "Import")
    assert memories(bot, anna) == log(bot, anna) == []
    said = await sent(anna, data, "rivers.apkg")
    assert said == screen_of(
        f"{NAME}: 4 notes → 4 cards\nNothing has changed in the cards.\n"
        "Progress in it: 3 cards, 5 reviews, 1 suspended.",
        "[With my progress]",
        "[Cancel]",
    )
    assert (await done(anna, "With my progress")).text == (
        "Default is yours: 4 cards. Your progress is in it, and you go on from there. "
        "Nobody else sees it until you share a link."
    )
    first, second, third = memories(bot, anna)
    assert (first["stage"], first["stability"], first["difficulty"]) == ("review", 40.5, 6.25)
    today = now.date() - date(1970, 1, 1)
    assert (first["due_day"] - today.days, first["interval_days"], first["lapses"]) == (7, 12, 1)
    assert (first["reviews"], first["last_at"] // 1000) == (3, ms(now, 5) // 1000)
    assert second["due_day"] - today.days == -1
    assert 3 < second["stability"] < 30
    assert (third["stage"], third["step"], third["lapses"]) == ("relearning", 0, 2)
    with notebook(bot) as db:
        rows = db.execute("select * from reviews where card_id = ? order by review_id", (first["card_id"],)).fetchall()
        told = [(row["kind"], row["grade"], row["stage_before"], row["policy_id"], row["taken_ms"]) for row in rows]
        assert told == [
            ("learn", 3, None, None, 4000), ("review", 1, "review", None, 4000),
            ("relearn", 3, "relearning", None, 60_000), ("manual", None, None, None, None),
        ]  # fmt: skip
        assert json.loads(rows[2]["elsewhere"]) == {"interval": 12, "last_interval": -600, "factor": 500}
        assert [tuple(row)[1] for row in db.execute("select * from aside")] == [third["card_id"]]
        before = [tuple(row) for row in db.execute("select * from reviews")]
    assert differences(bot) == ()
    assert (await sent(anna, data, "rivers.apkg")).text.endswith("Nothing has changed: you have all of it.")
    assert (await anna.sends("/undo")).text == "There is nothing to undo."
    # What was answered here later than there stays, what was answered there later comes.
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Good")
    mine = memories(bot, anna)[1]
    assert mine["last_at"] == ms(now, 0) + 1000 * round((clock.now() - now).total_seconds())
    later = f"""
        insert into revlog values ({ms(now, 1)}, 1, -1, 3, 30, 12, 500, 4000, 1);
        update cards set data = '{STATE.replace('"lrt": 0', f'"lrt": {ms(now, 1) // 1000}')}', ivl = 30,
            due = {day(now, 29)} where id = 1;"""
    said = await sent(anna, package(tmp_path, now, later), "rivers.apkg")
    assert "Progress in it: 3 cards, 6 reviews, 1 suspended.\n1 card has newer progress here: kept." in said.text
    await done(anna, "With my progress")
    first, second, _ = memories(bot, anna)
    assert (first["due_day"] - today.days, second) == (29, mine)
    with notebook(bot) as db:
        after = [tuple(row) for row in db.execute("select * from reviews")]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 3
    assert differences(bot) == ()


async def test_who_goes_on_with_a_package_studies_all_of_it(
    bot: BotHere, anna: Somebody, clock: WorldClock, tmp_path: Path
) -> None:
    """Also the decks in which nothing was answered yet, but for those that they left here. Progress that is here
    already is not offered.
    """
    names = json.dumps({"1": {"id": 1, "name": "Biology"}, "2": {"id": 2, "name": "Biology::Genes"}})
    genes = f"update col set decks = '{names}'; update cards set did = 2 where id = 4;"
    now = clock.now()
    await sent(anna, package(tmp_path, now, genes), "biology.apkg")
    said = await done(anna, "With my progress")
    assert said.text.startswith("4 cards in 2 decks are yours. Your progress is in it, and you go on from there.")
    assert [label for label in await offered(anna) if "Biology" in label] == [
        "✓ Biology · 3",
        "✓ Biology › Genes · 1",
    ]
    await anna.sends("/quiz biology")
    await anna.taps("Show answer", "Good", "Not now")
    assert "New?" in anna.sees().text
    await anna.sends("/decks")
    await anna.taps("✓ Biology › Genes", "Leave")
    reworded = f"{genes} update notes set flds = replace(flds, 'Yes', 'No') where id = 4;"
    said = await sent(anna, package(tmp_path, now, reworded), "biology.apkg")
    assert "\nYou have all of that progress." in said.text
    assert said.labels == ["Import", "Cancel"]
    later = f"""
        {genes} insert into revlog values ({ms(now, 1)}, 1, -1, 3, 30, 12, 500, 4000, 1);
        update cards set data = '{STATE.replace('"lrt": 0', f'"lrt": {ms(now, 1) // 1000}')}' where id = 1;"""
    await sent(anna, package(tmp_path, now, later), "biology.apkg")
    await done(anna, "With my progress")
    assert "Biology › Genes · 1" in await offered(anna)


async def test_what_looks_new_may_be_another_wording(bot: BotHere, anna: Somebody) -> None:
    """Asked first; tapped, the old card is that card and what was learned of it stays, or begins anew."""
    old = "Which long river flows through the middle of Rome?;Tiber\nRiver of London?;Thames\n"
    await sent(anna, old, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Good", "Not now", "Show answer", "Good")
    before = memories(bot, anna)
    new = "Which river flows through all of Rome slowly?;Tiber\nRiver of London?;It is one that nobody has heard of\n"
    said = await sent(anna, new, "rivers.txt")
    asked = (
        "“Which river flows through all of Rome slowly?” looks new: "
        "or is it “Which long river flows through the middle of Rome?” with another wording?"
    )
    kept = "You have learned a card whose answer is quite another now. Your progress with it is kept."
    assert said.text.split("\n", 1)[1] == (
        "1 new · 1 changed (memory kept) · 1 of them with quite another answer: “River of London?” · "
        f"1 archived, as the file has them no more\n{asked}\n{kept}"
    )
    assert said.labels == ["Import", "Cancel", "It is the same", "Start it anew"]
    said = await anna.taps("It is the same", "Start it anew")
    assert "1 card of yours now reads otherwise, as “Which river flows" in said.text
    assert "whose answer is quite another now. It begins anew for you." in said.text
    assert "\n0 new · 2 changed (memory kept except for 1) · 1 of them" in said.text
    assert said.labels == ["Import", "Cancel", "It is new", "Keep progress"]
    assert (await anna.taps("It is new", "Keep progress")).text.split("\n")[2:] == [asked, kept]
    await anna.taps("It is the same", "Start it anew")
    await done(anna, "Import")
    assert memories(bot, anna) == before[:1]
    assert log(bot, anna)[-1] == ("manual", None)
    assert differences(bot) == ()
    with notebook(bot) as db:
        rows = db.execute("select front from cards where deck_id = 2 and archived_at is null order by position")
        assert ["slowly" in row["front"] for row in rows] == [True, False]


async def test_a_decided_import_is_carried_through_by_the_next_life(
    bot: BotHere, anna: Somebody, tmp_path: Path
) -> None:
    """What was decided is done at the start; before that the deck is there for nobody. Of what nobody had decided,
    nothing is left but the file, which waits.
    """
    await anna.sends("/start")
    await bot.stop()
    path, inner = tmp_path / "rivers.txt", tmp_path / "inner"
    path.write_text("".join(f"River {number}?;Answer {number}\n" for number in range(250)))
    inner.mkdir()
    (bot.folder / "deckhand.db.media").mkdir(exist_ok=True)
    database_ = await Database.open(bot.folder / "deckhand.db")
    tutor = Tutor(database_, "Europe/Berlin")

    now, media = datetime.now(UTC), bot.folder / "deckhand.db.media"
    others = await tutor.do(importing.began, now, anna.id + 1, SentFile("", "rivers.txt"))
    one = await tutor.do(importing.began, now, anna.id, SentFile("", "rivers.txt"))
    assert one is not None
    assert others is not None
    bringing = Bringing(tutor, SystemClock(), one)
    _, decks = await bringing.bring(path, "rivers.txt", inner, media, Wishes())
    await Bringing(tutor, SystemClock(), others).bring(path, "rivers.txt", inner, media, Wishes())
    await bringing.decide(decks)
    await database_.close()
    with notebook(bot) as db:
        assert not [*db.execute("select 1 from decks where name = 'Rivers'")]
    await bot.start()
    await anna.playground.clock.advance(seconds=1)
    assert anna.sees().text.startswith("Rivers is yours: 250 cards.")
    with notebook(bot) as db:
        assert [tuple(row) for row in db.execute("select learner_id, plan from imports")] == [(anna.id + 1, None)]
        assert not [*db.execute("select 1 from arriving"), *db.execute("select 1 from decks where deck_id > 2")]
        assert db.execute("select count(*) from cards where deck_id = 2").fetchone()[0] == 250
