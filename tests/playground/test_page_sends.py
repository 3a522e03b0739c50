"""The page's server side: files that people send, what they forward, what the bot finds for them."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.playground import page_view
from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.people import Person
from bot.playground.server import Playground
from bot.playground.values import Chat, Message
from tests.playground.client import client as bots_client
from tests.playground.made import png
from tests.playground.test_page import PAGE, act
from tests.recordings import mp3, opus


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    playground = Playground(held=True)
    furnish(playground.world)
    add_page(playground.application, playground.world)
    await playground.start()
    yield playground
    await playground.stop()


@pytest_asyncio.fixture
async def client(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(playground.base_url) as session:
        yield session


@pytest.fixture
def anna(playground: Playground) -> Person:
    return next(iter(playground.world.people.values()))


@pytest.fixture
def group(playground: Playground) -> Chat:
    return next(chat for chat in playground.world.chats.values() if chat.kind == "group")


async def sent(client: aiohttp.ClientSession, data: bytes, **told: Any) -> tuple[int, str]:
    async with client.post("/page/act/file", params=told, data=io.BytesIO(data), headers=PAGE) as response:
        return response.status, str((await response.json()).get("error", ""))


def last(chat: Chat) -> Message:
    return list(chat.messages.values())[-1]


async def test_a_file_is_sent_as_what_was_chosen(
    client: aiohttp.ClientSession, playground: Playground, anna: Person, group: Chat
) -> None:
    """A picture with its words, a voice, music, a file; the page is told what it needs to show each."""
    world = playground.world
    for name, data, kind, mime in (
        ("a.png", png(), "photo", "image/png"),
        ("a.ogg", opus(7), "voice", "audio/ogg"),
        ("a.mp3", mp3(), "audio", "audio/mpeg"),
        ("a.csv", b"a;b", "document", "application/octet-stream"),
    ):
        where = {"person": anna.id, "chat": group.id}
        assert await sent(client, data, **where, name=name, kind=kind, text="Look") == (200, "")
        message = last(group)
        assert (message.kind, message.text) == (kind, "Look")
        shown = page_view.message(world, message)["file"]
        assert (shown["kind"], shown["name"], shown["bytes"]) == (kind, name, len(data))
        async with client.get(shown["url"]) as response:
            assert (response.content_type, await response.read()) == (mime, data)
    assert page_view.message(world, list(group.messages.values())[-3])["file"]["seconds"] == 7


@pytest.mark.parametrize(
    ("data", "told", "words"),
    [
        (b"", {}, "That file is empty."),
        (b"x", {"kind": "photo"}, "That is no picture that can be shown. Send it as a file."),
        (b"x", {"kind": "sticker"}, "That could not be read."),
        (b"x", {"person": "7"}, "Nobody here has that name."),
        (b"x", {"topic": "4"}, "That topic is not there any more."),
        (b"x", {"text": "x" * 1025}, "Under a file there is room for 1024 characters."),
        (bytes(61 * 2**20), {}, "That file is too large for this Telegram; it takes 60 MB."),
    ],
    ids=range(7),
)
async def test_what_cannot_be_sent_is_refused_in_words(
    client: aiohttp.ClientSession, anna: Person, group: Chat, data: bytes, told: dict[str, str], words: str
) -> None:
    """And nothing stands in the chat."""
    before = len(group.messages)
    body = {"person": anna.id, "chat": group.id, "name": "a", "kind": "document"} | told
    assert await sent(client, data, **body) == (400, words)
    assert len(group.messages) == before


async def test_a_foreign_page_sends_no_file(client: aiohttp.ClientSession, anna: Person, group: Chat) -> None:
    """Without the page's header nothing is sent."""
    told = {"person": anna.id, "chat": group.id, "name": "a", "kind": "document"}
    async with client.post("/page/act/file", params=told, data=b"x") as response:
        assert response.status == 403


async def test_a_message_is_forwarded_with_its_writer(
    client: aiohttp.ClientSession, playground: Playground, anna: Person, group: Chat
) -> None:
    """Into another chat; not out of a chat in which one is not, and not what its writer protects."""
    world = playground.world
    ben, private = list(world.people.values())[1], world.private_chat(anna)
    card = world.post(private, world.bot, text="Dropout?")
    where = {"person": anna.id, "chat": private.id, "message": card.id, "to": group.id}
    assert (await act(client, "forward", **where))[0] == 200
    assert page_view.message(world, last(group))["forwarded"] == "Deckhand"
    said = (await act(client, "forward", **where | {"person": ben.id}))[1]
    assert said["error"] == "Ben is not in this chat."
    hidden = world.post(private, world.bot, text="Mine", protected=True)
    said = (await act(client, "forward", **where | {"message": hidden.id}))[1]
    assert said["error"] == "That message may not be forwarded."


async def test_what_the_bot_finds_is_shown_and_sent(
    client: aiohttp.ClientSession, playground: Playground, anna: Person, group: Chat
) -> None:
    """The page waits for the answer; somebody else cannot send what was found for Anna."""
    world = playground.world
    ben = list(world.people.values())[1]
    asking = asyncio.create_task(act(client, "inline", person=anna.id, chat=group.id, words="norway"))
    async with bots_client(playground) as api:
        [update] = [each for each in await api.updates(timeout=5) if "inline_query" in each] or await api.updates(-1)
        content = {"message_text": "Oslo"}
        results = [{"type": "article", "id": "a", "title": "Norway", "input_message_content": content}]
        button = {"text": "All", "start_parameter": "find"}
        await api.call(
            "answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=results, button=button
        )
    _, found = await asking
    assert found["results"] == [{"id": "a", "title": "Norway", "description": ""}]
    assert (found["button"], found["payload"], found["next"]) == ("All", "find", "")
    chosen = {"query": found["query"], "result": "a"}
    assert (await act(client, "choose", person=ben.id, **chosen))[0] == 400
    assert (await act(client, "choose", person=anna.id, **chosen))[0] == 200
    assert (last(group).text, page_view.message(world, last(group))["via"]) == ("Oslo", "deckhand_bot")
