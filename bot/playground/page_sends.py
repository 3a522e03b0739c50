"""What people send from the page beside words: files, what others wrote, what the bot finds inline."""

from typing import Any

from . import acts, files, inline
from .links import units
from .page_checks import Body, NotDoneError, chat_of, message_of, must_be_inside, must_be_let_write, person_of, topic_of
from .refusals import RefusalError
from .texts import LONGEST_CAPTION
from .values import FileKind, Found, InlineQuery
from .world import World

KINDS: dict[str, FileKind] = {each: each for each in ("photo", "document", "voice", "audio")}


def send_file(world: World, data: bytes, body: Body) -> None:
    """Send a file into a chat: person, chat, topic, name, kind, text (its caption)."""
    person, chat, topic = person_of(world, body), chat_of(world, body), topic_of(chat_of(world, body), body)
    must_be_let_write(person, chat, topic)
    text, kind = str(body.get("text", "")), KINDS.get(str(body.get("kind")))
    if kind is None:
        raise NotDoneError("That could not be read.")
    if not data:
        raise NotDoneError("That file is empty.")
    if units(text) > LONGEST_CAPTION:
        raise NotDoneError(f"Under a file there is room for {LONGEST_CAPTION} characters.")
    try:
        file = files.taken(world, str(body.get("name") or "file"), data, kind)
    except RefusalError:
        raise NotDoneError("That is no picture that can be shown. Send it as a file.") from None
    acts.show(world, person, chat, file, text, topic=topic)


async def forward(world: World, _bot: object, body: Body) -> dict[str, Any]:
    """Forward a message into a chat: person, chat, message, to, topic (of where it goes)."""
    person, chat = person_of(world, body), chat_of(world, body)
    must_be_inside(person, chat)
    message = message_of(person, chat, body)
    if message is None or message.kind == "service":
        raise NotDoneError("That message is not there any more.")
    if message.protected:
        raise NotDoneError("That message may not be forwarded.")
    to = chat_of(world, {"chat": body.get("to")})
    topic = topic_of(to, body)
    must_be_let_write(person, to, topic)
    acts.forward(world, person, to, message, topic=topic)
    return {}


async def ask_inline(world: World, _bot: object, body: Body) -> dict[str, Any]:
    """Type words behind the bot's name: person, chat, words, offset. Gives what was found, as soon as it is there."""
    person, chat = person_of(world, body), chat_of(world, body)
    must_be_inside(person, chat)
    query = inline.ask(world, person, chat, str(body.get("words", "")), str(body.get("offset", "")))
    if query.update_id:
        await world.changed.until(lambda: query.found is not None, inline.ANSWERABLE_SECONDS)
    world.inline_queries[query.id] = query
    return {"query": query.id} | _found(query.found or Found(()))


def _found(found: Found) -> dict[str, Any]:
    results = [{"id": each.id, "title": each.title, "description": each.description} for each in found.results]
    words, payload = found.button or ("", "")
    return {"results": results, "next": found.next_offset, "button": words, "payload": payload}


async def choose_inline(world: World, _bot: object, body: Body) -> dict[str, Any]:
    """Send one of what was found: person, query, result, topic."""
    person, query = person_of(world, body), world.inline_queries.get(str(body.get("query")))
    if query is None or query.person is not person or not _has(query, body):
        raise NotDoneError("That was found too long ago. Type it again.")
    topic = topic_of(query.chat, body)
    must_be_let_write(person, query.chat, topic)
    inline.choose(world, query, str(body.get("result")), topic=topic)
    return {}


def _has(query: InlineQuery, body: Body) -> bool:
    return query.found is not None and any(each.id == body.get("result") for each in query.found.results)
