"""The token is in every address that is called, and in nothing that is said of a call that fails."""

import ast
import asyncio
import gc
import inspect
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from telegram import Bot, File, InputFile, InputMediaPhoto
from telegram.error import TelegramError

import bot
from bot.chat.faults import hush
from bot.chat.refusals import read
from bot.chat.request import Request, ask
from tests.chat.serving import (
    Act,
    answers,
    hangs,
    repeats_the_address,
    repeats_the_address_as_json,
    resets,
    says,
    serving,
    tear_down,
)

SECRET = "AAHsecret-of_the_bot"
TOKEN = f"123456:{SECRET}"
# Larger than what the system takes at once, so that it breaks on its way.
PICTURE = b"\xff" * 3_000_000

CALLS: dict[str, Callable[[Bot], Awaitable[object]]] = {
    "do_api_request": lambda bot: bot.do_api_request("getupdates", api_kwargs={"timeout": 0}, read_timeout=0.02),
    "initialize": lambda bot: bot.get_me(),
    "sendMessage": lambda bot: ask(bot, "sendMessage", {"chat_id": 5, "text": "x"}),
    "send_photo": lambda bot: bot.send_photo(5, InputFile(PICTURE, "x.png"), read_timeout=0.02),
    "send_document": lambda bot: bot.send_document(5, InputFile(PICTURE, "x.txt"), read_timeout=0.02),
    "send_voice": lambda bot: bot.send_voice(5, "x"),
    "send_audio": lambda bot: bot.send_audio(5, InputFile(PICTURE, "x.mp3"), read_timeout=0.02),
    "editMessageText": lambda bot: ask(bot, "editMessageText", {"chat_id": 5, "message_id": 1, "text": "x"}),
    "edit_message_media": lambda bot: bot.edit_message_media(
        InputMediaPhoto(InputFile(PICTURE, "x.png", attach=True)), 5, 1
    ),
    "edit_message_reply_markup": lambda bot: bot.edit_message_reply_markup(5, 1),
    "answerCallbackQuery": lambda bot: ask(bot, "answerCallbackQuery", {"callback_query_id": "1", "text": "x"}),
    "answerInlineQuery": lambda bot: ask(bot, "answerInlineQuery", {"inline_query_id": "1", "results": []}),
    "delete_message": lambda bot: bot.delete_message(5, 1),
    "delete_messages": lambda bot: bot.delete_messages(5, [1]),
    "get_chat_administrators": lambda bot: bot.get_chat_administrators(-5),
    "get_file": lambda bot: bot.get_file("x"),
    "get_my_description": lambda bot: bot.get_my_description(),
    "get_webhook_info": lambda bot: bot.get_webhook_info(),
    "leave_chat": lambda bot: bot.leave_chat(-5),
    "set_chat_menu_button": lambda bot: bot.set_chat_menu_button(),
    "set_my_commands": lambda bot: bot.set_my_commands([]),
    "set_my_description": lambda bot: bot.set_my_description("x"),
    "set_my_short_description": lambda bot: bot.set_my_short_description("x"),
}
NO_CALLS = {"shutdown"}


def fetched(bot: Bot) -> Awaitable[object]:
    """A file whose address, which holds the token, was told before."""
    file = File("x", "x", file_path=f"{bot.base_file_url}/documents/x.txt")
    file.set_bot(bot)
    return file.download_as_bytearray(read_timeout=0.02)


def refuses(code: int, **more: object) -> Act:
    """A refusal of Telegram's own."""
    parameters = f',"parameters":{{"retry_after":{more["retry_after"]}}}' if more else ""
    return answers(f'{{"ok":false,"description":"x"{parameters}}}'.encode(), f"{code} X")


@asynccontextmanager
async def at(act: Act, *, tls: bool = False, greets: Callable[..., None] | None = None) -> AsyncIterator[str]:
    """A server's address."""
    async with serving(act, tls=tls) as server:
        server.greets = greets
        yield server.url.replace("http:", "https:") if tls else server.url


@asynccontextmanager
async def nobody_at(url: str) -> AsyncIterator[str]:
    """An address where there is none."""
    yield url


WAYS = {
    "refused": lambda: nobody_at("http://127.0.0.1:9"),
    "no such name": lambda: nobody_at("http://nowhere.invalid"),
    "an impossible name": lambda: nobody_at(f"http://{'a' * 70}.org"),
    "no address": lambda: nobody_at("http://[1"),
    "another protocol": lambda: nobody_at("ftp://127.0.0.1"),
    "not trusted": lambda: at(answers(), tls=True),
    "torn down at once": lambda: at(answers(), greets=tear_down),
    "torn down soon": lambda: at(answers(), greets=lambda w: asyncio.get_running_loop().call_soon(tear_down, w)),
    "not read": lambda: at(answers(), greets=lambda w: w.transport.pause_reading()),
    "of another shape": lambda: at(repeats_the_address_as_json),
    "torn down after it was read": lambda: at(resets),
    "silent": lambda: at(hangs),
    "cut off": lambda: at(says(b"HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{", then_hangs_up=True)),
    "garbage": lambda: at(says(b"garbage\r\n\r\n")),
    "badly packed": lambda: at(answers(b"x", "200 OK", "Content-Encoding: gzip")),
    **{f"a page, {code}": lambda code=code: at(repeats_the_address(f"{code} X")) for code in (200, 302, 403, 404, 502)},
    **{f"refused, {code}": lambda code=code: at(refuses(code)) for code in (400, 401, 403, 404, 409, 413, 500)},
    "too many": lambda: at(refuses(429, retry_after=5)),
}


def called(code: str) -> Iterator[str]:
    """What is called in it of the library's bot, whatever holds that, and by `ask` of Telegram itself."""
    for node in ast.walk(ast.parse(code)):
        match node:
            # Called here, or handed on to be called.
            case ast.Attribute(value=ast.Name(id="bot") | ast.Attribute(attr="bot" | "_bot"), attr=name):
                if inspect.iscoroutinefunction(getattr(Bot, name, None)):
                    yield name
            case ast.Call(func=ast.Name(id="ask"), args=[_, ast.Constant(value=str(name)), *_]):
                yield name
            case ast.Call(func=ast.Name(id="ask")):
                yield ast.unparse(node)


def test_every_call_of_the_bot_is_in_the_table() -> None:
    """What the bot calls is read from its code."""
    inside = Path(bot.__file__).parent
    files = [*inside.glob("*.py"), *inside.glob("chat/*.py")]
    found = {name for path in files for name in called(path.read_text("utf-8"))}
    assert found - NO_CALLS <= set(CALLS), found - NO_CALLS - set(CALLS)
    # Whatever is in the table is called: so the code is read as it is written.
    assert set(CALLS) <= found, set(CALLS) - found


@pytest.fixture
def all_is_said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log with every library at its most talkative but for those that the bot silences."""
    for name in ["", *logging.root.manager.loggerDict]:
        if "." not in name:  # the others follow these
            caplog.set_level(logging.DEBUG, name)
    hush()
    return caplog


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_that_fails_does_not_tell_the_token(way: str, all_is_said: pytest.LogCaptureFixture) -> None:
    """In no error nor what lies behind it, in no traceback, in nothing logged, at once or when it is cleared away."""
    asyncio.get_running_loop().set_debug(True)
    said: list[str] = []
    async with WAYS[way]() as url, Request(read_seconds=0.02) as request:
        bot = Bot(
            TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request, get_updates_request=request
        )
        for call in CALLS.values():
            with pytest.raises(TelegramError) as caught:
                await call(bot)
            said += [*words_of(caught.value), read(caught.value).words]
        try:
            await fetched(bot)  # what comes is the file, whatever it holds
        except (TelegramError, ValueError) as error:
            said += words_of(error)
    gc.collect()
    await asyncio.sleep(0)
    said.append(all_is_said.text)
    held = [words for words in said if SECRET in words]
    assert not held, held[0][:2000]
    assert "Task exception" not in all_is_said.text


def words_of(error: BaseException) -> Iterator[str]:
    """Whatever can be said of an error, and of those behind it."""
    yield "".join(traceback.format_exception(error))
    behind: BaseException | None = error
    while behind is not None:
        yield f"{behind} {behind!r} {behind.args}"
        behind = behind.__cause__ or behind.__context__
