"""What somebody missed in a live round, gone through again in private."""

from bot.playground.clock import WorldClock
from tests.groups import log_of
from tests.notebook import differences
from tests.people import BotHere, Group, Somebody, screen_of
from tests.rounds import country, first_card, next_card, right, wrong


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
