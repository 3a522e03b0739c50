"""What may happen to a group and to the bot in it: rights given and taken, a move, privacy, other voices."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from bot.chat.request import READ_SECONDS
from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Member, Server
from bot.storage import chats, migrations, sqlite
from tests.chat.posting import png
from tests.groups import FRANCE, WELCOME, asked, log_of
from tests.habits import sends
from tests.people import NOTHING, BotHere, Group, Somebody

NO_PICTURES = "(a picture belongs here; I may not send pictures in this group)"
ADMINS = "Only administrators of this group can do that."
CITY = "What time is it for you now? Or reply to this with the name of a city."


@pytest.fixture
async def at_noon(group: Group, anna: Somebody) -> Group:
    """The group gets a card every day at 12:00, Berlin time."""
    await anna.sends("/settings", group)
    await anna.taps("Zone", "10:00", "Berlin", "Hours", "12:00", chat=group)
    return group


# --- typed in a group, in privacy mode --------------------------------------------------------------------------------


async def test_an_hour_is_typed_as_a_reply(
    group: Group, anna: Somebody, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """A reply to the page of the hours is read, from administrators, also while others play; other words are not."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", chat=group)
    page = group.message()
    assert page.text == "No daily cards. Tap an hour to add it or take it away, or reply to this with one, like 7:30."
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    before = group.sees_all()
    await anna.sends("7:30", group)
    await ben.sends("hello", group, reply_to=group.messages()[0])
    assert group.sees_all() == before
    assert (await ben.sends("7:30", group, reply_to=page)).text == ADMINS
    assert (await anna.sends("soon", group, reply_to=page)).text.startswith("I did not find an hour in that.")
    assert not [message for message in group.messages() if message.id == page.id and message.rows]
    page = group.message()
    said = await anna.sends("7:30", group, reply_to=page)
    assert said.text.startswith("Cards come at 07:30.")
    await anna.sends("8pm", group, reply_to=page)
    assert group.sees() == said, "that page asks no more"
    await clock.advance(hours=22, minutes=29)
    assert group.sees() == said
    await clock.advance(minutes=1)
    assert group.sees().labels == ["Show answer"]


async def test_a_city_is_typed_as_a_reply(group: Group, anna: Somebody) -> None:
    """A place that is not known is asked for again, a known one is the group's zone."""
    await anna.sends("/settings", group)
    assert (await anna.taps("Zone", chat=group)).text == CITY
    said = await anna.sends("Atlantis", group, reply_to=group.message())
    assert said.text == "I do not know that place. What time is it for you now?"
    said = await anna.sends("Lagos", group, reply_to=group.message())
    assert "\nLagos, it is 10:00 now" in said.text


# --- rights taken and given back --------------------------------------------------------------------------------------


async def test_a_group_that_forbids_the_bot_to_write_is_left_in_peace(
    at_noon: Group, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Nothing is tried while it may not write; when it may again, its pushes come, and it does not introduce itself."""
    await at_noon.restricts_bot(anna, "can_send_messages")
    tries = sends(playground, at_noon.id)
    await clock.advance(hours=2)
    await clock.advance(days=1)
    assert sends(playground, at_noon.id) == tries
    before = len(at_noon.messages())
    await at_noon.restricts_bot(anna)
    await clock.advance(days=1)
    assert at_noon.sees_all()[before:] == [asked(FRANCE)]


async def test_a_right_that_was_taken_from_everybody(
    at_noon: Group, anna: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Nobody tells the bot: its push finds out, a command is tried once, and promoted the bot is back."""
    at_noon.forbids("can_send_messages")
    tries = sends(playground, at_noon.id)
    await clock.advance(hours=2)
    for _ in range(2):
        await clock.advance(days=1)
    assert sends(playground, at_noon.id) == tries + 1
    await anna.sends("/quiz", at_noon)
    assert sends(playground, at_noon.id) == tries + 2
    for _ in range(2):
        await clock.advance(days=1)
    assert sends(playground, at_noon.id) == tries + 2
    before = len(at_noon.messages())
    await at_noon.promotes_bot(anna)
    await clock.advance(days=1)
    assert len(at_noon.messages()) == before + 1
    assert at_noon.sees().labels == ["Show answer"]


async def test_rights_that_change_nothing_are_met_with_silence(
    at_noon: Group, anna: Somebody, clock: WorldClock
) -> None:
    """Promoted, demoted, restricted in what it does not do: not a word, and the card comes."""
    before = at_noon.sees_all()
    await at_noon.promotes_bot(anna)
    await at_noon.demotes_bot(anna)
    await at_noon.restricts_bot(anna, "can_send_polls", "can_send_photos")
    assert at_noon.sees_all() == before
    await clock.advance(hours=2)
    assert at_noon.sees() == asked(FRANCE)


async def test_a_bot_that_may_not_write_at_first(group: Group, anna: Somebody, cleo: Somebody) -> None:
    """Who is let speak later introduces itself then, and does not do it twice."""
    later = group.playground.group("Silent", [anna, cleo], with_bot=False)
    await later.restricts_bot(anna, "can_send_messages")
    assert later.sees() == NOTHING
    await later.restricts_bot(anna)
    assert later.sees().text == WELCOME
    await later.promotes_bot(anna)
    assert len(later.messages()) == 1


class TestPictures:
    """A group in which the bot may not send pictures."""

    @pytest.fixture
    def server(self) -> Server:
        """One without rich messages."""
        return "10.0"

    @pytest.fixture
    def deck_files(self) -> dict[str, str]:
        """A picture in the question, and one in the answer."""
        return {"capitals.txt": "<img src=mast.png>What is this?;A mast\nHow does it look?;So:<img src=mast.png>\n"}

    @pytest.fixture
    def decks_dir(self, decks_dir: Path) -> Path:
        """The deck files with their picture."""
        png(decks_dir / "mast.png")
        return decks_dir

    async def test_a_picture_falls_away_where_it_may_not_be_sent(
        self, group: Group, anna: Somebody, ben: Somebody, clock: WorldClock, playground: Playground
    ) -> None:
        """The card comes all the same, with a line in the picture's place; as soon as it may, with its picture."""
        await group.restricts_bot(anna, "can_send_photos")
        said = await ben.sends("/quiz", group)
        assert said.text == f"Capitals\n\nWhat is this?\n\nNobody has looked yet\n\n{NO_PICTURES}"
        assert (said.picture, said.labels) == (None, ["Show answer"])
        words = "Bad Request: not enough rights to send photos to the chat"
        playground.faults.add("editMessageMedia", status=400, description=words)
        await clock.advance(minutes=10)
        assert group.sees().text.endswith(f"Nobody graded it\n\n{NO_PICTURES}")
        await group.restricts_bot(anna)
        await ben.sends("/quiz", group)
        await clock.advance(minutes=10)
        assert group.sees().picture == "picture1.png"


# --- other voices -----------------------------------------------------------------------------------------------------


async def test_an_anonymous_administrator_sets_up_and_grades(
    playground: Playground, anna: Somebody, ben: Somebody, bot: BotHere
) -> None:
    """Commands come from the group itself, taps from the person, whose memory it is."""
    group = playground.group("Study group", [ben, anna], with_bot=False)
    await group.adds_bot(ben)
    await group.promotes(anna, anonymous=True)
    await anna.sends("/decks", group, as_group=True)
    await anna.taps("Capitals", chat=group)
    assert anna.toast == "Subscribed"
    assert await anna.sends("/quiz", group, as_group=True) == asked(FRANCE)
    await anna.taps("Show answer", "Good", chat=group)
    assert log_of(bot) == [(anna.id, "group", 3)]


async def test_a_channels_voice_may_ask_and_not_decide(
    playground: Playground, group: Group, ben: Somebody, anna: Somebody, bot: BotHere
) -> None:
    """Who speaks as a channel may call for a card, and not set up; what they tap is their own."""
    news = playground.world.group("News", [anna.person], [anna.person], kind="channel", with_bot=False)
    assert (await anna.sends("/settings", group, as_channel=news)).text == ADMINS
    assert await anna.sends("/quiz", group, as_channel=news) == asked(FRANCE)
    await anna.taps("Show answer", "Easy", chat=group)
    assert log_of(bot) == [(anna.id, "group", 4)]


# --- a move -----------------------------------------------------------------------------------------------------------


async def test_a_group_that_is_left_by_its_move(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """Where Telegram says that the bot left the old group that it moved, the pushes come all the same."""
    playground, chat = at_noon.playground, at_noon.chat
    await heard(playground, acts.kick_bot(playground.world, anna.person, chat))
    playground.world.set_member(chat, Member(playground.world.bot.id))
    await at_noon.migrates()
    await clock.advance(hours=2)
    assert at_noon.sees() == asked(FRANCE)


OLD, NEW = -4_000_000_001, -1_002_300_000_001
BOTH = """
insert into decks (deck_id, file, slug, name, digest) values (1, 'a', 'a', 'A', ''), (2, 'b', 'b', 'B', '');
insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back)
    values (1, 1, 0, 'question', '', '', '[]', '[]', '[]');
insert into chats (chat_id, kind, started_at) values (7, 'private', 1), (8, 'private', 1);
"""
ONE = """
insert into chats (chat_id, kind, started_at) values (:id, 'group', :since);
insert into subscriptions (chat_id, deck_id, subscribed_at, thread_id) values (:id, :n, 1, :n + 10);
insert into topics (chat_id, thread_id, name) values (:id, :n + 10, 'T');
insert into members (chat_id, learner_id, name, joined_at) values (:id, 6 + :n, 'M', 1);
insert into push_hours (chat_id, minute) values (:id, :n);
insert into rounds (round_id, chat_id, form, cards, seconds, stage, began_at)
    values (:n, :id, 'flip', 5, 16, 'lobby', 5);
insert into sessions (session_id, chat_id, reason, planned, began_at, round_id) values (:n, :id, 'quiz', 1, 5, :n);
insert into turns (turn_id, chat_id, card_id, opened_at, round_id) values (:n, :id, 1, 5, :n);
insert into answers (turn_id, learner_id, looked_at, grade) values (:n, 6 + :n, 6, 3);
insert into players (round_id, learner_id, joined_at) values (:n, 6 + :n, 5);
insert into pushes (chat_id, day, minute, claimed_at, state, turn_id) values (:id, 20000, :n, 1, 'sent', :n);
"""


@pytest.mark.parametrize("both", [False, True])
def test_all_of_a_group_moves(both: bool, tmp_path: Path) -> None:
    """No row names the old id, none is lost that anybody took part in, of two open turns or rounds the older stays."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        db.executescript(BOTH)
        for number, chat_id in ((1, OLD), (2, NEW))[: 1 + both]:
            for statement in ONE.split(";")[:-1]:
                db.execute(statement, {"id": chat_id, "n": number, "since": number})
        assert chats.move(db, OLD, NEW)
        tables = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            columns = [row[1] for row in db.execute(f"pragma table_info({table})")]
            if "chat_id" in columns:
                assert not db.execute(f"select 1 from {table} where chat_id = {OLD}").fetchall(), table
        kept = {"subscriptions", "topics", "members", "rounds", "sessions", "turns", "answers", "players"}
        for table in kept:
            assert len(db.execute(f"select * from {table}").fetchall()) == 1 + both, table
        for table, ended in (("turns", "closed_at"), ("rounds", "ended_at")):
            [row] = db.execute(f"select {table.rstrip('s')}_id from {table} where {ended} is null").fetchall()
            assert row[0] == 1
        assert not db.execute("pragma foreign_key_check").fetchall()


async def test_told_to_wait_when_asking_for_the_administrators_the_bot_waits(
    group: Group, anna: Somebody, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Nothing goes to the group before; then the administrator gets what was tapped, and is not taken for another."""
    await anna.sends("/settings", group)
    before = group.sees()
    playground.faults.add("getChatAdministrators", status=429, retry_after=5)
    tapping = asyncio.create_task(anna.taps("Hours", chat=group))
    assert await playground.called.until(lambda: playground.calls[-1].method == "getChatAdministrators", 4)
    asking = asyncio.create_task(ben.sends("/quiz", group))
    await clock.advance(seconds=4)
    assert group.sees_all()[-1] == before
    await clock.advance(seconds=2)
    await asyncio.gather(tapping, asking)
    assert any(screen.text.startswith("No daily cards.") for screen in group.sees_all())
    assert group.sees().labels == ["Show answer"]


async def test_while_telegram_does_not_say_who_administers_a_group_the_others_go_on(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground
) -> None:
    """Who asked waits for it; a card that somebody else wants there comes."""
    await anna.sends("/settings", group)
    fault = playground.faults.add("getChatAdministrators", "before", "timeout")
    tap = anna.taps_unheard("Hours", chat=group)
    assert await playground.called.until(lambda: bool(fault.met), 4)
    ben.sends_unheard("/quiz", group)
    assert await playground.called.until(lambda: "Show answer" in group.sees().labels, READ_SECONDS - 1)
    updates = playground.world.updates
    assert not updates.is_confirmed(tap)
    fault.release()
    assert await updates.confirmed.until(lambda: updates.is_confirmed(tap), 10)
    assert any(screen.text.startswith("No daily cards.") for screen in group.sees_all())


async def test_who_taps_through_the_settings_is_not_slowed_down_by_being_asked_for(
    group: Group, anna: Somebody, playground: Playground
) -> None:
    """Each tap asks Telegram once who administers the group; an edit alone counts."""
    await anna.sends("/settings", group)
    began = playground.clock.now()
    for _ in range(6):
        await anna.taps("Hours", "Back", chat=group)
    assert (playground.clock.now() - began).total_seconds() < 30
