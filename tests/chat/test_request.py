"""Requests reach the server as PTB means them, and what goes wrong is told apart: never sent, or open."""

import asyncio
import email
import gzip
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import Message

import pytest
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import RequestData

from bot.chat.refusals import Meaning, read
from bot.chat.request import ProxyNotKnown, Request, ask
from tests.chat.serving import (
    Act,
    Server,
    answers,
    answers_and_reads_no_more,
    hangs,
    never_ends,
    resets,
    says,
    serving,
    tear_down,
)

SHORT = {"read_timeout": 0.05, "write_timeout": 0.05, "connect_timeout": 0.05, "pool_timeout": 0.05}
MUCH = b"\xff" * 8_000_000
HTML = b"<html>502 Bad Gateway</html>"


@pytest.fixture
async def request_() -> AsyncIterator[Request]:
    """The requests, ready."""
    async with Request() as request:
        yield request


def bot_at(server: Server, request: Request) -> Bot:
    """PTB's bot, which has not asked who it is."""
    return Bot("123:secret", base_url=f"{server.url}/bot", request=request, get_updates_request=request)


async def asks(request: Request, url: str) -> object:
    """One call without parameters."""
    return await request.post(f"{url}/bot123:secret/leaveChat", RequestData())


async def failed(request: Request, url: str) -> NetworkError:
    """How that call fails."""
    with pytest.raises(NetworkError) as caught:
        await asks(request, url)
    return caught.value


# What is asked


async def test_parameters_travel_as_they_are_meant(request_: Request) -> None:
    """Texts in any script, numbers and objects arrive whole."""
    async with serving() as server:
        await bot_at(server, request_).answer_callback_query("7", "für dich: Ωμέγα 🎉 & ?=%", show_alert=True)
    (asked,) = server.asked
    assert asked.target == "/bot123:secret/answerCallbackQuery"
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == {"callback_query_id": "7", "text": "für dich: Ωμέγα 🎉 & ?=%", "show_alert": True}


async def test_a_file_travels_beside_its_parameters(request_: Request) -> None:
    """A picture too big for one packet arrives byte for byte, with its name, its kind and its caption."""
    picture = b"\x89PNG\r\n\x1a\n" + MUCH[:2_000_000]
    async with serving(
        answers(b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"}}}')
    ) as server:
        await bot_at(server, request_).send_photo(5, InputFile(picture, "Köln.png"), caption="Größe: 🎉")
    (asked,) = server.asked
    assert int(asked.headers["content-length"]) == len(asked.body)
    parts = parts_of(asked.headers["content-type"], asked.body)
    assert {name: part.get_payload(decode=True) for name, part in parts.items()} == {
        "chat_id": b"5",
        "caption": "Größe: 🎉".encode(),
        "photo": picture,
    }
    assert parts["photo"].get_content_type() == "image/png"
    assert 'filename="Köln.png"'.encode() in asked.body


def parts_of(content_type: str, body: bytes) -> dict[str, Message]:
    """The parts of a form by their names."""
    whole = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts: list[Message] = whole.get_payload()  # type: ignore[assignment]
    return {str(part.get_param("name", header="Content-Disposition")): part for part in parts}


async def test_a_fault_of_ours_is_none_of_the_network(request_: Request) -> None:
    """What is no JSON is never worth another try."""
    async with serving() as server:
        with pytest.raises(NetworkError) as caught:
            await bot_at(server, request_).do_api_request("getme", api_kwargs={"x": {1, 2}})
        assert read(caught.value).meaning is Meaning.REFUSED
        assert server.asked == []


async def test_one_connection_serves_call_after_call(request_: Request) -> None:
    """Nobody pays for a new connection who has one."""
    async with serving() as server:
        for _ in range(5):
            assert await asks(request_, server.url) is True
    assert (len(server.asked), len(server.open)) == (5, 1)


# What is answered


CHUNKS = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"ok":tru\r\n10\r\ne,"result":true}\r\n0\r\n\r\n'


@pytest.mark.parametrize(
    "act",
    [
        says(CHUNKS),
        says(b'HTTP/1.0 200 OK\r\n\r\n{"ok":true,"result":true}', then_hangs_up=True),
        answers(gzip.compress(b'{"ok":true,"result":true}'), "200 OK", "Content-Encoding: gzip"),
        answers(b'{"ok":true,"result":true}', "200 OK", "Set-Cookie: a=b", "Content-Type: text/plain"),
    ],
)
async def test_an_answer_is_understood_however_it_comes(request_: Request, act: Act) -> None:
    """In pieces, to the end of the connection, packed, with a cookie that is not kept."""
    async with serving(act) as server:
        assert await asks(request_, server.url) is True
        assert await asks(request_, server.url) is True
    assert all("cookie" not in asked.headers for asked in server.asked)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("400 Bad Request", b'{"ok":false,"description":"Bad Request: x"}', BadRequest),
        ("401 Unauthorized", b'{"ok":false,"description":"Unauthorized"}', InvalidToken),
        ("403 Forbidden", b'{"ok":false,"description":"Forbidden: x"}', Forbidden),
        ("404 Not Found", b'{"ok":false,"description":"Not Found"}', InvalidToken),
        ("409 Conflict", b'{"ok":false,"description":"Conflict: x"}', Conflict),
        ("429 Too Many Requests", b'{"ok":false,"parameters":{"retry_after":3}}', RetryAfter),
        ("400 Bad Request", b'{"ok":false,"parameters":{"migrate_to_chat_id":-5}}', ChatMigrated),
        ("500 Internal Server Error", b'{"ok":false,"description":"x"}', NetworkError),
    ],
)
async def test_telegrams_refusals_are_what_ptb_makes_of_them(
    request_: Request, status: str, body: bytes, error: type[TelegramError]
) -> None:
    """Each code and its parameters become PTB's error."""
    async with serving(answers(body, status)) as server:
        with pytest.raises(TelegramError) as caught:
            await asks(request_, server.url)
    assert type(caught.value) is error


@pytest.mark.parametrize("body", [HTML, b"", b"{}", b"[]", b'["ok","result"]', b'{"ok":true,"result":', b"\xff\xfe"])
@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden", "404 Not Found", "401 Unauthorized", "502 Bad Gateway"])
async def test_an_answer_that_is_not_telegrams_says_nothing(request_: Request, status: str, body: bytes) -> None:
    """A gateway's 403 blocks nobody, its 404 refuses no token, its 200 means no message: whether it arrived is open."""
    async with serving(answers(body, status)) as server:
        with pytest.raises(TelegramError) as caught:
            await asks(request_, server.url)
    assert read(caught.value).meaning is Meaning.OPEN


RESULTS = ("null", "[]", "{}", "5", '"x"', '{"id":"x"}', '{"message_id":"x","date":1,"chat":{"id":5,"type":"private"}}')
ASKING: dict[str, Callable[[Bot], Awaitable[object]]] = {
    "getMe": lambda bot: bot.get_me(),
    "getUpdates": lambda bot: bot.do_api_request("getupdates"),
    "getWebhookInfo": lambda bot: bot.get_webhook_info(),
    "getFile": lambda bot: bot.get_file("x"),
    "getChatAdministrators": lambda bot: bot.get_chat_administrators(-5),
    "getMyDescription": lambda bot: bot.get_my_description(),
    "sendMessage": lambda bot: ask(bot, "sendMessage", {"chat_id": 5, "text": "x"}),
    "sendPhoto": lambda bot: bot.send_photo(5, "x"),
    "editMessageText": lambda bot: ask(bot, "editMessageText", {"chat_id": 5, "message_id": 1, "text": "x"}),
    "answerCallbackQuery": lambda bot: ask(bot, "answerCallbackQuery", {"callback_query_id": "1"}),
    "setMyDescription": lambda bot: bot.set_my_description("x"),
}


@pytest.mark.parametrize("method", ASKING)
async def test_a_result_of_another_shape_says_nothing(request_: Request, method: str) -> None:
    """JSON with a result that this method does not have is no answer of Telegram's: whether it arrived is open."""
    results = [
        each for each in RESULTS if (method, each) not in {("getUpdates", "[]"), ("getChatAdministrators", "[]")}
    ]
    async with serving(*(answers(f'{{"ok":true,"result":{each}}}'.encode()) for each in results)) as server:
        for result in results:
            with pytest.raises(NetworkError) as caught:
                await ASKING[method](bot_at(server, request_))
            assert read(caught.value).meaning is Meaning.OPEN, result
    assert len(server.asked) == len(results)
    assert request_.losses == len(results)


DEEP = b"[" * 200_000 + b"]" * 200_000


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("200 OK", b'{"ok":true,"result":' + DEEP + b"}"),
        ("200 OK", b'{"result":true}'),
        ("200 OK", b'{"ok":false,"result":true}'),
        ("200 OK", b'{"ok":"yes","result":true}'),
        ("403 Forbidden", b'{"ok":false,"description":' + DEEP + b"}"),
        ("403 Forbidden", b'{"ok":false,"description":7}'),
        ("400 Bad Request", b'{"ok":false,"parameters":[7]}'),
        ("400 Bad Request", b'{"ok":false,"parameters":{"migrate_to_chat_id":"x"}}'),
        *(
            ("429 Too Many Requests", f'{{"ok":false,"parameters":{{"retry_after":{each}}}}}'.encode())
            for each in ('"soon"', "[]", "NaN", "1e300", "9" * 400)
        ),
    ],
    ids=lambda given: given[:60] if isinstance(given, bytes) else None,
)
async def test_an_answer_that_nobody_can_read_says_nothing(request_: Request, status: str, body: bytes) -> None:
    """Nested too deep, neither done nor refused, or refused with what cannot be: whether it arrived is open."""
    async with serving(answers(body, status)) as server:
        assert read(await failed(request_, server.url)).meaning is Meaning.OPEN


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "429 Too Many Requests"])
async def test_a_file_that_does_not_come_fails_as_it_should(request_: Request, status: str) -> None:
    """Whatever stands there in its place, an error of the library is raised that does not repeat it."""
    bodies = HTML, b'{"ok":false,"parameters":{"retry_after":"soon"}}', b'{"ok":false,"description":' + DEEP + b"}"
    async with serving(*(answers(body, status) for body in bodies)) as server:
        for _ in bodies:
            with pytest.raises(TelegramError) as caught:
                await request_.retrieve(f"{server.url}/file/bot123:secret/documents/x.txt")
            assert "Gateway" not in str(caught.value)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
async def test_nobody_is_led_elsewhere(request_: Request, status: str) -> None:
    """The address holds the token, so it is told to no other server."""
    async with (
        serving() as other,
        serving(answers(b"", status, f"Location: {other.url}/bot123:secret/leaveChat")) as server,
    ):
        assert read(await failed(request_, server.url)).meaning is Meaning.OPEN
    assert (len(server.asked), len(other.asked)) == (1, 0)


# What breaks, and what that means


@pytest.mark.parametrize(
    "act",
    [
        resets,
        says(b"", then_hangs_up=True),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{", then_hangs_up=True),
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{", then_hangs_up=True),
        says(b"HTTP/1.1 20"),
        says(b"garbage\r\n\r\n"),
        hangs,
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"),
        never_ends,
        answers(b"not packed", "200 OK", "Content-Encoding: gzip"),
    ],
)
async def test_who_has_the_whole_request_may_have_done_it(request_: Request, act: Act) -> None:
    """Torn down, cut off, garbled, silent or without end: whether it arrived is open, and nobody waits for ever."""
    async with serving(answers(), act) as server:
        await asks(request_, server.url)  # now there is a connection: to make one is not what must be quick here
        with pytest.raises(NetworkError) as caught:
            await request_.post(f"{server.url}/bot123:secret/leaveChat", RequestData(), **SHORT)
    assert (len(server.asked), len(server.open)) == (2, 1)
    assert read(caught.value).meaning is Meaning.OPEN


async def test_a_long_silence_is_a_time_out(request_: Request) -> None:
    """Each call may wait as long as it says, as one for updates does."""
    async with serving(hangs) as server:
        with pytest.raises(TimedOut):
            await request_.post(f"{server.url}/bot123:secret/leaveChat", RequestData(), read_timeout=0.01)


async def test_a_connection_lost_at_once_is_open(request_: Request) -> None:
    """Nobody knows what a server read that took the connection and tore it down."""
    async with serving() as server:
        server.greets = tear_down
        assert read(await failed(request_, server.url)).meaning is Meaning.OPEN


async def test_nobody_there_was_not_reached(request_: Request) -> None:
    """Connections that are refused, names that nobody has or can have, addresses that are none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{free.getsockname()[1]}"
    for url in (refusing, "http://nowhere.invalid", f"http://{'a' * 70}.org", "ftp://nowhere", "nowhere", "http://"):
        assert read(await failed(request_, url)).meaning is Meaning.NOT_SENT, url


async def test_a_server_too_busy_to_greet_was_not_reached(request_: Request) -> None:
    """A connection that is not made in time is a time-out, and nothing was sent."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        url = "http://{}:{}".format(*busy.getsockname())
        waiting = [socket.create_connection(busy.getsockname())]
        with pytest.raises(TimedOut) as caught:
            await request_.post(
                f"{url}/bot123:secret/leaveChat", RequestData(), connect_timeout=0.05, pool_timeout=0.05
            )
        waiting[0].close()
    assert read(caught.value).meaning is Meaning.NOT_SENT


async def test_who_waits_in_vain_for_a_connection_has_sent_nothing() -> None:
    """All connections are in use for longer than a call may wait."""
    async with serving(hangs, answers()) as server, Request(connections=1) as request:
        holding = asyncio.create_task(asks(request, server.url))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut) as caught:
            await request.post(
                f"{server.url}/bot123:secret/leaveChat", RequestData(), pool_timeout=0.01, connect_timeout=0.01
            )
        assert read(caught.value).meaning is Meaning.NOT_SENT
        holding.cancel()
        await asyncio.wait({holding})
        assert await asks(request, server.url) is True


@pytest.mark.parametrize("tls", [True, False])
async def test_whom_we_do_not_trust_is_told_nothing(request_: Request, tls: bool) -> None:
    """A certificate of one's own making, or no encryption where it was wanted: the request stays here."""
    async with serving(tls=tls) as server:
        server.greets = None if tls else lambda writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        error = await failed(request_, server.url.replace("http:", "https:"))
    assert read(error).meaning is Meaning.NOT_SENT
    assert "SSL" in str(error) or "Certificate" in str(error)
    assert server.asked == []


async def test_an_upload_torn_down_on_the_way_was_not_sent(request_: Request) -> None:
    """A server that has half a picture cannot have shown it."""
    async with serving() as server:
        server.greets = lambda writer: asyncio.get_running_loop().call_soon(tear_down, writer)  # type: ignore[return-value]
        with pytest.raises(NetworkError) as caught:
            await bot_at(server, request_).send_photo(5, InputFile(MUCH, "a.png"))
    assert read(caught.value).meaning is Meaning.NOT_SENT


async def test_an_upload_that_takes_too_long_is_open(request_: Request) -> None:
    """What the system has taken may still go out."""
    async with serving(answers_and_reads_no_more) as server:
        await asks(request_, server.url)
        with pytest.raises(TimedOut) as caught:
            await bot_at(server, request_).send_photo(5, InputFile(MUCH, "a.png"), **SHORT)
    assert read(caught.value).meaning is Meaning.OPEN


# Connections that rest


async def test_a_connection_that_was_closed_while_it_rested_is_not_used(request_: Request) -> None:
    """The server hung up, and the next call simply goes through."""
    async with serving(says(b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}', True)) as server:
        for _ in range(3):
            assert await asks(request_, server.url) is True
            await asyncio.sleep(0)
    assert len(server.open) == 3


async def test_a_connection_closed_in_this_very_moment_is_not_used(request_: Request) -> None:
    """It does not take a turn of the loop to know that the server hung up."""
    async with serving() as server:
        assert await asks(request_, server.url) is True
        server.hangs_up()
        assert await asks(request_, server.url) is True
    assert (len(server.asked), len(server.open)) == (2, 2)


async def test_a_request_begins_and_ends() -> None:
    """Before and after no call is possible; it may be begun twice, and again."""
    async with serving() as server:
        request = Request()
        for _ in range(2):
            assert read(await failed(request, server.url)).meaning is Meaning.REFUSED
            await request.initialize()
            await request.initialize()
            assert await asks(request, server.url) is True
            await request.shutdown()
            await request.shutdown()


# Proxies


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not encrypted is asked of the proxy, which is told who we are; hosts that are excepted are not."""
    async with serving() as proxy, serving() as server:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:word@"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with Request() as request:
            assert await asks(request, "http://telegram.invalid") is True
            assert await asks(request, server.url) is True
    (asked,) = proxy.asked
    assert asked.target == "http://telegram.invalid/bot123:secret/leaveChat"
    assert asked.headers["proxy-authorization"] == "Basic bWU6d29yZA=="
    assert len(server.asked) == 1


async def test_a_proxy_leads_to_telegram_and_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told host and port; one that refuses or hangs up has let nothing through."""
    refusals = answers(b"", "403 Forbidden"), says(b"", then_hangs_up=True), resets
    async with serving(*refusals) as proxy:
        monkeypatch.setenv("all_proxy", proxy.url)
        async with Request() as request:
            errors = [await failed(request, "https://telegram.invalid") for _ in refusals]
    assert {asked.target for asked in proxy.asked} == {"telegram.invalid:443"}
    assert {read(error).meaning for error in errors} == {Meaning.NOT_SENT}


async def test_another_kind_of_proxy_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To go without it would show where we are; the message does not repeat its password."""
    monkeypatch.setenv("https_proxy", "socks5://me:word@127.0.0.1:1080")
    with pytest.raises(ProxyNotKnown, match="socks5") as caught:
        await Request().initialize()
    assert "word" not in str(caught.value)
