"""A world after another: what a bot remembers of the first means nothing else in the second."""

from bot.playground import acts, inline
from bot.playground.clock import WorldClock
from bot.playground.demo_world import furnish
from bot.playground.server import Playground
from bot.playground.values import Message
from bot.playground.world import World
from tests.playground.client import client

MOMENT = 1_785_780_300_000


def numbers(world: World) -> dict[str, set[int | str]]:
    """All by which a bot knows something of a world in which a little of everything happened, by what it is."""
    anna, ben, _ = furnish(world)
    group = next(chat for chat in world.chats.values() if chat.kind == "group")
    said = acts.say(world, anna, world.private_chat(anna), "/start")
    file = world.store("curve.png", b"curve", "image/png", kind="photo", size=(40, 30))
    alone = [world.post_ephemeral(group, world.bot, person, text="?") for person in (anna, ben)]
    tap = acts.tap(world, anna, world.private_chat(anna), said.message.id, "Good")
    query = inline.ask(world, anna, group, "oslo")
    found = acts.send_by_way(world, anna, group, {"text": "Oslo"})
    supergroup, update = acts.migrate(world, group)
    channel = world.group("News", [anna], [anna], kind="channel", with_bot=False)
    private: list[Message] = [*world.private_chat(anna).messages.values(), *group.messages.values()]
    return {
        "files": {file.id},
        "messages": {message.id for message in private},
        "messages for one": {message.ephemeral_id for message in alone},
        "messages by way of the bot": {acts.inline_id(found.message)},
        "updates": {said.update_id, tap.update_id, query.update_id, found.update_id, update},
        "taps": {tap.id},
        "queries": {query.id},
        "supergroups and channels": {supergroup.id, channel.id},
    }


def test_nothing_that_is_numbered_is_numbered_so_in_another_world() -> None:
    """Files, messages, taps and all else have other numbers in a later world, people and groups the same."""
    worlds = [World(WorldClock(held=True)) for _ in range(2)]
    for place, world in enumerate(worlds):
        world.begin_after(MOMENT + 2000 * place)
    first, second = [numbers(world) for world in worlds]
    for what, here in first.items():
        assert len(here) > 0
        assert not here & second[what], what
    assert list(worlds[0].people) == list(worlds[1].people)
    for world in worlds:
        kinds = {chat.id: chat.kind for chat in world.chats.values()}
        assert [number for number, kind in kinds.items() if kind == "group"] == [-4_100_000_001]
        assert all(
            str(number).startswith("-100") for number, kind in kinds.items() if kind in ("supergroup", "channel")
        )


def test_a_first_world_is_numbered_as_ever() -> None:
    """Where nobody says what was before, the same happens under the same numbers."""
    first, second = [numbers(World(WorldClock(held=True))) for _ in range(2)]
    assert first == second
    assert first["messages for one"] == {1}


async def test_a_file_of_another_world_is_unknown(playground: Playground) -> None:
    """Its id is refused as a wrong one, and nothing else is sent in its place."""
    playground.world.begin_after(MOMENT)
    dora = playground.person("Dora")
    dora.sends_unheard("/start")
    earlier = World(WorldClock(held=True)).store("curve.png", b"curve", "image/png", kind="photo", size=(40, 30))
    here = playground.world.store("other.png", b"other", "image/png", kind="photo", size=(40, 30))
    async with client(playground) as api:
        assert (await api.call("sendPhoto", chat_id=dora.id, photo=here.id))["ok"]
        refused = {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: wrong file identifier/HTTP URL specified",
        }
        assert await api.call("sendPhoto", chat_id=dora.id, photo=earlier.id) == refused
        assert not (await api.call("getFile", file_id=earlier.id))["ok"]
