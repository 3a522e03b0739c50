"""A big group in a hurry."""

import asyncio
from collections import Counter

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, PERU, asked, edits_of, log_of
from tests.people import BotHere, Somebody
from tests.rounds import lobby, lobby_of
from tests.test_flip import CLOSED


async def test_two_hundred_members_in_ten_seconds(
    playground: Playground, anna: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Each tap is answered once before a second is over, each grade is in the log, and the group sees a few edits."""
    members = [playground.person(f"Member {number}") for number in range(200)]
    group = playground.group("Study group", [anna, *members], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/quiz", group)
    edits = edits_of(playground, group)
    waves = [members[start : start + 25] for start in range(0, 200, 25)]
    for looking, grading in zip([*waves, []], [[], *waves], strict=True):
        taps = [somebody.taps_unheard("Show answer", chat=group) for somebody in looking]
        taps += [somebody.taps_unheard("Good", chat=group) for somebody in grading]
        await asyncio.gather(*(heard(playground, update) for update in taps))
        # The clock stood still: whatever would have waited for it has no answer yet.
        answered = Counter(answer.person_id for answer in playground.world.answers)
        assert {answered[somebody.id] for somebody in grading} <= {2}
        assert {answered[somebody.id] for somebody in looking} <= {1}
        await clock.advance(seconds=1.1)
    assert sorted(log_of(bot)) == [(somebody.id, "group", 3) for somebody in members]
    assert edits_of(playground, group) - edits <= 5
    sent = sum(call.method.startswith(("send", "edit")) for call in playground.calls[-1500:])
    assert sent <= 18 + 4, "as many as Telegram takes in a minute, and what came before the first card"
    for _ in range(4):
        await clock.advance(seconds=20)
    assert group.sees() == asked(FRANCE, "200 looked · 200 knew it", grades=True)


async def test_who_comes_too_late_keeps_nobody_waiting(
    playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """Forty who tap a card that has ended are each told so without an edit, and the next one comes when asked for."""
    members = [playground.person(f"Member {number}") for number in range(40)]
    group = playground.group("Study group", [anna, *members], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/quiz", group)
    asked_then = group.message()
    await clock.advance(minutes=10)
    edits = edits_of(playground, group)
    for somebody in members:
        await somebody.taps_old(asked_then, "Show answer")
    assert {somebody.toast for somebody in members} == {CLOSED}
    assert edits_of(playground, group) == edits
    await anna.sends("/quiz", group)
    assert PERU in group.sees().text


async def test_who_comes_into_a_lobby_leaves_the_pace_to_the_cards(
    playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """Nine who come in one by one are a few edits, so that the round's cards and private answers need not wait."""
    members = [playground.person(f"M{number}") for number in range(9)]
    group = playground.group("Study group", [anna, *members], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await clock.advance(minutes=1)
    await lobby_of(anna, group)
    edits = edits_of(playground, group)
    for somebody in members:
        await somebody.taps("I'm in", chat=group)
        await clock.advance(seconds=3)
    await clock.advance(seconds=3)
    assert edits_of(playground, group) - edits <= 5
    assert lobby("Anna", *[somebody.name for somebody in members], over=True) == group.sees_all()[-2]
    await members[0].taps("Show answer", chat=group)
    assert members[0].sees(group).labels[-1].startswith("Easy · ")
    for _ in range(21):
        await clock.advance(seconds=1)
    assert "· 2/5 ·" in group.sees().text
