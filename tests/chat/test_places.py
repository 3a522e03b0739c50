"""So many at work at once."""

import asyncio

from bot.chat.places import Places
from tests.chat.still import turns


async def test_several_places_are_taken_at_once_as_far_as_they_are_free() -> None:
    """Of three places two are taken, then one, then none, until somebody is done."""
    places = Places(3)
    assert [places.take(2), places.take(2), places.take(2)] == [2, 1, 0]
    with places.held():
        assert places.take(1) == 0
    places.leave()
    assert places.take(9) == 2


async def test_who_stands_in_line_goes_before_who_would_take_what_is_free() -> None:
    """A place that is free again is told only when nobody waits for it."""
    told: list[str] = []
    places = Places(1, lambda: told.append("free"))

    async def work() -> None:
        async with places.one():
            told.append("at work")

    assert places.take(1) == 1
    working = asyncio.create_task(work())
    await turns()
    assert told == []
    places.leave()
    assert places.take(1) == 0
    await working
    assert told == ["at work", "free"]
