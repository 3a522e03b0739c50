"""Environment → Settings; the only reader of the environment.

Everything is checked at once and every wrong setting is named with what was expected, the token never with its value.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from msgspec import Struct

from bot.storage import owners
from bot.study.hours import known_zone, zone_names

Value = TypeVar("Value")

TELEGRAM = "https://api.telegram.org"
DATABASE_URL = "sqlite:///data/deckhand.db"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
YES = ("1", "on", "true", "yes")
NO = ("0", "off", "false", "no")
_OURS = "BOT_"
_NEARLY_OURS = re.compile(r"[^A-Za-z]?BOT_", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,100}")
_TOKEN_SOMEWHERE = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{3,100}")


class SettingsWrong(Exception):  # noqa: N818 (it tells what happened)
    """Starting is impossible; `lines` has one line for each wrong setting, for the person who starts the bot.

    `right` has the others' values, by the name that they have in Settings.
    """

    def __init__(self, lines: tuple[str, ...], right: Mapping[str, Any]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.right = right


class _Unexpected(Exception):  # noqa: N818 (it tells what happened)
    """One value is not what was expected; the words go behind the setting's name."""


class _Unread(Exception):  # noqa: N818 (it tells what happened)
    """What the file says is not known; the words say why."""


class Settings(Struct, frozen=True):
    """Everything that is set from outside.

    Attributes:
        token: from @BotFather; empty where none is needed. Never shown.
        api_url: base address of the Bot API server, without a slash at its end. It may hold a password: `shown`.
        database: the SQLite file, as given (relative to where the bot is started); if that is a link, what it leads to,
            so that what lies beside it, such as its lock, is the same by whichever name.
        decks_dir: folder of deck files.
        default_zone: IANA name, for chats that chose none.
        admins: user ids that get fault reports.
        allowed: user and chat ids that may use the bot; empty: everybody.
        unknown: a line for each name that begins as ours do and is none, for the log.
    """

    token: str
    api_url: str
    database: Path
    decks_dir: Path
    default_zone: str
    admins: frozenset[int]
    allowed: frozenset[int]
    log_level: str
    log_json: bool
    unknown: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the token, wherever it is written."""
        return f"Settings(database={self.database.as_posix()!r}, decks_dir={self.decks_dir.as_posix()!r})"


def load(environ: Mapping[str, str] | None, dotenv: Path | None, need_token: bool) -> Settings:
    """The settings out of `environ` (None: this process's own) and, behind it, the file `dotenv` if there is one.

    An empty value counts as not set. Raises SettingsWrong.
    """
    wrong: list[str] = []
    values = {name: value for name, value in _own(environ).items() if value.strip()}
    unread = ""
    try:
        values = _from_file(dotenv, wrong) | values
    except _Unread as why:
        unread = str(why)
        wrong.append(unread)

    known: list[str] = []

    def take(name: str, default: str, read: Callable[[str], Value]) -> Value | None:
        known.append(name)
        if unread and name not in values:
            # What the file says of it is not known, which is said already.
            return None
        try:
            return read(_plain(values.get(name, default).strip()))
        except _Unexpected as unexpected:
            # Whoever mixed up two names may have put the token anywhere.
            wrong.append(_TOKEN_SOMEWHERE.sub("[token]", f"{name} {unexpected}"))
        except OSError as error:
            wrong.append(f"{name} names what cannot be read by this user: {error.filename}: {error.strerror}.")
        return None

    decks_matter = need_token or "BOT_DECKS_DIR" in values
    settings = {
        "token": take("BOT_TOKEN", "", _token if need_token else str),
        "api_url": take("BOT_API_URL", TELEGRAM, _api_url),
        "database": take("BOT_DATABASE_URL", DATABASE_URL, database_path),
        "decks_dir": take("BOT_DECKS_DIR", "decks", _folder if decks_matter else Path),
        "default_zone": take("BOT_DEFAULT_TIMEZONE", "UTC", _zone),
        "admins": take("BOT_ADMINS", "", _user_ids),
        "allowed": take("BOT_ALLOWED", "", _ids),
        "log_level": take("BOT_LOG_LEVEL", "INFO", _level),
        "log_json": take("BOT_LOG_JSON", "off", _switch),
    }
    unknown = _unknown(values, known)
    if wrong:
        raise SettingsWrong((*wrong, *unknown), {name: value for name, value in settings.items() if value is not None})
    return Settings(**settings, unknown=unknown)  # type: ignore[arg-type]  # each was read by the function of its type


def _own(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environ is None else environ


def _from_file(dotenv: Path | None, wrong: list[str]) -> dict[str, str]:
    if dotenv is None:
        return {}
    try:
        # Nothing is put in for a `$`: in a value it is a `$`, and the environment is not read behind our back.
        read = list(parse_stream(StringIO(_text(dotenv))))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except PermissionError as error:
        raise _Unread(_forbidden(dotenv, error)) from None
    except (OSError, UnicodeError) as error:
        why = f" ({error.strerror})" if isinstance(error, OSError) else ""
        expected = "a UTF-8 text file with lines such as BOT_TOKEN=… is expected"
        raise _Unread(f"{dotenv} cannot be read{why}: {expected}.") from None
    found: dict[str, str] = {}
    for said in read:
        if said.error and said.original.string.lstrip().startswith(";"):
            continue  # a remark to systemd, which reads the same file on a server
        # To go on without it would be worse: where BOT_ALLOWED says nothing, everybody is let in.
        if said.error or (said.value is None and said.key and said.key.startswith(_OURS)):
            before = said.original.string[: -len(said.original.string.lstrip())]
            line = said.original.line + before.count("\n")
            wrong.append(
                f"{dotenv}, line {line}: NAME=value is expected, quotes are closed, and a remark begins with #."
            )
        elif said.key and said.value is not None:
            found[said.key] = said.value
    return {name: value for name, value in found.items() if value.strip()}


def _text(dotenv: Path) -> str:
    text = dotenv.read_text("utf-8")
    if "\0" in text:
        # UTF-16 without its mark: each name would look like one of somebody else's.
        raise UnicodeError
    return text


def _forbidden(dotenv: Path, error: PermissionError) -> str:
    """Whose the file is, by its own name: .env may be a link to what the administrator of a server looks after."""
    path = Path(os.path.realpath(dotenv)) if dotenv.is_symlink() else dotenv
    try:
        return owners.unreadable(path)
    except OSError:
        return f"{path} cannot be read: {error.strerror}."


def _unknown(values: Mapping[str, str], known: Sequence[str]) -> tuple[str, ...]:
    """A line for each misspelt name. That is no fault: the machine may hold settings of another bot."""
    lines = []
    for name in sorted(name for name in values if _NEARLY_OURS.match(name) and name not in known):
        near = get_close_matches(name.upper(), known, 1, 0.7)
        if not near and not name.startswith(_OURS):
            continue  # of somebody else's
        lines.append(f"{name} is no setting of Deckhand's{f': did you mean {near[0]}?' if near else '.'}")
    return tuple(lines)


def _plain(value: str) -> str:
    if "\0" in value:
        raise _Unexpected("holds a NUL character, which no setting has.")
    return value


def _token(value: str) -> str:
    if not value:
        raise _Unexpected("is not set: put the token that @BotFather gave you into the environment or .env.")
    if not _TOKEN.fullmatch(value):
        raise _Unexpected("does not look like a token: digits, a colon and letters are expected, as @BotFather gives.")
    return value


def shown(url: str) -> str:
    """An address as it may be said: without the name and the password of who asks there."""
    before, at, rest = url.rpartition("@")
    scheme, slashes, _ = before.partition("//")
    # All before the last @: in one that is written wrongly the password may reach anywhere.
    return f"{scheme}{slashes}{rest}" if at and slashes else rest


def _api_url(value: str) -> str:
    expected = f"is {shown(value)!r}: an address such as http://127.0.0.1:8081 is expected."
    try:
        parts = urlsplit(value)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise _Unexpected(expected) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits or parts.query or parts.fragment:
        raise _Unexpected(expected)
    if _TOKEN_SOMEWHERE.search(parts.path):
        raise _Unexpected("holds a token: the address alone is expected, such as http://127.0.0.1:8081.")
    return value.rstrip("/")


def database_path(value: str) -> Path:
    """The file that `sqlite:///relative` or `sqlite:////absolute` names."""
    scheme, separator, rest = value.partition(":///")
    if scheme != "sqlite":
        # The value may hold a password, so only the part before the colon is repeated.
        kind = value.partition(":")[0] if ":" in value else value
        raise _Unexpected(f"begins with {kind!r}: only SQLite is known, such as {DATABASE_URL}.")
    if not separator or not rest or "?" in rest or ":memory:" in rest:
        raise _Unexpected(f"is {value!r}: sqlite:///, then the path of a file is expected, such as {DATABASE_URL}.")
    path = Path(rest)
    if path.is_dir():
        raise _Unexpected(f"names the folder {rest}: a file is expected, such as {DATABASE_URL}.")
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _folder(value: str) -> Path:
    path = Path(value)
    if not path.is_dir():
        raise _Unexpected(f"is {value!r}: a folder with deck files is expected, and there is none of that name.")
    with os.scandir(path):  # raises OSError where this user may not read it
        return path


def _zone(value: str) -> str:
    if not known_zone(value):
        near = get_close_matches(value, zone_names(), 1, 0.6)
        meant = f" (did you mean {near[0]}?)" if near else ""
        raise _Unexpected(f"is {value!r}: a time zone such as Europe/Berlin is expected{meant}.")
    return value


def _ids(value: str) -> frozenset[int]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    for part in parts:
        if not re.fullmatch(r"-?[0-9]{1,18}", part):
            raise _Unexpected(f"holds {part!r}: numbers with commas between them are expected, such as 1234,5678.")
    return frozenset(int(part) for part in parts)


def _user_ids(value: str) -> frozenset[int]:
    ids = _ids(value)
    if any(each <= 0 for each in ids):
        raise _Unexpected(f"holds {min(ids)}: ids of persons are expected, which are above zero.")
    return ids


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise _Unexpected(f"is {value!r}: one of {', '.join(LEVELS)} is expected.")
    return value.upper()


def _switch(value: str) -> bool:
    if value.lower() not in YES + NO:
        raise _Unexpected(f"is {value!r}: on or off is expected.")
    return value.lower() in YES
