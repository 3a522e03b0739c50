"""Whoever is to be told that a card is wrong, or was mended, is told: also if the bot dies or cannot send."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.decks import html
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage import cards, chats, drafts, migrations, notices, owned, sqlite
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.tutor import complaining, telling
from bot.tutor.card_views import MendedView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who
from bot.tutor.telling import Letter
from tests.habits import settles
from tests.notebook import notebook, tables_naming
from tests.people import BotHere, BotProcess, screen_of
from tests.test_crashes import does
from tests.test_imports import RIVERS, done, sent
from tests.test_sharing import payload

WRONG = "Somebody says that this card is wrong:"
MENDED = "The card that you marked as wrong was mended: What is the capital of Peru?"


def told(somebody: Somebody, words: str) -> list[bool]:
    """Whether each message that begins so came without a sound."""
    return [message.silent for message in somebody.messages() if (message.text or "").startswith(words)]


@pytest.fixture
async def boss(bot: BotHere, anna: Somebody) -> Somebody:
    """Who runs the bot; Anna has opened the menu of her second card, and the bot that helped her is down."""
    boss = anna.playground.person("boss")
    bot.extra["BOT_ADMINS"] = str(boss.id)
    await bot.stop()
    await bot.start()
    await boss.sends("/start")
    await settles(anna)
    await anna.sends("/quiz")
    await anna.taps("⋯")
    await bot.stop()
    return boss


async def test_told_after_a_crash(bot: BotHere, bot_process: BotProcess, anna: Somebody, boss: Somebody) -> None:
    """Killed before anything was sent, the bot tells it once it is back; where it is open whether that arrived, once
    more without a sound, and then no more.
    """
    bot_process.extra.update(bot.extra)
    await bot_process.start()
    bot_process.dies_at("answerCallbackQuery", "before")
    assert not await does(anna, "Mark as wrong", bot_process)
    assert told(boss, WRONG) == []
    await bot.start()
    assert told(boss, WRONG) == [False]
    await bot.stop()
    await bot_process.start()
    bot_process.dies_at("sendMessage", "after", chat_id=anna.id)
    assert not await does(boss, "It is mended", bot_process)
    assert told(anna, MENDED) == [True]
    await bot.start()
    assert told(anna, MENDED) == [True, True]
    await bot.restart()
    assert told(anna, MENDED) == [True, True]
    assert told(boss, "Mended.") == [False], "in the message that told of it"
    with notebook(bot) as db:
        assert db.execute("select * from notices").fetchall() == []


async def test_told_to_who_runs_the_bot_from_later_on(bot: BotHere, anna: Somebody, boss: Somebody) -> None:
    """What was said of a deck of the folder before, once; not what was settled meanwhile."""
    bot.extra["BOT_ADMINS"] = ""
    await bot.start()
    await anna.taps("Mark as wrong")
    assert anna.toast == "Thank you. It is kept, but there is nobody here yet who is told of it."
    await anna.taps("Show answer", "Easy", "⋯", "Mark as wrong")
    await bot.restart()
    with notebook(bot) as db:
        assert db.execute("select count(*) from notices").fetchone()[0] == 2
    with closing(sqlite.writer(bot.folder / "deckhand.db")) as db:
        db.execute(
            "update complaints set settled_at = 1, came = 'mended' where card_id = (select max(card_id) from notices)"
        )
    await bot.stop()
    bot.extra["BOT_ADMINS"] = str(boss.id)
    for _ in range(2):
        await bot.restart()
        assert told(boss, WRONG) == [False]
    assert "It is mended" in boss.sees().labels
    with notebook(bot) as db:
        assert db.execute("select * from notices").fetchall() == []


async def test_a_card_that_a_file_no_longer_has(anna: Somebody, ben: Somebody) -> None:
    """Who said that it is wrong reads once that it was taken out; under its owner's message that stands as settled."""
    await sent(anna, RIVERS, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Rivers", "Share a link")
    await ben.sends(f"/start {payload(anna)}")
    await ben.taps("⋯", "Mark as wrong")
    assert told(anna, WRONG) == [False]
    await sent(anna, RIVERS.split("\n", 1)[1], "rivers.txt")
    await done(anna, "Import")
    assert "1 archived" in anna.sees().text
    await anna.playground.clock.advance(seconds=60)
    gone = "The card that you marked as wrong was taken out of its deck: Longest river?"
    assert ben.sees() == screen_of(gone)
    await anna.taps("It is right")
    assert anna.toast == "That was settled before; here is the card as it is now."
    await anna.playground.clock.advance(seconds=600)
    assert told(ben, gone) == [True]


async def test_told_once_telegram_takes_it(bot: BotHere, anna: Somebody, boss: Somebody, clock: WorldClock) -> None:
    """What Telegram surely did not take is told later, once; to who put the bot out it is not."""
    await bot.start()
    faults = anna.playground.faults
    faults.add("sendMessage", chat_id=boss.id, status=429, retry_after=90)
    await anna.taps("Mark as wrong")
    # Nor does whoever says so wait for that.
    await anna.taps("Show answer", "Easy", "⋯", "Mark as wrong")
    assert told(boss, WRONG) == []
    await clock.advance(minutes=2)
    assert told(boss, WRONG) == [False, False]
    faults.add("sendMessage", chat_id=anna.id, status=403, description="Forbidden: bot was blocked by the user")
    await boss.taps("It is mended")
    await clock.advance(minutes=2)
    assert told(anna, MENDED) == []
    with notebook(bot) as db:
        assert db.execute("select * from notices").fetchall() == []
    # Nor to whom the bot is no longer run by.
    faults.add("sendMessage", chat_id=boss.id, status=429, retry_after=90)
    await anna.taps("Show answer", "Easy", "⋯", "Mark as wrong")
    before = len(boss.messages())
    await bot.stop()
    bot.extra["BOT_ADMINS"] = ""
    await bot.start()
    await clock.advance(minutes=2)
    assert len(boss.messages()) == before
    with notebook(bot) as db:
        assert db.execute("select * from notices").fetchall() == []
    # Nothing of it outlives whom it names.
    with closing(sqlite.writer(bot.folder / "deckhand.db")) as db:
        db.execute("insert into notices values (1, ?, 'mended', 'following')", (anna.id,))
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    assert tables_naming(bot, anna.id) == []


async def test_told_once_the_disk_works_again(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, boss: Somebody, clock: WorldClock
) -> None:
    """What arrived while nothing could be written is told no second time, in the same life of the bot."""
    bot_process.extra.update(bot.extra)
    await bot_process.start()

    async def fails(_params: object) -> None:
        bot_process.disk_fails()

    anna.playground.faults.add("sendMessage", "after", "call", chat_id=boss.id, hook=fails)
    await anna.taps("Mark as wrong")
    await clock.advance(minutes=1)
    assert told(boss, WRONG) == [False]
    bot_process.disk_works()
    await clock.advance(minutes=1)
    assert told(boss, WRONG) == [False]
    with notebook(bot) as db:
        assert db.execute("select * from notices").fetchall() == []


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BEN, CLEO, DORA = 10, 20, 30, 40
HERE = Message(1, "text")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Anna's deck of one card, which Ben studies and finds wrong."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        for learner in (ANNA, BEN):
            chats.ensure(db, learner, "private")
        deck_id = owned.add(db, ANNA, "Words", "Words")
        drafts.save(db, deck_id, "guid", [(html.parse("sea"), html.parse("Meer"))])
        chats.subscribe(db, BEN, deck_id, NOW)
        desk = Desk(db, NOW, "UTC")
        complaining.say(desk, Who(BEN, BEN, 1), 1, 0, (), HERE)
        yield desk


def letter(desk: Desk, notice: Notice) -> Letter:
    """What is told of it."""
    found = telling.begin(desk, notice, ())
    assert found is not None
    return found


def test_a_call_that_was_left_open_is_made_once_more(desk: Desk) -> None:
    """One that surely did nothing is made again as it was; no two are under way at once."""
    (notice,) = telling.to_tell(desk)
    assert notice == Notice(1, ANNA, "wrong")
    assert not letter(desk, notice).silent
    assert telling.begin(desk, notice, ()) is None
    assert telling.to_tell(desk) == ()
    telling.not_told(desk, notice)
    assert not letter(desk, notice).silent
    telling.begin_anew(desk, ())
    assert letter(desk, notice).silent
    telling.not_told(desk, notice)
    assert letter(desk, notice).silent
    telling.unsure(desk, notice)
    assert telling.begin(desk, notice, ()) is None
    assert desk.db.execute("select count(*) from notices").fetchone()[0] == 0


def test_what_several_say_before_it_is_told_is_told_once(desk: Desk) -> None:
    """What is said after that is told once more, unless the card was found to be right meanwhile."""
    for update_id, learner in enumerate((CLEO, DORA), 2):
        chats.ensure(desk.db, learner, "private")
        chats.subscribe(desk.db, learner, 1, NOW)
        _, told = complaining.say(desk, Who(learner, learner, update_id), 1, 0, (), HERE)
        assert told == (Notice(1, ANNA, "wrong"),)
        assert telling.to_tell(desk) == told
        assert complaining.say(desk, Who(learner, learner, update_id), 1, 0, (), HERE)[1] == (), "the same tap"
        if learner == CLEO:
            letter(desk, told[0])
            telling.told(desk, told[0])
    _, told = complaining.settle(desk, Who(ANNA, ANNA, 9), 1, "right", False, HERE)
    assert told == ()
    assert telling.begin(desk, Notice(1, ANNA, "wrong"), ()) is None, "nobody waits any more"


def test_who_mended_it_is_not_told(desk: Desk) -> None:
    """Others who said that it is wrong are, and each of them once."""
    complaining.mark(desk, Who(ANNA, ANNA, 2), cards.card(desk.db, 1), ())
    assert complaining.mended_by(desk, ANNA, 1) == (Notice(1, BEN, "mended"),)
    assert complaining.mended_by(desk, ANNA, 1) == ()


def test_what_is_needless_by_then_is_not_told(desk: Desk) -> None:
    """The card was settled before its owner was told; who waited has left its deck before that was told."""
    owned.archive(desk.db, 1, NOW)
    (wrong,) = telling.to_tell(desk)
    assert telling.begin(desk, wrong, ()) is None
    owned.archive(desk.db, 1, None)
    notices.add(desk.db, [Notice(1, BEN, "wrong")])
    assert telling.begin(desk, Notice(1, BEN, "wrong"), (BEN,)) is None, "whose deck it is not"
    notices.add(desk.db, [wrong])
    complaining.settle(desk, Who(ANNA, ANNA, 2), 1, "mended", False, HERE)
    wrong, mended = telling.to_tell(desk)
    assert telling.begin(desk, wrong, ()) is None
    assert isinstance(letter(desk, mended).view, MendedView)
    telling.not_told(desk, mended)
    assert telling.begin(desk, mended, (), {ANNA}) is None, "whom the bot serves no longer"
    notices.add(desk.db, [mended])
    assert telling.begin(desk, mended, (), {BEN}) is not None
    telling.not_told(desk, mended)
    owned.archive(desk.db, 1, NOW)
    assert telling.begin(desk, mended, ()) is None
    owned.archive(desk.db, 1, None)
    notices.add(desk.db, [mended])
    chats.leave(desk.db, BEN, 1, NOW)
    assert telling.begin(desk, mended, ()) is None
    assert telling.to_tell(desk) == ()
