"""A group's pushes, what a card met in the group means for its members in private, and groups that move."""

from datetime import UTC, datetime

import pytest

from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, KENYA, PERU, answered, asked, log_of
from tests.people import NOTHING, BotHere, Group, Somebody, screen_of

ZONE = "This is UTC time: no zone was chosen yet. /settings changes it.\n\n"


@pytest.fixture
async def at_noon(group: Group, anna: Somebody) -> Group:
    """The group gets a card every day at 12:00."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", chat=group)
    return group


def _first(text: str) -> str:
    """The push that says once in which zone it comes."""
    return ZONE + text


# --- the group's own push ---------------------------------------------------------------------------------------------


async def test_a_push_comes_at_the_groups_hour(at_noon: Group, clock: WorldClock, anna: Somebody) -> None:
    """At its hour the group gets a card with a sound, the next day another; nothing comes to a member's own chat."""
    heard_before = at_noon.notifications
    clock.move_to(datetime(2026, 3, 2, 11, 59, 59, tzinfo=UTC))
    await clock.advance(seconds=0)
    assert at_noon.notifications == heard_before
    await clock.advance(seconds=1)
    first = asked(FRANCE)
    assert at_noon.sees() == screen_of(_first(first.text), "[Show answer]")
    await clock.advance(days=1)
    assert at_noon.sees() == asked(PERU)
    assert at_noon.notifications == heard_before + 2
    assert anna.sees() == NOTHING


async def test_a_group_lives_in_its_own_zone(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """An administrator chooses the group's zone by taps alone."""
    await anna.taps("Back", "Zone", chat=at_noon)
    assert at_noon.sees().text == "What time is it for you now? Or reply to this with the name of a city."
    assert (await anna.taps("10:00", "Berlin", chat=at_noon)).text.startswith(
        "Settings of this group\nA card comes at 12:00, every day\nBerlin, it is 10:00 now"
    )
    await anna.taps("Hours", chat=at_noon)
    assert at_noon.sees().text.startswith("Cards come at 12:00. Tap an hour to add it or take it away, or reply")
    await clock.move_to(datetime(2026, 3, 2, 11, 0, tzinfo=UTC))
    assert at_noon.sees() == asked(FRANCE)


async def test_a_push_takes_the_open_turns_place(at_noon: Group, ben: Somebody, clock: WorldClock) -> None:
    """The turn that is open when a push comes is closed and shows its answer; a pushed one stays open for the day."""
    clock.move_to(datetime(2026, 3, 2, 11, 55, tzinfo=UTC))
    await ben.sends("/quiz", at_noon)
    await ben.taps("Show answer", chat=at_noon)
    await clock.advance(minutes=5)
    assert at_noon.sees_all()[-2] == answered(FRANCE, "Paris", "Nobody graded it")
    assert at_noon.sees().text == _first(asked(PERU).text)
    await clock.advance(hours=23)
    assert "Show answer" in at_noon.sees().labels
    await clock.advance(hours=1)
    assert at_noon.sees_all()[-2].text == _first(answered(PERU, "Lima", "Nobody graded it").text)
    assert at_noon.sees() == asked(KENYA)


async def test_a_push_closes_when_all_have_graded(at_noon: Group, ben: Somebody, clock: WorldClock) -> None:
    """A pushed card closes early like any other once those who usually take part have graded."""
    await ben.sends("/quiz", at_noon)
    await ben.taps("Show answer", "Good", chat=at_noon)
    await clock.advance(hours=3)
    await ben.taps("Show answer", "Good", chat=at_noon)
    await clock.advance(seconds=20)
    assert at_noon.sees().text == _first(answered(PERU, "Lima", "1 of 1 knew it").text)


async def test_a_tap_in_the_group_stops_no_push(at_noon: Group, ben: Somebody, clock: WorldClock) -> None:
    """That somebody was just here says nothing about the others who wait for the group's push."""
    clock.move_to(datetime(2026, 3, 2, 11, 59, tzinfo=UTC))
    await ben.sends("/quiz", at_noon)
    await clock.advance(minutes=1)
    assert PERU in at_noon.sees().text


async def test_a_group_without_cards_left_hears_nothing(at_noon: Group, ben: Somebody, clock: WorldClock) -> None:
    """When every card was put today, no push comes."""
    for _ in range(5):
        await ben.sends("/quiz", at_noon)
    before = at_noon.notifications
    await clock.advance(hours=3)
    assert at_noon.notifications == before


async def test_no_push_to_a_group_that_removed_the_bot(
    at_noon: Group, anna: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Nothing is sent to a group without the bot; added again, it goes on with the decks and hours it had."""
    await at_noon.kicks_bot(anna)
    calls = len(playground.calls)
    await clock.advance(days=2)
    assert not [call for call in playground.calls[calls:] if call.method.startswith("send")]
    again = await at_noon.adds_bot(anna)
    assert again == screen_of("This group studies Capitals. /quiz puts a card to everybody.", "[✓ Capitals · 5]")
    await clock.advance(days=1)
    assert FRANCE in at_noon.sees().text


async def test_a_group_that_removed_the_bot_while_it_was_down(
    at_noon: Group, anna: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """A push that meets "bot was kicked" is the last one."""
    playground.faults.add(
        "sendMessage", status=403, description="bot was kicked from the group chat", chat_id=at_noon.id
    )
    await clock.advance(hours=3)
    calls = len(playground.calls)
    await clock.advance(days=3)
    assert not [call for call in playground.calls[calls:] if call.method.startswith("send")]


# --- the same card in private -----------------------------------------------------------------------------------------


async def test_a_grade_in_the_group_is_a_review_of_that_member(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """Each member's grade is a row of their own log, of kind group, with a due date of their own."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    assert log_of(bot) == [(ben.id, "group", 4), (cleo.id, "group", 3)]
    await ben.sends("/undo")
    assert log_of(bot)[2:] == [(ben.id, "undo", None)]


async def test_a_card_met_in_the_group_rests_that_day(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """In private the card is neither asked nor pushed that day, and the day after it is, to who subscribed there."""
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer", "Easy", "20:00", "Skip")
    assert PERU in ben.sees().text
    await ben.sends("/quiz", group)
    assert FRANCE in group.sees().text
    await clock.advance(seconds=61)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    assert PERU in group.sees().text
    assert KENYA in (await ben.sends("/quiz")).text
    await clock.advance(hours=11)
    assert KENYA in ben.sees().text
    await clock.advance(hours=24)
    assert PERU in ben.sees().text


async def test_what_rests_today_is_told_for_tomorrow(group: Group, ben: Somebody) -> None:
    """A card on a learning step that was met in the group is in the morrow's figures, and in what comes next."""
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer", "Easy", "20:00", "Skip")
    await ben.sends("/quiz", group)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    assert PERU in group.sees().text
    assert "\nTomorrow: 1 to review and 3 new, " in (await ben.sends("/stats")).text
    await ben.sends("/settings")
    await ben.taps("Limits", "0 new")
    assert (await ben.sends("/quiz")).text == "Nothing is due. The next card comes tomorrow at 20:00."


async def test_a_regrade_after_undo_is_no_longer_the_groups(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A group's grade that was taken back and given anew in private comes back there as its button said."""
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer", "Easy", "20:00", "Skip")
    await ben.sends("/quiz", group)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    await ben.sends("/undo")
    assert PERU in ben.sees().text
    await ben.taps("Again")
    await clock.advance(minutes=2)
    assert PERU in (await ben.sends("/quiz")).text


async def test_who_has_not_subscribed_gets_nothing_in_private(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A member who only plays in the group is never written to, and /start welcomes them as a newcomer."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await clock.advance(days=3)
    assert ben.sees() == NOTHING
    assert "Which deck first?" in (await ben.sends("/start")).text


async def test_a_tap_in_the_group_is_none_in_private(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Who graded in the group a minute before their own hour still gets their own push."""
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer", "Easy", "20:00", "Skip")
    clock.move_to(datetime(2026, 3, 2, 19, 59, tzinfo=UTC))
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    before = ben.notifications
    await clock.advance(minutes=1)
    assert ben.notifications == before + 1


async def test_the_card_that_they_gain_most_from(
    group: Group, ben: Somebody, cleo: Somebody, anna: Somebody, clock: WorldClock
) -> None:
    """A card that most have nearly forgotten comes before one that is new, and that before one that all know."""
    for grade in ("Easy", "Again"):
        await anna.sends("/quiz", group)
        for somebody in (anna, ben, cleo):
            await somebody.taps("Show answer", grade, chat=group)
    await clock.advance(days=5)
    assert PERU in (await anna.sends("/quiz", group)).text
    assert KENYA in (await anna.sends("/quiz", group)).text


# --- a group that becomes a supergroup --------------------------------------------------------------------------------


async def test_a_group_becomes_a_supergroup(
    at_noon: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Decks, hours and the open card move along; the card is drawn anew, once, and goes on with who looked."""
    await ben.sends("/quiz", at_noon)
    await ben.taps("Show answer", "Good", chat=at_noon)
    await clock.advance(seconds=4)
    await at_noon.migrates()
    assert at_noon.sees_all() == [asked(FRANCE, "1 looked · 1 knew it")]
    assert at_noon.notifications == 0
    await cleo.taps("Show answer", "Again", chat=at_noon)
    await clock.advance(minutes=10)
    assert at_noon.sees() == answered(FRANCE, "Paris", "1 of 2 knew it")
    await clock.advance(hours=3)
    assert PERU in at_noon.sees().text
    assert len(at_noon.messages()) == 2


async def test_a_move_learned_from_an_error(
    at_noon: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """The push that is told of the move goes to the new group, and everything is there from then on."""
    old = playground.world.chats[at_noon.id]
    members = list(playground.people.values())
    new = playground.group("Study group now", members, supergroup=True)
    old.migrated_to = new.id
    await clock.advance(hours=3)
    assert new.sees().text == _first(asked(FRANCE).text)
    await ben.taps("Show answer", "Easy", chat=new)
    await clock.advance(days=1)
    assert new.sees() == asked(PERU)
    assert len(new.messages()) == 2


async def test_a_card_moves_that_another_call_was_about(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """The move is learned from what one member alone was to see; when the group says it, the open card stands there."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await clock.advance(seconds=30)
    new = playground.group("Study group now", list(playground.people.values()), supergroup=True)
    tapped = ben.taps_unheard("Good", chat=group)
    group.chat.migrated_to = new.id
    await heard(playground, tapped)
    said = acts.service(playground.world, new.chat, anna.person, {"migrate_from_chat_id": group.id})
    await heard(playground, said.update_id)
    assert new.sees_all() == [asked(FRANCE, "1 looked · 1 knew it")]


async def test_a_command_from_before_the_move(
    at_noon: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """What was written in the old group and is heard after the move loses nothing of the new one's."""
    old = at_noon.chat
    await at_noon.migrates()
    await clock.advance(minutes=1)
    old.migrated_to, at = 0, old.migrated_to
    update = ben.sends_unheard("/quiz", Group(playground, old))
    old.migrated_to = at
    await heard(playground, update)
    await clock.advance(hours=3)
    assert FRANCE in at_noon.sees().text


async def test_who_takes_part_is_known_after_a_move(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Told of the move by two messages, the group counts who usually takes part as before."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await group.migrates()
    await clock.advance(minutes=10)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=20)
    assert group.sees() == answered(PERU, "Lima", "1 of 1 knew it")
