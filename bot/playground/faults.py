"""Faults on purpose: what a call meets before or after it took effect."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from .refusals import RefusalError

When = Literal["before", "after"]
Kind = Literal["status", "timeout", "reset", "call", "answer"]
Hook = Callable[[Mapping[str, Any]], Awaitable[None]]

WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


class ResetError(Exception):
    """The connection is to be closed without an answer."""


@dataclass(slots=True)
class Fault:
    """One fault, met by the next `times` calls of a method after `skip` of them passed unharmed."""

    method: str  # "*" for every method but getUpdates
    when: When
    kind: Kind
    times: int
    skip: int
    chat_id: int | None
    status: int
    description: str
    retry_after: int
    hook: Hook | None
    bringing: str
    result: object
    met: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the calls go on that hang here; a call that hung before its effect takes effect then."""
        self.released.set()

    def fits(self, method: str, when: When, params: Mapping[str, Any]) -> bool:
        """Whether a call meets this one."""
        if self.method not in (method, "*") or (self.method == "*" and method == "getUpdates"):
            return False
        chat_fits = self.chat_id is None or str(params.get("chat_id")) == str(self.chat_id)
        chat_fits &= not self.bringing or self.bringing in params
        return self.when == when and chat_fits and self.times > 0


class Faults:
    """The faults that wait for a call."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.broken: list[BaseException] = []  # what hooks raised; the call that met them may be over by then
        self._hooks: set[asyncio.Future[None]] = set()

    def add(
        self,
        method: str,
        when: When = "before",
        kind: Kind = "status",
        *,
        times: int = 1,
        skip: int = 0,
        chat_id: int | None = None,
        status: int = 500,
        description: str = "",
        retry_after: int = 0,
        hook: Hook | None = None,
        bringing: str = "",
        result: object = None,
    ) -> Fault:
        """Let the next calls of a method meet a fault, before or after they take effect.

        `status` answers with that code (502 with a page instead of JSON, 429 with retry_after), `timeout` hangs until
        released or until the client gives up, `reset` closes the connection, `call` awaits the hook with the
        parameters (one that raises ResetError closes the connection, before it took effect or after), `answer` answers
        with that result, whatever it is. `bringing`: only calls with that parameter meet it.
        """
        fault = Fault(
            method, when, kind, times, skip, chat_id, status, description, retry_after, hook, bringing, result
        )
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults and let go what hangs."""
        for fault in self.waiting:
            fault.release()
        self.waiting.clear()

    async def meet(self, method: str, when: When, params: Mapping[str, Any]) -> web.Response | None:
        """Let a call meet what waits for it: an answer to give instead of its own, None to go on.

        Raises RefusalError, or ResetError when the connection is to be closed.
        """
        fault = self._next(method, when, params)
        if fault is None:
            return None
        fault.met += 1
        if fault.kind == "reset":
            raise ResetError
        if fault.kind == "timeout":
            await fault.released.wait()
        elif fault.kind == "call":
            await self._call(fault, params)
        elif fault.kind == "answer":
            return web.json_response({"ok": True, "result": fault.result})
        elif fault.status == 502:
            page = "<html><head><title>502 Bad Gateway</title></head></html>"
            return web.Response(status=502, text=page, content_type="text/html")
        else:
            raise _refusal(fault)
        return None

    async def _call(self, fault: Fault, params: Mapping[str, Any]) -> None:
        """Run the hook to its end, also when it kills the client and so ends the call that it hangs in."""
        assert fault.hook is not None
        hook = asyncio.ensure_future(fault.hook(params))
        self._hooks.add(hook)
        hook.add_done_callback(self._hook_ended)
        await asyncio.shield(hook)

    def _hook_ended(self, hook: asyncio.Future[None]) -> None:
        self._hooks.discard(hook)
        if not hook.cancelled() and (error := hook.exception()) is not None and not isinstance(error, ResetError):
            self.broken.append(error)

    def _next(self, method: str, when: When, params: Mapping[str, Any]) -> Fault | None:
        for fault in self.waiting:
            if not fault.fits(method, when, params):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            return fault
        return None


def _refusal(fault: Fault) -> RefusalError:
    parameters = {"retry_after": fault.retry_after or 1} if fault.status == 429 else {}
    words = fault.description or WORDS.get(fault.status, "Error")
    if fault.status == 429 and not fault.description:
        words = f"Too Many Requests: retry after {fault.retry_after or 1}"
    return RefusalError(fault.status, words, parameters)
