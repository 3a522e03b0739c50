"""A member looks at the group's card, and alone sees the answer in its place."""

import sqlite3
from contextlib import closing
from typing import Any

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, PERU, answered, asked, log_of
from tests.people import NOTHING, BotHere, Group, Somebody, screen_of

FOUR = "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]"
PARIS = screen_of(f"{FRANCE}\n─────\nParis", *FOUR)
# Under a group's first card, as nobody is known yet who would be waited for.
GOOD = screen_of("Good, back in 10 minutes.", "[Undo] [Next card]")
# The same when the card is closed: it covers the group's message, so it says how that ended.
GOOD_1 = screen_of("Good, back in 10 minutes.\n\n1 of 1 knew it", "[Undo] [Next card]")
GOOD_0 = screen_of("Good, back in 10 minutes.\n\nNobody graded it", "[Undo] [Next card]")
EASY = screen_of("Easy, back in 7 days.", "[Undo] [Next card]")
CLOSED = "This card is closed; its answer stands in the group for all."
STRANGE = "That button does not work any more. /help says what does."


def alone(playground: Playground) -> list[Any]:
    """The texts that were sent to be seen by one alone, in order."""
    return [call.params.get("text") for call in playground.calls if "ephemeral_message_parameters" in call.params]


async def test_the_answer_is_seen_by_one_in_place_of_the_card(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Ben sees front, back and his own four buttons where the card stood; others see card and tally."""
    await ben.sends("/quiz", group)
    assert await ben.taps("Show answer", chat=group) == PARIS
    assert ben.toast == ""
    assert cleo.sees(group) == group.sees() == asked(FRANCE, "1 looked · nobody graded yet")
    assert await ben.taps("Good", chat=group) == GOOD
    assert len(ben.answers) == 2
    await clock.advance(seconds=3)
    assert cleo.sees(group) == group.sees() == asked(FRANCE, "1 looked · 1 knew it")
    assert ben.sees() == NOTHING


async def test_nobody_is_shown_what_is_anothers(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Of all that Anna and Cleo were ever shown, nothing held Ben's answer, his intervals or his grade."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    await clock.advance(seconds=30)
    for somebody in (anna, cleo):
        seen = " ".join(f"{sight.text} {sight.labels}" for sight in somebody.was_shown)
        assert not [word for word in ("Paris", "Easy", "· 7d", "back in") if word in seen]
    assert await cleo.taps("Show answer", chat=group) == PARIS
    assert await cleo.taps("Again", chat=group) == screen_of("Again, back in 1 minute.", "[Undo] [Next card]")
    assert ben.sees(group) == EASY


async def test_two_members_at_once(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock, bot: BotHere
) -> None:
    """Two who tap in the same moment have an answer each, and two who grade in the same moment a review each."""
    await ben.sends("/quiz", group)
    for label, shown in (("Show answer", PARIS), ("Good", GOOD)):
        for update in [somebody.taps_unheard(label, chat=group) for somebody in (ben, cleo)]:
            await heard(playground, update)
        assert ben.sees(group) == cleo.sees(group) == shown
    assert sorted(log_of(bot)) == [(ben.id, "group", 3), (cleo.id, "group", 3)]
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "2 looked · 2 knew it")


async def test_a_grade_tapped_twice_counts_once(group: Group, ben: Somebody, bot: BotHere) -> None:
    """The second of two hasty taps says what the first one did."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    assert await ben.tap_twice("Good", chat=group) == GOOD
    assert ben.toasts == ["Already graded: Good."]
    assert log_of(bot) == [(ben.id, "group", 3)]


async def test_undo_shows_the_answer_again(group: Group, ben: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """Undo takes the review back in the same place, the tally follows, and another grade counts."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    assert await ben.taps("Undo", chat=group) == PARIS
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet")
    assert await ben.taps("Easy", chat=group) == EASY
    assert [row[1:] for row in log_of(bot)] == [("group", 3), ("undo", None), ("group", 4)]
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_undo_after_the_end_leaves_the_tally(
    group: Group, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Undo corrects the memory also when the card is closed; what the group reads stays."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await clock.advance(minutes=10)
    assert ben.sees(group) == GOOD_1
    assert await ben.taps("Undo", chat=group) == PARIS
    assert (await ben.taps("Again", chat=group)).text == "Again, back in 1 minute.\n\n1 of 1 knew it"
    assert await ben.taps("Undo", chat=group) == PARIS
    await bot.restart()
    await clock.advance(seconds=70)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")
    assert [row[1:] for row in log_of(bot)] == [("group", 3), ("undo", None), ("group", 1), ("undo", None)]


async def test_undo_of_what_is_not_the_last(group: Group, ben: Somebody, bot: BotHere) -> None:
    """Who graded others in private since is told that the last one comes first; taken back there, it is so here."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer", "Easy")
    assert await ben.taps("Undo", chat=group) == GOOD
    assert ben.toast == "You graded others after that one; /undo takes the latest back first."
    await ben.sends("/undo")
    await ben.sends("/undo")
    await ben.taps("Undo", chat=group)
    assert ben.toast == "That grade was taken back already."
    assert len([row for row in log_of(bot) if row[1] == "undo"]) == 2


async def test_what_vanished_comes_again(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """An app that was restarted shows the card; Show answer gives the answer again, or what was graded with Undo."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    ben.restarts_app()
    assert ben.sees(group) == asked(FRANCE, "1 looked · nobody graded yet")
    assert await ben.taps("Show answer", chat=group) == PARIS
    await ben.taps("Good", chat=group)
    ben.restarts_app()
    assert await ben.taps("Show answer", chat=group) == GOOD
    assert await ben.taps("Undo", chat=group) == PARIS
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet")


async def test_the_next_card_takes_the_private_answers_away(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """When the group has another card, who looked sees the old one as all do: closed, with its tally."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await cleo.taps("Show answer", chat=group)
    await clock.advance(minutes=10)
    assert (ben.sees(group), cleo.sees(group)) == (GOOD_1, PARIS)
    await ben.taps("Next card", chat=group)
    assert ben.toast == ""
    await clock.advance(seconds=1)
    both = [answered(FRANCE, "Paris", "1 of 1 knew it"), asked(PERU)]
    assert ben.sees_all(group)[-2:] == cleo.sees_all(group)[-2:] == group.sees_all()[-2:] == both


async def test_what_could_not_be_taken_away_is_later(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock, bot: BotHere
) -> None:
    """Telegram is away, then the bot is started anew: the private answer goes all the same."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    playground.faults.add("deleteEphemeralMessage")
    await ben.sends("/quiz", group)
    await clock.advance(seconds=1)
    assert ben.sees_all(group)[-2] == GOOD
    await bot.restart()
    await clock.advance(seconds=1)
    assert ben.sees_all(group)[-2] == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_what_is_taken_away_leaves_the_pace_to_the_rest(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Where half of the group's minute is used, the private answer stays until there is room again."""
    await clock.advance(minutes=1)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    for _ in range(6):
        await ben.sends("/board", group)
    await ben.sends("/quiz", group)
    await clock.advance(seconds=30)
    assert GOOD in ben.sees_all(group)
    await clock.advance(seconds=31)
    assert GOOD not in ben.sees_all(group)


async def test_what_cannot_be_taken_away_for_two_days_stays(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Nobody tries for ever: two days after the next card the private answer is left where it is."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    playground.faults.add("deleteEphemeralMessage", times=100)
    await ben.sends("/quiz", group)
    await clock.advance(hours=49)
    await clock.advance(seconds=1)
    playground.faults.clear()
    await clock.advance(seconds=1)
    assert ben.sees_all(group)[-2] == GOOD


async def test_a_late_grade(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """Who opened the answer in time may grade until the next card: it counts for that member, the tally stays."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", chat=group)
    late = cleo.view(group).message()
    await clock.advance(minutes=10)
    assert await ben.taps("Good", chat=group) == GOOD_0
    await clock.advance(seconds=30)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")
    await ben.sends("/quiz", group)
    await cleo.taps_old(late, "Good")
    assert cleo.toast == CLOSED
    assert log_of(bot) == [(ben.id, "group", 3)]


async def test_it_closes_when_all_have_graded(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """The second card closes 20 s after it came, as both who took part have graded; who left is not waited for."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(minutes=10)
    await ben.taps("Next card", chat=group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=19)
    assert group.sees() == asked(PERU, "2 looked · 2 knew it")
    await clock.advance(seconds=1)
    assert group.sees() == answered(PERU, "Lima", "2 of 2 knew it")
    await cleo.sends("/leave", group)
    await clock.advance(minutes=1)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=20)
    assert group.sees().labels == ["Next card"]


async def test_a_member_of_two_groups_with_the_same_deck(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground, bot: BotHere
) -> None:
    """Ben graded the card in one group; in the other his buttons go on from there, and each group has its own tally."""
    other = playground.group("Other", [anna, ben], with_bot=False)
    await other.adds_bot(anna)
    await anna.taps("Capitals", chat=other)
    await ben.sends("/quiz", group)
    await ben.sends("/quiz", other)
    assert other.sees() == asked(FRANCE)
    await ben.taps("Show answer", chat=group)
    await ben.taps("Show answer", chat=other)
    await ben.taps("Good", chat=group)
    now = await ben.taps("Good", chat=other)
    assert ben.toast == "The times on the buttons had passed. These hold now; tap again."
    assert now.text == PARIS.text
    assert now.labels != PARIS.labels
    await ben.taps("Good", chat=other)
    assert ben.sees(group) == GOOD
    assert log_of(bot) == [(ben.id, "group", 3)] * 2


async def test_a_group_of_one(playground: Playground, anna: Somebody, clock: WorldClock) -> None:
    """Alone in a group one studies as in any other; the second card closes after 20 s."""
    group = playground.group("Mine", [anna], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    for number in range(2):
        await anna.sends("/quiz", group)
        await anna.taps("Show answer", "Good", chat=group)
        await clock.advance(seconds=20)
        assert group.sees().labels == (["Next card"] if number else ["Show answer"])


async def test_who_blocked_the_bot_in_private(group: Group, ben: Somebody) -> None:
    """It is the group that shows it: who blocked the bot looks and grades like everybody."""
    await ben.sends("/start")
    await ben.blocks()
    await ben.sends("/quiz", group)
    assert await ben.taps("Show answer", chat=group) == PARIS
    assert await ben.taps("Good", chat=group) == GOOD


async def test_a_supergroup(playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """It works there as well, and a group that becomes one goes on with who looked."""
    group = playground.group("Big", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await group.migrates()
    assert await ben.taps("Show answer", chat=group) == PARIS
    assert await ben.taps("Good", chat=group) == GOOD
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "1 looked · 1 knew it")


async def test_forgotten_by_who_still_has_the_answer(group: Group, ben: Somebody) -> None:
    """Who erased everything is told so by the buttons that still stand there."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await ben.sends("/forget")
    await ben.taps("Erase everything")
    await ben.taps("Good", chat=group)
    assert ben.toast == "This card is no longer asked."


async def test_what_no_button_there_ever_held(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """Data that a client sends under a private answer does nothing of another member, another turn, or a page."""
    await anna.sends("/quiz", group)
    await cleo.taps("Show answer", "Good", chat=group)
    undo = cleo.view(group).message().rows[0][0].data
    await anna.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    mine, before, seen = ben.view(group).message(), log_of(bot), group.sees_all()
    shows = next(button.data for row in group.message().rows for button in row)
    turn = int(shows.split(":")[1])
    for data, said in (
        (undo, "There is nothing to undo."),
        (f"gg:{turn - 1}:3:-600", "This card is no longer asked."),
        (f"gg:{turn}:9:-600", "This card is no longer asked."),
        (f"p:{turn - 1}:0", "This card is no longer asked."),
        (shows, STRANGE),
        ("gd:1:1:1", STRANGE),
        ("o:limits", STRANGE),
        (f"g:{turn}:3:-600", STRANGE),
        (f"s:{turn}", STRANGE),
    ):
        await ben.taps_data(mine, data)
        assert (data, ben.toast) == (data, said)
    assert (log_of(bot), group.sees_all()) == (before, seen)
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db:
        assert db.execute("select count(*) from turns where message_id = 0").fetchone()[0] == 0


async def test_the_first_message_holds_nothing(group: Group, ben: Somebody, playground: Playground) -> None:
    """The first answer after a start comes in two steps, of which the first holds nothing; later ones in one."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    assert alone(playground) == ["One moment…"]
    ben.restarts_app()
    await ben.taps("Show answer", chat=group)
    assert alone(playground) == ["One moment…", PARIS.text]
