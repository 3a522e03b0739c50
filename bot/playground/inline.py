"""Inline mode: who types `@bot words` in any chat is shown what the bot finds, and sends one of it by way of the bot.

As on Telegram's servers an answer is kept for everybody who types the same, unless the bot says otherwise.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from . import acts, buttons, files, wire
from .drafts import caption_of
from .editing import TOO_OLD
from .params import Call
from .refusals import bad
from .texts import checked_text, take_in
from .values import GENERAL, Chat, Found, InlineQuery, Person, Result
from .world import MessageParts, World, digest

# Guessed: how long an inline query waits for its answer.
ANSWERABLE_SECONDS: Final = 10.0
LONGEST_QUERY: Final = 256
MOST_RESULTS: Final = 50
LONGEST_ID: Final = 64
CACHE_SECONDS: Final = 300
START: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def ask(world: World, person: Person, chat: Chat, words: str, offset: str = "") -> InlineQuery:
    """Somebody types words behind the bot's name. What is kept of an earlier answer is found at once."""
    number = str(int(digest(f"inline {world.next('inline')}")[:15], 16))
    words = words[:LONGEST_QUERY]
    query = InlineQuery(number, person, chat, words, offset, world.clock.passed())
    query.found = _kept(world, query)
    if query.found is None:
        world.inline_queries[number] = query
        kind = "sender" if chat.kind == "private" else chat.kind
        body = {"id": number, "from": wire.user(person), "query": words, "offset": offset, "chat_type": kind}
        query.update_id = world.updates.add("inline_query", body)
    return query


def _kept(world: World, query: InlineQuery) -> Found | None:
    for whose in (query.person.id, 0):
        found, until = world.inline_kept.get((query.words, query.offset, whose), (None, 0.0))
        if found is not None and world.clock.passed() < until:
            return found
    return None


def choose(world: World, query: InlineQuery, result_id: str, *, topic: int = GENERAL) -> acts.Said:
    """Somebody sends one of what was found into the chat; raises ValueError where it is not among it."""
    [result] = [each for each in (query.found.results if query.found else ()) if each.id == result_id]
    said = acts.send_by_way(world, query.person, query.chat, result.parts, topic)
    told = {"result_id": result.id, "from": wire.user(query.person), "query": query.words}
    if said.message.rows:
        told["inline_message_id"] = acts.inline_id(said.message)
    world.updates.add("chosen_inline_result", told)
    return said


def answer(world: World, call: Call) -> bool:
    """answerInlineQuery."""
    query = world.inline_queries.get(call.text("inline_query_id"))
    too_late = query is None or world.clock.passed() - query.asked_at > ANSWERABLE_SECONDS
    if query is None or too_late or query.found is not None:
        raise bad(TOO_OLD)
    found = Found(_results(world, call), _offset(call), _button(call.params.get("button")))
    seconds = call.number("cache_time", CACHE_SECONDS)
    if seconds > 0:
        whose = query.person.id if call.flag("is_personal") else 0
        world.inline_kept[query.words, query.offset, whose] = found, world.clock.passed() + seconds
    query.found = found
    world.changed.ring()
    return True


def _offset(call: Call) -> str:
    offset = call.text("next_offset")
    if len(offset.encode()) > LONGEST_ID:
        raise bad("NEXT_OFFSET_INVALID")
    return offset


def _button(raw: Any) -> tuple[str, str] | None:
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or not raw.get("text"):
        raise bad("SWITCH_PM_TEXT_EMPTY")
    payload = str(raw.get("start_parameter") or "")
    if not payload:
        raise bad("START_PARAM_EMPTY")
    if not START.fullmatch(payload):
        raise bad("START_PARAM_INVALID")
    return str(raw["text"]), payload


def _results(world: World, call: Call) -> tuple[Result, ...]:
    raw = call.params.get("results")
    if not isinstance(raw, list):
        raise bad("can't parse results JSON object")
    if len(raw) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    results = tuple(_result(world, call, each) for each in raw)
    if len({each.id for each in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    return results


def _result(world: World, call: Call, raw: Any) -> Result:
    if not isinstance(raw, Mapping):
        raise bad("can't parse inline query result: expected an Object")
    number = str(raw.get("id") or "")
    if not number:
        raise bad("RESULT_ID_EMPTY")
    if len(number.encode()) > LONGEST_ID:
        raise bad("RESULT_ID_INVALID")
    kind = str(raw.get("type"))
    if kind not in ("article", "photo", "voice"):
        raise bad(f"the playground has no inline results of the type {kind}")
    title = str(raw.get("title") or "")
    if kind != "photo" and not title.strip():
        raise bad("ARTICLE_TITLE_EMPTY" if kind == "article" else "VOICE_TITLE_EMPTY")
    parts = _content(raw) if kind == "article" or raw.get("input_message_content") else _media(world, call, kind, raw)
    rows, _ = buttons.read_markup(raw.get("reply_markup"))
    return Result(number, title, str(raw.get("description") or ""), {**parts, "rows": rows})


def _content(raw: Mapping[str, Any]) -> MessageParts:
    """The text that an InputTextMessageContent brings."""
    content = raw.get("input_message_content")
    if not isinstance(content, Mapping) or "message_text" not in content:
        raise bad("input message content is not specified")
    mode, entities = str(content.get("parse_mode") or ""), content.get("entities")
    written = checked_text(take_in(str(content["message_text"] or ""), mode, entities))
    return {"text": written.text, "entities": written.entities}


def _media(world: World, call: Call, kind: str, raw: Mapping[str, Any]) -> MessageParts:
    """The file that is on the server and named by its id."""
    name = f"{kind}_file_id"
    find = files.photo if kind == "photo" else files.voice
    file = find(world, call, name, raw.get(name))
    written = caption_of(world, raw)
    above = bool(raw.get("show_caption_above_media"))
    return {
        "kind": file.kind,
        "file": file,
        "text": written.text,
        "entities": written.entities,
        "caption_above": above,
    }
