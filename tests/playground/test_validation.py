"""What the server takes and what it refuses, in Telegram's words, as python-telegram-bot hears them."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from struct import pack
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
    MessageEntity,
)
from telegram.error import BadRequest, EndPointNotFound, Forbidden, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.playground import acts
from bot.playground.people import Somebody
from bot.playground.server import Playground


def png(width: int = 40, height: int = 30) -> bytes:
    """A real picture, white all over."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Bot]:
    """A plain client of the server."""
    # Nothing is encrypted here, so no certificates need be read.
    request = HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False})
    addresses = (f"{playground.base_url}/bot", f"{playground.base_url}/file/bot")
    async with Bot(playground.token, *addresses, request=request, get_updates_request=request) as bot:
        yield bot


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who has written to the bot, which is not running."""
    dora = playground.person("Dora")
    dora.sends_unheard("/start")
    return dora


def under(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """These rows of buttons."""
    return InlineKeyboardMarkup(rows)


def tap(text: str = "A", data: str = "a") -> InlineKeyboardButton:
    """A button with data."""
    return InlineKeyboardButton(text, callback_data=data)


BOLD = MessageEntity.BOLD
SENDS: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n\t "}, "message text is empty"),
    ({"text": "\u2060"}, "message text is empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
    ({"text": "<30 of them", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte offset 0"),
    ({"text": "é <x>y</x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 3'),
    (
        {"text": "a <b>b", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (
        {"text": "<b>a</i>", "parse_mode": "HTML"},
        'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    ),
    ({"text": "a</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 1"),
    (
        {"text": "1. One", "parse_mode": "MarkdownV2"},
        "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    ),
    (
        {"text": "ü *b", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of Bold entity at byte offset 3",
    ),
    (
        {"text": "`b", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of Code entity at byte offset 0",
    ),
    (
        {"text": "_b", "parse_mode": "Markdown"},
        "can't parse entities: Can't find end of Italic entity at byte offset 0",
    ),
    (
        {"text": "aba caba", "entities": [MessageEntity(BOLD, 3, 6)]},
        "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 9",
    ),
    (
        {"text": "aba caba", "entities": [MessageEntity(BOLD, 9, 1)]},
        "entity begins after the end of the text at UTF-16 offset 9",
    ),
    ({"text": "a", "entities": [MessageEntity(BOLD, -1, 1)]}, "receive an entity with incorrect offset -1"),
    ({"text": "a", "entities": [MessageEntity(BOLD, 0, -1)]}, "receive an entity with incorrect length -1"),
    (
        {"text": "👉 a", "entities": [MessageEntity(BOLD, 1, 1)]},
        "entity begins in a middle of a UTF-16 symbol at byte offset 4",
    ),
    (
        {"text": "👉 a", "entities": [MessageEntity(BOLD, 0, 1)]},
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
    ),
    ({"text": "a", "reply_markup": under([tap(data="x" * 65)])}, "BUTTON_DATA_INVALID"),
    ({"text": "a", "reply_markup": under([tap(data="é" * 33)])}, "BUTTON_DATA_INVALID"),
    (
        {"text": "a", "reply_markup": under([tap(text=" ")])},
        "can't parse inline keyboard button: Text of the button must be non-empty",
    ),
    (
        {"text": "a", "reply_markup": under([InlineKeyboardButton("A")])},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "a", "reply_markup": under([InlineKeyboardButton("A", url="no address")])},
        "inline keyboard button URL 'no address' is invalid: Wrong HTTP URL",
    ),
    ({"text": "a", "reply_markup": under(*[[tap()] * 8] * 13)}, "reply markup is too long"),
    ({"text": "a", "reply_to_message_id": 999}, "message to be replied not found"),
]


@pytest.mark.parametrize(("message", "words"), SENDS, ids=[f"{words[:40]}-{at}" for at, (_, words) in enumerate(SENDS)])
async def test_a_message_that_telegram_refuses_is_refused_in_its_words(
    api: Bot, dora: Somebody, message: dict[str, Any], words: str
) -> None:
    """A fault in text, entities or buttons ends in 400 with the reason, and nothing is posted."""
    with pytest.raises(BadRequest) as refused:
        await api.send_message(dora.id, **message)
    assert refused.value.message.lower() == words.lower()
    assert dora.messages() == []


async def test_what_is_as_long_as_allowed_is_taken(api: Bot, dora: Somebody) -> None:
    """4096 units after parsing, 100 buttons, 64 bytes of data and 1024 units under a picture are no fault."""
    keyboard = under(*[[tap(data="x" * 64)] * 4] * 25)
    await api.send_message(dora.id, f"<b>{'😀' * 2048}</b>", parse_mode="HTML", reply_markup=keyboard)
    await api.send_photo(dora.id, png(), caption="x" * 1024)
    assert [len(each.text) for each in dora.messages()] == [2048, 1024]


MARKUP = [
    ("HTML", "<b>a</b> &lt;&amp; &#65;<code>x*</code>", "a <& Ax*", [("bold", 0, 1), ("code", 6, 2)]),
    ("HTML", '<pre><code class="language-python">x = 1</code></pre>', "x = 1", [("pre", 0, 5)]),
    ("HTML", '<a href="https://example.com">here</a>', "here", [("text_link", 0, 4)]),
    ("HTML", "<tg-spoiler>s</tg-spoiler><blockquote>q</blockquote>", "sq", [("spoiler", 0, 1), ("blockquote", 1, 1)]),
    ("HTML", "<b>😀</b>😀<i>x</i>", "😀😀x", [("bold", 0, 2), ("italic", 4, 1)]),
    ("MarkdownV2", r"*b* _i_ __u__ ~s~ ||h|| 1\. `c`", "b i u s h 1. c", None),
    ("MarkdownV2", "```python\nx = [1]\n```", "x = [1]", [("pre", 0, 7)]),
    ("MarkdownV2", r"[a\]b](https://example.com/\))", "a]b", [("text_link", 0, 3)]),
    ("Markdown", "*b* _i_ `c` 1.", "b i c 1.", [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1)]),
]


@pytest.mark.parametrize(("mode", "source", "text", "entities"), MARKUP)
async def test_markup_becomes_text_with_entities(
    api: Bot, dora: Somebody, mode: str, source: str, text: str, entities: list[tuple[str, int, int]] | None
) -> None:
    """What is marked up arrives without its marks, with offsets in UTF-16 units."""
    message = await api.send_message(dora.id, source, parse_mode=mode)
    assert message.text == text
    if entities is not None:
        assert [(each.type, each.offset, each.length) for each in message.entities] == entities


async def test_white_space_around_a_text_is_dropped_and_its_entities_move(api: Bot, dora: Somebody) -> None:
    """Leading and trailing white space goes, as far as no entity begins in it; tabs become spaces."""
    message = await api.send_message(dora.id, " \n a\tb c \n", entities=[MessageEntity(BOLD, 5, 5)])
    assert message.text == "a b c"
    assert [(each.offset, each.length) for each in message.entities] == [(2, 3)]


async def test_no_style_reaches_into_code(api: Bot, dora: Somebody) -> None:
    """A style that covers code ends before it and begins again after it."""
    styles = [MessageEntity(BOLD, 0, 8), MessageEntity(MessageEntity.CODE, 2, 4)]
    message = await api.send_message(dora.id, "a code b", entities=styles)
    assert [(each.type, each.offset, each.length) for each in message.entities] == [
        ("bold", 0, 2),
        ("code", 2, 4),
        ("bold", 6, 2),
    ]


LINKED = [
    ("see example.com/a?b=1.", [("url", 4, 17)]),
    ("https://example.com", [("url", 0, 19)]),
    ("np.dot and torch.no_grad", [("url", 0, 6)]),
    ("@staticmethod", [("mention", 0, 13)]),
    ("a #tag and #1", [("hashtag", 2, 4)]),
    ("/quiz and a/b and </b>", [("bot_command", 0, 5)]),
    ("/quiz@deckhand_bot", [("bot_command", 0, 18)]),
    ("write to a.b@example.com now", [("email", 9, 15)]),
    ("$USD", [("cashtag", 0, 4)]),
    ("3.14 e.g. x.T a_b.c_d", []),
    ("np\u2060.dot", []),
    ("#\u2060tag", []),
    ("/\u2060quiz", []),
]


@pytest.mark.parametrize(("text", "links"), LINKED)
async def test_links_are_found_in_plain_text(
    api: Bot, dora: Somebody, text: str, links: list[tuple[str, int, int]]
) -> None:
    """Addresses, mentions, hashtags and commands become links by themselves, but never inside code."""
    message = await api.send_message(dora.id, text)
    assert [(each.type, each.offset, each.length) for each in message.entities] == links
    whole = MessageEntity(MessageEntity.CODE, 0, len(text))
    assert [each.type for each in (await api.send_message(dora.id, text, entities=[whole])).entities] == ["code"]


async def test_more_than_a_hundred_entities_are_dropped_and_noted(
    api: Bot, dora: Somebody, playground: Playground
) -> None:
    """The hundred and first entity is lost without a word, so the playground notes it."""
    text = "a " * 101
    message = await api.send_message(dora.id, text, entities=[MessageEntity(BOLD, 2 * at, 1) for at in range(101)])
    assert len(message.entities) == 100
    assert playground.complaints.pop() == "1 entities more than 100 in one text were dropped"


# Pictures and files

PICTURES: list[tuple[Any, str]] = [
    (b"no picture at all", "IMAGE_PROCESS_FAILED"),
    (png()[:-20], "IMAGE_PROCESS_FAILED"),
    (b"", "file must be non-empty"),
    (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
    (png(2001, 100), "PHOTO_INVALID_DIMENSIONS"),
    ("AgACnobody", "wrong file identifier/HTTP URL specified"),
    ("https://example.com/a.png", "failed to get HTTP URL content"),
    (
        b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024),
        "file of size 10485768 bytes is too big for a photo; the maximum size is 10485760 bytes",
    ),
]


@pytest.mark.parametrize(("photo", "words"), PICTURES, ids=[f"{at}" for at in range(len(PICTURES))])
async def test_what_is_no_picture_is_not_sent_as_one(api: Bot, dora: Somebody, photo: Any, words: str) -> None:
    """Bytes that are no whole picture, sides that are too long, unknown ids: each with its reason."""
    with pytest.raises(BadRequest) as refused:
        await api.send_photo(dora.id, photo)
    assert refused.value.message.lower() == words.lower()


async def test_a_caption_has_a_limit_of_its_own(api: Bot, dora: Somebody) -> None:
    """1025 units under a picture are refused."""
    with pytest.raises(BadRequest, match=r"(?i)message caption is too long"):
        await api.send_photo(dora.id, png(), caption="x" * 1025)


async def test_a_picture_is_sent_again_by_its_id_and_can_be_fetched(api: Bot, dora: Somebody) -> None:
    """Every size of a picture leads to the same file, by id and by download."""
    data = png(1000, 500)
    first = await api.send_photo(dora.id, data, filename="wide.png")
    assert (first.photo[-1].width, first.photo[-1].height) == (1000, 500)
    for size in first.photo:
        again = await api.send_photo(dora.id, size.file_id)
        assert again.photo[-1].file_unique_id == first.photo[-1].file_unique_id
    file = await first.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == data
    assert dora.sees().picture == "wide.png"
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
        await api.send_document(dora.id, first.photo[-1].file_id)
    with pytest.raises(BadRequest, match=r"(?i)invalid file_id"):
        await api.get_file("BQACnobody")


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
