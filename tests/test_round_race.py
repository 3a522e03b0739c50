"""A race: everybody taps alone, the first get the most points."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, edits_of, log_of, shown_to
from tests.notebook import differences
from tests.people import BotHere, Group, Somebody
from tests.rounds import ANSWERS, country, first_card, lobby, lobby_of, named, next_card, right, setup, table, wrong


async def test_a_race_from_lobby_to_table(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Everybody taps alone and is told alone; the group sees how many, then the answer, and at the end a table."""
    await lobby_of(ben, group, "Race")
    assert group.sees() == lobby("Ben", form="Race")
    await cleo.taps("I'm in", chat=group)
    assert cleo.toast == "You are in."
    await clock.advance(seconds=4)
    assert group.sees() == lobby("Ben", "Cleo", form="Race")
    await clock.advance(seconds=26)
    assert group.sees_all()[-2] == lobby("Ben", "Cleo", form="Race", over=True)
    head, question, tally = group.sees().text.split("\n\n")
    assert (head, question, tally) == ("Capitals · 1/5 · 16 s", FRANCE, "Nobody has answered yet")
    await cleo.taps("Paris", chat=group)
    assert (cleo.toast, cleo.is_alert) == ("Right, 5 points.", False)
    await ben.taps("Paris", chat=group)
    assert ben.toast == "Right, 4 points."
    await anna.taps(wrong(group), chat=group)
    assert anna.toast == "Wrong."
    await clock.advance(seconds=4)
    assert group.sees().text.endswith("3 of 3 have answered")
    assert ANSWERS["France"] not in group.sees().text
    await clock.advance(seconds=14)
    assert group.sees().text.startswith(f"Capitals · 1/5 · 16 s\n\n{FRANCE}\n─────\nParis\n\n2 of 3 had it right · ")
    assert group.sees().text.endswith(" was first")
    assert group.sees().rows == ()
    for _ in range(4):
        await clock.advance(seconds=3)
        await ben.taps(right(group), chat=group)
        await cleo.taps(wrong(group), chat=group)
        await clock.advance(seconds=18)
    assert ben.toast == "Right, 8 points."
    await clock.advance(seconds=3)
    assert group.sees() == table(
        "The round is over.",
        "1. Ben · 5 of 5 · 33 points",
        "2. Cleo · 1 of 5 · 5 points",
        "3. Anna · 0 of 5 · 0 points",
    )
    assert not group.message().silent
    assert log_of(bot) == [], "nothing was due for anybody"


async def test_a_row_ends_with_a_wrong_answer_or_none(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Who was wrong, and who did not answer, begins a new row: the next right answer brings no more than the first."""
    await first_card(ben, group, clock, "Race")
    for answers in ((right, right), (right, right), (wrong, None), (right, right)):
        for somebody, answer in zip((ben, cleo), answers, strict=True):
            if answer is not None:
                await somebody.taps(answer(group), chat=group)
        await next_card(clock)
    assert (ben.toast, cleo.toast) == ("Right, 5 points.", "Right, 4 points.")


async def test_when_all_who_are_in_have_answered(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """The card is over but for a moment in which others may still come; the first has its time, as all come in by it,
    and whoever came later is waited for from then on.
    """
    await first_card(ben, group, clock, "Race")
    await ben.taps("Paris", chat=group)
    await clock.advance(seconds=17)
    assert group.sees().text.endswith("1 of 1 has answered")
    await clock.advance(seconds=1)
    await clock.advance(seconds=3)
    assert "· 2/5 ·" in group.sees().text
    await ben.taps(right(group), chat=group)
    await clock.advance(seconds=1)
    await cleo.taps(right(group), chat=group)
    assert cleo.toast == "Right, 4 points."
    await clock.advance(seconds=1)
    assert "2 of 2 had it right" in group.sees().text
    await clock.advance(seconds=3)
    assert "· 3/5 ·" in group.sees().text
    await ben.taps(right(group), chat=group)
    await clock.advance(seconds=17)
    assert group.sees().text.endswith("1 of 2 has answered")


async def test_who_left_the_group_is_not_waited_for(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Both are in, and one is gone: the card is over for the one who is there."""
    await first_card(ben, group, clock, "Race")
    for who in (ben, cleo):
        await who.taps("Paris", chat=group)
    await clock.advance(seconds=18)
    await group.loses(cleo)
    await clock.advance(seconds=3)
    await ben.taps(right(group), chat=group)
    await clock.advance(seconds=2)
    assert "1 of 1 had it right" in group.sees().text
    await clock.advance(seconds=3)
    assert "· 3/5 ·" in group.sees().text


async def test_an_answer_before_it_is_known_where_the_card_stands(
    group: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Who taps while the call that sent the card goes on is not waited for either."""
    await first_card(ben, group, clock, "Race")
    await ben.taps("Paris", chat=group)
    await clock.advance(seconds=18)

    async def tap(_params: object) -> None:
        ben.taps_unheard(right(group), chat=group)
        await playground.called.until(lambda: ben.toast.startswith("Right, 6"), 5)

    playground.faults.add("sendMessage", "after", "call", hook=tap, chat_id=group.id)
    await clock.advance(seconds=3)
    assert ben.toast == "Right, 6 points."
    await clock.advance(seconds=2)
    assert "1 of 1 had it right" in group.sees().text


async def test_one_try_each(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A second tap, on the same option or another, changes nothing and says what the first one was."""
    await first_card(ben, group, clock, "Race")
    other = wrong(group)
    await ben.taps(other, chat=group)
    for again in (other, right(group)):
        await ben.taps(again, chat=group)
        assert ben.toast == "One try each: yours was wrong."


async def test_late_taps_count_for_two_seconds(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """A tap right after the time still counts; one after the grace meets the answer."""
    await first_card(ben, group, clock, "Race")
    message, data = group.message(), group.press("Paris")[1].data
    await clock.advance(seconds=17)
    await ben.taps("Paris", chat=group)
    assert ben.toast == "Right, 5 points."
    await clock.advance(seconds=1)
    await cleo.taps_data(message, data)
    assert cleo.toast == "This card is closed; its answer stands in the group for all."
    assert "1 of 1 had it right" in group.sees().text


async def test_no_polls_and_no_answers_before_the_time(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Until a card is over, nothing in the group says who tapped what, or which option is right."""
    await first_card(ben, group, clock, "Race")
    playground.calls.clear()
    await ben.taps("Paris", chat=group)
    await cleo.taps(wrong(group), chat=group)
    await clock.advance(seconds=10)
    assert set(shown_to(playground, group)) == {
        f"Capitals · 1/5 · 16 s\n\n{FRANCE}\n\n{many} of {many} {verb} answered"
        for many, verb in ((1, "has"), (2, "have"))
    }
    assert not [call for call in playground.calls if "Poll" in call.method]


async def test_a_crowd_races(anna: Somebody, clock: WorldClock, playground: Playground) -> None:
    """Fifty tap at once: each is told, the order in which they were heard decides, and the group sees few edits."""
    people = [playground.person(f"P{number}") for number in range(50)]
    crowd = playground.group("Crowd", [anna, *people], with_bot=False)
    await crowd.adds_bot(anna)
    await anna.taps("Capitals", chat=crowd)
    await first_card(anna, crowd, clock, "Race")
    edits = edits_of(playground, crowd)
    for update in [who.taps_unheard("Paris", chat=crowd) for who in people]:
        await heard(playground, update)
    told = sorted(who.toast for who in people)
    assert told == ["Right, 2 points."] * 47 + ["Right, 3 points.", "Right, 4 points.", "Right, 5 points."]
    await clock.advance(seconds=18)
    assert edits_of(playground, crowd) - edits <= 3
    first = next(who for who in people if who.toast == "Right, 5 points.")
    assert crowd.sees().text.endswith(f"50 of 50 had it right · {named(first.name)} was first")
    await clock.advance(seconds=3)
    await anna.taps("Stop", chat=crowd)
    await clock.advance(seconds=1)
    lines = crowd.sees().text.splitlines()
    assert lines[2] == f"1. {named(first.name)} · 1 of 2 · 5 points"
    assert lines[5].startswith("4. ")
    assert lines[6].startswith("4. ")
    assert lines[-1] == "and 30 more"


async def test_a_race_counts_for_who_has_the_card_due(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Wrong is Again and right is Good where the card is due; for others, and the same day again, it is a game."""
    await ben.sends("/quiz", group)
    for who in (ben, cleo):
        await who.taps("Show answer", "Easy", chat=group)
    await clock.advance(days=20)
    before = log_of(bot)
    await first_card(ben, group, clock, "Race")
    while country(group) != "France":
        await next_card(clock)
    await ben.taps("Paris", chat=group)
    await cleo.taps(wrong(group), chat=group)
    assert ben.toast.startswith("Right, 5 points. Back in ")
    assert cleo.toast == "Wrong. Back in 10 minutes."
    assert log_of(bot)[len(before) :] == [(ben.id, "group", 3), (cleo.id, "group", 1)]
    assert differences(bot) == ()


async def test_a_race_again_the_same_day(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Where every card of the deck was put today a race asks those put longest ago again; a flip says why it cannot."""
    await first_card(ben, group, clock, "Race")
    for _ in range(5):
        await ben.taps(right(group), chat=group)
        await next_card(clock)
    await ben.sends("/round", group)
    put = "Every card of that was put today, so there is none for a round. Another deck, or a race?"
    assert await ben.taps("Start", chat=group) == setup(why=put)
    await ben.taps("Race", "Start", chat=group)
    await clock.advance(seconds=30)
    assert country(group) == "France"


@pytest.mark.parametrize("deck_files", [{"capitals.txt": "Front one?;Paris\nFront two?;paris.\nFront three?;Lima\n"}])
async def test_a_deck_too_small_for_a_race(group: Group, ben: Somebody) -> None:
    """It says so before it begins; a flip of the same deck goes, with as many cards as there are."""
    await ben.sends("/round", group)
    small = "That cannot be raced: it takes a deck with at least three different short answers in words."
    assert await ben.taps("Race", "Start", chat=group) == setup(form="Race", why=small)
    assert await ben.taps("Flip", "Start", chat=group) == lobby("Ben", cards=3)


LONG = [
    f"The {name} of a hull, which is longer than what a button can hold on a phone" for name in ("bow", "keel", "rib")
]


@pytest.mark.parametrize("deck_files", [{"ships.txt": "".join(f"Part {name[4:7]}?;{name}\n" for name in LONG)}])
async def test_long_answers_stand_as_lettered_lines(
    playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """What is too long for a button stands in the message, and the buttons are letters."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Ships", chat=group)
    await first_card(anna, group, clock, "Race")
    text = group.sees().text
    assert sorted(line[3:] for line in text.splitlines() if line[1:3] == ". ") == sorted(LONG)
    assert group.sees().rows[0] == ("A", "B", "C")
    letter = next(line[0] for line in text.splitlines() if "The bow" in line)
    await anna.taps(letter, chat=group)
    assert anna.toast == "Right, 5 points."
