"""What the server takes to send and what it refuses, in Telegram's words, as python-telegram-bot hears them."""

from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    MessageEntity,
)
from telegram.error import BadRequest

from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.playground.made import png, tap, under

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
