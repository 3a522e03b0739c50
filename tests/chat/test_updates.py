"""Updates are handled in order for each person, and confirmed when they and all before them are done."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, Update

from bot.chat import updates as looping
from bot.chat.faults import Faults
from bot.chat.inbox import Inbox
from bot.chat.request import Request
from bot.chat.updates import GARBLED_AT_MOST, LONG_POLL_SECONDS, PAUSE_SECONDS, TokenRefused, Updates
from bot.clock import FollowedClock
from bot.playground.bell import Bell
from bot.playground.people import Group, Somebody, heard
from bot.playground.server import Playground
from tests.chat.desk import GUARD_SECONDS, Desk


class Noting(FollowedClock):
    """The playground's time; says how often somebody began to wait for a moment of it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sleeps = 0
        self.fell_asleep = Bell()

    async def sleep(self, seconds: float) -> None:
        self.sleeps += 1
        self.fell_asleep.ring()
        await super().sleep(seconds)


@pytest.fixture
async def followed(playground: Playground) -> AsyncIterator[Noting]:
    """The playground's time, noting who waits."""
    clock = Noting(playground.base_url)
    await clock.start()
    yield clock
    await clock.stop()


async def turns_of_the_loop() -> None:
    """Let everybody run who can."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def updates(library: Bot, desk: Desk, followed: FollowedClock, inbox: Inbox) -> AsyncIterator[Updates]:
    """The loop, running, with two places."""
    updates = Updates(library, desk.handle, followed, ["message", "callback_query"], inbox, at_once=2)
    running = asyncio.create_task(updates.run())
    yield updates
    desk.let_go(*desk.kept_back)
    await updates.stop()
    await running


@pytest.fixture
def ella(playground: Playground) -> Somebody:
    """Ella."""
    return playground.person("Ella")


@pytest.fixture
def ben(playground: Playground) -> Somebody:
    """Ben."""
    return playground.person("Ben")


def polls(playground: Playground) -> list[dict[str, object]]:
    """What each getUpdates asked for."""
    return [dict(call.params) for call in playground.calls if call.method == "getUpdates"]


async def test_what_is_done_is_confirmed_by_the_next_long_poll(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody
) -> None:
    """The offset is one above the last, at once, and the poll is a long one for the kinds asked for."""
    first = ella.sends_unheard("a")
    await heard(playground, first)
    assert desk.done == ["a"]
    assert polls(playground)[-1] == {
        "offset": first + 1,
        "timeout": LONG_POLL_SECONDS,
        "limit": 100,
        "allowed_updates": ["message", "callback_query"],
    }


async def test_one_persons_updates_keep_their_order(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody
) -> None:
    """The second does not begin before the first is done."""
    desk.keep_back("1")
    last = [ella.sends_unheard(text) for text in "123"][-1]
    await desk.when(lambda: desk.begun == ["1"])
    desk.let_go("1")
    await heard(playground, last)
    assert desk.begun == desk.done == ["1", "2", "3"]
    assert desk.most_at_once == 1


async def test_nobody_waits_for_somebody_elses_update(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody, ben: Somebody
) -> None:
    """While one is in flight the loop goes on fetching, and confirms nothing behind the open one."""
    desk.keep_back("slow")
    slow = ella.sends_unheard("slow")
    await desk.when(lambda: desk.begun == ["slow"])
    quick = ben.sends_unheard("quick")
    await desk.when(lambda: desk.done == ["quick"])
    again = ben.sends_unheard("quick again")
    await desk.when(lambda: "quick again" in desk.done)
    waiting = [update.id for update in playground.world.updates.waiting()]
    assert waiting == [slow, quick, again]
    desk.let_go("slow")
    await heard(playground, again)
    assert playground.world.updates.waiting() == []
    assert sorted(desk.begun) == ["quick", "quick again", "slow"]


async def test_who_writes_fast_holds_one_place(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody, ben: Somebody
) -> None:
    """Of two places a person who sends ten at once takes one, and the other is free for the next."""
    desk.keep_back("0")
    for number in range(10):
        ella.sends_unheard(str(number))
    ben.sends_unheard("ben")
    await desk.when(lambda: desk.done == ["ben"])
    assert desk.begun == ["0", "ben"]


async def test_no_more_than_so_many_are_at_work(updates: Updates, desk: Desk, playground: Playground) -> None:
    """With two places, two of five people are served at once, and all in the end."""
    people = [playground.person(f"P{number}") for number in range(5)]
    desk.keep_back(*"01234")
    last = [somebody.sends_unheard(str(number)) for number, somebody in enumerate(people)][-1]
    await desk.when(lambda: len(desk.begun) == 2)
    desk.let_go(*"01234")
    await heard(playground, last)
    assert sorted(desk.done) == ["0", "1", "2", "3", "4"]
    assert desk.most_at_once == 2


async def test_members_of_a_group_are_side_by_side(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody, ben: Somebody
) -> None:
    """In a group each member has a lane, apart from the one in private."""
    group: Group = playground.group("Study", [ella, ben])
    desk.keep_back("/ella")
    ella.sends_unheard("/ella", group)
    ben.sends_unheard("/ben", group)
    await desk.when(lambda: desk.done == ["/ben"])
    ella.sends_unheard("in private")
    await desk.when(lambda: "in private" in desk.done)
    assert desk.done == ["/ben", "in private"]


async def test_an_update_that_comes_again_while_in_flight_is_handled_once(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody
) -> None:
    """Telegram repeats what is not confirmed at every poll; those taken before are known."""
    desk.keep_back("slow")
    update_id = ella.sends_unheard("slow")
    await desk.when(lambda: desk.begun == ["slow"])
    before = playground.world.updates.polls
    assert await playground.world.updates.polled.until(lambda: playground.world.updates.polls >= before + 3, 5)
    desk.let_go("slow")
    await heard(playground, update_id)
    assert desk.begun == ["slow"]


async def test_the_loop_does_not_run_hot_while_something_is_in_flight(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody
) -> None:
    """It asks again a few times a second, not a few hundred times."""
    desk.keep_back("slow")
    ella.sends_unheard("slow")
    await desk.when(lambda: desk.begun == ["slow"])
    polled, before, began = playground.world.updates.polled, playground.world.updates.polls, time.monotonic()
    assert await polled.until(lambda: playground.world.updates.polls >= before + 3, GUARD_SECONDS)
    assert time.monotonic() - began >= 2 * PAUSE_SECONDS


async def test_an_exception_counts_as_done_and_is_told(
    library: Bot, desk: Desk, followed: FollowedClock, playground: Playground, ella: Somebody, inbox: Inbox
) -> None:
    """The admins hear of it once, the person each time, and the next update is handled."""
    admins: list[str] = []
    persons: list[int] = []

    async def tell_admins(line: str) -> None:
        admins.append(line)

    async def tell_person(update: Update) -> None:
        persons.append(update.update_id)

    updates = Updates(library, desk.handle, followed, ["message"], inbox, faults=Faults(tell_admins, tell_person))
    running = asyncio.create_task(updates.run())
    desk.broken = {"bad"}
    ids = [ella.sends_unheard(text) for text in ("bad", "bad", "good")]
    await heard(playground, ids[-1])
    assert desk.done == ["good"]
    assert persons == ids[:2]
    assert len(admins) == 1
    await updates.stop()
    await running


SENDER = {"id": 5, "is_bot": False, "first_name": "secret"}
STRANGE: dict[str, tuple[str, Any]] = {
    "a date in words": ("message", {"message_id": 5, "date": "secret", "chat": "secret"}),
    "a list for an id": ("message", {"message_id": 5, "date": 1, "chat": {"id": ["secret"], "type": "private"}}),
    "words for a message": ("message", "secret"),
    "words for a tap": ("callback_query", "secret"),
    "words for a tapped message": ("callback_query", {"id": "5", "from": SENDER, "message": "secret"}),
}


@pytest.mark.parametrize(("kind", "body"), STRANGE.values(), ids=STRANGE)
async def test_an_update_that_cannot_be_read_stops_nobody(
    updates: Updates,
    desk: Desk,
    playground: Playground,
    ella: Somebody,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    body: Any,
) -> None:
    """It is logged by its number without what it holds, counts as done, and the next one is handled."""
    strange = playground.world.updates.add(kind, body)
    last = ella.sends_unheard("after")
    await heard(playground, last)
    assert desk.done == ["after"]
    assert f"update {strange}, which could not be read" in caplog.text
    assert "secret" not in caplog.text


async def test_what_was_not_done_comes_again_after_a_crash(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    playground: Playground,
    ella: Somebody,
    ben: Somebody,
    inbox: Inbox,
) -> None:
    """A loop that dies has confirmed nothing that was not done; the next one gets all of that."""
    dying = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(dying.run())
    await heard(playground, ella.sends_unheard("first"))
    desk.keep_back("slow")
    ella.sends_unheard("slow")
    await desk.when(lambda: "slow" in desk.begun)
    last = ben.sends_unheard("behind")
    await desk.when(lambda: "behind" in desk.done)
    running.cancel()
    await asyncio.wait({running})
    desk.let_go("slow")
    desk.begun.clear()
    following = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(following.run())
    await heard(playground, last)
    assert sorted(desk.begun) == ["behind", "slow"]
    await following.stop()
    await running


async def test_stopping_finishes_and_confirms_what_was_begun(
    library: Bot, desk: Desk, followed: FollowedClock, playground: Playground, ella: Somebody, inbox: Inbox
) -> None:
    """What was begun is done and confirmed; what only waited comes again."""
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(updates.run())
    desk.keep_back("begun")
    ella.sends_unheard("begun")
    waits = ella.sends_unheard("waits")
    await desk.when(lambda: desk.begun == ["begun"])
    stopping = asyncio.create_task(updates.stop())
    await turns_of_the_loop()
    assert not stopping.done()
    desk.let_go("begun")
    await stopping
    await running
    assert desk.done == ["begun"]
    assert [update.id for update in playground.world.updates.waiting()] == [waits]


async def test_stopping_does_not_wait_for_a_telegram_that_is_silent(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    playground: Playground,
    ella: Somebody,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What it could not confirm comes again; the program has ended in its time."""
    monkeypatch.setattr(looping, "CONFIRM_AT_LEAST_SECONDS", 0.1)
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(updates.run())
    playground.faults.add("getUpdates", "before", "timeout", skip=1, times=2)
    ella.sends_unheard("done")
    await desk.when(lambda: desk.done == ["done"])
    async with asyncio.timeout(GUARD_SECONDS):
        await updates.stop(0.1)
        await running
    assert "not be confirmed in time" in caplog.text
    playground.faults.clear()


async def test_what_is_not_finished_in_its_time_comes_again(
    library: Bot,
    desk: Desk,
    followed: FollowedClock,
    playground: Playground,
    ella: Somebody,
    ben: Somebody,
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It ends by force when the time that is given is over; what was done before it is confirmed all the same."""
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(updates.run())
    done = ella.sends_unheard("done")
    desk.keep_back("endless")
    endless = ben.sends_unheard("endless")
    await desk.when(lambda: "endless" in desk.begun and desk.done == ["done"])
    async with asyncio.timeout(GUARD_SECONDS):
        await updates.stop(0.1)
        await running
    assert "1 updates were not finished; they will come again" in caplog.text
    assert playground.world.updates.is_confirmed(done)
    assert [update.id for update in playground.world.updates.waiting()] == [endless]


async def test_a_stop_before_the_start_starts_nothing(
    library: Bot, desk: Desk, followed: FollowedClock, playground: Playground, inbox: Inbox
) -> None:
    """Who is told to stop early does not begin to poll."""
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    await updates.stop()
    await updates.run()
    assert playground.counts["getUpdates"] == 0


async def test_a_second_poller_is_named_once_and_waited_for(
    updates: Updates,
    desk: Desk,
    playground: Playground,
    followed: Noting,
    ella: Somebody,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A conflict is one line in the log, and the loop goes on when it is over."""
    assert await playground.world.updates.polled.until(lambda: playground.world.updates.is_polled, GUARD_SECONDS)
    fault = playground.faults.add("getUpdates", "before", status=409, times=3)
    ella.sends_unheard("wakes the poll")
    for seconds, called in ((0, 2), (1, 3)):
        await playground.clock.advance(seconds=seconds)
        await failed(followed, called)
        assert fault.met == called
    await playground.clock.advance(seconds=2)
    await heard(playground, ella.sends_unheard("after"))
    assert desk.done == ["wakes the poll", "after"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("kind", ["reset", "status", "answer"])
async def test_a_fault_of_the_network_is_over_at_once(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody, kind: str
) -> None:
    """After the first failure the loop asks again without waiting."""
    playground.faults.add("getUpdates", "after", kind)
    for text in "ab":
        await heard(playground, ella.sends_unheard(text))
    assert desk.done == ["a", "b"]


@pytest.mark.parametrize(
    "result",
    [None, True, {"a": 1}, ["x"], [{"x": 1}], *([{"update_id": each}] for each in ("7", 1.5, True, -1, 10**20, None))],
    ids=repr,
)
async def test_an_answer_without_updates_is_one_line(
    updates: Updates,
    desk: Desk,
    playground: Playground,
    ella: Somebody,
    caplog: pytest.LogCaptureFixture,
    result: object,
) -> None:
    """Whatever is given in their place confirms nothing, and they are asked for again as after any fault."""
    assert await playground.world.updates.polled.until(lambda: playground.world.updates.is_polled, GUARD_SECONDS)
    playground.faults.add("getUpdates", "after", "answer", result=result)
    first = ella.sends_unheard("a")
    await heard(playground, first)
    assert desk.done == ["a"]
    assert [poll["offset"] for poll in polls(playground)] == [0, 0, first + 1]
    (warned,) = [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"]
    assert warned.startswith("updates could not be fetched: whether it arrived is open (")


@pytest.mark.parametrize("for_ever", [False, True])
async def test_what_is_no_update_among_updates_loses_none_and_stops_nobody(
    library: Bot,
    desk: Desk,
    playground: Playground,
    followed: Noting,
    ella: Somebody,
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
    for_ever: bool,
) -> None:
    """What comes behind it is not taken, as that would confirm it, unless it comes again and again."""
    _, behind = ella.sends_unheard("garbled"), ella.sends_unheard("behind")
    answer = [{"x": "secret"}, playground.world.updates.waiting()[1].as_json()]
    times = GARBLED_AT_MOST + for_ever
    playground.faults.add("getUpdates", "before", "answer", times=times, result=answer)
    updates = Updates(library, desk.handle, followed, ["message"], inbox)
    running = asyncio.create_task(updates.run())
    for failures, seconds in enumerate((0, 1, 2), start=1):
        await failed(followed, failures)
        assert desk.begun == []
        await playground.clock.advance(seconds=seconds)
    await heard(playground, behind)
    assert desk.done == (["behind"] if for_ever else ["garbled", "behind"])
    assert {poll["offset"] for poll in polls(playground)} == {0, behind + 1}
    passed_over = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    said = f"1 updates without a number are passed over, from {behind} to {behind}"
    assert passed_over == ([said] if for_ever else [])
    assert "secret" not in caplog.text
    await updates.stop()
    await running


async def test_a_network_that_stays_away_is_asked_less_and_less_often(
    updates: Updates, playground: Playground, followed: Noting, ella: Somebody
) -> None:
    """At once, then after 1, 2, 4, 8, 16 and each 30 seconds of the clock, and then it goes on as before."""
    assert await playground.world.updates.polled.until(lambda: playground.world.updates.is_polled, 5)
    fault = playground.faults.add("getUpdates", "before", times=9)
    ella.sends_unheard("wakes the poll")
    last = ella.sends_unheard("last")
    for met, seconds in enumerate([0, 1, 2, 4, 8, 16, 30, 30], start=2):
        if seconds:
            await failed(followed, met - 1)
            await playground.clock.advance(seconds=seconds - 0.5)
            assert fault.met == met - 1
            await playground.clock.advance(seconds=0.5)
        await failed(followed, met)
        assert fault.met == met
    await playground.clock.advance(seconds=30)
    await heard(playground, last)


async def failed(clock: Noting, times: int) -> None:
    """Return when so many polls failed and the loop waits again."""
    assert await clock.fell_asleep.until(lambda: clock.sleeps >= times, GUARD_SECONDS)


async def test_a_refused_token_is_said_without_its_value(
    playground: Playground, followed: FollowedClock, desk: Desk, caplog: pytest.LogCaptureFixture, inbox: Inbox
) -> None:
    """Whoever started the loop hears of it; neither the error nor the log repeats the token."""
    caplog.set_level("DEBUG")
    token = "12345:another-one"
    request = Request()
    await request.initialize()
    stranger = Bot(token, base_url=f"{playground.base_url}/bot", request=request, get_updates_request=request)
    updates = Updates(stranger, desk.handle, followed, ["message"], inbox)
    with pytest.raises(TokenRefused) as caught:
        await updates.run()
    assert token not in str(caught.value)
    assert caught.value.__suppress_context__
    await updates.stop()
    assert token not in caplog.text
    await request.shutdown()


async def test_a_moved_clock_waits_for_what_is_being_handled(
    updates: Updates, desk: Desk, playground: Playground, ella: Somebody
) -> None:
    """An update in flight is work that the playground's time waits for."""
    desk.keep_back("slow")
    ella.sends_unheard("slow")
    await desk.when(lambda: desk.begun == ["slow"])
    moved = playground.clock.advance(minutes=1)
    with pytest.raises(TimeoutError, match="did not settle"):
        await playground.clock.settled(0.05)
    desk.let_go("slow")
    await moved
    assert desk.done == ["slow"]
