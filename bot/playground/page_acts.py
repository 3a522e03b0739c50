"""What can be done on the page: write, tap, start; move the clock; drop the bot and start it again."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from . import acts, page_sends, topics
from .links import units
from .page_checks import (
    Body,
    NotDoneError,
    button_of,
    chat_of,
    message_of,
    must_administer,
    must_be_inside,
    must_be_let_write,
    person_of,
    topic_of,
)
from .values import SERVERS
from .world import World

LONGEST_TEXT: Final = 4096  # UTF-16 units
LONGEST_TOPIC: Final = 128
LONGEST_MOVE_HOURS: Final = 24 * 31
SEARCH_DAYS: Final = 7
SEARCH_STEP_SECONDS: Final = 1800
PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")


class BotControl(Protocol):
    """The switch of the bot behind the playground. It may also have `async next_push() -> datetime | None`."""

    @property
    def running(self) -> bool:
        """Whether the bot runs now."""

    async def drop(self) -> None:
        """End the bot at once, as a crash would."""

    async def start(self) -> None:
        """Start it again on what it remembers."""


Act = Callable[[World, BotControl | None, Body], Awaitable[dict[str, Any]]]


async def send(world: World, _bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Write a text into a chat: person, chat, text, topic."""
    person, chat = person_of(world, body), chat_of(world, body)
    text = str(body.get("text", ""))
    if not text.strip():
        raise NotDoneError("There is nothing to send.")
    if units(text) > LONGEST_TEXT:
        raise NotDoneError("That is too long for one message.")
    topic = topic_of(chat, body)
    must_be_let_write(person, chat, topic)
    acts.say(world, person, chat, text, topic=topic)
    return {}


async def start(world: World, _bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Start the bot in one's private chat, with the payload of a link or an empty one: person, payload."""
    person, payload = person_of(world, body), str(body.get("payload", ""))
    if not PAYLOAD.fullmatch(payload):
        raise NotDoneError("That link is not complete.")
    acts.say(world, person, world.private_chat(person), f"/start {payload}".strip())
    return {}


async def tap(world: World, _bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Tap a button as it was shown: person, chat, message, row, column, words. Gives the id of the query."""
    person, chat = person_of(world, body), chat_of(world, body)
    must_be_inside(person, chat)
    message = message_of(person, chat, body)
    button = button_of(message, body)
    if message is None or button is None or button.text != body.get("words") or not button.data or button.disabled:
        raise NotDoneError("That button is not there any more.")
    query = acts.tap(world, person, chat, message.id, button.data, ephemeral_id=message.ephemeral_id)
    return {"query": query.id}


async def move_clock(world: World, bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Move the clock by some hours, or to the next push: hours, or `to` = "push"."""
    if body.get("to") == "push":
        return await _to_next_push(world, bot)
    hours = body.get("hours")
    if not isinstance(hours, int) or not 1 <= hours <= LONGEST_MOVE_HOURS:
        raise NotDoneError("The clock moves forward by whole hours.")
    return await _move(world, world.clock.now() + timedelta(hours=hours))


async def switch_bot(_world: World, bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Drop the bot or start it again: run."""
    if bot is None:
        raise NotDoneError("The bot cannot be switched from here.")
    run = body.get("run") is True
    if run and not bot.running:
        await bot.start()
    elif not run and bot.running:
        await bot.drop()
    return {}


async def switch_server(world: World, _bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Let a server take its place that knows no Bot API above this one: server."""
    server = next((each for each in SERVERS if each == body.get("server")), None)
    if server is None:
        raise NotDoneError("There is no such server.")
    world.becomes(server)
    return {}


async def open_topic(world: World, _bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Open a topic in a group: person, chat, name. A basic group becomes a supergroup by that. Gives chat and topic."""
    person, chat, name = person_of(world, body), chat_of(world, body), str(body.get("name", "")).strip()
    must_administer(person, chat)
    if not 1 <= len(name) <= LONGEST_TOPIC:
        raise NotDoneError("A topic needs a name.")
    if chat.kind == "group":
        chat, _ = acts.migrate(world, chat)
    topics.open_forum(world, chat)
    topic, _ = topics.create(world, person, chat, name)
    return {"chat": chat.id, "topic": topic.id}


async def shut_topic(world: World, _bot: BotControl | None, body: Body) -> dict[str, Any]:
    """Close a topic or open it again: person, chat, topic, closed."""
    person, chat = person_of(world, body), chat_of(world, body)
    must_administer(person, chat)
    topic = topic_of(chat, body)
    if topic not in chat.topics:
        raise NotDoneError("There are no topics here.")
    (topics.close if body.get("closed") is True else topics.reopen)(world, person, chat, topic)
    return {}


ACTS: Final[dict[str, Act]] = {
    "send": send,
    "start": start,
    "tap": tap,
    "clock": move_clock,
    "bot": switch_bot,
    "server": switch_server,
    "topic": open_topic,
    "shut": shut_topic,
    "forward": page_sends.forward,
    "inline": page_sends.ask_inline,
    "choose": page_sends.choose_inline,
}


async def _move(world: World, at: datetime) -> dict[str, Any]:
    try:
        await world.clock.move_to(at)
    except TimeoutError:
        return {"words": "The bot is still busy with what came due."}
    return {}


async def _to_next_push(world: World, bot: BotControl | None) -> dict[str, Any]:
    """Move from one push that the bot names to the next until one comes; where it names none, by half hours."""
    if bot is not None and not bot.running:
        raise NotDoneError("The bot is down, so nothing would come. Start it again first.")
    ask: Callable[[], Awaitable[datetime | None]] | None = getattr(bot, "next_push", None)
    sounds, until = _sounds(world), world.clock.now() + timedelta(days=SEARCH_DAYS)
    first = True
    while _sounds(world) == sounds:
        at = _next_step(world.clock.now()) if ask is None else await ask()
        if at is None:
            raise NotDoneError("No push is planned. Choose an hour in the chat first.")
        if at <= world.clock.now() and not first:  # named still, though its moment came: nothing was due
            at = _next_step(world.clock.now())
        if at > until:
            return {"words": f"Nothing is due in the next {SEARCH_DAYS} days."}
        first = False
        said = await _move(world, max(at, world.clock.now()))
        if said:
            return said
    return {}


def _next_step(now: datetime) -> datetime:
    """The next full or half hour, on which nearly every push stands."""
    return datetime.fromtimestamp((now.timestamp() // SEARCH_STEP_SECONDS + 1) * SEARCH_STEP_SECONDS, UTC)


def _sounds(world: World) -> int:
    return sum(chat.sounds for chat in world.chats.values())
