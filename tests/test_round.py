"""A live round from its setup to its table, with everybody's own answers."""

import sqlite3

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, PERU, answered, edits_of, log_of, shown_to
from tests.notebook import differences
from tests.people import BotHere, Group, Somebody, screen_of
from tests.rounds import (
    ANSWERS,
    GOING,
    country,
    first_card,
    lobby,
    lobby_of,
    named,
    next_card,
    right,
    setup,
    table,
    wrong,
)

HOST_ONLY = "Only who began the round, or an administrator, can do that."


# --- setting up -------------------------------------------------------------------------------------------------------


async def test_a_round_is_set_up_by_buttons(group: Group, ben: Somebody) -> None:
    """Who types /round chooses number, pace and form in one message."""
    assert await ben.sends("/round", group) == setup()
    assert await ben.taps("10 cards", "Fast", "Race", chat=group) == setup(10, 10, "Race")
    assert await ben.taps("Slow", "Flip", "5 cards", chat=group) == setup(5, 30, "Flip")


async def test_only_its_host_and_administrators_set_it_up(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody
) -> None:
    """Another member's tap changes nothing; an administrator's does."""
    await ben.sends("/round", group)
    for button in ("Race", "Start", "Call off"):
        assert await cleo.taps(button, chat=group) == setup()
        assert cleo.toast == HOST_ONLY
    assert await anna.taps("Race", chat=group) == setup(form="Race")
    assert await anna.taps("Call off", chat=group) == screen_of("The round was called off.")


async def test_an_anonymous_administrator_hosts(group: Group, anna: Somebody, ben: Somebody) -> None:
    """Typed as the group itself, /round is set up by any administrator's tap."""
    await group.promotes(ben, anonymous=True)
    assert await ben.sends("/round", group, as_group=True) == setup()
    assert await ben.taps("Start", chat=group) == lobby("Ben")


async def test_a_second_round_points_to_the_first(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground
) -> None:
    """Two who type /round at once have one round between them; while it goes on, /round and /quiz point to it."""
    for update in [who.sends_unheard("/round", group) for who in (ben, cleo)]:
        await heard(playground, update)
    assert [str(screen) for screen in group.sees_all()[-2:]] == [
        str(setup()),
        str(screen_of("A round is being set up.")),
    ]
    first = group.messages()[-2]
    await ben.taps("Start", chat=group)
    for command in ("/round", "/quiz"):
        assert await cleo.sends(command, group) == GOING
        assert group.message().reply_to == first.id


async def test_its_host_has_the_setup_at_hand_again(group: Group, ben: Somebody) -> None:
    """/round again brings what was set up into a new message, and the old one loses its buttons."""
    await ben.sends("/round", group)
    await ben.taps("Race", chat=group)
    assert await ben.sends("/round", group) == setup(form="Race")
    assert group.sees_all()[-2].rows == ()


async def test_what_nobody_starts_is_given_up(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """After five minutes a round that was not started says so, and another can be set up."""
    await ben.sends("/round", group)
    await clock.advance(minutes=5)
    assert group.sees() == screen_of("Nobody started this round.")
    assert await ben.sends("/round", group) == setup()


async def test_a_group_without_a_deck_is_offered_the_decks(
    playground: Playground, anna: Somebody, ben: Somebody
) -> None:
    """/round in a group that studies nothing says how to begin."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    assert "[Capitals · 5]" in str(await ben.sends("/round", group))


# --- a race -----------------------------------------------------------------------------------------------------------


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


# --- a flip -----------------------------------------------------------------------------------------------------------


async def test_a_flip_from_card_to_table(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Everybody looks and grades alone; each grade is a review, and the table counts what each knew."""
    await first_card(ben, group, clock)
    for grade in ("Good", "Again", "Good", "Good", "Good"):
        for who, given in ((ben, "Easy"), (cleo, grade)):
            await who.taps("Show answer", chat=group)
            await clock.advance(seconds=4)
            await who.taps(given, chat=group)
        await clock.advance(seconds=10)
        assert group.sees().text.endswith(f"{1 + (grade == 'Good')} of 2 knew it")
        await clock.advance(seconds=3)
    assert group.sees() == table("The round is over.", "1. Ben · 5 of 5", "2. Cleo · 4 of 5")
    assert sorted(log_of(bot)) == sorted(
        [(ben.id, "group", 4)] * 5 + [(cleo.id, "group", grade) for grade in (3, 1, 3, 3, 3)]
    )


async def test_an_open_card_is_over_when_a_round_starts(group: Group, ben: Somebody) -> None:
    """The card that was open in the group shows its answer."""
    await ben.sends("/quiz", group)
    await lobby_of(ben, group)
    assert answered(FRANCE, "Paris", "Nobody graded it") in group.sees_all()


async def test_a_push_does_not_come_into_a_round(
    group: Group, anna: Somebody, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Its slot is done without a card."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", chat=group)
    await clock.advance(hours=2, minutes=59, seconds=45)
    await lobby_of(ben, group)
    await clock.advance(seconds=20)
    assert group.sees() == lobby("Ben")
    with sqlite3.connect(bot.folder / "deckhand.db") as db:
        assert list(db.execute("select state from pushes where chat_id = ?", (group.id,))) == [("here",)]


# --- its end ----------------------------------------------------------------------------------------------------------


async def test_stop(group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Its host or an administrator stops it; the card shows its answer, and the table follows."""
    await first_card(ben, group, clock, "Race")
    await cleo.taps("Paris", chat=group)
    await cleo.taps("Stop", chat=group)
    assert cleo.toast == HOST_ONLY
    await anna.taps("Stop", chat=group)
    await clock.advance(seconds=1)
    assert group.sees_all()[-2].text.endswith("Paris\n\n1 of 1 had it right")
    assert group.sees() == table("The round was stopped.", "1. Cleo · 1 of 1 · 5 points")
    assert not group.message().silent
    await clock.advance(minutes=2)
    assert group.sees() == table("The round was stopped.", "1. Cleo · 1 of 1 · 5 points")
    assert (await ben.sends("/quiz", group)).text.startswith("Capitals")


async def test_a_lobby_is_called_off(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Stopped in its lobby, a round has no table and no card; who taps later is told that it is over.

    However many they are, the group's pace is left to others.
    """
    await lobby_of(ben, group)
    message, data = group.press("I'm in")[0], group.press("I'm in")[1].data
    assert await ben.taps("Stop", chat=group) == screen_of("The round was called off.")
    await clock.advance(seconds=40)
    edits = edits_of(playground, group)
    for _ in range(10):
        await cleo.taps_data(message, data)
        assert cleo.toast == "That round is over."
    assert group.sees() == screen_of("The round was called off.")
    assert edits_of(playground, group) - edits <= 1


async def test_five_cards_without_an_answer_end_it(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A round that nobody answers any more ends by itself."""
    await first_card(ben, group, clock, "Race", "10 cards")
    for _ in range(5):
        await next_card(clock)
    assert group.sees() == screen_of("The round is over. Nobody answered.")


@pytest.mark.parametrize("deck_files", [{"capitals.txt": "".join(f"Card {n}?;Answer {n}\n" for n in range(12))}])
async def test_silence_ends_a_longer_round(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Five cards in a row that nobody answered: an answer in between begins the count anew."""
    await first_card(ben, group, clock, "Race", "10 cards")
    for _ in range(2):
        await next_card(clock)
    await ben.taps(group.sees().rows[0][0], chat=group)
    for _ in range(5):
        await next_card(clock)
    assert group.sees().text.startswith("Capitals · 8/10")
    await next_card(clock)
    ended = group.sees().text.splitlines()[0]
    assert ended == "Nobody answered for a while, so the round ends here."


# --- a restart, a move, a farewell ------------------------------------------------------------------------------------


async def test_a_round_goes_on_after_a_restart(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """The card that stood there takes answers, and the next one comes at its time."""
    await first_card(ben, group, clock, "Race")
    await ben.taps("Paris", chat=group)
    await bot.stop()
    clock.advance(seconds=5)
    await bot.start()
    await cleo.taps("Paris", chat=group)
    assert cleo.toast == "Right, 4 points."
    await clock.advance(seconds=13)
    assert "2 of 2 had it right" in group.sees().text
    await clock.advance(seconds=3)
    assert PERU in group.sees().text


async def test_a_round_that_is_late_ends_with_its_table(
    group: Group, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """A bot that was away for longer says that the round ended, and gives the table."""
    await first_card(ben, group, clock, "Race")
    await ben.taps("Paris", chat=group)
    await bot.stop()
    clock.advance(seconds=80)
    await bot.start()
    await clock.advance(seconds=1)
    assert group.sees_all()[-2].text.endswith("Paris\n\n1 of 1 had it right")
    assert group.sees() == table("I was away for a while, so the round ended.", "1. Ben · 1 of 1 · 5 points")


async def test_a_lobby_survives_becoming_a_supergroup(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """The round goes on in the supergroup: its lobby stands there anew, then its cards."""
    await lobby_of(ben, group, "Race")
    await group.migrates()
    assert group.sees() == lobby("Ben", form="Race")
    await clock.advance(seconds=30)
    await ben.taps("Paris", chat=group)
    assert ben.toast == "Right, 5 points."


async def test_a_card_survives_becoming_a_supergroup(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """The open card stands in the supergroup and closes at its time."""
    await first_card(ben, group, clock, "Race")
    await group.migrates()
    await ben.taps("Paris", chat=group)
    await clock.advance(seconds=18)
    assert "1 of 1 had it right" in group.sees().text


async def test_a_bot_that_is_kicked_ends_it(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """In the middle of a round: nothing more is sent, and added again, the group begins anew."""
    await first_card(ben, group, clock, "Race")
    await group.kicks_bot(anna)
    await clock.advance(minutes=3)
    await group.adds_bot(anna)
    seen = len(group.messages())
    await clock.advance(minutes=3)
    assert len(group.messages()) == seen
    assert await ben.sends("/round", group) == setup()


async def test_who_is_forgotten_is_not_in_the_table(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """/forget in the middle of a round takes its player and host out; the round goes on without them."""
    await first_card(ben, group, clock, "Race")
    for who in (ben, cleo):
        await who.taps("Paris", chat=group)
    await ben.sends("/forget")
    await ben.taps("Erase everything")
    for _ in range(4):
        await next_card(clock)
    await next_card(clock)
    assert group.sees() == table("The round is over.", "1. Cleo · 1 of 5 · 4 points")


async def test_who_is_first_stays_first(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Anna answered before and is forgotten: Cleo, who came next, was still quicker than Ben."""
    await first_card(anna, group, clock, "Race")
    for who in (anna, cleo):
        await who.taps("Paris", chat=group)
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    await ben.taps("Paris", chat=group)
    await clock.advance(seconds=18)
    assert group.sees().text.endswith(f"2 of 2 had it right · {named('Cleo')} was first")


# --- the pace ---------------------------------------------------------------------------------------------------------


def sent_at(playground: Playground, group: Group) -> list[float]:
    """When each message was sent into the group or changed there, in seconds since 1970."""
    calls = [call for call in playground.calls if str(call.params.get("chat_id")) == str(group.id)]
    return [call.at.timestamp() for call in calls if "Message" in call.method]


async def test_nobody_loses_time_to_the_pace(
    group: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Where the group's minute is full, the next card waits, and its time begins when it stands there."""
    await lobby_of(ben, group, "Race", "Fast")
    await clock.advance(seconds=25)
    while len(sent_at(playground, group)) < 18:
        await ben.sends("/help", group)
    await clock.advance(seconds=6)
    assert "has answered yet" not in group.sees().text
    await clock.advance(seconds=30)
    assert "Nobody has answered yet" in group.sees().text
    await clock.advance(seconds=11)
    await ben.taps("Paris", chat=group)
    assert ben.toast == "Right, 5 points."


async def test_a_fast_round_keeps_to_the_groups_pace(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """With everybody tapping in every second card, no minute has more than 18 messages and edits in the group."""
    await first_card(ben, group, clock, "Race", "Fast")
    for _ in range(5):
        for who in (anna, ben, cleo):
            await who.taps(right(group), chat=group)
            await clock.advance(seconds=4)
        await clock.advance(seconds=3)
    assert group.sees().text.startswith("The round is over.")
    sent = sent_at(playground, group)
    assert all(sum(at <= other < at + 60 for other in sent) <= 18 for at in sent)


# --- my mistakes ------------------------------------------------------------------------------------------------------


async def test_my_mistakes(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Each gets in private exactly what that member missed, as a session that leaves the schedule as it is."""
    await first_card(ben, group, clock, "Race")
    missed: list[str] = []
    for place in range(5):
        await ben.taps(right(group), chat=group)
        if place in (1, 3):
            missed.append(country(group))
            await cleo.taps(wrong(group), chat=group)
        await next_card(clock)
    await cleo.taps("My mistakes", chat=group)
    assert (await cleo.follows()).text == (
        f"Capitals · 1/2 · missed in the round\n\nWhat is the capital of {missed[0]}?"
    )
    assert (await cleo.taps("Show answer", "Good")).text.endswith(f"What is the capital of {missed[1]}?")
    await cleo.taps("Show answer", "Good")
    assert cleo.sees().text.startswith("Done: 2 cards gone through again. The schedule stays as it was.")
    assert [kind for _, kind, _ in log_of(bot)] == ["cram", "cram"]
    await ben.taps("My mistakes", chat=group)
    assert ben.toast == "None of your answers in that round was wrong."
    await anna.taps("My mistakes", chat=group)
    assert anna.toast == "You took no part in that round."
    assert differences(bot) == ()


async def test_anothers_mistakes_are_nobody_elses(
    group: Group, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """The link of a round shows whoever opens it what they themselves missed, and nothing else."""
    await first_card(ben, group, clock, "Race")
    await ben.taps(wrong(group), chat=group)
    await ben.taps("Stop", chat=group)
    await clock.advance(seconds=1)
    await ben.taps("My mistakes", chat=group)
    link = ben.answers[-1].url
    assert (await anna.follows(link)) == screen_of("You took no part in that round.")
    assert "Capitals · 1/1" in (await ben.follows(link)).text
    assert await anna.starts("round_999") == screen_of("You took no part in that round.")
