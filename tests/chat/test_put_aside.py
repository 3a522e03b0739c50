"""An update whose work takes long is put aside: it keeps nobody from being heard, and is done in the next life."""

import asyncio
from pathlib import Path

import pytest
from telegram import Bot, Update

from bot.chat.faults import Faults
from bot.chat.inbox import Inbox
from bot.chat.pace import Pace
from bot.chat.updates import FIRST_REST_SECONDS, Handle, Updates
from bot.clock import FollowedClock
from bot.playground import inline
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from bot.storage.database import Database
from bot.tutor import Tutor
from tests.chat.desk import GUARD_SECONDS, Desk


@pytest.fixture
def ella(playground: Playground) -> Somebody:
    """Ella."""
    return playground.person("Ella")


@pytest.fixture
def ben(playground: Playground) -> Somebody:
    """Ben."""
    return playground.person("Ben")


def paced(pace: Pace, desk: Desk) -> Handle:
    """What the desk does, once the pace lets a message go."""

    async def handle(update: Update) -> None:
        assert update.effective_chat is not None
        await pace.permit(update.effective_chat.id)
        await desk.handle(update)

    return handle


async def test_one_who_waits_long_keeps_nobody_from_being_heard(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    inbox: Inbox,
    playground: Playground,
    ella: Somebody,
    ben: Somebody,
) -> None:
    """Behind an update that takes an hour, and a hundred that wait for it, the next person is heard and answered."""
    updates = Updates(library, desk.handle, followed, ["message"], inbox, patience_seconds=0)
    running = asyncio.create_task(updates.run())
    desk.keep_back("slow")
    slow = ella.sends_unheard("slow")
    behind = [ella.sends_unheard(f"behind {number}") for number in range(150)]
    await heard(playground, slow)
    await heard(playground, behind[-1])
    assert [raw["update_id"] for raw in await inbox.kept()] == [slow, *behind]
    last = ben.sends_unheard("somebody else")
    await heard(playground, last)
    assert desk.done == ["somebody else"]
    desk.let_go("slow")
    await desk.when(lambda: len(desk.done) == 152)
    assert desk.done[1:] == ["slow", *(f"behind {number}" for number in range(150))]
    await updates.stop()
    await running
    assert await inbox.kept() == []


async def test_who_waits_for_telegrams_pace_is_put_aside_at_once(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    inbox: Inbox,
    playground: Playground,
    ella: Somebody,
    ben: Somebody,
) -> None:
    """However patient the loop is: it is known that this takes long, and so it is of what comes behind it."""
    pace = Pace(followed)
    pace.hold(ella.id, 3600)

    updates = Updates(library, paced(pace, desk), followed, ["message"], inbox, patience_seconds=1000)
    running = asyncio.create_task(updates.run())
    waits = ella.sends_unheard("waits")
    await heard(playground, waits)
    behind = ella.sends_unheard("behind")
    await heard(playground, behind)
    await heard(playground, ben.sends_unheard("somebody else"))
    assert desk.done == ["somebody else"]
    assert [raw["update_id"] for raw in await inbox.kept()] == [waits, behind]
    playground.clock.advance(hours=1)
    await desk.when(lambda: desk.done == ["somebody else", "waits", "behind"])
    await updates.stop()
    await running
    assert await inbox.kept() == []


async def test_who_waits_a_moment_is_not_put_aside(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    inbox: Inbox,
    playground: Playground,
    ella: Somebody,
    ben: Somebody,
) -> None:
    """A tenth of the loop's patience is not worth a flush of the disk."""
    pace = Pace(followed)
    pace.hold(ella.id, 99)

    updates = Updates(library, paced(pace, desk), followed, ["message"], inbox, patience_seconds=1000)
    running = asyncio.create_task(updates.run())
    ella.sends_unheard("waits")
    await playground.when_called("getUpdates", 2)
    ben.sends_unheard("somebody else")
    await desk.when(lambda: desk.done == ["somebody else"])
    await playground.when_called("getUpdates", playground.counts["getUpdates"] + 2)
    assert await inbox.kept() == []
    playground.clock.advance(seconds=99)
    await desk.when(lambda: desk.done == ["somebody else", "waits"])
    await updates.stop()
    await running


async def test_what_was_put_aside_is_done_in_the_next_life(
    library: Bot, desk: Desk, followed: FollowedClock, inbox: Inbox, playground: Playground, ella: Somebody
) -> None:
    """Telegram was told to forget it, a process died with it in hand, and the next one does it, once and in order."""
    dying = Updates(library, desk.handle, followed, ["message"], inbox, patience_seconds=0)
    running = asyncio.create_task(dying.run())
    desk.keep_back("slow")
    ella.sends_unheard("slow")
    await heard(playground, ella.sends_unheard("behind"))
    running.cancel()
    for task in (at_work := tuple(dying._working)):
        task.cancel()
    await asyncio.wait({running, *at_work})
    desk.let_go("slow")
    desk.begun.clear()
    desk.done.clear()
    following = Updates(library, desk.handle, followed, ["message"], inbox, patience_seconds=0)
    running = asyncio.create_task(following.run())
    await heard(playground, ella.sends_unheard("new"))
    await desk.when(lambda: len(desk.done) == 3)
    assert desk.done == ["slow", "behind", "new"]
    async with asyncio.timeout(GUARD_SECONDS):
        await following.caught_up.wait()
    await following.stop()
    await running
    assert await inbox.kept() == []


async def test_what_an_earlier_life_left_is_caught_up_with_as_soon_as_it_is_done(
    library: Bot, desk: Desk, followed: FollowedClock, inbox: Inbox, playground: Playground, ella: Somebody
) -> None:
    """Telegram has nothing new, and nobody waits until it says so."""
    ella.sends_unheard("left")
    await inbox.keep([update.as_json() for update in playground.world.updates.waiting()])
    playground.world.updates.clear()
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(updates.run())
    async with asyncio.timeout(GUARD_SECONDS):
        await updates.caught_up.wait()
    assert desk.done == ["left"]
    await updates.stop()
    await running


async def test_what_was_put_aside_and_not_confirmed_holds_up_nobody(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    inbox: Inbox,
    playground: Playground,
    ella: Somebody,
    ben: Somebody,
) -> None:
    """A process died before it could confirm a hundred that are in the inbox: they are confirmed, and done once."""
    for number in range(100):
        ella.sends_unheard(str(number))
    await inbox.keep([update.as_json() for update in playground.world.updates.waiting()])
    desk.keep_back("0")
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(updates.run())
    await desk.when(lambda: desk.begun == ["0"])
    await heard(playground, ben.sends_unheard("somebody else"))
    assert desk.done == ["somebody else"]
    desk.let_go("0")
    await desk.when(lambda: len(desk.done) == 101)
    assert desk.done[1:] == [str(number) for number in range(100)]
    await updates.stop()
    await running
    assert playground.world.updates.polls < 10
    assert await inbox.kept() == []


async def test_a_full_disk_leaves_updates_with_telegram(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    tmp_path: Path,
    playground: Playground,
    ella: Somebody,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What cannot be put aside is not confirmed, and is done like any other."""
    database = await Database.open(tmp_path / "full.db")
    await database.write(lambda db: db.execute("pragma max_page_count = 1"))
    faults: list[str] = []

    async def tell(line: str) -> None:
        faults.append(line)

    inbox = Inbox(Tutor(database, "UTC"), followed)
    updates = Updates(
        library, desk.handle, followed, ["message"], inbox, patience_seconds=0, faults=Faults(tell_admins=tell)
    )
    running = asyncio.create_task(updates.run())
    desk.keep_back("slow")
    slow = ella.sends_unheard("slow" + "w" * 4000)
    desk.keep_back("slow" + "w" * 4000)
    await desk.when(lambda: bool(desk.begun))
    await playground.when_called("getUpdates", 4)
    assert not playground.world.updates.is_confirmed(slow)
    assert faults
    desk.let_go("slow" + "w" * 4000)
    await heard(playground, slow)
    await updates.stop()
    await running
    await database.close()


async def test_what_the_disk_did_not_forget_is_forgotten_later(
    library: Bot, desk: Desk, followed: FollowedClock, tmp_path: Path, playground: Playground, ella: Somebody
) -> None:
    """In the same life, once the disk takes it; until then it is asked ever more rarely."""
    database = await Database.open(tmp_path / "broken.db")
    inbox = Inbox(Tutor(database, "UTC"), followed)
    faults: list[str] = []

    async def tell(line: str) -> None:
        faults.append(line)

    updates = Updates(
        library, desk.handle, followed, ["message"], inbox, patience_seconds=0, faults=Faults(tell_admins=tell)
    )
    running = asyncio.create_task(updates.run())
    desk.keep_back("one", "two")
    both = [ella.sends_unheard(text) for text in ("one", "two")]
    await heard(playground, both[-1])
    await database.outside(lambda db: db.execute("pragma query_only = 1"))
    desk.let_go("one", "two")
    await desk.when(lambda: desk.done == ["one", "two"])
    await heard(playground, ella.sends_unheard("three"))
    await database.outside(lambda db: db.execute("pragma query_only = 0"))
    assert faults
    assert [raw["update_id"] for raw in await inbox.kept()] == both
    playground.clock.advance(seconds=FIRST_REST_SECONDS)
    await playground.clock.settled()
    # It is asked before the next updates are.
    await heard(playground, ella.sends_unheard("four"))
    assert not {raw["update_id"] for raw in await inbox.kept()} & {*both}
    await updates.stop()
    await running
    await database.close()


async def test_an_inline_query_waits_for_itself_alone_and_is_kept_nowhere(
    library: Bot, desk: Desk, followed: FollowedClock, inbox: Inbox, playground: Playground, ella: Somebody
) -> None:
    """Behind one that has no answer yet the same person is heard, and it is not answered in the next life."""
    kinds = ["message", "inline_query"]
    updates = Updates(library, desk.handle, followed, kinds, inbox, patience_seconds=0)
    running = asyncio.create_task(updates.run())
    desk.keep_back("oslo")
    inline.ask(playground.world, ella.person, ella.chat, "oslo")
    second = inline.ask(playground.world, ella.person, ella.chat, "oslo n")
    await heard(playground, ella.sends_unheard("hello"))
    await heard(playground, second.update_id)
    assert (desk.done, await inbox.kept()) == (["hello"], [])
    desk.let_go("oslo")
    await desk.when(lambda: desk.done == ["hello", "oslo", "oslo n"])
    await updates.stop()
    await running
