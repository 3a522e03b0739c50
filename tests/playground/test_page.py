"""The page's server side: who is let in, what it tells, what can be done through it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.page_acts import move_clock
from bot.playground.page_checks import NotDoneError
from bot.playground.server import Playground
from bot.playground.values import Button

START = datetime(2026, 8, 3, 18, 5, tzinfo=UTC)
PAGE = {"X-Playground": "page"}
CSP = "default-src 'self'"


class Switch:
    """A bot that is only a switch."""

    def __init__(self) -> None:
        self.running = True

    async def drop(self) -> None:
        self.running = False

    async def start(self) -> None:
        self.running = True


class Planner(Switch):
    """A bot that also knows its next push, out of a list."""

    def __init__(self, *pushes: datetime | None) -> None:
        super().__init__()
        self.pushes = list(pushes)

    async def next_push(self) -> datetime | None:
        return self.pushes.pop(0)


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest_asyncio.fixture
async def playground(switch: Switch) -> AsyncIterator[Playground]:
    playground = Playground(held=True, start=START)
    furnish(playground.world)
    add_page(playground.application, playground.world, switch)
    await playground.start()
    yield playground
    await playground.stop()


@pytest_asyncio.fixture
async def client(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(playground.base_url) as session:
        yield session


@pytest.fixture
def anna(playground: Playground) -> int:
    return next(iter(playground.world.people))


async def act(client: aiohttp.ClientSession, what: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with client.post(f"/page/act/{what}", json=body, headers=PAGE) as response:
        return response.status, await response.json()


async def told(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The next thing an open stream tells."""
    async with asyncio.timeout(5):
        async for line in response.content:
            if line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return found
    raise AssertionError("the stream ended")


# Who is let in


@pytest.mark.parametrize("path", ["/", "/page/phone.js", "/page/nothing.js", "/nowhere", "/clock", "/page/events"])
async def test_every_answer_bears_the_headers(client: aiohttp.ClientSession, path: str) -> None:
    """Whatever is asked for, scripts may come from here only and no kind is guessed."""
    async with client.get(path) as response:
        assert response.headers["Content-Security-Policy"] == CSP
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:8080", ""])
@pytest.mark.parametrize("path", ["/", "/page/events", "/clock"])
async def test_a_foreign_host_is_refused(client: aiohttp.ClientSession, host: str, path: str) -> None:
    """A name that somebody pointed at this machine opens nothing, and even the refusal bears the headers."""
    async with client.get(path, headers={"Host": host}) as response:
        assert response.status == 403
        assert response.headers["Content-Security-Policy"] == CSP


async def test_a_foreign_page_can_do_nothing(client: aiohttp.ClientSession, anna: int, playground: Playground) -> None:
    """An act with a foreign Origin, or without Origin and header, is refused and changes nothing."""
    body = json.dumps({"person": anna, "chat": anna, "text": "/start"})
    foreign = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {}]
    for headers in [*foreign, {"Origin": "https://evil.example"} | PAGE]:
        async with client.post("/page/act/send", data=body, headers=headers) as response:
            assert response.status == 403
    assert not playground.world.chats[anna].messages


async def test_the_own_page_may_act(client: aiohttp.ClientSession, anna: int, playground: Playground) -> None:
    """The page's own Origin is enough, under both of its names."""
    port = playground.base_url.rsplit(":", 1)[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        body = json.dumps({"person": anna, "chat": anna, "text": "/start"})
        headers = {"Host": host, "Origin": f"http://{host}"}
        async with client.post("/page/act/send", data=body, headers=headers) as response:
            assert response.status == 200
    assert len(playground.world.chats[anna].messages) == 2


@pytest.mark.parametrize("name", ["..%2fpage.py", "..%2f..%2f..%2fpyproject.toml", "%2e%2e%2fworld.py", "phone.py"])
async def test_only_the_pages_own_files_are_served(client: aiohttp.ClientSession, name: str) -> None:
    """No path leads out of the page's folder."""
    async with client.get(f"/page/{name}") as response:
        assert response.status == 404


# What it tells


async def test_the_stream_tells_all_and_then_what_changes(
    client: aiohttp.ClientSession, anna: int, playground: Playground
) -> None:
    """First the whole world, then each message as it is said, changed and taken out."""
    world = playground.world
    async with client.get("/page/events") as stream:
        everything = await told(stream)
        assert everything["whole"]
        assert [person["name"] for person in everything["people"]] == ["Anna", "Ben", "Cleo"]
        assert everything["clock"] == {"now_ms": 1785780300000, "running": False}
        message = world.post(world.chats[anna], world.bot, text="<b>", rows=((Button("Go", data="secret"),),))
        said = await told(stream)
        assert [each["text"] for each in said["messages"]] == ["<b>"]
        assert said["messages"][0]["rows"][0][0]["text"] == "Go"
        assert "secret" not in json.dumps(said)
        world.remove(message)
        assert (await told(stream))["gone"] == [[anna, message.id]]


async def test_who_comes_back_hears_only_what_was_missed(
    client: aiohttp.ClientSession, anna: int, playground: Playground
) -> None:
    """A broken stream goes on after the last event that was heard; another world is told whole."""
    world = playground.world
    async with client.get("/page/events") as stream:
        name = (await told(stream))["world"]
    last = f"{name}:{len(world.events)}"
    world.post(world.chats[anna], world.bot, text="while you were away")
    async with client.get("/page/events", headers={"Last-Event-ID": last}) as stream:
        news = [await told(stream), await told(stream)]
        assert [each["whole"] for each in news] == [False, False]
        assert [message["text"] for each in news for message in each["messages"]] == ["while you were away"]
    async with client.get("/page/events", headers={"Last-Event-ID": "another:3"}) as stream:
        assert (await told(stream))["whole"]


async def test_a_file_that_is_no_picture_is_never_shown(client: aiohttp.ClientSession, playground: Playground) -> None:
    """A document with markup in it is only offered to be kept."""
    file = playground.world.store("card.html", b"<script>1</script>", "text/html", kind="document")
    async with client.get(f"/page/files/{file.id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"


# What can be done


async def test_a_tap_reaches_the_bot_with_the_data_of_that_button(
    client: aiohttp.ClientSession, anna: int, playground: Playground
) -> None:
    """The page names the place and the words; the data is looked up here."""
    world = playground.world
    message = world.post(world.chats[anna], world.bot, text="?", rows=((Button("A", data="a"), Button("B", data="b")),))
    where = {"person": anna, "chat": anna, "message": message.id}
    status, said = await act(client, "tap", **where, row=0, column=1, words="B")
    assert status == 200
    assert world.queries[said["query"]].data == "b"


@pytest.mark.parametrize(
    ("row", "column", "words"), [(0, 0, "B"), (0, 2, "A"), (-1, 0, "A"), (5, 0, "A"), (0, "0", "A")]
)
async def test_a_button_that_is_gone_says_so(
    client: aiohttp.ClientSession, anna: int, playground: Playground, row: int, column: Any, words: str
) -> None:
    """A tap on a button that is not there, or another by now, does nothing and says why."""
    world = playground.world
    message = world.post(world.chats[anna], world.bot, text="?", rows=((Button("A", data="a"),),))
    where = {"person": anna, "chat": anna, "message": message.id}
    status, said = await act(client, "tap", **where, row=row, column=column, words=words)
    assert (status, said["error"]) == (400, "That button is not there any more.")
    assert not world.queries


async def test_nobody_writes_in_the_chat_of_another(
    client: aiohttp.ClientSession, anna: int, playground: Playground
) -> None:
    """Ben cannot write in Anna's private chat."""
    ben = list(playground.world.people)[1]
    status, said = await act(client, "send", person=ben, chat=anna, text="hello")
    assert (status, said["error"]) == (400, "Ben is not in this chat.")


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("send", {"text": "  "}),
        ("send", {"text": "x" * 4097}),
        ("send", {"text": "hello", "chat": 12}),
        ("send", {"text": "hello", "person": "Anna"}),
        ("start", {"payload": "not a payload"}),
        ("clock", {"hours": 0}),
        ("clock", {"hours": -1}),
        ("clock", {"hours": 1e9}),
        ("clock", {}),
        ("server", {"server": "9.9"}),
        ("topic", {"name": "Verbs"}),
        ("shut", {"topic": 3}),
        ("send", {"text": "hello", "topic": 3}),
        ("forward", {"message": 99}),
        ("choose", {"query": "1", "result": "1"}),
    ],
)
async def test_what_cannot_be_done_is_refused_in_words(
    client: aiohttp.ClientSession, anna: int, what: str, body: dict[str, Any]
) -> None:
    """Each refusal is a sentence."""
    status, said = await act(client, what, **({"person": anna, "chat": anna} | body))
    assert status == 400
    assert said["error"].endswith(".")


async def test_a_body_that_is_no_object_is_refused(client: aiohttp.ClientSession) -> None:
    """Broken JSON and JSON of another kind get the same sentence."""
    for body in ("{", "[]", "1", ""):
        async with client.post("/page/act/send", data=body, headers=PAGE) as response:
            assert (response.status, await response.json()) == (400, {"error": "That could not be read."})


async def test_a_private_message_is_told_with_its_reader_and_tapped_by_them_alone(
    client: aiohttp.ClientSession, playground: Playground
) -> None:
    """The page knows for whom it is and what it covers; when the app lost it, it is gone."""
    world = playground.world
    group = next(chat for chat in world.chats.values() if chat.kind == "group")
    anna, ben = list(world.people.values())[:2]
    card = world.post(group, world.bot, text="?")
    async with client.get("/page/events") as stream:
        await told(stream)
        rows = ((Button("Good", data="good"),),)
        world.post_ephemeral(group, world.bot, ben, replaces=card.id, text="!", rows=rows)
        [message] = (await told(stream))["messages"]
        assert (message["id"], message["only"], message["replaces"]) == (f"{ben.id}.1", ben.id, card.id)
        where = {"chat": group.id, "message": message["id"], "row": 0, "column": 0, "words": "Good"}
        assert (await act(client, "tap", person=anna.id, **where))[0] == 400
        status, said = await act(client, "tap", person=ben.id, **where)
        assert (status, world.queries[said["query"]].ephemeral_id) == (200, 1)
        world.lose(ben.id)
        assert (await told(stream))["gone"] == [[group.id, f"{ben.id}.1"]]


async def test_topics_are_opened_and_closed_by_administrators(
    client: aiohttp.ClientSession, playground: Playground
) -> None:
    """The first topic makes the group a supergroup; a closed one is closed to the others; the server is switched."""
    world = playground.world
    group = next(chat for chat in world.chats.values() if chat.kind == "group")
    anna, ben = list(world.people)[:2]
    status, said = await act(client, "topic", person=ben, chat=group.id, name="Verbs")
    assert (status, said["error"]) == (400, "Ben is no administrator here.")
    _, said = await act(client, "topic", person=anna, chat=group.id, name=" Verbs ")
    where = {"chat": said["chat"], "topic": said["topic"]}
    assert group.migrated_to == said["chat"]
    assert world.chats[said["chat"]].topics[said["topic"]].name == "Verbs"
    await act(client, "shut", person=anna, closed=True, **where)
    status, said = await act(client, "send", person=ben, text="hello", **where)
    assert (status, said["error"]) == (400, "This topic is closed.")
    await act(client, "shut", person=anna, closed=False, **where)
    assert (await act(client, "send", person=ben, text="hello", **where))[0] == 200
    _, said = await act(client, "server", server="10.2")
    assert (said["server"], playground.server) == ("10.2", "10.2")


async def test_the_clock_moves_by_hours(client: aiohttp.ClientSession, playground: Playground) -> None:
    """One hour, then a day; the answer holds the new time."""
    _, said = await act(client, "clock", hours=1)
    assert said["clock"]["now_ms"] == (START + timedelta(hours=1)).timestamp() * 1000
    await act(client, "clock", hours=24)
    assert playground.clock.now() == START + timedelta(hours=25)


@contextlib.asynccontextmanager
async def pushing_at(playground: Playground, moment: datetime) -> AsyncIterator[None]:
    """Somebody follows the clock, says something without a sound at each move, and with one at that moment."""
    world, person = playground.world, next(iter(playground.world.people))

    async def follow() -> None:
        seen = -1
        while True:
            seen = int((await world.clock.follow("bot", seen, None))["version"])
            silent = world.clock.now() != moment
            world.post(world.chats[person], world.bot, text="psst" if silent else "12 due", silent=silent)

    follower = asyncio.create_task(follow())
    await world.clock.heard.rung()
    try:
        yield
    finally:
        follower.cancel()


async def test_the_clock_goes_to_the_push_that_the_bot_names(playground: Playground) -> None:
    """A bot that knows its next push is taken at its word; where nothing was due, its next word counts."""
    empty, full = START + timedelta(hours=3), START + timedelta(days=2, minutes=13)
    async with pushing_at(playground, full):
        said = await move_clock(playground.world, Planner(empty, full), {"to": "push"})
    assert (said, playground.clock.now()) == ({}, full)


async def test_the_clock_stays_where_no_push_is_planned(playground: Playground) -> None:
    """Nobody loses a week because no hour was chosen, or because the next push is far."""
    for planned in (None, START + timedelta(days=8)):
        bot = Planner(planned)
        if planned is None:
            with pytest.raises(NotDoneError, match="No push is planned"):
                await move_clock(playground.world, bot, {"to": "push"})
        else:
            said = await move_clock(playground.world, bot, {"to": "push"})
            assert said["words"] == "Nothing is due in the next 7 days."
    assert playground.clock.now() == START


async def test_the_clock_looks_for_the_push_of_a_bot_that_does_not_say(
    client: aiohttp.ClientSession, playground: Playground
) -> None:
    """Half hour by half hour until something sounds; a silent message is no push."""
    moment = datetime(2026, 8, 4, 5, 30, tzinfo=UTC)
    async with pushing_at(playground, moment):
        _, said = await act(client, "clock", to="push")
    assert playground.clock.now() == moment
    assert "words" not in said


async def test_no_push_within_a_week_is_said(client: aiohttp.ClientSession, playground: Playground) -> None:
    """The search ends after seven days with a sentence."""
    _, said = await act(client, "clock", to="push")
    assert said["words"] == "Nothing is due in the next 7 days."
    assert timedelta(days=6, hours=23) < playground.clock.now() - START <= timedelta(days=7)


async def test_a_dropped_bot_is_started_again(client: aiohttp.ClientSession, switch: Switch) -> None:
    """The switch drops and starts; while the bot is down nobody waits for a push."""
    _, said = await act(client, "bot", run=False)
    assert (said["bot_runs"], switch.running) == (False, False)
    status, said = await act(client, "clock", to="push")
    assert (status, said["error"]) == (400, "The bot is down, so nothing would come. Start it again first.")
    _, said = await act(client, "bot", run=True)
    assert (said["bot_runs"], switch.running) == (True, True)
