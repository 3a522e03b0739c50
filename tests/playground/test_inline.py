"""Inline mode: words behind the bot's name in any chat, what is found, and what is sent of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground import acts, inline
from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import InlineQuery
from tests.playground.client import Client, client, count
from tests.recordings import opus

BOLD = {"type": "bold", "offset": 0, "length": 4}


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client of the server; no bot runs."""
    async with client(playground) as api:
        yield api


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who never wrote to the bot."""
    return playground.person("Dora")


@pytest.fixture
def group(playground: Playground, dora: Somebody) -> Group:
    """A group in which the bot is."""
    return playground.group("Study", [dora, playground.person("Ed")])


def article(number: int | str = 1, text: str = "Oslo, Norway", **more: Any) -> dict[str, Any]:
    """A result that becomes a text."""
    content = {"message_text": text, "entities": [BOLD] if "," in text else []}
    return {"type": "article", "id": str(number), "title": f"Card {number}", "input_message_content": content, **more}


async def test_what_is_found_is_sent_by_way_of_the_bot(
    api: Client, playground: Playground, dora: Somebody, group: Group
) -> None:
    """The query tells who asks what and where; what is chosen is told where that was asked for."""
    world = playground.world
    await api.updates(allowed_updates=["message", "inline_query", "chosen_inline_result"])
    query = inline.ask(world, dora.person, group.chat, "oslo")
    [update] = await api.updates()
    told = update["inline_query"]
    assert (told["query"], told["offset"], told["chat_type"]) == ("oslo", "", "group")
    assert told["from"]["first_name"] == "Dora"
    results = [article(1, description="Norway", reply_markup=count(0)), article(2)]
    more = {"next_offset": "50", "button": {"text": "All cards", "start_parameter": "find"}}
    answer = await api.call("answerInlineQuery", inline_query_id=told["id"], results=results, **more)
    assert answer == {"ok": True, "result": True}
    assert query.found is not None
    assert [(each.title, each.description) for each in query.found.results] == [("Card 1", "Norway"), ("Card 2", "")]
    assert (query.found.next_offset, query.found.button) == ("50", ("All cards", "find"))
    said = inline.choose(world, query, "1").message
    heard, chosen = (await api.updates(update["update_id"] + 1))[-2:]
    assert heard["message"]["via_bot"]["username"] == "deckhand_bot"
    assert (heard["message"]["text"], heard["message"]["entities"]) == ("Oslo, Norway", [BOLD])
    assert (chosen["chosen_inline_result"]["result_id"], chosen["chosen_inline_result"]["query"]) == ("1", "oslo")
    # A tap under it names it as the bot may: by an id of its own.
    await api.updates(chosen["update_id"] + 1, allowed_updates=["inline_query", "callback_query"])
    acts.tap(world, dora.person, group.chat, said.id, "0")
    [tap] = await api.updates()
    assert "message" not in tap["callback_query"]
    assert tap["callback_query"]["inline_message_id"] == chosen["chosen_inline_result"]["inline_message_id"]
    too_late = await api.call("answerInlineQuery", inline_query_id=told["id"], results=[])
    assert "query is too old" in too_late["description"]


async def test_an_answer_is_kept_unless_the_bot_says_otherwise(
    api: Client, playground: Playground, dora: Somebody, group: Group
) -> None:
    """For five minutes and everybody; for one alone; not at all."""
    world, ed = playground.world, playground.people["Ed"]

    def ask(who: Somebody) -> InlineQuery:
        return inline.ask(world, who.person, group.chat, "oslo")

    for params, dora_again, ed_too in (
        ({}, True, True),
        ({"is_personal": True}, True, False),
        ({"is_personal": True, "cache_time": 0}, False, False),
    ):
        query = ask(dora)
        await api.call("answerInlineQuery", inline_query_id=query.id, results=[article()], **params)
        assert (ask(dora).found is not None, ask(ed).found is not None) == (dora_again, ed_too), params
        playground.clock.advance(seconds=301)
        assert ask(dora).found is None


RESULTS: list[tuple[dict[str, Any], str]] = [
    ({"results": [article(at) for at in range(51)]}, "RESULTS_TOO_MUCH"),
    ({"results": [article(1), article(1)]}, "RESULT_ID_DUPLICATE"),
    ({"results": [article("")]}, "RESULT_ID_EMPTY"),
    ({"results": [article("é" * 33)]}, "RESULT_ID_INVALID"),
    ({"results": [article(1, title="")]}, "ARTICLE_TITLE_EMPTY"),
    ({"results": [article(1, text=" ")]}, "message text is empty"),
    ({"results": [article(1, text="x" * 4097)]}, "message is too long"),
    ({"results": [{"type": "article", "id": "1", "title": "A"}]}, "input message content is not specified"),
    ({"results": [{"type": "game", "id": "1"}]}, "the playground has no inline results of the type game"),
    ({"results": [{"type": "photo", "id": "1", "photo_file_id": "x"}]}, "wrong file identifier/HTTP URL specified"),
    ({"results": "no list"}, "can't parse results JSON object"),
    ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    ({"results": [], "button": {"text": "All"}}, "START_PARAM_EMPTY"),
    ({"results": [], "button": {"text": "All", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
    ({"results": [], "button": {"start_parameter": "a"}}, "SWITCH_PM_TEXT_EMPTY"),
]


async def test_answers_that_telegram_refuses_are_refused_in_its_words(
    api: Client, playground: Playground, dora: Somebody
) -> None:
    """And nobody is shown anything; what comes ten seconds later is too late."""
    query = inline.ask(playground.world, dora.person, dora.chat, "oslo")
    for params, words in RESULTS:
        answer = await api.call("answerInlineQuery", inline_query_id=query.id, **params)
        assert answer["description"] == f"Bad Request: {words}"
        assert query.found is None
    playground.clock.advance(seconds=11)
    late = await api.call("answerInlineQuery", inline_query_id=query.id, results=[article()])
    assert "query is too old" in late["description"]


async def test_pictures_and_voices_that_are_on_the_server_can_be_found(
    api: Client, playground: Playground, dora: Somebody
) -> None:
    """Named by their ids; people in a test type, look and choose."""
    world = playground.world
    photo = world.store("a.png", b"x", "image/png", kind="photo", size=(40, 30)).id
    voice = world.store("a.ogg", opus(), "audio/ogg", kind="voice", seconds=2).id
    typed = asyncio.create_task(dora.types_inline("oslo"))
    [update] = await api.updates(timeout=5)
    results = [
        {"type": "photo", "id": "p", "photo_file_id": photo, "title": "Map", "caption": "Oslo"},
        {"type": "voice", "id": "v", "voice_file_id": voice, "title": "Said"},
    ]
    await api.call("answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=results)
    assert update["inline_query"]["chat_type"] == "sender"
    await api.updates(update["update_id"] + 1)
    query = await typed
    choosing = asyncio.create_task(dora.chooses(query, "Map"))
    [heard] = await api.updates(timeout=5)
    await api.updates(heard["update_id"] + 1)
    assert ((await choosing).picture, heard["message"]["caption"]) == ("a.png", "Oslo")
    assert inline.choose(world, query, "v").message.kind == "voice"
