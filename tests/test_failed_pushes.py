"""A push that failed, or that the database could not take note of: it comes once, later, and keeps nobody else's."""

import sqlite3
from contextlib import closing

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import chats
from bot.storage.database import Database
from bot.tutor import Desk, Tutor, claiming, pushing
from tests.habits import moment, sends, settles, since_now, studies, until
from tests.people import BotHere, BotProcess
from tests.storage.full_disk import files_of_at_most

PERU, KENYA = (f"4 due · about 1 min\n\nCapitals · 1/4\n\nWhat is the capital of {name}?" for name in ("Peru", "Kenya"))


@pytest.fixture
async def settled(anna: Somebody, bot: BotHere) -> Somebody:
    """Anna has her cards at 20:00 in Berlin."""
    if bot.app is None:
        await bot.start()
    await settles(anna)
    return anna


# What surely failed


async def test_what_surely_failed_is_sent_again(settled: Somebody, playground: Playground, clock: WorldClock) -> None:
    """The same card, with its sound, a few seconds later."""
    playground.faults.add("sendMessage", status=400, description="Bad Request: not today")
    came = since_now(settled)
    await until(clock, "03-02", "20:00")
    assert came.all == []
    assert settled.message().rows == (), "the card before it has given way all the same"
    await clock.advance(seconds=5)
    assert came.all == [(PERU, True)]
    await settled.taps("Show answer", "Easy")
    assert settled.sees().text == KENYA.split("\n\n", 1)[1].replace("1/4", "2/4")


async def test_what_fails_on_and_on_is_tried_less_and_less(
    settled: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Within two hours a handful of tries, and the next day's push is one, not two."""
    playground.faults.add("sendMessage", status=400, description="Bad Request: not today", times=1000)
    tries = sends(playground, settled.id)
    await until(clock, "03-02", "20:00")
    for _ in range(120):
        await clock.advance(minutes=1)
    assert 5 < sends(playground, settled.id) - tries < 25
    playground.faults.clear()
    came = since_now(settled)
    await until(clock, "03-03", "20:00")
    await clock.advance(minutes=30)
    assert came.all == [(PERU, True)]


async def test_what_failed_is_not_sent_into_the_night(
    settled: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """In quiet hours it waits for the morning."""
    await settled.sends("/settings")
    await settled.taps("Quiet", "21:00 to 09:00", "Back", "Done")
    fault = playground.faults.add("sendMessage", status=400, description="Bad Request: not today", times=1000)
    came = since_now(settled)
    await until(clock, "03-02", "20:00")
    await until(clock, "03-02", "20:59")
    fault.times = 0
    await until(clock, "03-02", "21:30")
    await until(clock, "03-03", "08:59")
    assert came.all == []
    await until(clock, "03-03", "09:00")
    assert came.all == [(PERU, True)]


async def test_a_push_that_failed_after_the_next_was_claimed(
    settled: Somebody, bot: BotHere, playground: Playground, clock: WorldClock
) -> None:
    """Its call was under way for a day before it surely failed: the newer push stands for both."""
    await bot.stop()
    came = since_now(settled)
    database = await Database.open(bot.folder / "deckhand.db")
    tutor = Tutor(database, "UTC")
    first, second = moment("03-02", "20:00"), moment("03-03", "20:00")
    (put,) = await tutor.do(pushing.put, first, [settled.id])
    assert isinstance(put, pushing.Put)
    await tutor.do(claim, second, settled.id)
    await tutor.do(pushing.end, second, [pushing.failed(put.turn_id)])
    await database.close()
    await until(clock, "03-03", "20:00")
    await bot.start()
    await clock.advance(minutes=30)
    assert came.all == [(PERU, True)]
    assert await slots(bot) == ["covered", "sent"]


async def test_a_slot_that_is_due_beside_one_that_failed(settled: Somebody, bot: BotHere) -> None:
    """Where both of a chat have leave in the same moment, one push stands for both, whichever was taken up first."""
    await bot.stop()
    database = await Database.open(bot.folder / "deckhand.db")
    tutor = Tutor(database, "UTC")
    first, second = moment("03-02", "20:00"), moment("03-03", "20:00")
    await tutor.do(claim, first, settled.id)
    (old,) = (await tutor.do(pushing.waiting, first, 9)).open
    before, after = await tutor.do(pushing.put, second, [old, settled.id])
    await database.close()
    assert before is None
    assert isinstance(after, pushing.Put)
    assert await slots(bot) == ["covered", "sending"]


async def test_a_push_that_was_put_off_when_the_program_ended(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, playground: Playground, clock: WorldClock
) -> None:
    """The card before it still has its buttons, which wait as well. That the push failed is known: it has its sound."""
    await bot.stop()
    await bot_process.start()
    came = since_now(settled)
    playground.faults.add("sendMessage", status=429, retry_after=600, chat_id=settled.id)
    await until(clock, "03-02", "20:00")
    assert settled.message().rows
    await bot_process.kill()
    assert await slots(bot) == ["claimed"]
    await bot.start()
    await clock.advance(seconds=5)
    assert came.all == [(PERU, True)]


async def test_a_call_that_hangs_keeps_nobody_elses_push(
    settled: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Ben has his while Anna's is still under way, which arrives once."""
    await settles(ben)
    anna_came, ben_came = since_now(settled), since_now(ben)
    slow = playground.faults.add("sendMessage", "before", "timeout", chat_id=settled.id)
    moving = clock.move_to(moment("03-02", "20:00"))
    await playground.called.until(lambda: ben_came.all == [(PERU, True)], 10)
    assert (slow.met, anna_came.all) == (1, [])
    slow.release()
    await moving
    await clock.advance(minutes=10)
    assert (anna_came.all, ben_came.all) == ([(PERU, True)], [(PERU, True)])


# What the database does not take


@pytest.mark.parametrize(
    ("is_told_to_end", "is_card_open"),
    [(False, True), (True, True), (False, False), (True, False)],
    ids=["a tick later", "at the end", "with nothing before it", "with nothing before it at the end"],
)
async def test_a_push_that_could_not_be_written_down_is_written_later(
    settled: Somebody,
    bot: BotHere,
    bot_process: BotProcess,
    playground: Playground,
    clock: WorldClock,
    is_told_to_end: bool,
    is_card_open: bool,
) -> None:
    """The disk fails when the push has arrived: once it works again, at a tick or at the end, its slot is complete."""
    if not is_card_open:
        await studies(settled)
    await bot.stop()
    await bot_process.start()
    came = since_now(settled)

    async def fail(_params: object) -> None:
        bot_process.disk_fails()

    playground.faults.add("sendMessage", "after", "call", hook=fail)
    await until(clock, "03-02" if is_card_open else "03-25", "20:00")
    assert len(came.all) == 1
    bot_process.disk_works()
    if is_told_to_end:
        assert await bot_process.terminate() == 0
    else:
        await clock.advance(minutes=1)
    assert (await slots(bot))[-1] == "sent"
    await bot_process.restart()
    await clock.advance(minutes=30)
    assert len(came.all) == 1


async def test_pushes_that_the_disk_does_not_take_are_tried_less_and_less(
    settled: Somebody, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Two tries within ten seconds, not one at every tick; the push comes once the disk works again."""
    came = since_now(settled)
    with files_of_at_most(0):
        await until(clock, "03-02", "20:00")
        for _ in range(10):
            await clock.advance(seconds=1)
    assert sum(record.getMessage().startswith("the pushes: ") for record in caplog.records) == 2
    assert came.all == []
    await clock.advance(seconds=5)
    assert came.all == [(PERU, True)]


async def test_a_push_that_cannot_be_made_is_tried_less_and_less(
    settled: Somebody, bot: BotHere, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that we spoiled ourselves is three lines in the log within twenty seconds, not one at every tick."""
    await spoilt(settled, bot, """head = '{"every": "no number"}'""")
    await until(clock, "03-02", "20:00")
    await bot.start()
    caplog.clear()
    for _ in range(10):
        await clock.advance(seconds=2)
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 2


async def test_a_push_that_cannot_be_drawn_comes_once_it_can(
    settled: Somebody, bot: BotHere, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A row that only the drawing finds to be spoiled is tried less and less; mended, it comes with its sound."""
    await spoilt(settled, bot, """head = '{"every": 500}'""")
    await until(clock, "03-02", "20:00")
    await bot.start()
    came = since_now(settled)
    caplog.clear()
    for _ in range(10):
        await clock.advance(seconds=2)
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 2
    assert came.all == []
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update pushes set head = ''")
    await clock.advance(seconds=40)
    assert came.all == [(PERU, True)]


async def test_a_push_that_may_have_arrived_and_cannot_be_drawn_again_is_left(
    settled: Somebody, bot: BotHere, clock: WorldClock
) -> None:
    """What would follow it is not tried on and on: each time another turn would be begun."""
    await spoilt(settled, bot, """state = 'unsure', head = '{"every": 500}'""")
    await until(clock, "03-02", "20:00")
    came = since_now(settled)
    await bot.start()
    await clock.advance(minutes=30)
    assert await slots(bot) == ["sent"]
    assert came.all == []
    assert (await settled.sends("/quiz")).labels, "the card that was put waits for who asks"


async def test_before_its_time_nothing_is_put(settled: Somebody, bot: BotHere) -> None:
    """A push that was put off while it waited for its leave is not sent, and stays put off."""
    await bot.stop()
    database = await Database.open(bot.folder / "deckhand.db")
    before = await database.read(lambda db: tuple(db.execute("select * from chats").fetchone()))
    assert await Tutor(database, "UTC").do(pushing.put, moment("03-02", "19:59"), [settled.id]) == [None]
    assert await database.read(lambda db: tuple(db.execute("select * from chats").fetchone())) == before
    await database.close()
    assert await slots(bot) == []


async def test_a_chat_that_we_cannot_work_with_keeps_nobody_elses_push(
    settled: Somebody, ben: Somebody, bot: BotHere, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Anna's zone is known no more: the log has a line and Ben has his push; hers comes when it is known again."""
    await settles(ben)
    anna_came, ben_came = since_now(settled), since_now(ben)
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update chats set zone = 'Europe/Nowhere' where chat_id = ?", [settled.id])
    await until(clock, "03-02", "20:00")
    await clock.advance(minutes=10)
    assert (anna_came.all, ben_came.all) == ([], [(PERU, True)])
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update chats set zone = 'Europe/Berlin' where chat_id = ?", [settled.id])
    await until(clock, "03-02", "21:00")
    assert [text for text, _ in anna_came.all] == [PERU]


async def spoilt(somebody: Somebody, bot: BotHere, how: str) -> None:
    """The bot is stopped, the slot of the first evening is claimed, and its row was made so."""
    await bot.stop()
    database = await Database.open(bot.folder / "deckhand.db")
    await Tutor(database, "UTC").do(claim, moment("03-02", "20:00"), somebody.id)
    await database.write(lambda db: db.execute(f"update pushes set {how}"))
    await database.close()


def claim(desk: Desk, chat_id: int) -> None:
    """The slot that is due there is claimed, and no more."""
    chat = chats.find(desk.db, chat_id)
    assert chat is not None
    due = claiming.due(desk, chat)
    assert due is not None
    claiming.claim(desk, due, "claimed")


async def slots(bot: BotHere) -> list[str]:
    """The states of all slots."""
    database = await Database.open(bot.folder / "deckhand.db", only_reading=True)
    rows = await database.read(lambda db: db.execute("select state from pushes").fetchall())
    await database.close()
    return [row["state"] for row in rows]
