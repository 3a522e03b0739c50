"""What one member alone may see, on servers that cannot show it to one alone, can no longer, or do not want to."""

import logging
from typing import Any

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, PERU, answered, asked, shown_to
from tests.people import CAPITALS, BotHere, Group, Somebody, screen_of

LONG = "It keeps a ship from drifting. " * 8
PARIS = screen_of(f"{FRANCE}\n─────\nParis", "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]")
GOOD = screen_of("Good, back in 10 minutes.", "[Undo] [Next card]")


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck of short answers, and one whose answer is too long for an alert."""
    return {"capitals.txt": CAPITALS, "ships.txt": f"What is an anchor for?;{LONG.strip()}\nWhat is a keel?;A beam\n"}


@pytest.fixture
async def members(playground: Playground, anna: Somebody) -> list[Somebody]:
    """Twenty members of a group that has a card; more than its pace has private answers for."""
    somebodies = [playground.person(f"Member {number}") for number in range(20)]
    group = playground.group("Many", [anna, *somebodies], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/quiz", group)
    return somebodies


def many(playground: Playground) -> Group:
    """Their group."""
    return playground.groups["Many"]


def sent_to_one(playground: Playground) -> list[Any]:
    """The calls that meant one member alone."""
    return [call for call in playground.calls if "ephemeral_message_parameters" in call.params]


# --- older servers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", ["10.2", "10.1"])
async def test_an_older_server_is_asked_once_and_never_shows_an_answer(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """It shows to all what says nothing; that is gone at once, and from then on it goes the other way."""
    await ben.sends("/quiz", group)
    assert await ben.taps("Show answer", chat=group) == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    assert (ben.toast, ben.is_alert, len(ben.answers)) == ("Paris", True, 1)
    await cleo.taps("Show answer", "Good", chat=group)
    assert cleo.toasts == ["Paris", "Good, back in 10 minutes."]
    assert [call.params["text"] for call in sent_to_one(playground)] == ["One moment…"]
    assert playground.counts["deleteMessage"] == 1
    assert "One moment…" not in " ".join(screen.text for screen in group.sees_all())
    assert not [text for text in shown_to(playground, group) if "Paris" in text]
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")


@pytest.mark.parametrize("server", ["10.2", "10.1"])
async def test_many_who_look_at_once_are_one_question(members: list[Somebody], playground: Playground) -> None:
    """Twenty taps in one moment: the server is asked once, and everybody has the alert."""
    for update in [somebody.taps_unheard("Show answer", chat=many(playground)) for somebody in members]:
        await heard(playground, update)
    assert [somebody.toasts for somebody in members] == [["Paris"]] * 20
    assert len(sent_to_one(playground)) == 1
    assert not [text for text in shown_to(playground, many(playground)) if "Paris" in text]


async def test_it_is_asked_anew_after_each_start(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground, bot: BotHere
) -> None:
    """The server may be another by then: an older one has no answer to show, a newer one is used."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    playground.server = "10.2"
    await bot.restart()
    await cleo.taps("Show answer", chat=group)
    assert cleo.toast == "Paris"
    assert [call.params["text"] for call in sent_to_one(playground)] == ["One moment…"] * 2
    assert not [text for text in shown_to(playground, group) if "Paris" in text and text != PARIS.text]
    playground.server = "10.3"
    await bot.restart()
    assert await cleo.taps("Show answer", chat=group) == PARIS


async def test_a_server_that_stops_knowing_it(
    group: Group,
    anna: Somebody,
    ben: Somebody,
    cleo: Somebody,
    playground: Playground,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What it shows to all is deleted at once, said in one line, and nothing like it is sent any more."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    # With no connection broken, so that nothing tells of it.
    playground.world.server = "10.2"
    with caplog.at_level(logging.WARNING):
        await cleo.taps("Show answer", chat=group)
        await anna.taps("Show answer", chat=group)
    assert (cleo.toast, anna.toast) == ("Paris", "Paris")
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"chat {group.id}: the server showed to all what is for one; that is deleted, no more is sent"]
    calls = [call.method for call in playground.calls if call.method != "getUpdates"]
    assert calls[calls.index("deleteMessage") - 1] == "sendMessage"
    assert len(sent_to_one(playground)) == 2
    assert [screen for screen in group.sees_all() if "Paris" in screen.text] == []


async def test_a_server_that_was_away_is_asked_anew(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Another that takes its place breaks the connections: none gets an answer of a card before it was asked."""
    playground.server = "10.1"
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    assert ben.toast == "Paris"
    playground.server = "10.3"
    assert await ben.taps("Show answer", chat=group) == PARIS
    playground.server = "10.2"
    await cleo.taps("Show answer", chat=group)
    assert cleo.toast == "Paris"
    assert [call.params["text"] for call in sent_to_one(playground)] == ["One moment…"] * 3
    assert not [text for text in shown_to(playground, group) if "Paris" in text and text != PARIS.text]


async def test_what_all_see_and_could_not_be_deleted_is_later(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Telegram is away just then: it is tried again until it is gone."""
    playground.server = "10.2"
    await ben.sends("/quiz", group)
    playground.faults.add("deleteMessage", times=4)
    update = ben.taps_unheard("Show answer", chat=group)
    for _ in range(4):
        await clock.advance(seconds=1)
    await heard(playground, update)
    assert ben.toast == "Paris"
    assert [screen.text for screen in group.sees_all()][-1].startswith("Capitals")


# --- a server that does not want to, or does not answer ---------------------------------------------------------------


async def test_a_refusal_is_one_taps_own(group: Group, ben: Somebody, cleo: Somebody, playground: Playground) -> None:
    """A tap that is refused is answered by the alert, and the grades stand in the group; the next is shown as ever."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    playground.faults.add("sendMessage", status=400, description="query is too old and response timeout expired")
    assert await cleo.taps("Show answer", chat=group) == asked(FRANCE, "1 looked · nobody graded yet")
    assert cleo.toast == "Paris"
    await playground.clock.advance(seconds=3)
    assert cleo.sees(group) == asked(FRANCE, "2 looked · nobody graded yet", grades=True)
    assert await cleo.taps("Show answer", chat=group) == PARIS


async def test_an_answer_that_was_not_shown_was_not_seen(
    playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """Refused, a long answer waits in private: who has not been there has not looked."""
    group = playground.group("Ships", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Ships", chat=group)
    await ben.sends("/quiz", group)
    playground.faults.add("sendMessage", status=400, description="USER_NOT_PARTICIPANT")
    await ben.taps("Show answer", "Good", chat=group)
    assert ben.toast == "Look first"
    assert "Nobody has looked yet" in group.sees().text
    await ben.follows(ben.answers[0].url)
    await ben.taps("Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."


async def test_what_may_have_arrived_is_asked_for_anew(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, playground: Playground
) -> None:
    """A server that gave no answer may be another one the next time: it gets no answer of a card before it is asked."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    playground.faults.add("sendMessage", "after", "reset")
    await cleo.taps("Show answer", chat=group)
    assert cleo.toast == "Paris"
    playground.server = "10.2"
    await anna.taps("Show answer", chat=group)
    assert [call.params["text"] for call in sent_to_one(playground)] == ["One moment…", PARIS.text, "One moment…"]
    assert (cleo.sees(group), anna.toast) == (PARIS, "Paris")


async def test_a_first_answer_that_could_not_be_filled(group: Group, ben: Somebody, playground: Playground) -> None:
    """The place for the answer is there and the answer is refused: the place goes, and the alert comes."""
    await ben.sends("/quiz", group)
    playground.faults.add("editEphemeralMessageText", status=400, description="MEDIA_CAPTION_TOO_LONG")
    await ben.taps("Show answer", chat=group)
    assert ben.toast == "Paris"
    assert ben.sees(group) == group.sees()


async def test_a_moment_that_nothing_followed(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Nobody knows whether it arrived: who has it in place of the card asks for the answer there, and grades it."""
    await ben.sends("/quiz", group)
    playground.faults.add("sendMessage", "after", "reset")
    assert await ben.taps("Show answer", chat=group) == screen_of("One moment…", "[Show answer]")
    assert ben.toast == "Paris"
    assert await ben.taps("Show answer", chat=group) == PARIS
    assert await ben.taps("Good", chat=group) == GOOD
    await clock.advance(minutes=11)
    await ben.sends("/quiz", group)
    await clock.advance(seconds=1)
    assert ben.sees_all(group) == group.sees_all()


async def test_a_grade_whose_message_cannot_be_changed(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """The toast says what was graded; the message says it as soon as Telegram takes it."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    playground.faults.add("editEphemeralMessageText", times=2)
    await ben.taps("Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."
    for _ in range(2):
        await clock.advance(seconds=4)
    assert ben.sees(group) == GOOD


# --- the group's pace -------------------------------------------------------------------------------------------------


async def test_beyond_the_pace_nobody_waits(members: list[Somebody], playground: Playground, clock: WorldClock) -> None:
    """The first see the answer in the group, the others in an alert; in the end all is right."""
    group = many(playground)
    for label in ("Show answer", "Good"):
        for update in [somebody.taps_unheard(label, chat=group) for somebody in members]:
            await heard(playground, update)
        await clock.advance(seconds=3)
    inside = [somebody for somebody in members if somebody.sees(group) != group.sees()]
    assert 5 <= len(inside) <= 13
    assert [somebody.toasts[:1] for somebody in members if somebody not in inside] == [["Paris"]] * (20 - len(inside))
    assert [somebody.toasts[-1:] for somebody in members] == [["Good, back in 10 minutes."]] * 20
    assert [len(somebody.answers) for somebody in members] == [2] * 20
    await clock.advance(seconds=50)
    await clock.advance(seconds=50)
    assert group.sees() == asked(FRANCE, "20 looked · 20 knew it", grades=True)
    assert [somebody.sees(group) for somebody in inside] == [GOOD] * len(inside)


async def test_a_late_edit_of_a_card_that_is_over_is_left_out(
    members: list[Somebody], anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """A private answer that waited for the pace until the group had another card is taken away, not changed before."""
    group = many(playground)
    for label in ("Show answer", "Good"):
        for update in [somebody.taps_unheard(label, chat=group) for somebody in members]:
            await heard(playground, update)
    update = anna.sends_unheard("/quiz", group)
    await clock.advance(seconds=61)
    await heard(playground, update)
    # Which of them the pace let through before that card was put is a matter of moments.
    edits = playground.counts["editEphemeralMessageText"]
    assert edits < len(members)
    for _ in range(3):
        await clock.advance(seconds=61)
    assert group.sees().text.split("\n\n")[1] == PERU
    assert playground.counts["editEphemeralMessageText"] == edits
    assert {somebody.sees(group) for somebody in members} == {group.sees()}
