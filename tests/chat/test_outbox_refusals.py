"""Every refusal of Telegram, and every answer that never comes, ends in what the person needs."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import pytest
from telegram import Bot

from bot.chat import rooms
from bot.chat.calls import Calls, Manner, Refused
from bot.chat.outbox import Failed, Gone, Outbox, Sent, Unsure
from bot.chat.pace import Pace, Rate, Rates, Urgency
from bot.chat.plain import Entity
from bot.chat.refusals import Meaning
from bot.chat.request import Request
from bot.clock import FollowedClock
from bot.playground import acts
from bot.playground.people import Somebody
from bot.playground.screens import screen_of
from bot.playground.server import Playground
from tests.chat.posting import Heard, Shelf, opened, shows

T = TypeVar("T")


def begun(clock: FollowedClock, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """Work that the playground's clock knows of."""

    async def do() -> T:
        with clock.busy():
            return await work

    return asyncio.create_task(do())


async def all_wait(playground: Playground) -> None:
    """Return when everything begun waits for the clock."""
    await playground.clock.advance(seconds=0)


# Chats that are gone or moved


async def test_a_person_who_blocked_the_bot_is_gone(outbox: Outbox, heard: Heard, ella: Somebody) -> None:
    """Sending, editing and a drawn picture all say so, and whoever has to know is told."""
    acts.block(ella.playground.world, ella.person)
    assert await outbox.send(ella.id, shows("x")) == Gone()
    assert await outbox.edit(ella.id, 1, "text", shows("x")) == Gone()
    assert heard.gone == [ella.id, ella.id]


async def test_a_deleted_account_and_a_stranger_are_gone(outbox: Outbox, playground: Playground) -> None:
    """Who has no account any more, and who never opened the chat, gets nothing."""
    ben, cleo = opened(playground, "Ben"), playground.person("Cleo")
    ben.disappears()
    assert await outbox.send(ben.id, shows("x")) == Gone()
    assert await outbox.send(cleo.id, shows("x")) == Gone()
    assert await outbox.send(-5, shows("x")) == Gone()


async def test_a_group_that_became_a_supergroup_is_followed(
    outbox: Outbox, playground: Playground, heard: Heard, ella: Somebody
) -> None:
    """Two calls at once to the old id both arrive at the new one, and its rows are moved once."""
    group = playground.group("Study", [ella])
    old = group.id
    chat, _ = acts.migrate(playground.world, group.chat)
    group.chat = chat
    sent = await asyncio.gather(outbox.send(old, shows("one")), outbox.send(old, shows("two")))
    assert all(isinstance(each, Sent) for each in sent)
    assert group.sees_all() == [screen_of("one"), screen_of("two")]
    assert heard.moved == [(old, group.id)]
    assert await outbox.edit(old, group.message().id, "text", shows("three")) == sent[1]


# Told to wait


async def test_a_flood_waits_as_told_and_sends_once(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """Nothing arrives before its time, and then everything once, in order."""
    playground.faults.add("sendMessage", "before", status=429, retry_after=7)
    sending = [begun(followed, outbox.send(ella.id, shows(text))) for text in ("one", "two", "three")]
    await all_wait(playground)
    await playground.clock.advance(seconds=6)
    assert ella.sees_all() == []
    assert playground.counts["sendMessage"] == 1
    await playground.clock.advance(seconds=1)
    await asyncio.gather(*sending)
    assert ella.sees_all() == [screen_of("one"), screen_of("two"), screen_of("three")]


async def test_one_chats_flood_holds_nobody_else_up(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """While a group has to wait, a person is answered."""
    group = playground.group("Study", [ella])
    playground.faults.add("sendMessage", "before", status=429, retry_after=30, chat_id=group.id)
    waiting = begun(followed, outbox.send(group.id, shows("for all")))
    await all_wait(playground)
    assert isinstance(await outbox.send(ella.id, shows("for ella")), Sent)
    await playground.clock.advance(seconds=30)
    assert isinstance(await waiting, Sent)


async def test_two_persons_floods_mean_everybody(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """Two who have to wait at once are the limit of all: nobody is sent anything before its end."""
    ben, cleo = opened(playground, "Ben"), opened(playground, "Cleo")
    playground.faults.add("sendMessage", "before", status=429, retry_after=5, times=2)
    sending = [begun(followed, outbox.send(each.id, shows("x"))) for each in (ella, ben)]
    await all_wait(playground)
    sending.append(begun(followed, outbox.send(cleo.id, shows("x"))))
    await playground.clock.advance(seconds=4)
    assert playground.counts["sendMessage"] == 2
    await playground.clock.advance(seconds=1)
    assert all(isinstance(each, Sent) for each in await asyncio.gather(*sending))
    assert [len(each.sees_all()) for each in (ella, ben, cleo)] == [1, 1, 1]


async def test_a_leave_from_before_a_flood_is_void(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """Who got leave before another call of the group was told to wait sends nothing meanwhile."""
    group = playground.group("Study", [ella])

    async def never(chat_id: int) -> None:
        raise AssertionError(f"chat {chat_id} had to wait")

    leave = await outbox.permit(group.id, Urgency.PUSH, new=True)
    playground.faults.add("sendMessage", "before", status=429, retry_after=7)
    first = begun(followed, outbox.send(group.id, shows("for all")))
    await all_wait(playground)
    with pytest.raises(Refused) as refused:
        await outbox.calls.make(group.id, "send", never, Manner(repeat=False, new=True, permit=leave, alone=ella.id))
    assert (refused.value.refusal.meaning, refused.value.refusal.seconds) == (Meaning.WAIT, 7)
    await playground.clock.advance(seconds=7)
    assert isinstance(await first, Sent)


@pytest.mark.parametrize(("burst", "is_refused"), [(20, False), (5, True)])
async def test_forty_messages_to_one_person_lose_and_double_nothing(
    outbox: Outbox,
    playground: Playground,
    followed: FollowedClock,
    ella: Somebody,
    burst: int,
    is_refused: bool,
) -> None:
    """They arrive once and in order, without a refusal at our own pace; a stricter Telegram is obeyed."""
    playground.world.flood.private_burst = burst
    playground.world.flood.on = True
    sending = [begun(followed, outbox.send(ella.id, shows(str(number)))) for number in range(40)]
    await all_wait(playground)
    while not all(task.done() for task in sending):
        await playground.clock.advance(seconds=1)
    assert [each.text for each in ella.sees_all()] == [str(number) for number in range(40)]
    assert (playground.world.flood.refused > 0) == is_refused


# Answers that never come


@pytest.mark.parametrize("kind", ["reset", "timeout", "status", "answer"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_send_without_an_answer_is_open_and_not_made_again(
    outbox: Outbox, playground: Playground, ella: Somebody, kind: str, when: str
) -> None:
    """Whether it took effect cannot be known, so it is said to be open and is tried once."""
    playground.faults.add("sendMessage", when, kind)
    assert await outbox.send(ella.id, shows("x")) == Unsure()
    assert playground.counts["sendMessage"] == 1
    assert len(ella.sees_all()) == (when == "after")


async def test_a_page_instead_of_an_answer_is_open_too(outbox: Outbox, playground: Playground, ella: Somebody) -> None:
    """A gateway's 502 says nothing about what happened behind it."""
    playground.faults.add("sendMessage", "after", "status", status=502)
    assert await outbox.send(ella.id, shows("x")) == Unsure()


@pytest.mark.parametrize("kind", ["reset", "timeout", "status", "answer"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_edit_without_an_answer_is_made_again(
    outbox: Outbox, playground: Playground, ella: Somebody, kind: str, when: str
) -> None:
    """Doing it twice does no harm: it ends as if nothing had happened."""
    sent = await outbox.send(ella.id, shows("front"))
    assert isinstance(sent, Sent)
    playground.faults.add("editMessageText", when, kind)
    assert await outbox.edit(ella.id, sent.message_id, "text", shows("back")) == sent
    assert ella.sees_all() == [screen_of("back")]


async def test_an_edit_that_never_has_an_answer_is_open(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """It is tried three times: at once, then a second later, then no more."""
    sent = await outbox.send(ella.id, shows("front"))
    assert isinstance(sent, Sent)
    playground.faults.add("editMessageText", "before", "reset", times=9)
    editing = begun(followed, outbox.edit(ella.id, sent.message_id, "text", shows("back")))
    await all_wait(playground)
    assert playground.counts["editMessageText"] == 2
    await playground.clock.advance(seconds=1)
    assert await editing == Unsure(edit=True)
    assert playground.counts["editMessageText"] == 3


async def test_an_edit_made_again_undoes_no_later_one(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """Whatever comes for the chat meanwhile waits until the older edit is through."""
    sent = await outbox.send(ella.id, shows("front"))
    assert isinstance(sent, Sent)
    playground.faults.add("editMessageText", "before", "reset", times=3)
    older = begun(followed, outbox.edit(ella.id, sent.message_id, "text", shows("the question")))
    later = begun(followed, outbox.edit(ella.id, sent.message_id, "text", shows("the answer")))
    await all_wait(playground)
    await playground.clock.advance(seconds=1)
    assert [await older, await later] == [Unsure(edit=True), sent]
    assert ella.sees_all() == [screen_of("the answer")]


@pytest.fixture
async def nowhere(playground: Playground) -> AsyncIterator[Bot]:
    """PTB's bot, at a server that is not there."""
    request = Request()
    await request.initialize()
    yield Bot(playground.token, base_url="http://127.0.0.1:9/bot", request=request, get_updates_request=request)
    await request.shutdown()


async def test_a_server_that_is_not_there_means_surely_not_sent(
    nowhere: Bot, playground: Playground, followed: FollowedClock, heard: Heard, shelf: Shelf
) -> None:
    """What never reached Telegram has failed, after two more tries, and may be sent again later."""
    outbox = Outbox(nowhere, followed, shelf, heard.on_moved, heard.on_gone, Pace(followed))
    sending = begun(followed, outbox.send(5, shows("x")))
    await all_wait(playground)
    assert not sending.done()
    await playground.clock.advance(seconds=1)
    assert await sending == Failed(refused=False)


async def test_what_never_left_needs_no_other_leave(
    nowhere: Bot, playground: Playground, followed: FollowedClock, heard: Heard, shelf: Shelf
) -> None:
    """Told to end between two tries of a push, the bot knows that it surely failed, however full the pace is."""
    one_a_day = Rates(*[Rate(1, 24 * 3600)] * 3)
    outbox = Outbox(nowhere, followed, shelf, heard.on_moved, heard.on_gone, Pace(followed, one_a_day))
    permit = await outbox.permit(5, Urgency.PUSH, new=True)
    sending = begun(followed, outbox.send(5, shows("x"), permit=permit))
    await all_wait(playground)
    outbox.close()
    await playground.clock.advance(seconds=1)
    assert await sending == Failed(refused=False)


async def test_a_question_told_to_wait_is_not_counted_either(
    library: Bot, playground: Playground, followed: FollowedClock, heard: Heard, ella: Somebody
) -> None:
    """Who administers a group is asked again after the wait, however full the group is."""
    group = playground.group("Study", [ella])
    one_a_day = Rates(*[Rate(1, 24 * 3600)] * 3)
    pace = Pace(followed, one_a_day)
    calls = Calls(followed, pace, heard.on_moved)
    await pace.permit(group.id, new=True)
    playground.faults.add("getChatAdministrators", status=429, retry_after=7)
    asking = begun(followed, rooms.is_admin(calls, library, group.id, ella.id))
    await all_wait(playground)
    assert not asking.done()
    await playground.clock.advance(seconds=7)
    assert asking.done()
    assert asking.result()


async def test_what_telegram_does_not_take_has_failed_for_good(outbox: Outbox, ella: Somebody) -> None:
    """A message that is wrong in itself is not tried again, and the log says why without its words."""
    too_long = shows("x" * 5000)
    assert await outbox.send(ella.id, too_long) == Failed(refused=True)


async def test_while_the_bot_is_logged_out_nothing_fails_for_good(
    outbox: Outbox, playground: Playground, ella: Somebody
) -> None:
    """A bot that moves to another server is sent away by the old one: what it had to say it can say later."""
    playground.faults.add("sendMessage", status=400, description="Logged out")
    assert await outbox.send(ella.id, shows("x")) == Failed(refused=False)
    assert isinstance(await outbox.send(ella.id, shows("x")), Sent)


# Faults of ours


async def test_entities_that_are_not_understood_do_not_keep_a_card_back(
    outbox: Outbox, playground: Playground, ella: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """The same text goes out without them, and the fault is logged."""
    words = "Bad Request: can't parse entities: something about 'secret words'"
    playground.faults.add("sendMessage", "before", status=400, description=words)
    assert isinstance(await outbox.send(ella.id, shows("front", looks=(Entity("bold", 0, 5),))), Sent)
    assert ella.sees() == screen_of("front")
    assert ella.message().entities == ()
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "secret" not in caplog.text


async def test_a_topic_that_is_gone_does_not_keep_a_card_back(
    outbox: Outbox, playground: Playground, ella: Somebody
) -> None:
    """The message goes to the group's general part."""
    words = "Bad Request: message thread not found"
    playground.faults.add("sendMessage", "before", status=400, description=words)
    assert isinstance(await outbox.send(ella.id, shows("front"), thread_id=7), Sent)
    assert "message_thread_id" not in playground.calls[-1].params
