"""A tap's answer and the message that it changes wait not for each other's way to Telegram, whichever hangs."""

from collections.abc import Awaitable, Callable

import pytest

from bot.chat.request import READ_SECONDS
from bot.playground.clock import WorldClock
from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from tests.habits import settles, until
from tests.people import CAPITALS
from tests.test_import_pairs import RIVERS, after, before
from tests.test_imports import done, sent

ORGANS = "".join(f"What is organ number {number} for?;It pumps ({number})\n" for number in range(1, 20))


async def _grades(anna: Somebody, _group: Group, _clock: WorldClock) -> None:
    await settles(anna)
    await anna.taps("Show answer")


async def _puts_off(anna: Somebody, _group: Group, clock: WorldClock) -> None:
    await settles(anna)
    await until(clock, "03-02", "20:00")


async def _leafs(anna: Somebody, _group: Group, _clock: WorldClock) -> None:
    await settles(anna)
    await anna.sends("/quiz organs")
    await anna.taps("Subscribe")
    await anna.sends("/find organ")


async def _sets_a_round_up(anna: Somebody, group: Group, _clock: WorldClock) -> None:
    await anna.sends("/round", group)


async def _sends_other_words(anna: Somebody, _group: Group, _clock: WorldClock) -> None:
    await sent(anna, before(RIVERS), "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now", *["Show answer", "Easy"] * 2)
    await sent(anna, after(RIVERS), "rivers.txt")


async def _answers_one_by_one(anna: Somebody, group: Group, clock: WorldClock) -> None:
    await _sends_other_words(anna, group, clock)
    await anna.taps("One by one")


@pytest.mark.parametrize("deck_files", [{"capitals.txt": CAPITALS, "organs.txt": ORGANS}])
@pytest.mark.parametrize("slow", ["answerCallbackQuery", "editMessageText"])
@pytest.mark.parametrize(
    ("prepares", "label"),
    [
        (_grades, "Good"),
        (_grades, "⋯"),
        (_puts_off, "Later"),
        (_leafs, "›"),
        (_sets_a_round_up, "10 cards"),
        (_sends_other_words, "They are the same"),
        (_answers_one_by_one, "2 ✗"),
    ],
)
async def test_neither_waits_for_the_other(
    anna: Somebody,
    group: Group,
    clock: WorldClock,
    playground: Playground,
    prepares: Callable[[Somebody, Group, WorldClock], Awaitable[None]],
    label: str,
    slow: str,
) -> None:
    """Whichever is still under way, the other one is there; the tap is done once both are."""
    await prepares(anna, group, clock)
    chat = group if prepares is _sets_a_round_up else anna
    shown, answered = chat.sees(), len(anna.answers)
    fault = playground.faults.add(slow, "before", "timeout")
    tap = anna.taps_unheard(label, chat=group) if chat is group else anna.taps_unheard(label)

    def is_half_done() -> bool:
        return bool(fault.met) and (chat.sees() != shown or len(anna.answers) > answered)

    # The call that hangs is given up after five seconds.
    assert await playground.called.until(is_half_done, READ_SECONDS - 1)
    updates = playground.world.updates
    assert not updates.is_confirmed(tap)
    fault.release()
    assert await updates.confirmed.until(lambda: updates.is_confirmed(tap), 10)
    assert chat.sees() != shown
    assert len(anna.answers) == answered + 1
