"""A group with topics: what the bot says there stays in the topic."""

import pytest

from bot.playground import wire
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.people import Group, Somebody

TOPIC = 7


async def says(somebody: Somebody, group: Group, command: str) -> None:
    """Somebody writes a command in a topic."""
    world = somebody.playground.world
    body = {
        "message_id": world.next("message in a topic") + 9000,
        "date": int(world.clock.now().timestamp()),
        "chat": wire.chat(world, group.chat),
        "from": wire.user(somebody.person),
        "text": command,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(command)}],
        "is_topic_message": True,
        "message_thread_id": TOPIC,
    }
    await heard(somebody.playground, world.updates.add("message", body))


def topics(playground: Playground, group: Group) -> list[str]:
    """The topic of every message sent to the group, in order; empty for none."""
    return [
        str(call.params.get("message_thread_id", ""))
        for call in playground.calls
        if call.method == "sendMessage" and str(call.params.get("chat_id")) == str(group.id)
    ]


@pytest.mark.parametrize("command", ["/quiz", "/decks", "/help", "/settings", "/undo"])
async def test_an_answer_stays_in_its_topic(playground: Playground, group: Group, ben: Somebody, command: str) -> None:
    """A card, a page, a refusal: each comes where it was asked for."""
    playground.calls.clear()
    await says(ben, group, command)
    assert topics(playground, group) == [str(TOPIC)]


async def test_a_message_that_is_gone_comes_again_in_its_topic(
    playground: Playground, group: Group, ben: Somebody
) -> None:
    """A card whose message somebody deleted is put again where it was."""
    await says(ben, group, "/quiz")
    playground.calls.clear()
    playground.faults.add("editMessageText", status=400, description="Bad Request: message to edit not found")
    await ben.taps("Show answer", chat=group)
    assert topics(playground, group) == [str(TOPIC)]
