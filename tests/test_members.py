"""Who takes part in a group, and what each of them can ask for themselves alone."""

from dataclasses import replace

import pytest

from bot.chat.names import shown
from bot.playground import wire
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.notebook import log, notebook, tables_naming
from tests.people import CAPITALS, NOTHING, BotHere, Group, screen_of

JOINED = "You take part: cards are chosen for you, too, and you are on /board. /leave ends that."
LEFT = "You no longer take part. What you learned stays; /join, or a look at a card, brings you back."
NO_PART = "You did not take part. /join, or a look at a card, changes that."
OFFERED = f"{shown('Ben', '')} asks how they stand in this group's decks. What the button says, only who taps it sees."


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck of short answers, one whose answer is too long for an alert, and one with statements."""
    seas = "The sea is salty.;\nHow deep is the deepest?;11 km\nThe sea is wide.;\n"
    return {
        "capitals.txt": CAPITALS,
        "seas.txt": seas,
        "ships.txt": f"What is an anchor for?;{'It keeps a ship from drifting. ' * 8}\n",
    }


def taking_part(bot: BotHere, group: Group) -> dict[int, str]:
    """Who takes part now, with the name that is known."""
    with notebook(bot) as db:
        query = "select learner_id, name from members where chat_id = ? and left_at is null"
        return {row["learner_id"]: row["name"] for row in db.execute(query, (group.id,))}


async def test_nobody_is_enrolled_by_being_in_the_room(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """Who looks, grades or says so takes part; who is there, writes commands or sets the group up does not."""
    await anna.sends("/quiz", group)
    await anna.sends("/board", group)
    assert taking_part(bot, group) == {}
    await ben.taps("Show answer", chat=group)
    await cleo.sends("/join", group)
    assert taking_part(bot, group) == {ben.id: "Ben", cleo.id: "Cleo"}


async def test_joining_and_leaving_in_words(group: Group, ben: Somebody, bot: BotHere) -> None:
    """Each is answered in a line that this member alone sees; said twice it stays so."""
    before = group.sees_all()
    for command, said in (
        ("/leave", NO_PART),
        ("/join", JOINED),
        ("/join", JOINED),
        ("/leave", LEFT),
        ("/leave", NO_PART),
    ):
        assert await ben.sends(command, group) == screen_of(said)
    assert taking_part(bot, group) == {}
    assert group.sees_all() == before


async def test_taking_part_again_brings_back(group: Group, ben: Somebody, bot: BotHere) -> None:
    """Who left and looks at a card takes part again, with all that was learned before."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    await ben.sends("/leave", group)
    assert taking_part(bot, group) == {}
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    assert taking_part(bot, group) == {ben.id: "Ben"}
    with notebook(bot) as db:
        assert [row["learner_id"] for row in db.execute("select learner_id from memories")] == [ben.id]


async def test_who_leaves_the_room_stops_counting(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """A bot that is no administrator reads it in the group; whoever comes back takes part when they look again."""
    for each in (ben, cleo):
        await each.sends("/join", group)
    await group.loses(ben)
    await group.loses(cleo, anna)
    assert taking_part(bot, group) == {}
    await group.adds(ben)
    assert taking_part(bot, group) == {}
    await ben.sends("/join", group)
    assert taking_part(bot, group) == {ben.id: "Ben"}


async def test_who_left_and_grades_in_private_stays_outside(
    playground: Playground, anna: Somebody, ben: Somebody, bot: BotHere
) -> None:
    """The grade of a card that was looked at before counts for the memory, and brings nobody back into the group."""
    playground.world.server = "10.1"
    group = playground.group("Ships", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Ships", chat=group)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await group.loses(ben)
    await ben.follows()
    await ben.taps("Good")
    assert log(bot, ben) == [("group", 3)]
    assert taking_part(bot, group) == {}


RESTRICTED = {"status": "restricted", "until_date": 0} | dict.fromkeys(wire.PERMISSIONS, False)


@pytest.mark.parametrize(
    ("now", "stays"),
    [
        ({"status": "left"}, False),
        (RESTRICTED | {"is_member": False}, False),
        (RESTRICTED | {"is_member": True}, True),
    ],
)
async def test_an_administrator_is_told_who_left(
    group: Group,
    anna: Somebody,
    ben: Somebody,
    bot: BotHere,
    playground: Playground,
    now: dict[str, object],
    stays: bool,
) -> None:
    """Where the bot may have such updates it needs no service message, which a large group does not show.

    Who may do less in the group is there or not.
    """
    await group.promotes_bot(anna)
    await ben.sends("/join", group)
    playground.world.updates.add(
        "chat_member",
        {
            "chat": {"id": group.id, "type": "group", "title": "Study group"},
            "from": {"id": ben.id, "is_bot": False, "first_name": "Ben"},
            "date": 1,
            "old_chat_member": {"status": "member", "user": {"id": ben.id, "is_bot": False, "first_name": "Ben"}},
            "new_chat_member": now | {"user": {"id": ben.id, "is_bot": False, "first_name": "Ben"}},
        },
    )
    await anna.sends("/help", group)
    assert taking_part(bot, group) == ({ben.id: "Ben"} if stays else {})


async def test_who_leaves_a_room_that_is_not_known_changes_nothing(
    playground: Playground, anna: Somebody, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """Somebody who never took part goes, and no row is written."""
    group = playground.group("Others", [anna, ben, cleo])
    await group.loses(cleo)
    assert tables_naming(bot, cleo.id) == []
    assert group.sees() == NOTHING


async def test_members_move_along(group: Group, ben: Somebody, cleo: Somebody, bot: BotHere, clock: WorldClock) -> None:
    """When the group becomes a supergroup, whoever took part still does, and who had left had left."""
    await ben.sends("/join", group)
    await cleo.sends("/join", group)
    await cleo.sends("/leave", group)
    await group.migrates()
    assert taking_part(bot, group) == {ben.id: "Ben"}
    await cleo.sends("/join", group)
    assert taking_part(bot, group) == {ben.id: "Ben", cleo.id: "Cleo"}


async def test_members_of_both_ids_are_members(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, bot: BotHere, playground: Playground
) -> None:
    """Told of the move late, the bot keeps those who joined under the old id and those who joined under the new one."""
    for each in (anna, ben):
        await each.sends("/join", group)
    await anna.sends("/leave", group)
    old = playground.world.chats[group.id]
    new = playground.group("Study group now", [anna, ben, cleo], supergroup=True)
    for each in (anna, cleo):
        await each.sends("/join", new)
    await ben.sends("/quiz", group)
    old.migrated_to = new.id
    await ben.taps("Show answer", chat=group)
    assert taking_part(bot, new) == {ben.id: "Ben", cleo.id: "Cleo"}
    assert taking_part(bot, group) == {}


async def test_the_name_is_the_one_they_have_now(
    group: Group, ben: Somebody, bot: BotHere, playground: Playground
) -> None:
    """Whoever takes a new name is known by it from their next look on."""
    await ben.sends("/join", group)
    ben.person = playground.world.people[ben.id] = replace(ben.person, name="Benjamin")
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    assert taking_part(bot, group) == {ben.id: "Benjamin"}


async def test_my_state_is_mine_alone(group: Group, ben: Somebody, cleo: Somebody) -> None:
    """/me is seen by the bot alone, and its answer by the one who asked; the group sees nothing of either."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    before = group.sees_all()
    assert await ben.sends("/me", group) == screen_of(
        "In this group's decks: 1 of 5 cards met, 0 due today, 1 new today."
    )
    assert await cleo.sends("/me", group) == screen_of("I know nothing about you yet. Look at a card here, and I do.")
    await cleo.sends("/join", group)
    assert await cleo.sends("/me", group) == screen_of(
        "In this group's decks: 0 of 5 cards met, 0 due today, 0 new today."
    )
    assert group.sees_all() == before
    assert not [sight for sight in cleo.was_shown if "1 of 5" in str(sight)]


async def test_my_state_on_another_day(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """What is due today, and the share of the cards met before that was remembered."""
    for grade in ("Easy", "Easy", "Again", "Again", "Again"):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", grade, chat=group)
        await clock.advance(minutes=2)
    await clock.advance(days=1)
    for grade in ("Easy", "Again"):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", grade, chat=group)
        await clock.advance(minutes=2)
    assert await ben.sends("/me", group) == screen_of(
        "In this group's decks: 5 of 5 cards met, 2 due today, 0 new today.\n50 % remembered in 30 days."
    )


@pytest.mark.parametrize("known", ["10.1", "10.2"])
async def test_my_state_on_an_older_server(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground, known: Server
) -> None:
    """The group reads a line with a button; whoever taps it is told in an alert how they stand, and nobody else is."""
    playground.world.server = known
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    assert await ben.sends("/me", group) == screen_of(OFFERED, "[My state]")
    await ben.taps("My state", chat=group)
    assert (ben.toast, ben.is_alert) == ("In this group's decks: 1 of 5 cards met, 0 due today, 1 new today.", True)
    await cleo.taps("My state", chat=group)
    assert cleo.toast == "I know nothing about you yet. Look at a card here, and I do."
    for each in (ben, cleo):
        assert not [screen for screen in each.sees_all(group) if "of 5 cards" in screen.text]


async def test_joining_on_an_older_server(group: Group, ben: Somebody, playground: Playground) -> None:
    """The answer points to the command, names who is meant, and makes no sound."""
    playground.world.server = "10.1"
    sounds = group.notifications
    await ben.sends("/join", group)
    said = group.message()
    joined = "takes part: cards are chosen for them, too, and they are on /board. /leave ends that."
    assert (said.text, group.notifications) == (f"{shown('Ben', '')} {joined}", sounds)
    assert said.reply_to


async def test_an_answer_for_one_alone_waits_for_the_pace(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """As long as it can; who would wait longer is named to all, as nobody else saw what was asked."""
    await clock.advance(minutes=1)
    for _ in range(18 - 1):  # of which the first takes two
        await anna.sends("/me", group)
    too_long = ben.sends_unheard("/leave", group)
    await clock.advance(seconds=50)
    before = group.sees_all()
    waiting = cleo.sends_unheard("/join", group)
    await clock.advance(seconds=10)
    for update in (too_long, waiting):
        await heard(cleo.playground, update)
    assert cleo.sees(group) == screen_of(JOINED)
    changes = "did not take part. /join, or a look at a card, changes that."
    assert group.sees_all() == [*before, screen_of(f"{shown('Ben', '')} {changes}")]


async def test_statements_are_told_apart(group: Group, ben: Somebody, anna: Somebody, playground: Playground) -> None:
    """What a group is not asked is named, so that a deck has as many cards as its button says; in an alert as well."""
    decks = await anna.sends("/decks", group)
    assert decks.labels == ["✓ Capitals · 5", "Seas · 3", "Ships · 1"]
    await anna.taps("Seas", chat=group)
    await ben.sends("/join", group)
    more = "2 more are statements, which a group is not asked."
    told = f"In this group's decks: 0 of 6 cards met, 0 due today, 0 new today.\n{more}"
    assert await ben.sends("/me", group) == screen_of(told)
    playground.world.server = "10.1"
    await ben.sends("/me", group)
    await ben.taps("My state", chat=group)
    assert (ben.toast, ben.is_alert) == (told, True)


async def test_it_is_of_this_groups_decks(
    group: Group, ben: Somebody, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """In a group with another deck, what was learned elsewhere is not told."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    other = playground.group("Empty", [anna, ben])
    assert await ben.sends("/me", other) == screen_of("This group has no deck.")


async def test_forgotten_is_out_of_the_group_with_the_name(
    group: Group, cleo: Somebody, bot: BotHere, playground: Playground
) -> None:
    """/forget takes the member and the name from the file's bytes, where they were before; others stay members."""
    zwingli = playground.person("Bartholomew-Zwingli")
    await group.adds(zwingli)
    for each in (zwingli, cleo):
        await each.sends("/join", group)
    assert _in_bytes(bot, zwingli.name)
    await zwingli.sends("/start")
    await zwingli.sends("/forget")
    await zwingli.taps("Erase everything")
    assert not _in_bytes(bot, zwingli.name)
    assert tables_naming(bot, zwingli.id) == []
    assert taking_part(bot, group) == {cleo.id: "Cleo"}


def _in_bytes(bot: BotHere, name: str) -> bool:
    """Whether a name stands anywhere in the database's file or its WAL."""
    files = [bot.folder / "deckhand.db", bot.folder / "deckhand.db-wal"]
    return any(name.encode() in file.read_bytes() for file in files if file.exists())


async def test_a_private_chat_has_no_members(anna: Somebody, bot: BotHere) -> None:
    """What is for groups says so in private."""
    for command in ("/join", "/leave", "/me", "/board"):
        assert await anna.sends(command) == screen_of("That works in a study group.")
    with notebook(bot) as db:
        assert db.execute("select count(*) from members").fetchone()[0] == 0
