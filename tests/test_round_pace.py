"""A live round keeps to the pace that Telegram allows a group."""

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.people import Group, Somebody
from tests.rounds import first_card, lobby_of, right


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
