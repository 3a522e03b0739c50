"""What a call brings: its parameters as values of the right types, and the files that came with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import BodyPartReader, web

from .refusals import bad

METHODS: Final[dict[str, dict[str, str]]] = json.loads(
    (Path(__file__).parent / "data" / "methods.json").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method. `unknown` names parameters that no server up to Bot API 10.3 knows."""

    method: str
    params: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """A string parameter; absent is empty."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """An integer parameter."""
        value = self.params.get(name)
        return default if value is None else int(value)

    def flag(self, name: str) -> bool:
        """A true-or-false parameter; absent is false."""
        return bool(self.params.get(name))

    def upload(self, name: str, value: Any) -> Upload | None:
        """The file meant by a parameter: its own part of the body, or the part that `attach://` names."""
        if isinstance(value, str) and value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)


async def read(method: str, request: web.Request) -> Call:
    """The call in an HTTP request; raises RefusalError for a body that cannot be read."""
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        raw |= await _json_body(request)
    elif request.content_type == "multipart/form-data":
        await _multipart_body(request, raw, files)
    elif request.can_read_body:
        raw |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return understood(method, raw, files)


def understood(method: str, raw: Mapping[str, Any], files: Mapping[str, Upload]) -> Call:
    """The call with every parameter in its type."""
    types = METHODS[method]
    params = {name: typed(name, value, types[name]) for name, value in raw.items() if name in types}
    attached = {name.removeprefix("attach://") for name in _strings(params) if name.startswith("attach://")}
    unknown = [name for name in (*raw, *files) if name not in types and name not in attached]
    return Call(method, params, files, tuple(unknown))


def typed(name: str, value: Any, types: str) -> Any:
    """A value as one of its types; objects and lists arrive as JSON in a string, too."""
    options = types.removesuffix("!").split("|")
    if options == ["Boolean"] and isinstance(value, str):
        return value.lower() in ("true", "1", "yes")
    if options[0] in ("Integer", "Float") and isinstance(value, str):
        return _number(name, value, options)
    if "String" in options or "InputFile" in options or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        if types == "":
            return value
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None


def _number(name: str, value: str, options: list[str]) -> Any:
    try:
        return float(value) if options[0] == "Float" else int(value)
    except ValueError:
        if "String" in options:
            return value
        raise bad(f"invalid {name} specified") from None


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("can't parse JSON object")
    return body


async def _multipart_body(request: web.Request, raw: dict[str, Any], files: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name, data = part.name or "", bytes(await part.read(decode=True))
        if part.filename is None:
            raw[name] = data.decode("utf-8", "replace")
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            files[name] = Upload(part.filename or "file", data, mime)


def _strings(value: Any) -> list[str]:
    """Every string in a tree of lists and objects."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [text for each in value for text in _strings(each)] if isinstance(value, list) else []
