"""What may happen to a group and to the bot in it: rights given and taken, a move, privacy, other voices."""

import pytest

from bot.playground.clock import WorldClock
from tests.groups import PERU
from tests.people import BotHere, Group, Somebody

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
    await clock.advance(hours=22, minutes=30)
    assert PERU in group.sees().text


async def test_a_city_is_typed_as_a_reply(group: Group, anna: Somebody) -> None:
    """A place that is not known is asked for again, a known one is the group's zone."""
    await anna.sends("/settings", group)
    assert (await anna.taps("Zone", chat=group)).text == CITY
    said = await anna.sends("Atlantis", group, reply_to=group.message())
    assert said.text == "I do not know that place. What time is it for you now?"
    said = await anna.sends("Lagos", group, reply_to=group.message())
    assert "\nLagos, it is 10:00 now" in said.text
