"""The server as a client without a library sees it: doors, bodies, polling, faults."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from bot.playground.people import Somebody
from bot.playground.server import CONFLICT, Playground
from tests.playground.client import Client, client


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client of the server."""
    async with client(playground) as api:
        yield api


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who said nothing yet."""
    return playground.person("Dora")


async def fetch(playground: Playground, path: str, **headers: str) -> tuple[int, Any]:
    """Status and body of a request."""
    async with aiohttp.ClientSession() as session, session.get(playground.base_url + path, headers=headers) as response:
        return response.status, await response.json(content_type=None)


async def test_only_the_own_token_opens(playground: Playground) -> None:
    """Another token is refused with 401, an unknown method with 404, a missing file with 404."""
    assert await fetch(playground, "/bot1:wrong/getMe") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    status, body = await fetch(playground, f"/bot{playground.token}/getGold")
    assert (status, body["description"]) == (404, "Not Found")
    assert (await fetch(playground, f"/file/bot{playground.token}/photos/none"))[0] == 404
    assert playground.complaints.pop() == "there is no method getGold"


@pytest.mark.parametrize(
    "headers", [{"Host": "example.com"}, {"Origin": "https://example.com"}, {"Origin": "null"}], ids=str
)
async def test_who_comes_by_another_name_is_refused(playground: Playground, headers: dict[str, str]) -> None:
    """A foreign Host or Origin gets 403: a page elsewhere cannot reach this server through a browser."""
    assert (await fetch(playground, f"/bot{playground.token}/getMe", **headers))[0] == 403
    own = playground.base_url
    assert (await fetch(playground, f"/bot{playground.token}/GETME", Origin=own))[0] == 200


async def test_parameters_come_in_every_kind_of_body(api: Client, playground: Playground, dora: Somebody) -> None:
    """Query, form, multipart and JSON mean the same; objects may be JSON in a string."""
    dora.sends_unheard("/start")
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    plain = {"chat_id": str(dora.id), "text": "x", "reply_markup": json.dumps(keyboard), "disable_notification": "true"}
    address = f"{playground.base_url}/bot{playground.token}/sendMessage"
    parts = aiohttp.FormData(plain, default_to_multipart=True)
    for sent in ({"params": plain}, {"data": plain}, {"data": parts}, {"json": {**plain, "reply_markup": keyboard}}):
        async with api.session.post(address, **sent) as response:
            assert (await response.json())["ok"]
    assert [screen.rows for screen in dora.sees_all()] == [(("A",),)] * 4
    assert dora.notifications == 0


async def test_a_body_that_is_no_json_is_refused(api: Client, playground: Playground) -> None:
    """Broken JSON, as a body or in a parameter, ends in 400."""
    address = f"{playground.base_url}/bot{playground.token}/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with api.session.post(address, data=b"{", headers=headers) as response:
        assert (await response.json())["description"] == "Bad Request: can't parse JSON object"
    answer = await api.call("sendMessage", chat_id=1, text="x", reply_markup="{")
    assert answer["description"] == "Bad Request: can't parse reply markup JSON object"
    assert (await api.call("sendMessage", text="x"))["description"] == "Bad Request: chat_id is empty"


# Polling


async def test_updates_come_again_until_they_are_confirmed(api: Client, dora: Somebody) -> None:
    """An update is handed out until an offset above it is asked for."""
    first, second = dora.sends_unheard("one"), dora.sends_unheard("two")
    for _ in range(2):
        assert [each["update_id"] for each in await api.updates()] == [first, second]
    assert [each["update_id"] for each in await api.updates(limit=1)] == [first]
    assert [each["update_id"] for each in await api.updates(second)] == [second]
    assert [each["update_id"] for each in await api.updates()] == [second]
    assert await api.updates(second + 1) == []


async def test_a_negative_offset_keeps_the_last_ones(api: Client, dora: Somebody) -> None:
    """Minus one gives the last update and forgets those before it."""
    last = [dora.sends_unheard(text) for text in ("one", "two", "three")][-1]
    assert [each["update_id"] for each in await api.updates(-1)] == [last]
    assert [each["update_id"] for each in await api.updates()] == [last]


async def test_a_long_poll_ends_as_soon_as_something_happens(
    api: Client, playground: Playground, dora: Somebody
) -> None:
    """Who waits is woken by the update, not by the end of the wait."""
    waiting = asyncio.create_task(api.updates(timeout=50))
    await playground.world.updates.polled.until(lambda: playground.world.updates.is_polled, 10)
    update = dora.sends_unheard("hello")
    assert [each["update_id"] for each in await asyncio.wait_for(waiting, 10)] == [update]


async def test_the_second_poller_ends_the_first(playground: Playground, api: Client, dora: Somebody) -> None:
    """Of two who wait the earlier gets 409, and the later gets the update."""
    updates = playground.world.updates
    async with client(playground) as other:
        first = asyncio.create_task(api.call("getUpdates", timeout=50))
        await updates.polled.until(lambda: updates.polls == 1, 10)
        second = asyncio.create_task(other.updates(timeout=50))
        assert await asyncio.wait_for(first, 10) == {"ok": False, "error_code": 409, "description": CONFLICT}
        dora.sends_unheard("hello")
        assert len(await asyncio.wait_for(second, 10)) == 1


async def test_a_poller_that_left_is_noticed(playground: Playground, api: Client) -> None:
    """When the client closes its connection its poll is over."""
    updates = playground.world.updates
    waiting = asyncio.create_task(api.updates(timeout=50))
    await updates.polled.until(lambda: updates.is_polled, 10)
    waiting.cancel()
    assert await updates.polled.until(lambda: not updates.is_polled, 10)


async def test_what_is_not_fetched_within_a_day_is_lost(api: Client, playground: Playground, dora: Somebody) -> None:
    """Updates are kept for 24 hours of the playground's time."""
    dora.sends_unheard("old")
    playground.clock.advance(hours=23)
    new = dora.sends_unheard("new")
    playground.clock.advance(hours=2)
    assert [each["update_id"] for each in await api.updates()] == [new]


async def test_only_the_wanted_kinds_are_made(api: Client, dora: Somebody) -> None:
    """What allowed_updates leaves out is not made from then on, until it is set anew."""
    await api.updates(allowed_updates=["callback_query"])
    assert dora.sends_unheard("unheard") == 0
    assert await api.updates() == []
    await api.updates(allowed_updates=[])
    assert dora.sends_unheard("heard") != 0


async def test_an_update_can_be_repeated(api: Client, playground: Playground, dora: Somebody) -> None:
    """A confirmed update is handed out once more under its own id."""
    update = dora.sends_unheard("hello")
    assert await api.updates(update + 1) == []
    playground.redeliver(update)
    assert [each["update_id"] for each in await api.updates(update + 1)] == [update]
    assert [each["update_id"] for each in await api.updates(update)] == [update]
    assert not playground.world.updates.is_confirmed(update)
    assert await api.updates(update + 1) == []
    assert playground.world.updates.is_confirmed(update)


# Faults


async def test_a_fault_before_the_effect_leaves_nothing(api: Client, playground: Playground, dora: Somebody) -> None:
    """Each kind of answer comes instead of the effect, so many times, after so many calls."""
    dora.sends_unheard("/start")
    playground.faults.add("sendMessage", skip=1)
    playground.faults.add("sendMessage", status=429, retry_after=7, skip=1)
    playground.faults.add("sendMessage", status=403, description="Forbidden: bot was blocked by the user", skip=1)
    answers = [await api.call("sendMessage", chat_id=dora.id, text=f"{at}") for at in range(5)]
    assert [each.get("error_code") for each in answers] == [None, 500, 429, 403, None]
    assert answers[2]["parameters"] == {"retry_after": 7}
    assert [each.text for each in dora.messages()] == ["0", "4"]


async def test_a_fault_after_the_effect_hides_it(api: Client, playground: Playground, dora: Somebody) -> None:
    """The message is there, and the client hears of a gateway that failed or of a broken connection."""
    dora.sends_unheard("/start")
    playground.faults.add("sendMessage", "after", status=502)
    with pytest.raises(aiohttp.ContentTypeError):
        await api.call("sendMessage", chat_id=dora.id, text="one")
    playground.faults.add("sendMessage", "after", "reset")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.call("sendMessage", chat_id=dora.id, text="two")
    assert [each.text for each in dora.messages()] == ["one", "two"]


async def test_a_call_can_hang(api: Client, playground: Playground, dora: Somebody) -> None:
    """A time-out before the effect is over when it is released, or when the client gives up: then nothing was done."""
    dora.sends_unheard("/start")
    fault = playground.faults.add("sendMessage", kind="timeout", times=2)
    hanging = asyncio.create_task(api.call("sendMessage", chat_id=dora.id, text="given up"))
    await playground.called.until(lambda: fault.met == 1, 10)
    hanging.cancel()
    hanging = asyncio.create_task(api.call("sendMessage", chat_id=dora.id, text="late"))
    await playground.called.until(lambda: fault.met == 2, 10)
    fault.release()
    assert (await hanging)["ok"]
    assert [each.text for each in dora.messages()] == ["late"]


async def test_a_hook_sees_the_world_before_and_after(api: Client, playground: Playground, dora: Somebody) -> None:
    """A function of the test runs in the middle of a call, for one chat only."""
    dora.sends_unheard("/start")
    seen: list[tuple[str, int]] = []

    async def look(params: Any) -> None:
        seen.append((params["text"], len(dora.messages())))

    playground.faults.add("sendMessage", kind="call", hook=look, chat_id=dora.id)
    playground.faults.add("sendMessage", "after", kind="call", hook=look, chat_id=dora.id)
    await api.call("sendMessage", chat_id=12345, text="elsewhere")
    await api.call("sendMessage", chat_id=dora.id, text="x")
    assert seen == [("x", 0), ("x", 1)]
    assert (await playground.when_called("sendMessage", times=2)).result["text"] == "x"
    assert playground.counts["sendMessage"] == 2


# Pace


@pytest.mark.parametrize(("supergroup", "burst"), [(None, 20), (False, 20), (True, 20)])
async def test_a_chat_takes_so_many_messages(
    api: Client, playground: Playground, dora: Somebody, supergroup: bool | None, burst: int
) -> None:
    """Twenty at once pass; then one a second in private, one every three seconds in a group."""
    dora.sends_unheard("/start")
    playground.world.flood.on = True
    chat = dora if supergroup is None else playground.group("Study", [dora], supergroup=supergroup)
    answers = [await api.call("sendMessage", chat_id=chat.chat.id, text="x") for _ in range(burst + 1)]
    assert all(answer["ok"] for answer in answers[:-1])
    wait = answers[-1]["parameters"]["retry_after"]
    assert wait == (1 if supergroup is None else 3)
    playground.clock.advance(milliseconds=999)
    assert not (await api.call("sendMessage", chat_id=chat.chat.id, text="x"))["ok"]
    playground.clock.advance(seconds=wait)
    assert (await api.call("sendMessage", chat_id=chat.chat.id, text="x"))["ok"]


async def test_all_chats_together_have_a_pace(api: Client, playground: Playground) -> None:
    """The thirty-first message of a second is refused, and nothing passes before the wait is over."""
    playground.world.flood.on = True
    people = [playground.person(f"P{at}") for at in range(32)]
    for person in people:
        person.sends_unheard("/start")
    answers = [await api.call("sendMessage", chat_id=person.id, text="x") for person in people]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False] * 2
    playground.clock.move_to(playground.clock.now() + timedelta(seconds=1))
    assert (await api.call("sendMessage", chat_id=people[-1].id, text="x"))["ok"]


async def test_answers_tell_the_playgrounds_time(playground: Playground, api: Client) -> None:
    """The Date of every answer is the playground's clock, as a server's is its own."""
    playground.clock.advance(days=400, seconds=7)
    async with api.session.head(playground.base_url) as response:
        assert parsedate_to_datetime(response.headers["Date"]) == playground.clock.now()


async def test_while_a_webhook_is_set_nobody_can_ask_for_updates(api: Client) -> None:
    """It is told with its address, refuses getUpdates, and goes with deleteWebhook."""
    assert (await api.call("setWebhook", url="http://example.org"))["error_code"] == 400
    assert (await api.call("setWebhook", url="https://example.org/x"))["result"] is True
    assert (await api.call("getWebhookInfo"))["result"]["url"] == "https://example.org/x"
    refused = await api.call("getUpdates")
    assert refused["error_code"] == 409
    assert refused["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    await api.call("deleteWebhook")
    assert (await api.call("getUpdates"))["result"] == []
