"""How fast messages leave: under Telegram's limits, the more urgent first, and as Telegram says when it says wait."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import pytest

from bot.chat.pace import NOBODY, NONE, Pace, Permit, Urgency
from bot.chat.places import Places
from tests.chat.still import StillClock, turns

T = TypeVar("T")

PERSON, OTHER, GROUP = 7, 8, -100


class Line:
    """Those who wait for a permit, and when they got it: seconds after the beginning."""

    def __init__(self, pace: Pace, clock: StillClock) -> None:
        self.pace = pace
        self.clock = clock
        self.began = clock.at
        self.went: list[tuple[str, float]] = []
        self.tasks: dict[str, asyncio.Task[Permit]] = {}

    def asks(self, name: str, chat: int = PERSON, urgency: Urgency = Urgency.ANSWER, *, new: bool = True) -> None:
        """One more call wants to go."""
        self.tasks[name] = asyncio.create_task(self._goes(name, self.pace.permit(chat, urgency, new=new)))

    async def _goes(self, name: str, permit: Awaitable[Permit]) -> Permit:
        got = await permit
        self.went.append((name, round(self.clock.at - self.began, 3)))
        return got

    def names(self) -> list[str]:
        """Who went, in order."""
        return [name for name, _ in self.went]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def line(clock: StillClock) -> Line:
    return Line(Pace(clock), clock)


def most_within(line: Line, seconds: float) -> int:
    """The most that went in any span of that length."""
    at = [at for _, at in line.went]
    return max(sum(begin <= each < begin + seconds for each in at) for begin in at)


async def test_twenty_five_a_second_in_all(line: Line, clock: StillClock) -> None:
    """A hundred messages to a hundred people leave within three seconds, never more than 25 within one."""
    for number in range(100):
        line.asks(str(number), chat=number + 1)
    await clock.advance(3)
    assert len(line.went) == 100
    assert most_within(line, 1) == 25
    assert line.names() == [str(number) for number in range(100)]


async def test_a_person_gets_a_short_burst_and_then_one_a_second(line: Line, clock: StillClock) -> None:
    """Twenty at once, and no more than twenty in any twenty seconds."""
    for number in range(60):
        line.asks(str(number))
    await turns()
    assert len(line.went) == 20
    await clock.advance(40)
    assert len(line.went) == 60
    assert most_within(line, 20) == 20


async def test_a_group_gets_eighteen_a_minute_edits_among_them(line: Line, clock: StillClock) -> None:
    """In a group every call counts; a person's edits do not."""
    for number in range(40):
        line.asks(str(number), chat=GROUP, new=number % 2 == 0)
    await clock.advance(119)
    assert len(line.went) == 36
    assert most_within(line, 60) == 18
    for number in range(100):
        line.asks(f"edit {number}", new=False)
    await turns()
    assert len(line.went) == 136


async def test_answers_go_before_pushes_and_tallies_last(line: Line, clock: StillClock) -> None:
    """Whoever waits longest goes first among those of one kind."""
    for number in range(25):
        line.asks("before", chat=1000 + number)
    await turns()
    line.went.clear()
    line.asks("tally", chat=GROUP, urgency=Urgency.TALLY)
    line.asks("first push", chat=1, urgency=Urgency.PUSH)
    line.asks("second push", chat=2, urgency=Urgency.PUSH)
    line.asks("answer", chat=3)
    await clock.advance(1)
    assert line.names() == ["answer", "first push", "second push", "tally"]


async def test_a_full_chat_holds_up_no_other(line: Line, clock: StillClock) -> None:
    """Behind a group that has had its eighteen, a person's message leaves at once."""
    for number in range(19):
        line.asks(f"group {number}", chat=GROUP)
    line.asks("person", urgency=Urgency.PUSH)
    await turns()
    assert line.names()[-1] == "person"
    assert "group 18" not in line.names()


async def test_told_to_wait(line: Line, clock: StillClock) -> None:
    """Nothing leaves for that chat before its time, edits neither; others go on."""
    line.pace.hold(PERSON, 30)
    assert line.pace.held_for(PERSON) == 30
    line.asks("held", new=False)
    line.asks("other", chat=OTHER)
    await clock.advance(29)
    assert line.names() == ["other"]
    await clock.advance(1)
    assert line.went[-1] == ("held", 30)
    assert line.pace.held_for(PERSON) == 0


async def test_a_shorter_wait_does_not_end_a_longer_one(line: Line, clock: StillClock) -> None:
    """The later end holds, whichever was said last."""
    line.pace.hold(PERSON, 30)
    line.pace.hold(PERSON, 5)
    line.asks("held")
    await clock.advance(29)
    assert line.went == []
    await clock.advance(1)
    assert line.names() == ["held"]


async def test_two_people_who_must_wait_mean_all(line: Line, clock: StillClock) -> None:
    """Telegram does not say whom it means; two at once can only mean everybody, answers to taps among them."""
    line.pace.hold(PERSON, 10)
    line.pace.hold(OTHER, 10)
    line.asks("third", chat=9)
    line.asks("tap", chat=NOBODY, new=False)
    await clock.advance(9)
    assert line.went == []
    await clock.advance(1)
    assert sorted(line.names()) == ["tap", "third"]


async def test_one_who_must_wait_for_an_hour_holds_up_nobody(line: Line, clock: StillClock) -> None:
    """Another who must wait for seconds makes it everybody's wait for those seconds, whoever was told first."""
    for first, second in ((3600, 10), (10, 3600)):
        line = Line(Pace(clock), clock)
        line.pace.hold(PERSON, first)
        line.pace.hold(OTHER, second)
        line.asks("third", chat=9)
        await clock.advance(9)
        assert line.went == []
        await clock.advance(1)
        assert line.names() == ["third"]


async def test_what_may_go_need_not_stand_in_line(line: Line, clock: StillClock) -> None:
    """Behind somebody who may not go yet it goes at once, but not past one who may."""
    line.pace.hold(PERSON, 60)
    line.asks("held")
    await turns()
    assert line.pace.permit_now(GROUP, Urgency.TALLY) is not None
    clock.at += 60
    assert line.pace.permit_now(PERSON) is None


async def test_what_is_given_back_counts_for_nothing(line: Line, clock: StillClock) -> None:
    """Who does not send after all lets the next one go at once."""
    for number in range(21):
        line.asks(str(number))
    await turns()
    assert len(line.went) == 20
    line.pace.give_back(await line.tasks["3"])
    await turns()
    assert line.names()[-1] == "20"


async def test_who_gives_up_leaves_the_line(line: Line, clock: StillClock) -> None:
    """A call that is no longer wanted takes nobody's turn, and nothing is left running."""
    for number in range(22):
        line.asks(str(number))
    await turns()
    line.tasks["20"].cancel()
    await turns()
    assert line.tasks["20"].cancelled()
    await clock.advance(20)
    assert line.names()[-1] == "21"
    line.pace.hold(PERSON, 1000)
    line.asks("last")
    await turns()
    line.tasks["last"].cancel()
    await turns()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_without_limits_nothing_waits_but_for_telegram(clock: StillClock) -> None:
    """For measuring; a 429 holds all the same."""
    line = Line(Pace(clock, NONE), clock)
    for number in range(1000):
        line.asks(str(number), chat=GROUP)
    await turns()
    assert len(line.went) == 1000
    line.pace.hold(GROUP, 5)
    line.asks("held", chat=GROUP)
    await turns()
    assert len(line.went) == 1000
    await clock.advance(5)
    assert len(line.went) == 1001


async def test_chats_that_are_quiet_are_forgotten(line: Line, clock: StillClock) -> None:
    """A hundred thousand chats leave nothing behind but those of the last minute."""
    for number in range(3000):
        line.asks(str(number), chat=number + 1)
    await clock.advance(121)
    assert len(line.went) == 3000
    assert len(line.pace._chats) <= 1001


async def test_who_waits_for_the_pace_keeps_no_place(clock: StillClock) -> None:
    """Behind somebody whom Telegram lets wait for an hour, the next one is handled at once."""
    pace, places, done = Pace(clock), Places(1), []
    pace.hold(PERSON, 3600)

    async def work(chat: int) -> None:
        async with places.one():
            await pace.permit(chat)
            done.append(chat)

    working = [asyncio.create_task(work(PERSON)), asyncio.create_task(work(OTHER))]
    await turns()
    assert done == [OTHER]
    await clock.advance(3600)
    assert done == [OTHER, PERSON]
    await asyncio.gather(*working)
    # Both places were left: one more can begin, and only one.
    working = [asyncio.create_task(work(3)), asyncio.create_task(work(4))]
    await asyncio.gather(*working)
    assert sorted(done[2:]) == [3, 4]


async def test_at_the_end_nobody_waits(line: Line, clock: StillClock) -> None:
    """What would have to wait is cancelled at once; what may go still goes."""
    line.pace.hold(PERSON, 3600)
    line.asks("waits")
    await turns()
    line.pace.close()
    assert line.pace.permit_now(OTHER, new=True) is not None
    line.asks("would wait")
    line.asks("goes", chat=OTHER)
    await turns()
    assert line.tasks["waits"].cancelled()
    assert line.tasks["would wait"].cancelled()
    assert line.names() == ["goes"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_room_is_left_for_others(line: Line, clock: StillClock) -> None:
    """Who leaves room for five has a permit as long as six may go; the five go after that, and no more."""
    taken = 0
    while line.pace.permit_now(GROUP, new=True, spare=5) is not None:
        taken += 1
    assert (taken, line.pace.room(GROUP)) == (13, 5)
    for _ in range(5):
        assert line.pace.permit_now(GROUP) is not None
    assert line.pace.permit_now(GROUP) is None
    assert line.pace.room(PERSON) == float("inf")
    await clock.advance(61)
    assert line.pace.permit_now(GROUP, spare=17) is not None
    assert line.pace.permit_now(GROUP, spare=17) is None
