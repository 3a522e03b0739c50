"""Topics, rights and channel identities in groups, as a client without a library sees them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground import acts, topics
from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import GENERAL
from bot.playground.world import BOT_ID
from tests.people import screen_of
from tests.playground.client import Client, EchoBot, client, echo_bot


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client of the server, which is the bot."""
    async with client(playground) as api:
        yield api


@pytest.fixture
async def echo(playground: Playground) -> AsyncIterator[EchoBot]:
    """A bot that repeats what it is told."""
    async with echo_bot(playground) as bot:
        yield bot


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who owns the group."""
    return playground.person("Dora")


@pytest.fixture
def ed(playground: Playground) -> Somebody:
    """Somebody else in the group."""
    return playground.person("Ed")


@pytest.fixture
def group(playground: Playground, dora: Somebody, ed: Somebody) -> Group:
    """A supergroup of the two and the bot."""
    return playground.group("Study", [dora, ed], supergroup=True)


@pytest.fixture
def verbs(playground: Playground, dora: Somebody, group: Group) -> int:
    """The id of a topic in the group; the bot has not asked for its updates yet."""
    topics.open_forum(playground.world, group.chat)
    return topics.create(playground.world, dora.person, group.chat, "Verbs")[0].id


async def news(api: Client, **more: Any) -> list[dict[str, Any]]:
    """All updates that wait, without their ids, and confirms them."""
    updates = await api.updates(**more)
    if updates:
        await api.updates(updates[-1]["update_id"] + 1)
    return [{name: value for name, value in update.items() if name != "update_id"} for update in updates]


async def said(api: Client, group: Group, text: str = "x", **more: Any) -> str:
    """The words with which a message is refused; empty if it was sent."""
    return str((await api.call("sendMessage", chat_id=group.id, text=text, **more)).get("description", ""))


async def test_a_topic_is_carried_by_what_is_said_in_it(
    api: Client, playground: Playground, group: Group, dora: Somebody, verbs: int
) -> None:
    """Commands, taps and the bot's messages name it; what is no reply is told as one to the message that opened it."""
    acts.say(playground.world, dora.person, group.chat, "/quiz", topic=verbs)
    acts.say(playground.world, dora.person, group.chat, "/quiz")
    opened, there, general = [update["message"] for update in await news(api)]
    assert (opened["message_id"], opened["forum_topic_created"]["name"]) == (verbs, "Verbs")
    assert (there["message_thread_id"], there["is_topic_message"]) == (verbs, True)
    assert there["reply_to_message"]["forum_topic_created"]["name"] == "Verbs"
    assert "message_thread_id" not in general
    assert there["chat"]["is_forum"]
    keys = {"inline_keyboard": [[{"text": "Good", "callback_data": "good"}]]}
    assert await said(api, group, "card", message_thread_id=verbs, reply_markup=keys) == ""
    dora.taps_unheard("Good", group.topic_named("Verbs"))
    [tap] = await news(api)
    assert tap["callback_query"]["message"]["message_thread_id"] == verbs


async def test_people_see_topics_apart(echo: EchoBot, group: Group, dora: Somebody) -> None:
    """What is answered in the general topic is not seen in another; a reply goes where its message is."""
    there = await group.opens_topic("Verbs", dora)
    assert await dora.sends("/quiz", group.topic_named("General")) == screen_of("/quiz", "[Count · 0]")
    assert not there.messages()
    message = acts.say(dora.playground.world, dora.person, group.chat, "hello", topic=there.topic or 0).message
    await echo.call("sendMessage", chat_id=group.id, text="hi", reply_parameters={"message_id": message.id})
    assert [screen.text for screen in there.sees_all()] == ["hi"]
    assert [screen.text for screen in dora.sees_all(there)] == ["hi"]


async def test_a_topic_that_is_gone_is_not_found(api: Client, group: Group, verbs: int) -> None:
    """Deleted, never there, or 1 for the general one: the message is refused; what was in it is gone."""
    assert (await api.call("sendMessage", chat_id=group.id, text="card", message_thread_id=verbs))["ok"]
    group.deletes_topic("Verbs")
    assert not group.messages()
    for number in (verbs, 999, 1):
        assert await said(api, group, message_thread_id=number) == "Bad Request: message thread not found"
    typing = await api.call("sendChatAction", chat_id=group.id, action="typing", message_thread_id=verbs)
    assert typing["error_code"] == 400


async def test_a_closed_topic_is_for_administrators(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody, verbs: int
) -> None:
    """The bot and members are refused, also in the general one; an administrator is not; opened again all may."""
    for topic, more in ((verbs, {"message_thread_id": verbs}), (GENERAL, {})):
        topics.close(playground.world, dora.person, group.chat, topic)
        assert await said(api, group, **more) == "Bad Request: TOPIC_CLOSED"
        with pytest.raises(ValueError, match="closed"):
            acts.say(playground.world, ed.person, group.chat, "/quiz", topic=topic)
        acts.say(playground.world, dora.person, group.chat, "/quiz", topic=topic)
        topics.reopen(playground.world, dora.person, group.chat, topic)
        assert await said(api, group, **more) == ""
        topics.close(playground.world, dora.person, group.chat, topic)
    kinds = [next(iter(update["message"].keys() & SERVICE), "") for update in await news(api)]
    assert kinds == [
        "forum_topic_created",
        *["forum_topic_closed", "", "forum_topic_reopened", "forum_topic_closed"] * 2,
    ]
    acts.promote_bot(playground.world, dora.person, group.chat)
    assert await said(api, group, message_thread_id=verbs) == ""


SERVICE = {"forum_topic_created", "forum_topic_closed", "forum_topic_reopened"}


async def test_a_thread_of_replies_is_no_topic(
    api: Client, playground: Playground, group: Group, dora: Somebody, verbs: int
) -> None:
    """A reply in the general topic names the first message as its thread, and nothing can be sent to that."""
    card = (await api.call("sendMessage", chat_id=group.id, text="card"))["result"]["message_id"]
    acts.say(playground.world, dora.person, group.chat, "which?", reply_to=card)
    reply = (await news(api))[-1]["message"]
    assert (reply["message_thread_id"], reply.get("is_topic_message")) == (card, None)
    assert "thread not found" in await said(api, group, message_thread_id=card)


async def test_a_restricted_bot_is_refused_what_it_may_not(
    api: Client, playground: Playground, group: Group, dora: Somebody
) -> None:
    """Texts and photos have words of their own; my_chat_member tells of each change; edits go on."""
    world = playground.world
    file = world.store("a.png", b"x", "image/png", size=(400, 300), kind="photo")
    assert await said(api, group) == ""
    [card] = group.messages()
    acts.restrict_bot(world, dora.person, group.chat, "can_send_messages", "can_send_photos")
    assert await said(api, group) == "Bad Request: not enough rights to send text messages to the chat"
    photo = await api.call("sendPhoto", chat_id=group.id, photo=file.id)
    assert photo["description"] == "Bad Request: not enough rights to send photos to the chat"
    assert (await api.call("editMessageText", chat_id=group.id, message_id=card.id, text="y"))["ok"]
    acts.promote_bot(world, dora.person, group.chat)
    assert await said(api, group) == ""
    acts.restrict_bot(world, dora.person, group.chat)
    acts.kick_bot(world, dora.person, group.chat)
    acts.add_bot(world, dora.person, group.chat)
    changes = [update["my_chat_member"]["new_chat_member"] for update in await news(api) if "my_chat_member" in update]
    assert [each["status"] for each in changes] == ["restricted", "administrator", "member", "kicked", "member"]
    assert (changes[0]["can_send_messages"], changes[0]["can_send_documents"]) == (False, True)


async def test_a_group_may_forbid_something_to_all_members(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody
) -> None:
    """Administrators may all the same, nobody is told, and getChat says it."""
    group.forbids("can_send_messages")
    assert "not enough rights" in await said(api, group)
    with pytest.raises(ValueError, match="may not write"):
        acts.say(playground.world, ed.person, group.chat, "/quiz")
    acts.say(playground.world, dora.person, group.chat, "/quiz")
    assert len(await news(api)) == 1
    assert (await api.call("getChat", chat_id=group.id))["result"]["permissions"]["can_send_messages"] is False


async def test_members_who_come_and_go_are_told_to_an_administrator_who_asked(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody
) -> None:
    """Leaving, coming back, being removed; and getChatMember knows also who was never there."""
    world = playground.world
    await api.updates(allowed_updates=["chat_member"])
    acts.leave(world, ed.person, group.chat)
    assert await news(api) == []
    acts.join(world, ed.person, group.chat)
    acts.promote_bot(world, dora.person, group.chat)
    acts.leave(world, ed.person, group.chat)
    acts.join(world, ed.person, group.chat)
    acts.leave(world, ed.person, group.chat, removed_by=dora.person)
    changes = [update["chat_member"]["new_chat_member"]["status"] for update in await news(api)]
    assert changes == ["left", "member", "kicked"]
    stranger = playground.person("Fay")
    asked = {"chat_id": group.id, "user_id": stranger.id}
    assert (await api.call("getChatMember", **asked))["result"]["status"] == "left"
    acts.restrict_bot(world, dora.person, group.chat)
    assert "member not found" in (await api.call("getChatMember", **asked))["description"]
    own = await api.call("getChatMember", chat_id=group.id, user_id=BOT_ID)
    assert own["result"]["status"] == "member"


async def test_somebody_may_speak_as_a_channel(
    echo: EchoBot, playground: Playground, group: Group, ed: Somebody
) -> None:
    """The message names the channel and no person; the tap carries the person."""
    channel = playground.channel("News", ed)
    seen = await ed.sends("/quiz", group, as_channel=channel)
    assert seen.text == "/quiz"
    [command] = [each for each in group.chat.messages.values() if each.sender is ed.person]
    assert (command.bears["sender_chat"]["title"], command.bears["from"]["username"]) == ("News", "Channel_Bot")
    await ed.taps("Count", chat=group)
    assert ed.toasts == ["got 0"]
