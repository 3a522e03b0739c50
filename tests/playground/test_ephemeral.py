"""Messages in a group that one member alone sees, as a client without a library and the members see them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground import acts, topics
from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import Member, Server
from bot.playground.world import BOT_ID
from tests.people import screen_of
from tests.playground.client import Client, client

SHOW = {"inline_keyboard": [[{"text": "Show answer", "callback_data": "show"}]]}
GOOD = {"inline_keyboard": [[{"text": "Good", "callback_data": "good"}]]}


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client of the server, which is the bot."""
    async with client(playground) as api:
        yield api


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
    """A group of the two and the bot."""
    return playground.group("Study", [dora, ed])


async def heard(api: Client) -> dict[str, Any]:
    """The one update that waits, confirmed."""
    [update] = await api.updates()
    await api.updates(update["update_id"] + 1)
    return update


async def tapped(api: Client, somebody: Somebody, group: Group, label: str) -> dict[str, Any]:
    """The query of a tap."""
    somebody.taps_unheard(label, group)
    query: dict[str, Any] = (await heard(api))["callback_query"]
    return query


async def flipped(api: Client, somebody: Somebody, group: Group, text: str = "Paris") -> dict[str, Any]:
    """The private answer to somebody's tap, in place of the card."""
    query = await tapped(api, somebody, group, "Show answer")
    answer = await privately(api, group, somebody, text, query=query["id"], replace=True, reply_markup=GOOD)
    sent: dict[str, Any] = answer["result"]
    return sent


async def privately(
    api: Client, group: Group, somebody: Somebody, text: str, *, query: str = "", replace: bool = False, **more: Any
) -> dict[str, Any]:
    """What the server says to a message for one member."""
    whom: dict[str, Any] = {"receiver_user_id": somebody.id}
    whom |= {"callback_query_id": query} if query else {}
    whom |= {"replace_callback_query_message": True} if replace else {}
    return await api.call("sendMessage", chat_id=group.id, text=text, ephemeral_message_parameters=whom, **more)


async def card(api: Client, group: Group) -> int:
    """The id of a card that everybody sees."""
    sent = await api.call("sendMessage", chat_id=group.id, text="Capital of France?", reply_markup=SHOW)
    number: int = sent["result"]["message_id"]
    return number


CARD = screen_of("Capital of France?", "[Show answer]")
ANSWER = screen_of("Paris", "[Good]")


async def test_one_member_sees_it_in_place_of_the_card(api: Client, group: Group, dora: Somebody, ed: Somebody) -> None:
    """Who tapped sees the answer where the card stood; everybody else, and the group as such, sees the card."""
    await card(api, group)
    sent = await flipped(api, dora, group)
    assert (sent["message_id"], sent["ephemeral_message_id"], sent["receiver_user"]["id"]) == (0, 1, dora.id)
    assert sent["chat"]["id"] == group.id
    assert dora.sees_all(group) == [ANSWER]
    assert ed.sees_all(group) == group.sees_all() == [CARD]


async def test_its_buttons_are_tapped_by_who_sees_it(api: Client, group: Group, dora: Somebody, ed: Somebody) -> None:
    """A tap on it tells of message 0 with its own id; others have no such button."""
    await card(api, group)
    await flipped(api, dora, group)
    with pytest.raises(AssertionError, match="no button 'Good'"):
        ed.taps_unheard("Good", group)
    query = await tapped(api, dora, group, "Good")
    assert (query["data"], query["from"]["id"]) == ("good", dora.id)
    message = query["message"]
    assert (message["message_id"], message["ephemeral_message_id"], message["text"]) == (0, 1, "Paris")
    assert message["receiver_user"]["id"] == dora.id


async def test_it_is_edited_and_deleted_by_its_own_methods(
    api: Client, group: Group, dora: Somebody, ed: Somebody
) -> None:
    """Each gives back True; what it replaced is seen again when it is gone; an id counts for one member."""
    await card(api, group)
    await flipped(api, dora, group)
    await flipped(api, ed, group, "Paris, for Ed")
    where = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": 1}
    edited = await api.call("editEphemeralMessageText", **where, text="Good, back in 4 days", reply_markup=SHOW)
    assert edited == {"ok": True, "result": True}
    assert dora.sees(group) == screen_of("Good, back in 4 days", "[Show answer]")
    assert ed.sees(group) == screen_of("Paris, for Ed", "[Good]")
    assert (await api.call("editEphemeralMessageReplyMarkup", **where))["result"] is True
    assert dora.sees(group) == screen_of("Good, back in 4 days")
    again = await api.call("editEphemeralMessageReplyMarkup", **where)
    assert "message is not modified" in again["description"]
    assert (await api.call("deleteEphemeralMessage", **where))["result"] is True
    assert dora.sees_all(group) == [CARD]
    gone = await api.call("deleteEphemeralMessage", **where)
    assert gone["description"] == "Bad Request: message to delete not found"
    gone = await api.call("editEphemeralMessageText", **where, text="x")
    assert gone["description"] == "Bad Request: message to edit not found"


async def test_an_edit_takes_fewer_characters_than_a_message(api: Client, group: Group, dora: Somebody) -> None:
    """4096 are taken when it is sent, 1024 UTF-16 units after parsing when it is edited."""
    await card(api, group)
    await flipped(api, dora, group, "a" * 4096)
    where = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": 1}
    refused = await api.call("editEphemeralMessageText", **where, text="😀" * 513)
    assert refused["description"] == "Bad Request: MEDIA_CAPTION_TOO_LONG"
    text = f"<b>{'a' * 1024}</b>"
    assert (await api.call("editEphemeralMessageText", **where, text=text, parse_mode="HTML"))["ok"]


async def test_a_tap_allows_it_for_15_seconds(
    api: Client, playground: Playground, group: Group, dora: Somebody
) -> None:
    """The same query may be used again, and not when 15 s are over."""
    await card(api, group)
    query = (await tapped(api, dora, group, "Show answer"))["id"]
    playground.clock.advance(seconds=15)
    assert (await privately(api, group, dora, "in time", query=query))["ok"]
    playground.clock.advance(milliseconds=1)
    assert "query is too old" in (await privately(api, group, dora, "late", query=query))["description"]


async def test_only_who_tapped_there_may_be_answered(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody
) -> None:
    """Another member, another group, somebody outside, a bot, a private chat, or no tap at all: all refused."""
    other = playground.group("Other", [dora, ed])
    outside = playground.person("Fay")
    await card(api, group)
    query = (await tapped(api, dora, group, "Show answer"))["id"]
    dora.sends_unheard("/start")
    await heard(api)
    for answer in (
        await privately(api, group, ed, "x", query=query),
        await privately(api, other, dora, "x", query=query),
        await privately(api, group, outside, "x"),
        await privately(api, group, dora, "x"),
        await api.call("sendMessage", chat_id=group.id, text="x", ephemeral_message_parameters={}),
        await api.call(
            "sendMessage", chat_id=dora.id, text="x", ephemeral_message_parameters={"receiver_user_id": dora.id}
        ),
    ):
        assert answer["error_code"] == 400
    assert dora.sees_all(group) == ed.sees_all(group) == [CARD]


async def test_an_administrator_needs_no_tap(api: Client, group: Group, dora: Somebody, ed: Somebody) -> None:
    """A bot that administers the group may write to any member at any time; it stands where it came."""
    group.chat.members[BOT_ID] = Member(BOT_ID, "administrator")
    await card(api, group)
    assert (await privately(api, group, ed, "psst"))["ok"]
    await card(api, group)
    assert ed.sees_all(group) == [CARD, screen_of("psst"), CARD]
    assert dora.sees_all(group) == [CARD, CARD]


async def test_it_cannot_replace_an_ephemeral_message(api: Client, group: Group, dora: Somebody) -> None:
    """A tap that came from one is answered beside it, not in its place."""
    await card(api, group)
    await flipped(api, dora, group)
    query = (await tapped(api, dora, group, "Good"))["id"]
    refused = await privately(api, group, dora, "x", query=query, replace=True)
    assert "must be false" in refused["description"]
    assert (await privately(api, group, dora, "more", query=query))["result"]["ephemeral_message_id"] == 2
    assert dora.sees_all(group) == [ANSWER, screen_of("more")]


async def test_ordinary_methods_do_not_reach_it(api: Client, group: Group, dora: Somebody) -> None:
    """Message 0 can be neither edited nor deleted nor replied to."""
    await card(api, group)
    await flipped(api, dora, group)
    where = {"chat_id": group.id, "message_id": 0}
    answers = [
        await api.call("editMessageText", **where, text="x"),
        await api.call("editMessageReplyMarkup", **where),
        await api.call("deleteMessage", **where),
        await api.call("sendMessage", chat_id=group.id, text="x", reply_parameters={"message_id": 0}),
    ]
    assert [answer["error_code"] for answer in answers] == [400] * 4


async def test_an_app_that_restarts_has_lost_it(api: Client, group: Group, dora: Somebody, ed: Somebody) -> None:
    """The member sees the card again and can tap again; the server takes edits of what nobody sees any more."""
    await card(api, group)
    await flipped(api, dora, group)
    await flipped(api, ed, group)
    dora.restarts_app()
    assert dora.sees_all(group) == [CARD]
    assert ed.sees_all(group) == [ANSWER]
    where = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": 1}
    assert (await api.call("editEphemeralMessageText", **where, text="nobody sees this"))["ok"]
    assert dora.sees_all(group) == [CARD]
    assert "nobody sees this" not in [sight.text for sight in dora.was_shown]
    await flipped(api, dora, group)
    assert dora.sees_all(group) == [ANSWER]


async def test_everything_a_member_was_shown_can_be_asked(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody
) -> None:
    """Each state of each message, toasts and alerts, and what was there when somebody came in; no one else's."""
    number = await card(api, group)
    await flipped(api, dora, group)
    query = (await tapped(api, dora, group, "Good"))["id"]
    await api.call("answerCallbackQuery", callback_query_id=query, text="4 days", show_alert=True)
    await api.call("editMessageText", chat_id=group.id, message_id=number, text="1 looked")
    fay = playground.person("Fay")
    acts.join(playground.world, fay.person, group.chat)
    assert [sight.text for sight in dora.was_shown if sight.text] == [
        "Capital of France?",
        "Paris",
        "4 days",
        "1 looked",
    ]
    assert [sight.text for sight in ed.was_shown if sight.text] == ["Capital of France?", "1 looked"]
    assert [sight.text for sight in fay.was_shown if sight.text] == ["1 looked"]
    assert dora.was_shown[1].labels == ["Good"]


async def test_it_counts_towards_the_pace_of_the_group(
    api: Client, playground: Playground, group: Group, dora: Somebody
) -> None:
    """20 a minute, private or not; edits do not count."""
    playground.world.flood.on = True
    await card(api, group)
    await flipped(api, dora, group)
    query = (await tapped(api, dora, group, "Good"))["id"]
    for number in range(18):
        assert (await privately(api, group, dora, f"{number}", query=query))["ok"]
    assert (await privately(api, group, dora, "x", query=query))["error_code"] == 429
    where = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": 1}
    assert (await api.call("editEphemeralMessageText", **where, text="y"))["ok"]


async def test_a_picture_can_be_ephemeral(api: Client, playground: Playground, group: Group, dora: Somebody) -> None:
    """Documents and photos are sent so, get a caption and other media by their own methods."""
    file = playground.world.store("a.png", b"x", "image/png", size=(400, 300), kind="photo")
    await card(api, group)
    query = (await tapped(api, dora, group, "Show answer"))["id"]
    whom = {"receiver_user_id": dora.id, "callback_query_id": query, "replace_callback_query_message": True}
    sent = await api.call("sendPhoto", chat_id=group.id, photo=file.id, ephemeral_message_parameters=whom)
    assert sent["result"]["ephemeral_message_id"] == 1
    where = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": 1}
    assert (await api.call("editEphemeralMessageCaption", **where, caption="the Seine"))["result"] is True
    assert dora.sees(group) == screen_of("the Seine", picture="a.png")
    media = {"type": "photo", "media": file.id, "caption": "by night"}
    assert (await api.call("editEphemeralMessageMedia", **where, media=media))["result"] is True
    assert dora.sees(group) == screen_of("by night", picture="a.png")
    refused = await api.call("editEphemeralMessageText", **where, text="x")
    assert "there is no text in the message to edit" in refused["description"]


@pytest.mark.parametrize("server", ["10.2", "10.1"])
async def test_an_older_server_shows_it_to_all(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody, server: Server
) -> None:
    """The parameter is ignored; 10.2 knows the methods and finds nothing, 10.1 answers 404; no complaint."""
    playground.world.server = server
    await card(api, group)
    sent = await flipped(api, dora, group)
    assert sent["message_id"]
    assert "ephemeral_message_id" not in sent
    assert ed.sees_all(group) == dora.sees_all(group) == [CARD, ANSWER]
    where = {"chat_id": group.id, "receiver_user_id": dora.id, "ephemeral_message_id": 1}
    codes = [
        (await api.call(method, **where))["error_code"]
        for method in ("editEphemeralMessageReplyMarkup", "deleteEphemeralMessage")
    ]
    assert codes == ([400, 400] if server == "10.2" else [404, 404])
    playground.world.server = "10.3"
    assert (await flipped(api, dora, group))["ephemeral_message_id"] == 1


async def test_a_command_can_be_for_the_bot_alone(
    api: Client, playground: Playground, group: Group, dora: Somebody, ed: Somebody
) -> None:
    """A command declared ephemeral is seen by the bot and who typed it, who alone may be answered for 15 s."""
    declared = [{"command": "me", "description": "You", "is_ephemeral": True}, {"command": "quiz", "description": "Q"}]
    await api.call("setMyCommands", commands=declared)
    assert (await api.call("getMyCommands"))["result"] == declared
    dora.sends_unheard("/me", group)
    message = (await heard(api))["message"]
    assert (message["message_id"], message["ephemeral_message_id"], message["text"]) == (0, 1, "/me")
    assert (message["from"]["id"], message["receiver_user"]["username"]) == (dora.id, "deckhand_bot")
    assert [each.text for each in dora.view(group).chat.seen_by(dora.id)] == ["/me"]
    assert not group.chat.messages
    assert not group.chat.seen_by(ed.id)
    reply = {"reply_parameters": {"ephemeral_message_id": 1}}
    assert (await privately(api, group, ed, "x", **reply))["error_code"] == 400
    assert (await privately(api, group, dora, "5 due", **reply))["result"]["ephemeral_message_id"] == 2
    playground.clock.advance(seconds=16)
    assert (await privately(api, group, dora, "x", **reply))["error_code"] == 400
    assert dora.sees_all(group) == [screen_of("5 due")]
    assert not ed.sees_all(group)


async def test_other_commands_and_older_servers_keep_to_the_open(
    api: Client, playground: Playground, group: Group, dora: Somebody
) -> None:
    """Undeclared commands, private chats, the voice of the group, and servers before 10.2 know nothing of it."""
    declared = [{"command": "me", "description": "You", "is_ephemeral": True}]
    await api.call("setMyCommands", commands=declared)
    for text, place, as_group in (("/quiz", group, False), ("/me", dora, False), ("/me", group, True)):
        acts.say(playground.world, dora.person, place.chat, text, as_group=as_group)
        assert (await heard(api))["message"]["message_id"]
    playground.world.server = "10.1"
    await api.call("setMyCommands", commands=declared)
    assert (await api.call("getMyCommands"))["result"] == [{"command": "me", "description": "You"}]
    dora.sends_unheard("/me", group)
    assert (await heard(api))["message"]["message_id"]


async def test_it_stands_in_the_topic_of_what_it_answers(
    api: Client, playground: Playground, dora: Somebody, ed: Somebody
) -> None:
    """A tap or an ephemeral command says where: no topic has to be named."""
    forum = playground.group("Forum", [dora, ed], supergroup=True)
    topics.open_forum(playground.world, forum.chat)
    topic, _ = topics.create(playground.world, dora.person, forum.chat, "Verbs")
    await heard(api)
    there = forum.topic_named("Verbs")
    declared = [{"command": "me", "description": "You", "is_ephemeral": True}]
    await api.call("setMyCommands", commands=declared)
    dora.sends_unheard("/me", there)
    number = (await heard(api))["message"]["ephemeral_message_id"]
    assert (await privately(api, forum, dora, "5 due", reply_parameters={"ephemeral_message_id": number}))["ok"]
    await api.call("sendMessage", chat_id=forum.id, message_thread_id=topic.id, text="card", reply_markup=SHOW)
    query = (await tapped(api, dora, forum, "Show answer"))["id"]
    sent = (await privately(api, forum, dora, "beside it", query=query))["result"]
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic.id, True)
    assert [screen.text for screen in dora.sees_all(there)] == ["5 due", "card", "beside it"]
    assert not dora.sees_all(forum.topic_named("General"))
