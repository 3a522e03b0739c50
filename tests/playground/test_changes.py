"""What may be done with what was sent, where the bot may speak, and what it may say of itself, in Telegram's words."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
)
from telegram.error import BadRequest, EndPointNotFound, Forbidden, RetryAfter, TelegramError

from bot.playground import acts
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.playground.made import png, tap, under

# Edits


async def edits(api: Bot, dora: Somebody, kind: str) -> Callable[[str], Awaitable[Any]]:
    """A message of that kind, and a function that edits it in a way."""
    if kind == "text":
        message = await api.send_message(dora.id, "old", reply_markup=under([tap()]))
    elif kind == "photo":
        message = await api.send_photo(dora.id, png(), caption="old", reply_markup=under([tap()]))
    else:
        message = await api.send_document(dora.id, b"data", caption="old", filename="a.txt")
    where: dict[str, Any] = {"chat_id": dora.id, "message_id": message.message_id}
    ways: dict[str, Callable[[], Awaitable[Any]]] = {
        "text": lambda: api.edit_message_text("new", **where),
        "same": lambda: api.edit_message_text("old", **where, reply_markup=under([tap()])),
        "trimmed": lambda: api.edit_message_text(" old ", **where, reply_markup=under([tap()])),
        "buttons gone": lambda: api.edit_message_text("old", **where),
        "caption": lambda: api.edit_message_caption(caption="new", **where),
        "same caption": lambda: api.edit_message_caption(caption="old", **where, reply_markup=under([tap()])),
        "photo": lambda: api.edit_message_media(InputMediaPhoto(png(), caption="new"), **where),
        "document": lambda: api.edit_message_media(InputMediaDocument(b"new", filename="b.txt"), **where),
        "same markup": lambda: api.edit_message_reply_markup(**where, reply_markup=under([tap()])),
        "no markup": lambda: api.edit_message_reply_markup(**where),
    }
    return lambda way: ways[way]()


UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
NO_TEXT = "there is no text in the message to edit"
EDITS = [
    ("text", "text", ""),
    ("text", "same", UNCHANGED),
    ("text", "trimmed", UNCHANGED),
    ("text", "buttons gone", ""),
    ("text", "caption", "there is no caption in the message to edit"),
    ("text", "photo", ""),
    ("text", "document", ""),
    ("text", "same markup", UNCHANGED),
    ("text", "no markup", ""),
    ("photo", "text", NO_TEXT),
    ("photo", "caption", ""),
    ("photo", "same caption", UNCHANGED),
    ("photo", "photo", ""),
    ("photo", "document", ""),
    ("document", "text", NO_TEXT),
    ("document", "photo", ""),
]


@pytest.mark.parametrize(("kind", "way", "words"), EDITS)
async def test_which_message_can_become_which(api: Bot, dora: Somebody, kind: str, way: str, words: str) -> None:
    """A text may become a picture, a picture another, none a text again; the same once more is refused."""
    edit = await edits(api, dora, kind)
    if not words:
        await edit(way)
        assert dora.message().edited_at
        return
    with pytest.raises(BadRequest) as refused:
        await edit(way)
    assert refused.value.message.lower() == words.lower()


async def test_what_is_not_there_or_not_the_bots_cannot_be_edited(api: Bot, dora: Somebody) -> None:
    """An unknown message is not found, somebody else's is not the bot's to change."""
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await api.edit_message_text("x", dora.id, 999)
    theirs = next(iter(dora.chat.messages))
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await api.edit_message_text("x", dora.id, theirs)
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await api.delete_message(dora.id, 999)


async def test_a_message_can_be_deleted_for_two_days(api: Bot, dora: Somebody, playground: Playground) -> None:
    """Younger than 48 hours it goes, older it stays; of several those that can go do."""
    old = await api.send_message(dora.id, "old")
    playground.clock.advance(hours=48)
    new = await api.send_message(dora.id, "new")
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted for everyone"):
        await api.delete_message(dora.id, old.message_id)
    assert await api.delete_messages(dora.id, [old.message_id, new.message_id, 999])
    assert [each.text for each in dora.messages()] == ["old"]


# Taps


async def test_a_tap_is_answered_once_and_in_time(api: Bot, dora: Somebody, playground: Playground) -> None:
    """The first answer is shown, a late one and one to an unknown tap are refused."""
    message = await api.send_message(dora.id, "x", reply_markup=under([tap()]))
    query = acts.tap(playground.world, dora.person, dora.chat, message.message_id, "a")
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await api.answer_callback_query(query.id, "x" * 201)
    with pytest.raises(BadRequest, match=r"(?i)url_invalid"):
        await api.answer_callback_query(query.id, url="https://example.com")
    assert await api.answer_callback_query(query.id, "Noted", show_alert=True)
    assert await api.answer_callback_query(query.id, "Again")
    assert (dora.toasts, dora.is_alert) == (["Noted"], True)
    playground.clock.advance(seconds=61)
    for number in (query.id, "1234"):
        with pytest.raises(
            BadRequest, match=r"(?i)query is too old and response timeout expired or query id is invalid"
        ):
            await api.answer_callback_query(number)


async def test_a_tap_may_be_answered_with_a_link_to_the_bot(api: Bot, dora: Somebody, playground: Playground) -> None:
    """The bot's own start link is the one address that opens from a tap."""
    query = acts.tap(playground.world, dora.person, dora.chat, 1, "a")
    assert await api.answer_callback_query(query.id, url="https://t.me/deckhand_bot?start=turn_7")
    assert dora.answers[-1].url.endswith("turn_7")


# Chats and members


async def test_the_bot_speaks_only_where_it_may(api: Bot, playground: Playground, dora: Somebody) -> None:
    """Each chat that does not take the bot's messages says why."""
    ed, fay = playground.person("Ed"), playground.person("Fay")
    playground.group("Known", [dora, ed])
    acts.block(playground.world, dora.person)
    away = playground.group("Away", [dora])
    acts.kick_bot(playground.world, dora.person, away.chat)
    left = playground.group("Left", [dora], supergroup=True)
    await api.leave_chat(left.id)
    gone = playground.person("Gus")
    gone.sends_unheard("hello")
    gone.disappears()
    refusals: list[tuple[Any, type[TelegramError], str]] = [
        (dora.id, Forbidden, "forbidden: bot was blocked by the user"),
        (ed.id, Forbidden, "forbidden: bot can't initiate conversation with a user"),
        (fay.id, BadRequest, "chat not found"),
        ("@nobody", BadRequest, "chat not found"),
        (12345, BadRequest, "chat not found"),
        (gone.id, Forbidden, "forbidden: user is deactivated"),
        (away.id, Forbidden, "forbidden: bot was kicked from the group chat"),
        (left.id, Forbidden, "forbidden: bot is not a member of the supergroup chat"),
    ]
    for chat_id, kind, words in refusals:
        with pytest.raises(kind) as refused:
            await api.send_message(chat_id, "x")
        assert refused.value.message.lower() == words


async def test_who_is_where(api: Bot, playground: Playground, dora: Somebody) -> None:
    """Members, administrators and their number, without other bots among the administrators."""
    ed = playground.person("Ed")
    group = playground.group("Study", [dora, ed], [dora])
    assert [each.user.first_name for each in await api.get_chat_administrators(group.id)] == ["Dora"]
    assert await api.get_chat_member_count(group.id) == 3
    assert (await api.get_chat_member(group.id, ed.id)).status == "member"
    assert (await api.get_chat(group.id)).title == "Study"
    assert (await api.get_chat(dora.id)).first_name == "Dora"
    with pytest.raises(BadRequest, match=r"(?i)member not found"):
        await api.get_chat_member(group.id, playground.person("Ida").id)
    with pytest.raises(BadRequest, match=r"(?i)there are no administrators in the private chat"):
        await api.get_chat_administrators(dora.id)
    assert (await api.get_user_profile_photos(dora.id)).total_count == 0


# What the bot says of itself


async def test_commands_come_by_scope(api: Bot, playground: Playground, dora: Somebody) -> None:
    """The narrowest scope that has commands is the one that a person's menu shows."""
    group = playground.group("Study", [dora])
    await api.set_my_commands([BotCommand("quiz", "Ask me"), BotCommand("help", "Help")])
    await api.set_my_commands([BotCommand("quiz", "Ask everybody")], scope=BotCommandScopeAllGroupChats())
    assert dora.menu == ["/quiz", "/help"]
    assert dora.menu_in(group) == ["/quiz"]
    await api.delete_my_commands(scope=BotCommandScopeAllGroupChats())
    assert dora.menu_in(group) == ["/quiz", "/help"]
    assert [each.command for each in await api.get_my_commands()] == ["quiz", "help"]


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([("Quiz", "x")], "bot_command_invalid"),
        ([("x" * 33, "x")], "bot_command_invalid"),
        ([("quiz", "x" * 257)], "bot_command_description_invalid"),
        ([(f"c{at}", "x") for at in range(101)], "bot_commands_too_much"),
    ],
)
async def test_commands_have_limits(api: Bot, commands: list[tuple[str, str]], words: str) -> None:
    """Names, descriptions and their number are checked."""
    with pytest.raises(BadRequest) as refused:
        await api.set_my_commands([BotCommand(*command) for command in commands])
    assert refused.value.message.lower() == words


async def test_the_bot_describes_itself(api: Bot) -> None:
    """Name, descriptions and menu button are kept, by language; too long ones are refused."""
    assert (await api.get_my_name()).name == "Deckhand"
    await api.set_my_description("Asks you cards.")
    await api.set_my_description("Fragt dich Karten.", language_code="de")
    await api.set_my_short_description("Cards.")
    assert (await api.get_my_description()).description == "Asks you cards."
    assert (await api.get_my_description(language_code="de")).description == "Fragt dich Karten."
    assert (await api.get_my_short_description("fr")).short_description == "Cards."
    with pytest.raises(BadRequest, match=r"(?i)description is too long"):
        await api.set_my_description("x" * 513)
    await api.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await api.get_chat_menu_button()).type == "commands"


# What is not there


async def test_newer_methods_are_not_there_yet(api: Bot, playground: Playground, dora: Somebody) -> None:
    """Drafts answer 404 as on an older server, an unknown parameter is ignored; strictly, both are noted."""
    with pytest.raises(EndPointNotFound):
        await api.do_api_request("sendRichMessageDraft", api_kwargs={"chat_id": dora.id, "draft_id": 1})
    await api.send_message(dora.id, "x", api_kwargs={"shape": "round"})
    assert playground.complaints == ["sendRichMessageDraft is not built here", "sendMessage has no parameter shape"]
    playground.complaints.clear()


async def test_too_many_messages_are_refused_until_time_has_passed(
    api: Bot, playground: Playground, dora: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A burst passes, then 429 says how long to wait by the playground's clock."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the library warns of its old way
    playground.world.flood.on = True
    for _ in range(20):
        await api.send_message(dora.id, "x")
    with pytest.raises(RetryAfter) as refused:
        await api.send_message(dora.id, "x")
    assert refused.value.retry_after == timedelta(seconds=1)
    playground.clock.advance(seconds=1)
    await api.send_message(dora.id, "x")
    with pytest.raises(RetryAfter):
        await api.send_message(dora.id, "x")
