"""PTB's requests over aiohttp, at a third of what its own client costs, and never a word with the token in it.

Every address holds the token and aiohttp's errors hold the address, so none of them leaves here, not even behind
another one: what is raised stands on a `Broken`, which says in a few words what happened.
"""

import functools
import io
import json
import re
import select
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakSet

import aiohttp
from msgspec import Struct
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.chat import shapes

CONNECTIONS = 96
CONNECT_SECONDS = 5.0
POOL_SECONDS = 10.0
READ_SECONDS = 5.0
WRITE_SECONDS = 5.0
# A request with files.
MEDIA_WRITE_SECONDS = 20.0
# How long a name's addresses are known without being asked for again.
DNS_SECONDS = 60

Seconds = float | None
# Seconds or None for without end, or what PTB gives when its caller said neither.
Given = Any
UNSAID = BaseRequest.DEFAULT_NONE

_TOKEN = re.compile(r"/bot([^/]+)/")
_HTTP = ("http", "https")
_JSON = {"Content-Type": "application/json"}
_BAD_GATEWAY = 502
# From here on an answer tells of the server itself, and may come from what stands in front of it.
_SERVERS_OWN = 500
_NOT_TELEGRAMS = "what came is no answer of Telegram's"
# Before there was a connection to the server, also through a proxy.
_UNCONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    UnicodeError,  # a host that can have no such name
)
# The connection is gone, and with it what had not left by then.
_LOST = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError)


class Broken(Exception):  # noqa: N818 (it tells what happened)
    """A request that got no answer. `sent`: the server may have it whole, so it may have been done."""

    def __init__(self, words: str, *, sent: bool) -> None:
        super().__init__(words)
        self.sent = sent


class ProxyNotKnown(Exception):  # noqa: N818 (it tells what happened)
    """The environment names a proxy that is none of HTTP; the message does not hold its address."""


class Fields(Struct, frozen=True):
    """What a call is made with where all of it is JSON already; in the place of PTB's own, which looks through every
    value for its objects and for files.
    """

    parameters: dict[str, Any]
    contains_files: bool = False


async def ask(bot: Bot, method: str, fields: dict[str, Any]) -> Any:
    """What Telegram answers to a method of the Bot API, as it came; fields that are None are not sent.

    At two thirds of what it costs by the bot's own methods. Raises TelegramError as they do.
    """
    told: Any = Fields({name: value for name, value in fields.items() if value is not None})
    return await bot.request.post(f"{bot.base_url}/{method}", told)


class Request(BaseRequest):
    """What PTB's bot calls with. `read_seconds` is how long an answer may take that is not asked for otherwise.

    Attributes:
        losses: how often the server was not reached, did not answer, or was not the one that answered.
    """

    def __init__(self, *, connections: int = CONNECTIONS, read_seconds: float = READ_SECONDS) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self.losses = 0
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str] = {}

    @property
    def read_timeout(self) -> float:
        """How long an answer may take, in seconds."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Be ready for calls; once is enough. Raises ProxyNotKnown."""
        if self._session is not None:
            return
        self._proxies = _proxies()
        self._session = aiohttp.ClientSession(
            # Certificates are checked against those of the system, which aiohttp has read when it was imported.
            connector=_Connector(limit=self._connections, ttl_dns_cache=DNS_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Answers are short: to pack them costs both sides more than to send them.
            headers={"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"},
        )

    async def shutdown(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | Fields | None = None,
        read_timeout: Given = UNSAID,
        write_timeout: Given = UNSAID,
        connect_timeout: Given = UNSAID,
        pool_timeout: Given = UNSAID,
    ) -> tuple[int, bytes]:
        """The status and body of the answer; raises TimedOut and NetworkError, both from Broken."""
        if self._session is None:
            raise RuntimeError("this request is not initialized")
        with_files = request_data is not None and request_data.contains_files
        timeout = _timeout(
            _or(pool_timeout, POOL_SECONDS),
            _or(connect_timeout, CONNECT_SECONDS),
            _or(write_timeout, MEDIA_WRITE_SECONDS if with_files else WRITE_SECONDS),
            _or(read_timeout, self._read_seconds),
        )
        body = None if request_data is None else _body(request_data)
        headers = None if request_data is None or with_files else _JSON
        upload = aiohttp.UploadTracker()
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                # Where it would lead to is nobody to tell the token.
                allow_redirects=False,
                proxy=self._proxy(url) if self._proxies else None,
                upload_tracker=upload,
            ) as response:
                answer = await response.read()
                status = response.status
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            broken = Broken(_words(error), sent=_may_have_been_sent(error, upload))
            kind = TimedOut if isinstance(error, TimeoutError) else NetworkError
        else:
            status, answer = _answer(method, url, status, answer)
            self.losses += status >= _SERVERS_OWN
            return status, answer
        self.losses += 1
        # Out here, where aiohttp's error is no longer at hand: it would become the context of this one.
        raise kind(str(broken)) from broken

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The object that an answer is; raises TelegramError. PTB's own way logs an answer that is none, whole."""
        if isinstance(payload, _Read):
            return payload.value
        raise TelegramError("Invalid server response") from Broken(_NOT_TELEGRAMS, sent=True)

    def _proxy(self, url: str) -> str | None:
        address = urlsplit(url)
        return None if proxy_bypass(address.netloc) else self._proxies.get(address.scheme)


class _Connector(aiohttp.TCPConnector):
    """Hands out no connection again that the server has closed meanwhile, as far as the kernel knows.

    The loop hears of that only in its next round, and what is written till then is lost, with nobody knowing whether.
    """

    def __init__(self, *, limit: int, ttl_dns_cache: int) -> None:
        super().__init__(limit=limit, ttl_dns_cache=ttl_dns_cache)
        self._known: WeakSet[object] = WeakSet()

    async def connect(self, *args: Any, **kwargs: Any) -> aiohttp.connector.Connection:
        while True:
            connection = await super().connect(*args, **kwargs)
            # A new one may have something to read: an encrypted one begins with it.
            if connection.protocol not in self._known:
                self._known.add(connection.protocol)
                return connection
            if not _has_something_to_read(connection):
                return connection
            connection.close()


def _has_something_to_read(connection: aiohttp.connector.Connection) -> bool:
    if connection.transport is None:
        return True
    poll = select.poll()
    poll.register(connection.transport.get_extra_info("socket"), select.POLLIN)
    return bool(poll.poll(0))


def _or(given: Given, otherwise: float) -> Seconds:
    return otherwise if given is UNSAID else given


@functools.lru_cache(maxsize=64)
def _timeout(pool: Seconds, connect: Seconds, write: Seconds, read: Seconds) -> aiohttp.ClientTimeout:
    """aiohttp does not time the writing, so all together have an end; an answer that trickles ends then, too."""
    return aiohttp.ClientTimeout(
        total=None
        if pool is None or connect is None or write is None or read is None
        else pool + connect + write + read,
        connect=None if pool is None or connect is None else pool + connect,
        sock_connect=connect,
        sock_read=read,
    )


def _body(data: RequestData | Fields) -> bytes | aiohttp.FormData:
    if isinstance(data, Fields) or not data.contains_files:
        # As JSON: a form would have to be escaped byte by byte in Python.
        return json.dumps(data.parameters).encode()
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        readable = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, readable, filename=filename, content_type=mime)
    return form


class _Read(bytes):
    """An answer of Telegram's, which was read already: `value` is what it says."""

    value: dict[str, Any]


def _answer(method: str, url: str, status: int, body: bytes) -> tuple[int, bytes]:
    """The answer as PTB is to read it.

    Not every answer is Telegram's. A gateway's 403 must not look as if a person had blocked the bot, its 404 not as if
    the token were wrong and its 200 not as if something had been sent, so each of them is the fault of a gateway. What
    it says is nobody's to read: PTB's message would repeat it, and pages of errors like to repeat the address.
    """
    good = 200 <= status < 300
    if good and method != "POST":
        return status, body  # a file
    if not good and (found := _TOKEN.search(unquote(url))):
        secret = found[1].rpartition(":")[2]
        body = body.replace(secret.encode(), b"...")
    value = _value(body)
    if shapes.is_answer(url.rpartition("/")[2], value) if good else shapes.is_refusal(value):
        read = _Read(body)
        read.value = value
        return status, read
    return _BAD_GATEWAY if method == "POST" else status, b""


def _value(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):  # no JSON, or nested deeper than anybody means it
        return None


def _may_have_been_sent(error: Exception, upload: aiohttp.UploadTracker) -> bool:
    if isinstance(error, _UNCONNECTED):
        return False
    # What was under way when time was up may still go out from what the system holds, so only a lost connection counts.
    whole = upload.upload_complete.done() and upload.upload_complete.exception() is None
    return whole or not isinstance(error, _LOST)


def _words(error: Exception) -> str:
    """What happened, without the address."""
    kind = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{kind}: {error.os_error.strerror or type(error.os_error).__name__}"
    return kind


def _proxies() -> dict[str, str]:
    """The proxies of the environment, by the scheme of the address; read once, as a look at each call costs more."""
    found = getproxies()
    proxies = {scheme: found.get(scheme) or found.get("all", "") for scheme in _HTTP}
    proxies = {scheme: url if "://" in url else f"http://{url}" for scheme, url in proxies.items() if url}
    for url in proxies.values():
        if urlsplit(url).scheme not in _HTTP:
            raise ProxyNotKnown(
                f"The environment names a proxy that is none of HTTP ({urlsplit(url).scheme}): "
                "name another in HTTPS_PROXY, or except Telegram in NO_PROXY."
            )
    return proxies
