"""What a client sends in place of what a button holds, invented, swapped, overlong: answered, and nothing changes."""

import random
import re
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from msgspec.structs import fields

from bot.chat import buttons
from bot.chat.buttons import Tap
from bot.playground.people import Group, Somebody
from bot.playground.values import Button, Message
from tests.habits import settles
from tests.notebook import differences, log, notebook
from tests.people import BotHere
from tests.rights import SAY, Before, World

BEYOND = (0, -1, -7_000_000_001, 10**18 - 1)
# Kinds whose first field names a turn or a review.
OF_ONE = (
    *(buttons.Show, buttons.Give, buttons.Leaf, buttons.Undo, buttons.Later, buttons.Snooze, buttons.CardMenu),
    *(buttons.GroupShow, buttons.GroupGive),
)
NO_BUTTON = (
    *("", ":", "::", "s", "s:", "s:1:2", "x:1", "☃" * 30, "s:" + "1" * 200, "x" * 64, "x" * 65, "\x00" * 64),
    *("s:१२", "s:１", "s:²", "s:1_0", "s:+1", "s:01", "s:-0", "s: 1", "s:1\n", "s:1\x00", "s:1.0", "s:1e3", "s:0x1"),
    *(f"s:{2**63}", f"s:{-(2**63) - 1}", f"s:{10**18}", "g:1:3", "g:1:3:0:0", "g:1:3:" + "9" * 40),
    *("t:Europe/Atlantis Berlin:1", "t:../../etc/passwd:1", "t:%s:1", "sn:'; drop table cards; --:1", "f:2", "f:true"),
    *("S:1", "ſ:1", "s\u200b:1", "\u202es:1", '{"s":1}', "null", "gd:1:1:2"),
)


@pytest.fixture
async def world(bot: BotHere, group: Group, anna: Somebody, ben: Somebody) -> AsyncIterator[World]:
    """Anna and Ben in the middle of their sessions, each with an answer before them; a group with an open card."""
    for somebody in (anna, ben):
        await settles(somebody)
        await somebody.taps("Show answer")
    await ben.sends("/quiz", group)
    with closing(World(bot, bot.playground, group, {"anna": anna, "ben": ben})) as world:
        yield world


def of(somebody: Somebody) -> list[tuple[Message, Button]]:
    """Every button that stands there now, with its message."""
    return [(message, button) for message in somebody.messages() for row in message.rows for button in row]


async def test_what_no_button_ever_held(world: World, anna: Somebody) -> None:
    """Wrong shapes, other digits, numbers that no database holds: told so in a friendly line, and not a row changes."""
    turn = next(message for message in world.group.messages() if message.rows)
    for data in NO_BUTTON:
        for place, message in ((anna, anna.message()), (world.group, turn)):
            before = Before.of(world, "anna")
            seen = [str(one) for one in place.sees_all()]
            await world.taps("anna", place, message.id, data)
            before.check("strange", repr(data))
            before.check_toast("strange", repr(data))
            assert [str(one) for one in place.sees_all()] == seen, repr(data)


async def test_ids_of_others(world: World, anna: Somebody, ben: Somebody, bot: BotHere) -> None:
    """Every id that is somebody else's, was or will be, in every payload that can name one: nothing changes."""
    with notebook(bot) as db:
        mine = {int(row[0]) for row in db.execute("select turn_id from turns where chat_id = ?", (anna.id,))}
        graded = {int(row[0]) for row in db.execute("select review_id from reviews where learner_id = ?", (anna.id,))}
        last = int(db.execute("select max(turn_id) from turns").fetchone()[0])
    assert len(mine) == 2
    for kind in OF_ONE:
        ids = {*range(1, last + 2), *BEYOND} - (graded if kind is buttons.Undo else mine)
        for number in sorted(ids):
            data = kind(number, *rest(kind)).pack()
            before = Before.of(world, "anna")
            await world.taps("anna", anna, anna.message().id, data)
            before.check("refused", data)
            assert anna.toast, data
            assert SAY.fault not in anna.toast, data
    assert "Lima" in anna.sees().text, "her own turn stands there"


def rest(kind: type[Tap]) -> list[object]:
    """Fitting values for the fields behind the id."""
    values = {"grade": 3, "promised": -600, "page": 0, "back": False, "choice": "hour"}
    return [values[field.name] for field in fields(kind)[1:]]


async def test_buttons_of_two_people_swapped(world: World, anna: Somebody, ben: Somebody, bot: BotHere) -> None:
    """What Ben's buttons hold, sent by Anna from any of her messages, shows her nothing of his and changes nothing."""
    his, entries = of(ben), log(bot, anna)
    assert len(his) == 5, "the grades of his open turn, and what opens its menu"
    for _, button in his:
        for message in anna.messages():
            before = Before.of(world, "anna")
            await world.taps("anna", anna, message.id, button.data)
            before.check("refused", button.data)
            assert anna.toast, button.data
    assert log(bot, anna) == entries


def invented(seed: int) -> str:
    """A payload of the right shape with any values, or of a shape that is nearly right."""
    dice = random.Random(seed)
    codes = re.findall(r"\w+", "s g p u l z q n ds dp d d1 d0 dl dh f h c w t o sh sn sq sp gs gg gd gp gt gn x")
    codes += ["gh", "gm", "go", "dt", "gq", "ro", "rs", "rb", "rj", "rx", "rm", "ra"]
    values = ["0", "1", "-1", "3", "99999", "9" * 18, "9" * 19, "x", "", "2", "Europe/Atlantis", "zone", "push_days"]
    return ":".join([dice.choice(codes), *dice.choices(values, k=dice.randrange(4))])[:64]


async def test_invented_taps_break_nothing(world: World, anna: Somebody, bot: BotHere) -> None:
    """Payloads out of thin air are all answered; nothing is graded, nobody else is touched, and nobody stumbles."""
    message, entries = anna.message(), log(bot, anna)
    for data in [payload for payload in map(invented, range(90)) if not payload.startswith("f:1")]:
        before, answered = Before.of(world, "anna"), len(anna.answers)
        await world.taps("anna", anna, message.id, data)
        before.check_others(data)
        assert len(anna.answers) == answered + 1, data
        assert SAY.fault not in anna.toast, data
    assert log(bot, anna) == entries
    assert differences(bot) == ()
