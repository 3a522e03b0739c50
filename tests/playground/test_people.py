"""People in the playground, with the smallest bot that can be on the other side."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground import acts, places
from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import Member
from tests.people import screen_of
from tests.playground.client import Client, EchoBot, client, echo_bot


@pytest.fixture
async def echo(playground: Playground) -> AsyncIterator[EchoBot]:
    """A bot that repeats what it is told."""
    async with echo_bot(playground) as bot:
        yield bot


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client, for tests in which no bot runs."""
    async with client(playground) as api:
        yield api


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody."""
    return playground.person("Dora", "dora_d")


@pytest.fixture
def group(playground: Playground, dora: Somebody) -> Group:
    """A group of Dora and Ed, which Dora owns; the bot is in it."""
    return playground.group("Study", [dora, playground.person("Ed")])


async def kinds(api: Client) -> list[dict[str, Any]]:
    """All updates that wait, without their ids, and confirms them."""
    updates = await api.updates()
    if updates:
        await api.updates(updates[-1]["update_id"] + 1)
    return [{name: value for name, value in update.items() if name != "update_id"} for update in updates]


async def test_who_sends_sees_the_answer(dora: Somebody, echo: EchoBot) -> None:
    """What comes back is compared whole, text and buttons."""
    assert await dora.sends("hello") == screen_of("hello", "[Count · 0]")
    assert await dora.sends("again") == screen_of("again", "[Count · 0]")
    assert [screen.text for screen in dora.sees_all()] == ["hello", "again"]
    assert dora.notifications == 2


async def test_who_taps_sees_the_message_change(dora: Somebody, echo: EchoBot) -> None:
    """Buttons are found by label or by its beginning, one after the other; the toast is what was said."""
    await dora.sends("hello")
    assert await dora.taps("Count · 0", "Count") == screen_of("hello", "[Count · 2]")
    assert dora.toasts == ["got 0", "got 1"]
    with pytest.raises(AssertionError, match="no button 'Good'"):
        await dora.taps("Good")


async def test_old_messages_and_invented_data_can_be_tapped(dora: Somebody, echo: EchoBot) -> None:
    """A tap may come from a message as it once was, or hold what no button holds."""
    await dora.sends("hello")
    old = dora.message()
    await dora.taps("Count")
    await dora.taps_old(old, "Count · 0")
    await dora.taps_old(old, "'; drop table")
    assert dora.toasts == ["got 0", "got 0", "got '; drop table"]


async def test_two_taps_at_once_come_in_one_batch(dora: Somebody, echo: EchoBot, playground: Playground) -> None:
    """Both taps of a double tap are handed out together."""
    await dora.sends("hello")
    await dora.tap_twice("Count")
    batches = [len(call.result) for call in playground.calls if call.method == "getUpdates" and call.result]
    assert batches == [1, 2]


async def test_a_bot_that_does_not_confirm_fails_the_test_with_a_picture(
    dora: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a bot the wait ends, and the failure shows what was said."""
    monkeypatch.setattr(places, "GUARD_SECONDS", 0.01)
    with pytest.raises(
        AssertionError, match=r"did not confirm update \d+ in 0.01 s \(nobody polls\)(?s:.*)Dora: hello"
    ):
        await dora.sends("hello")


async def test_a_person_is_told_as_telegram_tells(api: Client, dora: Somebody) -> None:
    """A command arrives with its entity, sender and chat."""
    dora.sends_unheard(" /start deck_x ")
    [update] = await kinds(api)
    user = {"id": dora.id, "is_bot": False, "first_name": "Dora", "username": "dora_d", "language_code": "en"}
    assert update["message"] | {"date": 0, "message_id": 0} == {
        "message_id": 0,
        "from": user,
        "chat": {"id": dora.id, "type": "private", "first_name": "Dora", "username": "dora_d"},
        "date": 0,
        "text": "/start deck_x",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }


async def test_files_edits_and_forwards_arrive(api: Client, playground: Playground, dora: Somebody) -> None:
    """Photos, documents, stickers, edits and forwards are updates of their own kind."""
    world = playground.world
    dora.sends_unheard("one")
    said = next(iter(dora.chat.messages.values()))
    acts.edit(world, said, "two")
    acts.forward(world, dora.person, dora.chat, dora.chat.messages[said.id])
    picture = world.store("a.png", b"x", "image/png", size=(400, 300), kind="photo")
    acts.show(world, dora.person, dora.chat, picture, "look")
    acts.show(world, dora.person, dora.chat, world.store("a.txt", b"x", "text/plain", kind="document"))
    acts.show(world, dora.person, dora.chat, world.store("a.webp", b"x", "image/webp", kind="sticker"))
    one, edited, forwarded, photo, document, sticker = await kinds(api)
    assert one["message"]["text"] == "one"
    assert edited["edited_message"]["text"] == "two"
    assert forwarded["message"]["forward_origin"]["sender_user"]["first_name"] == "Dora"
    assert [size["width"] for size in photo["message"]["photo"]] == [90, 320, 400]
    assert photo["message"]["caption"] == "look"
    assert document["message"]["document"]["file_name"] == "a.txt"
    assert sticker["message"]["sticker"]["type"] == "regular"


async def test_anything_can_be_sent(api: Client, playground: Playground, dora: Somebody, group: Group) -> None:
    """A message bears what it is told to bear, with the text, the sender and the moment that are wanted."""
    robo = playground.world.person("Robo", "robo_bot", is_bot=True)
    group.chat.members[robo.id] = Member(robo.id)
    dice = {"dice": {"emoji": "🎲", "value": 3}}
    acts.send(playground.world, dora.person, dora.chat, dice, sent_at=5)
    acts.send(playground.world, robo, group.chat, {"from": {"id": 1}}, text="/quiz")
    acts.say(playground.world, robo, group.chat, "/quiz")
    threw, by_way, other = [update["message"] for update in await kinds(api)]
    assert (threw["dice"], threw["date"], "text" in threw) == (dice["dice"], 5, False)
    assert (by_way["from"], by_way["text"], by_way["entities"][0]["type"]) == ({"id": 1}, "/quiz", "bot_command")
    assert (other["from"]["is_bot"], other["from"]["username"]) == (True, "robo_bot")


async def test_unasked_updates_come_early(api: Client, playground: Playground, dora: Somebody) -> None:
    """A post in a channel and an edit reach also a bot that asked for messages alone, if they were made before."""
    await api.call("getUpdates", allowed_updates=["message"])
    channel = playground.world.group("News", [dora.person], [dora.person], kind="channel")
    dora.sends_unheard("one")
    said = next(iter(dora.chat.messages.values()))
    assert acts.edit(playground.world, said, "two") == 0
    acts.edit(playground.world, said, "three", early=True)
    acts.post(playground.world, channel, dora.person, "news")
    _, edited, posted = await kinds(api)
    assert edited["edited_message"]["text"] == "three"
    post = posted["channel_post"]
    assert (post["chat"]["type"], post["sender_chat"]["id"], "from" in post) == ("channel", channel.id, False)


async def test_blocking_is_told_and_writing_unblocks(api: Client, playground: Playground, dora: Somebody) -> None:
    """Blocking and unblocking are my_chat_member; who writes to a blocked bot unblocks it first."""
    dora.sends_unheard("/start")
    acts.block(playground.world, dora.person)
    dora.sends_unheard("/start")
    _, blocked, unblocked, again = await kinds(api)
    statuses = [blocked["my_chat_member"]["new_chat_member"]["status"]]
    statuses.append(unblocked["my_chat_member"]["new_chat_member"]["status"])
    assert statuses == ["kicked", "member"]
    assert again["message"]["text"] == "/start"


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(api: Client, playground: Playground, group: Group) -> None:
    """Commands and replies to it, not the rest; an administrator hears everything."""
    dora = playground.people["Dora"]
    heard = ["/quiz", "/quiz@deckhand_bot"]
    for text in ("hello", "see /quiz", "/quiz@other_bot", *heard):
        dora.sends_unheard(text, group)
    assert [each["message"]["text"] for each in await kinds(api)] == heard
    answer = await api.call("sendMessage", chat_id=group.id, text="question")
    acts.say(playground.world, dora.person, group.chat, "reply", reply_to=answer["result"]["message_id"])
    assert [each["message"]["reply_to_message"]["text"] for each in await kinds(api)] == ["question"]
    acts.promote_bot(playground.world, dora.person, group.chat)
    dora.sends_unheard("hello", group)
    told, hello = await kinds(api)
    assert told["my_chat_member"]["new_chat_member"]["status"] == "administrator"
    assert hello["message"]["text"] == "hello"


async def test_coming_and_going_is_told(api: Client, playground: Playground) -> None:
    """Added, kicked, somebody joins or leaves: each is told as Telegram does; after being kicked nothing is."""
    dora, ed = playground.person("Dora"), playground.person("Ed")
    group = playground.group("Study", [dora], with_bot=False)
    world = playground.world
    acts.add_bot(world, dora.person, group.chat)
    added, welcome = await kinds(api)
    assert added["my_chat_member"]["old_chat_member"]["status"] == "left"
    assert welcome["message"]["new_chat_members"][0]["username"] == "deckhand_bot"
    acts.join(world, ed.person, group.chat)
    acts.leave(world, ed.person, group.chat)
    joined, left = await kinds(api)
    assert joined["message"]["new_chat_members"][0]["first_name"] == "Ed"
    assert left["message"]["left_chat_member"]["first_name"] == "Ed"
    acts.kick_bot(world, dora.person, group.chat)
    dora.sends_unheard("/quiz", group)
    [kicked] = await kinds(api)
    assert kicked["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_members_are_told_to_administrators_who_asked(api: Client, playground: Playground, group: Group) -> None:
    """chat_member comes when the bot is an administrator and wants it."""
    ed = playground.people["Ed"]
    acts.promote(playground.world, ed.person, group.chat)
    await api.updates(allowed_updates=["chat_member"])
    acts.demote(playground.world, ed.person, group.chat)
    assert await kinds(api) == []
    acts.promote_bot(playground.world, ed.person, group.chat)
    acts.promote(playground.world, ed.person, group.chat)
    [update] = await kinds(api)
    assert update["chat_member"]["new_chat_member"]["status"] == "administrator"


async def test_a_group_becomes_a_supergroup(api: Client, playground: Playground, group: Group) -> None:
    """Both chats tell of it, and a call to the old one is refused with the new id."""
    old, (new, _) = group.id, acts.migrate(playground.world, group.chat)
    to, from_ = await kinds(api)
    assert (to["message"]["chat"]["id"], to["message"]["migrate_to_chat_id"]) == (old, new.id)
    assert (from_["message"]["chat"]["id"], from_["message"]["migrate_from_chat_id"]) == (new.id, old)
    answer = await api.call("sendMessage", chat_id=old, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await api.call("sendMessage", chat_id=new.id, text="x"))["result"]["chat"]["type"] == "supergroup"


async def test_an_anonymous_administrator_speaks_as_the_group(
    api: Client, playground: Playground, group: Group
) -> None:
    """A command comes from the group itself, the tap from the real person."""
    dora = playground.people["Dora"]
    acts.promote(playground.world, dora.person, group.chat, anonymous=True)
    dora.sends_unheard("/quiz", group)
    message = (await kinds(api))[-1]["message"]
    assert (message["from"]["username"], message["sender_chat"]["id"]) == ("GroupAnonymousBot", group.id)
    acts.tap(playground.world, dora.person, group.chat, message["message_id"], "x")
    assert (await kinds(api))[0]["callback_query"]["from"]["id"] == dora.id


async def test_a_tap_on_a_deleted_message_still_arrives(api: Client, playground: Playground, dora: Somebody) -> None:
    """What is gone is told as a message without a date."""
    dora.sends_unheard("/start")
    sent = (await api.call("sendMessage", chat_id=dora.id, text="x"))["result"]["message_id"]
    await api.call("deleteMessage", chat_id=dora.id, message_id=sent)
    await kinds(api)
    acts.tap(playground.world, dora.person, dora.chat, sent, "a")
    query = (await kinds(api))[0]["callback_query"]
    assert (query["message"]["message_id"], query["message"]["date"], query["data"]) == (sent, 0, "a")
    assert query["chat_instance"] == dora.chat.instance


async def test_a_link_from_a_tap_leads_to_the_private_chat(playground: Playground, group: Group, echo: EchoBot) -> None:
    """Who is answered with a start link can follow it."""
    ed = playground.people["Ed"]
    query = acts.tap(playground.world, ed.person, group.chat, 1, "x")
    await places.heard(playground, query.update_id)
    with pytest.raises(AssertionError, match="no link"):
        await ed.follows()
    assert (await ed.follows("https://t.me/deckhand_bot?start=turn_7")).text == "/start turn_7"


async def test_what_changes_can_be_followed(playground: Playground, dora: Somebody, echo: EchoBot) -> None:
    """Every change of the world is an event, and who asks for those after a number gets the rest."""
    last = len(playground.world.events)
    await dora.sends("hello")
    await dora.taps("Count")
    events = await playground.world.events_after(last)
    assert [event.kind for event in events] == ["message", "message", "answer", "edited"]
    assert events[2].answer is not None
    assert events[2].answer.text == "got 0"
