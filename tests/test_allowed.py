"""Who the bot listens to at all (BOT_ALLOWED), and who hears of faults (BOT_ADMINS)."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import FRANCE, WELCOME, asked
from tests.habits import settles
from tests.people import NOTHING, BotHere, Group, Somebody, screen_of

REFUSED = "This bot is for a closed circle; its owner can let you in."


@pytest.fixture
async def circle(bot: BotHere, anna: Somebody, playground: Playground, ben: Somebody) -> Group:
    """A group that may use the bot, as may Anna; nobody else."""
    group = playground.group("Circle", [anna, ben], with_bot=False)
    bot.extra["BOT_ALLOWED"] = f"{anna.id},{group.id}"
    await bot.restart()
    return group


async def test_who_may_is_served(circle: Group, anna: Somebody) -> None:
    """A person on the list studies as ever."""
    await anna.sends("/start")
    assert FRANCE in (await anna.taps("Capitals")).text


@pytest.mark.parametrize("words", ["/start", "/quiz", "/start deck_capitals", "/start turn_1", "hello"])
async def test_anybody_else_gets_one_line(circle: Group, ben: Somebody, words: str) -> None:
    """Whatever somebody else writes is answered with one line."""
    assert await ben.sends(words) == screen_of(REFUSED)
    assert len(ben.messages()) == 1


async def test_an_old_button_of_who_may_no_longer(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """Who was taken off the list finds their buttons answered with that line, and nothing changes."""
    await ben.sends("/start")
    before = await ben.taps("Capitals")
    bot.extra["BOT_ALLOWED"] = str(anna.id)
    await bot.restart()
    assert await ben.taps("Show answer") == before
    assert ben.toast == REFUSED


async def test_who_may_no_longer_gets_no_pushes(
    bot: BotHere, anna: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Daily cards stop for a person and a group taken off the list, and go on when they are let in again."""
    group = playground.group("Circle", [ben], with_bot=False)
    await group.adds_bot(ben)
    await ben.taps("Capitals", chat=group)
    await ben.sends("/settings", group)
    await ben.taps("Hours", "12:00", chat=group)
    for somebody in (anna, ben):
        await settles(somebody, hour="12:30", at="09:00", place="London")
    bot.extra["BOT_ALLOWED"] = str(anna.id)
    await bot.restart()
    before = [place.notifications for place in (anna, ben, group)]
    for _ in range(2):
        await clock.advance(days=1)
    assert [place.notifications for place in (anna, ben, group)] == [before[0] + 2, *before[1:]]
    bot.extra["BOT_ALLOWED"] = f"{anna.id},{ben.id}"
    await bot.restart()
    await ben.sends("/quiz")
    await clock.advance(days=1)
    assert ben.notifications == before[1] + 2, "the card that he asked for, and the day's"


async def test_a_group_on_the_list(circle: Group, anna: Somebody, ben: Somebody) -> None:
    """In a group that may, everybody takes part."""
    assert await circle.adds_bot(ben) == screen_of(WELCOME, "[Capitals · 5]")
    await anna.taps("Capitals", chat=circle)
    assert await ben.sends("/quiz", circle) == asked(FRANCE)
    await ben.taps("Show answer", "Good", chat=circle)
    assert ben.sees(circle) == screen_of("Good, back in 10 minutes.", "[Undo] [Next card]")


async def test_a_group_on_the_list_that_moves(circle: Group, anna: Somebody, ben: Somebody, bot: BotHere) -> None:
    """A group that may stays one when it becomes a supergroup, also after a restart."""
    await circle.adds_bot(ben)
    await anna.taps("Capitals", chat=circle)
    await circle.migrates()
    assert await ben.sends("/quiz", circle) == asked(FRANCE)
    await bot.restart()
    assert "Paris" in (await ben.taps("Show answer", chat=circle)).text


async def test_any_other_group_is_left(circle: Group, playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """A group that is not on the list gets one line and is left, whoever added the bot."""
    for place, somebody in enumerate((anna, ben)):
        group = playground.group(f"Other {place}", [somebody], with_bot=False)
        assert await group.adds_bot(somebody) == screen_of(REFUSED)
        assert group.sees_all() == [screen_of(REFUSED)]
        assert not group.chat.member(playground.world.bot.id).inside


async def test_told_to_wait_when_it_leaves_the_bot_waits_and_leaves(
    circle: Group, playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """Not before its time, and then it is out."""
    group = playground.group("Other", [anna], with_bot=False)
    playground.faults.add("leaveChat", status=429, retry_after=5)
    adding = asyncio.create_task(group.adds_bot(anna))
    assert await playground.called.until(lambda: playground.calls[-1].method == "leaveChat", 4)
    await clock.advance(seconds=4)
    assert playground.counts["leaveChat"] == 1
    await clock.advance(seconds=2)
    assert await adding == screen_of(REFUSED)
    assert not group.chat.member(playground.world.bot.id).inside


async def test_a_group_in_which_the_bot_already_is(
    circle: Group, playground: Playground, anna: Somebody, ben: Somebody
) -> None:
    """A group that the bot was in before the list was made is left at the first word."""
    group = playground.group("Old", [anna, ben])
    assert await ben.sends("/quiz", group) == screen_of(REFUSED)
    assert not group.chat.member(playground.world.bot.id).inside


async def test_admins_read_what_is_wrong_in_a_deck(
    bot: BotHere, anna: Somebody, ben: Somebody, decks_dir: Path, clock: WorldClock
) -> None:
    """A deck that can no longer be read stays as it was, and its file and line are told to the admins alone."""
    await anna.sends("/start")
    bot.extra["BOT_ADMINS"] = str(anna.id)
    await bot.restart()
    (decks_dir / "capitals.txt").write_bytes(b"\xff\xfe\x00broken")
    for _ in range(3):
        await clock.advance(seconds=30)
    assert "capitals.txt" in anna.sees().text
    assert len(anna.messages()) == 2
    assert ben.sees() == NOTHING
    assert FRANCE in (await ben.sends("/start deck_capitals")).text


@pytest.fixture
async def keeper(bot: BotHere, ben: Somebody) -> Somebody:
    """Ben, who runs the bot and has said a word to it."""
    await ben.sends("/help")
    bot.extra["BOT_ADMINS"] = str(ben.id)
    await bot.restart()
    return ben


async def test_admins_hear_of_a_fault_once_and_a_day_later_how_often(
    keeper: Somebody, anna: Somebody, bot: BotHere, clock: WorldClock
) -> None:
    """Not each time, without a word of the card, and the person each time; after a day in one line with the number."""
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update cards set front = '[Paris is no card]'")
    await anna.sends("/start")
    for _ in range(4):
        await anna.taps("Capitals")
        assert anna.toast == "I could not reach my notebook for a moment. Your last grade is safe; tap again."
    await clock.advance(seconds=1)
    (told,) = keeper.sees_all()[1:]
    assert re.fullmatch(r"A fault in an update: \w+ in \w+\.py:\d+\. The log has the rest\.", told.text)
    for _ in range(3):
        await clock.advance(hours=23)
    assert [one.text.split(" since")[0] for one in keeper.sees_all()[2:]] == ["Again, 3 times"]
    assert "Paris" not in "".join(one.text for one in keeper.sees_all())


async def test_many_faulty_decks_are_a_few_messages(keeper: Somebody, decks_dir: Path, clock: WorldClock) -> None:
    """Whoever copies a folder of broken files gets ten lines, and an hour later one message with the rest."""
    for number in range(25):
        (decks_dir / f"broken {number:02}.txt").write_bytes(b"Paris\0Lima")
    for _ in range(3):
        await clock.advance(seconds=20)
    assert len(keeper.sees_all()) == 1 + 10
    await clock.advance(hours=1)
    (rest,) = keeper.sees_all()[11:]
    assert [line.split(":")[0] for line in rest.text.splitlines()[:2]] == ["broken 10.txt", "broken 11.txt"]
    assert rest.text.splitlines()[-1] == "And 5 more; the log has them all."
    assert "Paris" not in "".join(one.text for one in keeper.sees_all())


BROKEN = {
    "packed.txt": b"PK\x03\x04 Paris",
    "wide.txt": "Paris;Lima".encode("utf-16") + b"x",
    "bytes.txt": "Paris é;Lima\nLima ".encode() + b"\xff;Paris\n",
    "nothing.txt": b"\n\n",
    "fronts.txt": b";Paris\nA;B\n;Paris is no front\nParis;Lima;Paris;Paris\n",
    "separator.txt": b"#separator:Paris\n;Paris\nA;B\n",
    "quotes.txt": b'A;B\n;"Paris\n',
}


async def test_reports_of_decks_quote_no_card(keeper: Somebody, decks_dir: Path, clock: WorldClock) -> None:
    """Each faulty file is named with what is wrong in which line, without a word of what stands there."""
    for name, data in BROKEN.items():
        (decks_dir / name).write_bytes(data)
    for _ in range(3):
        await clock.advance(seconds=20)
    told = "\n".join(one.text for one in keeper.sees_all()[1:])
    assert {name for name in BROKEN if f"{name}:" in told or f"{name}, line " in told} == set(BROKEN)
    assert "Paris" not in told


async def test_the_bot_starts_though_an_admins_chat_is_held(
    keeper: Somebody, anna: Somebody, bot: BotHere, decks_dir: Path, playground: Playground, clock: WorldClock
) -> None:
    """Telegram lets the administrator's chat wait for an hour: everybody else is served, and the report comes then."""
    await bot.stop()
    (decks_dir / "broken.txt").write_bytes(b"Paris\0Lima")
    playground.faults.add("sendMessage", chat_id=keeper.id, status=429, retry_after=3600)
    await bot.start()
    await anna.sends("/start")
    assert FRANCE in (await anna.taps("Capitals")).text
    assert "broken.txt" not in keeper.sees().text
    await clock.advance(hours=1)
    assert "broken.txt" in keeper.sees().text
