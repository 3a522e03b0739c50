"""Who may do what with a command or a start link; people and words are those of `tests/test_rights.py`."""

from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.app import COMMANDS
from bot.playground.server import Playground
from tests.everybody import DRAWN_FOR, TWO_DECKS, a_card, a_turn, everybody
from tests.people import BotHere
from tests.rights import Before, World, table

COMMANDS_IN_PRIVATE = """
command                              anna     ben      boss     fred     olga     zed
start,help,quiz,undo,stats           own      own      own      own      closed   own
decks,settings,forget,export,find    own      own      own      own      closed   own
add                                  own      own      own      own      closed   own
join,leave,me,board,round            group    group    group    group    closed   group
"""

COMMANDS_IN_THE_GROUP = """
command                              anna     gwen     cleo     dora     olga     news     robo
settings                             does     does     admins   admins   admins   admins   silent
start,undo,stats,forget,export,find  private  private  private  private  private  private  silent
add                                  private  private  private  private  private  private  silent
quiz,decks,help,board,round          does     does     does     does     does     does     silent
join,leave,me                        does     voice    does     does     does     voice    silent
"""

# What a message bears that somebody sends as their channel.
A_CHANNELS_VOICE = {
    "from": {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
    "sender_chat": {"id": -1001555000111, "type": "channel", "title": "News"},
}

LINKS = """
link                                 anna     ben      boss     cleo     dora     fred     olga     zed
turn_of_the_group                    gone     gone     gone     own      gone     own      closed   gone
turn_of_anna,turn_to_come            gone     gone     gone     gone     gone     gone     closed   gone
turn_0,turn_१                        gone     gone     gone     gone     gone     gone     closed   gone
menu_of_the_group                    gone     gone     gone     own      gone     gone     closed   gone
menu_of_the_group_deck               gone     gone     gone     own      gone     gone     closed   gone
menu_of_the_group_edit               gone     gone     gone     editor   gone     gone     closed   gone
menu_of_anna,menu_to_come,menu_0     gone     gone     gone     gone     gone     gone     closed   gone
menu_,menu,menu_१                    gone     gone     gone     gone     gone     gone     closed   gone
turn_-1,turn_1_0,turn_,turn          own      own      own      own      own      own      closed   own
deck_capitals,deck_nonsense          own      own      own      own      own      own      closed   own
round_0,round_99                     missed   missed   missed   missed   missed   missed   closed   missed
"""
# cleo and fred were led to their private chats by the group's card, whose answer is too long to be shown in the group.


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck whose answers the group can show to one alone, and one whose answer is too long for that."""
    return TWO_DECKS


@pytest.fixture
async def world(bot: BotHere, playground: Playground) -> AsyncIterator[World]:
    """Everybody, with cards of their own and grades given; the group has no card yet."""
    with closing(await everybody(bot, playground)) as world:
        yield world


def commands(text: str) -> dict[str, dict[str, str]]:
    """A table of commands, one a row."""
    return {name: expected for names, expected in table(text) for name in names.split(",")}


def test_every_command_stands_in_both_tables() -> None:
    """A new command asks for a decision on who may send it."""
    every = {command.name for command in COMMANDS}
    assert set(commands(COMMANDS_IN_PRIVATE)) == every
    assert set(commands(COMMANDS_IN_THE_GROUP)) == every


async def test_commands_in_private(world: World) -> None:
    """A command is about the one who sends it; who is not on the list is told so."""
    for command, row in commands(COMMANDS_IN_PRIVATE).items():
        for name, expected in row.items():
            if command == "stats" and expected == "own" and name != DRAWN_FOR:
                continue
            before = Before.of(world, name)
            await world.people[name].sends(f"/{command}")
            if command == "stats":
                await world.done()
            before.check(expected, f"/{command}")
            before.check_message(expected, f"/{command}", world.people[name])


async def test_commands_in_the_group(world: World) -> None:
    """A group's settings are its administrators', a person's own things are not for a group, and bots are not heard."""
    await a_card(world, "Capitals")
    for command, row in commands(COMMANDS_IN_THE_GROUP).items():
        for name, expected in row.items():
            before = Before.of(world, "olga" if name == "news" else name, beside=world.group)
            if name == "news":
                await world.people["olga"].gives(A_CHANNELS_VOICE, text=f"/{command}", place=world.group)
            else:
                await world.people[name].sends(f"/{command}", world.group, as_group=name == "gwen")
            before.check(expected, f"/{command}")
            before.check_message(expected, f"/{command}", world.people[before.name].view(world.group))


async def test_start_links(world: World) -> None:
    """A link to a group's card opens for a member who was led there; any other shows nothing of anybody."""
    private_turn = await a_turn(world)
    group_turn = await a_card(world, "Ships")
    known = {"of_the_group": group_turn, "of_anna": private_turn, "to_come": group_turn + 1}
    for names, row in table(LINKS):
        for link in names.split(","):
            payload = link
            for turn, turn_id in known.items():
                payload = payload.replace(turn, str(turn_id))
            for name, expected in row.items():
                before = Before.of(world, name)
                await world.people[name].starts(payload)
                before.check("own" if expected in ("gone", "missed", "editor") else expected, payload)
                before.check_message(expected, payload, world.people[name])
                answer = "It keeps a ship" in world.people[name].sees().text
                leads = link in ("turn_of_the_group", "menu_of_the_group")
                assert answer == (leads and expected == "own"), (link, name)
