"""The log: one line an event, for people or as JSON. It holds ids, never a token and never what people learn.

A bug of ours alone has more lines where it is written for people: the frames that led to it, without any exception's
message. Whatever else would break a line, such as a name with a line break in it, is written as its escape.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from bot.chat.faults import frames, hush

# Nobody logs it. Should a library begin to, this is the last door.
_TOKEN = re.compile(r"[0-9]{5,}:[A-Za-z0-9_-]{20,}")


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said, led = _parts(record)
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_in_one_line(said)}"
        return _hidden(f"{line}\n{led}" if led else line)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        what, led = _parts(record)
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "where": record.name,
            "what": _hidden(what),
        }
        return json.dumps(said | {"traceback": _hidden(led)} if led else said)


def _parts(record: logging.LogRecord) -> tuple[str, str]:
    """What is said, and the frames of the exception that belongs to it, if one does."""
    try:
        said = record.getMessage()
    except (TypeError, ValueError):
        # The library's own way out would print all that was given.
        said = f"{record.msg} (what was given does not fit)"
    if getattr(record, "has_frames", False):
        said, _, led = said.partition("\n")
        return said, led
    if not record.exc_info or record.exc_info[1] is None:
        return said, ""
    if record.name == "asyncio":
        # It goes on with whatever the task or the call was given, also the exception's message.
        said = re.split(r"[\n<(]", said)[0].rstrip()
    return said, frames(record.exc_info[1])


def _in_one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _hidden(text: str) -> str:
    return _TOKEN.sub("[token]", text)


def set_up(level: str, *, as_json: bool) -> None:
    """Log to standard error from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if as_json else _Plain())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    hush()
    # APScheduler tells of every tick, and warns of each that is left out as long as the one before goes on.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def end_as_json(line: str) -> bool:
    """Whether the log is JSON: then it has this line too, the last one, of why the program ends."""
    is_json = any(isinstance(handler.formatter, _Json) for handler in logging.getLogger().handlers)
    if is_json:
        logging.getLogger("bot").critical("%s", line)
    return is_json
