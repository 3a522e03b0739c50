"""When pushes come: hours, days, quiet hours, pauses, put-off pushes, thinning, zones and clock changes."""

from datetime import UTC, datetime

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.habits import arrivals, moment, settles, until
from tests.people import screen_of

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna has her cards at 20:00 in Berlin, and four of them are new to her."""
    await settles(anna)
    return anna


def pushes(somebody: Somebody, zone: str = BERLIN) -> list[str]:
    """When pushes came, by the clock on the wall; those that were put off, too."""
    sounding = [message.text for message in somebody.messages() if not message.silent]
    return [
        at
        for at, text in zip(arrivals(somebody, zone), sounding, strict=True)
        if " due · about " in text or text.startswith("Put off")
    ]


async def changes(somebody: Somebody, *taps: str) -> None:
    """Open the settings and tap."""
    await somebody.sends("/settings")
    await somebody.taps(*taps)


async def lives(clock: WorldClock, *days: str, hours: tuple[str, ...] = ("07:00", "12:00", "20:00")) -> None:
    """Days pass hour by hour; what is over already is left out."""
    for at in (moment(day, hour) for day in days for hour in hours):
        if at > clock.now():
            await clock.move_to(at)


# Hours and days


async def test_several_hours_a_day(settled: Somebody, clock: WorldClock) -> None:
    """Each brings a push of its own."""
    await changes(settled, "Hours", "07:00", "12:00")
    await lives(clock, "03-02", "03-03")
    assert pushes(settled) == ["03-02 12:00", "03-02 20:00", "03-03 07:00", "03-03 12:00", "03-03 20:00"]


async def test_an_hour_can_be_typed(settled: Somebody, clock: WorldClock) -> None:
    """Any minute of the day is an hour."""
    await changes(settled, "Hours", "✓ 20:00")
    await settled.sends("7:41pm")
    await lives(clock, "03-02", hours=("19:40", "19:41", "20:00"))
    assert pushes(settled) == ["03-02 19:41"]


async def test_pushes_come_on_chosen_days_only(settled: Somebody, clock: WorldClock) -> None:
    """Neither on Tuesday nor on Thursday."""
    await changes(settled, "Days", "✓ Tu", "✓ Th")
    await lives(clock, "03-02", "03-03", "03-04", "03-05", "03-06", hours=("20:00", "21:00"))
    assert pushes(settled) == ["03-02 20:00", "03-04 20:00", "03-06 20:00"]


async def test_an_hour_taken_away_is_silent_from_today_on(settled: Somebody, clock: WorldClock) -> None:
    """No hour, no push."""
    await changes(settled, "Hours", "✓ 20:00")
    await lives(clock, "03-02", "03-03")
    assert pushes(settled) == []


# Quiet hours


async def test_quiet_hours_are_quiet(settled: Somebody, clock: WorldClock) -> None:
    """An hour inside them brings nothing, and that is said when it is chosen; the others stay."""
    await changes(settled, "Quiet", "22:00 to 07:00", "Back", "Hours", "06:00")
    assert settled.toast == "06:00 lies in the quiet hours, so nothing comes then."
    await lives(clock, "03-02", "03-03", "03-04", hours=("06:00", "07:00", "20:00"))
    assert pushes(settled) == ["03-02 20:00", "03-03 20:00", "03-04 20:00"]


async def test_quiet_hours_end_at_their_minute(settled: Somebody, clock: WorldClock) -> None:
    """The end is no longer quiet."""
    await changes(settled, "Quiet", "22:00 to 07:00", "Back", "Hours", "07:00")
    await lives(clock, "03-02", "03-03", hours=("06:59", "07:00", "20:00"))
    assert pushes(settled) == ["03-02 20:00", "03-03 07:00", "03-03 20:00"]


# Pause


async def test_a_pause_lasts_until_its_date(settled: Somebody, clock: WorldClock) -> None:
    """Three days without a push, and the due dates are what they were."""
    await changes(settled, "Pause", "3 days")
    assert settled.sees().text == (
        "Paused: the daily cards come again on Thursday, 5 March. Due dates stay as they are."
    )
    await lives(clock, "03-02", "03-03", "03-04", "03-05", hours=("20:00",))
    assert pushes(settled) == ["03-05 20:00"]
    assert settled.sees().text.startswith("4 due · about 1 min\n\n")


async def test_a_pause_can_be_ended(settled: Somebody, clock: WorldClock) -> None:
    """Pushes come from today on."""
    await changes(settled, "Pause", "7 days", "End the pause")
    await until(clock, "03-02", "20:00")
    assert pushes(settled) == ["03-02 20:00"]


async def test_quiz_works_while_paused(settled: Somebody, clock: WorldClock) -> None:
    """A pause stops the pushes and nothing else."""
    await changes(settled, "Pause", "7 days")
    assert (await settled.sends("/quiz")).labels == ["Show answer"]


# Later

PUSH = "4 due · about 1 min\n\nCapitals · 1/4\n\nWhat is the capital of Peru?"


async def test_later_offers_what_exists_now(settled: Somebody, clock: WorldClock) -> None:
    """At noon there is an evening; Back puts the push as it was."""
    await changes(settled, "Hours", "12:00")
    await until(clock, "03-02", "12:00")
    assert await settled.taps("Later") == screen_of(PUSH, "[In an hour] [This evening]", "[Tomorrow] [Back]")
    assert await settled.taps("Back") == screen_of(PUSH, "[Show answer]", "[Later]")


async def test_at_eight_there_is_no_evening_left(settled: Somebody, clock: WorldClock) -> None:
    """Only what exists is offered."""
    await until(clock, "03-02", "20:00")
    assert await settled.taps("Later") == screen_of(PUSH, "[In an hour] [Tomorrow]", "[Back]")


@pytest.mark.parametrize(
    ("choice", "said", "comes"),
    [
        ("In an hour", "Put off: the cards come today at 13:00.", "03-02 13:00"),
        ("This evening", "Put off: the cards come today at 20:00.", "03-02 20:00"),
        ("Tomorrow", "Put off: the cards come tomorrow at 12:00.", "03-03 12:00"),
    ],
)
async def test_a_push_is_put_off(anna: Somebody, clock: WorldClock, choice: str, said: str, comes: str) -> None:
    """It is said when it comes, it comes then and not before, and no due date has moved."""
    await settles(anna, "12:30")
    await changes(anna, "Hours", "✓ 12:30", "12:00")
    await until(clock, "03-02", "12:00")
    await anna.taps("Later", choice)
    assert anna.sees() == screen_of(said)
    await lives(clock, "03-02", hours=("12:59", "13:00", "20:00"))
    await lives(clock, "03-03", hours=("11:59", "12:00"))
    assert pushes(anna) == sorted({"03-02 12:00", comes, "03-03 12:00"})
    assert anna.sees() == screen_of(PUSH, "[Show answer]", "[Later]")


async def test_a_push_can_be_put_off_twice(settled: Somebody, clock: WorldClock) -> None:
    """An hour, and another hour, and then tomorrow's own."""
    await until(clock, "03-02", "20:00")
    await settled.taps("Later", "In an hour")
    await until(clock, "03-02", "21:00")
    await settled.taps("Later", "In an hour")
    await lives(clock, "03-02", hours=("21:59", "22:00", "23:00"))
    await until(clock, "03-03", "20:00")
    assert pushes(settled)[-2:] == ["03-02 22:00", "03-03 20:00"]


async def test_a_push_put_off_into_the_quiet_hours_comes_when_they_end(settled: Somebody, clock: WorldClock) -> None:
    """An hour later would be quiet, so it is the next morning."""
    await changes(settled, "Quiet", "21:00 to 09:00")
    await until(clock, "03-02", "20:00")
    await settled.taps("Later", "In an hour")
    assert settled.sees() == screen_of("Put off: the cards come tomorrow at 09:00.")
    await lives(clock, "03-03", hours=("08:59", "09:00"))
    assert pushes(settled)[-1] == "03-03 09:00"


async def test_who_studied_meanwhile_gets_no_put_off_push(settled: Somebody, clock: WorldClock) -> None:
    """Nothing due, nothing sent."""
    await until(clock, "03-02", "20:00")
    await settled.taps("Later", "In an hour")
    await settled.sends("/quiz")
    while "Show answer" in settled.sees().labels:
        await settled.taps("Show answer", "Easy")
    sounds = settled.notifications
    await lives(clock, "03-02", hours=("21:00", "22:00"))
    assert settled.notifications == sounds


async def test_the_put_off_card_is_no_longer_asked(settled: Somebody, clock: WorldClock) -> None:
    """A second tap on its old buttons changes nothing, and one that was graded cannot be put off."""
    await until(clock, "03-02", "20:00")
    push = settled.message()
    await settled.taps("Later")
    await settled.taps("In an hour")
    await settled.taps_old(push, "Show answer")
    assert settled.toast == "This card is no longer asked; here is the present one."
    await until(clock, "03-02", "21:00")
    assert pushes(settled)[-1] == "03-02 21:00"


# Thinning


def told(screen_text: str) -> str:
    """A push's own line."""
    return screen_text.split("\n", maxsplit=1)[0]


async def test_ignored_pushes_come_less_often_and_say_so_once(settled: Somebody, clock: WorldClock) -> None:
    """After three days without an answer every other day; after the first tap every day again."""
    lines = []
    for day in ("03-02", "03-03", "03-04", "03-05", "03-06", "03-07", "03-08"):
        before = len(settled.messages())
        await until(clock, day, "20:00")
        lines.append(told(settled.sees().text) if len(settled.messages()) > before else "")
    plain, said = "4 due · about 1 min", "4 due · about 1 min. I will come every other day until you are back."
    assert lines == [plain, plain, plain, said, "", plain, ""]
    await settled.taps("Show answer")
    for day in ("03-09", "03-10"):
        await until(clock, day, "20:00")
        assert arrivals(settled)[-1] == f"{day} 20:00"
        assert told(settled.sees().text) == "5 due · about 2 min"


async def test_a_tap_between_keeps_pushes_daily(settled: Somebody, clock: WorldClock) -> None:
    """Three ignored days must be in a row."""
    for day in ("03-02", "03-03", "03-04", "03-05", "03-06", "03-07"):
        await until(clock, day, "20:00")
        assert arrivals(settled)[-1] == f"{day} 20:00"
        if day == "03-04":
            await until(clock, day, "21:00")
            await settled.taps("Show answer")


async def test_several_pushes_of_a_day_are_one_ignored_day(settled: Somebody, clock: WorldClock) -> None:
    """Days count, not pushes."""
    await changes(settled, "Hours", "07:00", "12:00")
    await lives(clock, "03-02", "03-03", "03-04")
    assert len(pushes(settled)) == 2 + 3 + 3
    await until(clock, "03-05", "07:00")
    assert told(settled.sees().text).endswith("I will come every other day until you are back.")


async def test_days_on_which_nothing_could_be_sent_were_not_ignored(
    settled: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """After days out of reach pushes come every day as before: nobody had a chance to answer them."""
    await until(clock, "03-02", "20:00")
    playground.faults.add("sendMessage", status=400, description="Bad Request: not today", times=1000)
    for day in ("03-03", "03-04", "03-05", "03-06"):
        await until(clock, day, "20:00")
    playground.faults.clear()
    seen = len(pushes(settled))
    for day in ("03-07", "03-08"):
        await until(clock, day, "20:00")
        assert "until you are back" not in told(settled.sees().text)
    assert pushes(settled)[seen:] == ["03-07 20:00", "03-08 20:00"]


# Zones

ZONE_LINE = "This is UTC time: no zone was chosen yet. /settings changes it."


async def test_the_default_zone_is_said_once(anna: Somebody, clock: WorldClock) -> None:
    """Who chose an hour and left the zone's question open gets pushes in the default zone; the first says so."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Easy", "20:00")
    await clock.move_to(datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert anna.sees().text.startswith(f"4 due · about 1 min\n{ZONE_LINE}\n\nCapitals · 1/4\n\n")
    await clock.advance(days=1)
    assert anna.sees().text == PUSH


async def test_who_skips_the_zone_hears_of_it_with_the_first_push(anna: Somebody, clock: WorldClock) -> None:
    """The same for who skipped the question."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Easy", "20:00", "Skip")
    await clock.move_to(datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert ZONE_LINE in anna.sees().text
    await clock.advance(days=1)
    assert anna.sees().text == PUSH


async def moves_to(somebody: Somebody, place: str) -> None:
    """Choose another zone by its name."""
    await changes(somebody, "Zone")
    await somebody.sends(place)


async def test_an_hour_done_is_not_sent_again_in_a_new_zone(settled: Somebody, clock: WorldClock) -> None:
    """Eight in Berlin was sent; eight in New York, six hours later on the same day, is not."""
    await until(clock, "03-02", "20:00")
    await moves_to(settled, "New York")
    sounds = settled.notifications
    await until(clock, "03-02", "20:00", NEW_YORK)
    assert settled.notifications == sounds
    await until(clock, "03-03", "20:00", NEW_YORK)
    assert pushes(settled, NEW_YORK)[-1] == "03-03 20:00"


async def test_an_hour_still_to_come_is_sent_today_in_a_new_zone(settled: Somebody, clock: WorldClock) -> None:
    """Before Berlin's eight one is in New York: it comes at New York's eight."""
    await moves_to(settled, "New York")
    await until(clock, "03-02", "20:00")
    await until(clock, "03-02", "20:00", NEW_YORK)
    assert pushes(settled, NEW_YORK) == ["03-02 20:00"]


async def test_an_hour_done_is_not_sent_again_at_its_new_place(settled: Somebody, clock: WorldClock) -> None:
    """From eight to nine after eight: today is done, tomorrow it is nine."""
    await until(clock, "03-02", "20:00")
    await changes(settled, "Hours", "✓ 20:00", "21:00")
    await lives(clock, "03-02", "03-03", hours=("21:00",))
    assert pushes(settled) == ["03-02 20:00", "03-03 21:00"]


async def test_an_hour_moved_before_it_came_is_sent_today(settled: Somebody, clock: WorldClock) -> None:
    """From eight to nine before eight: nine it is, and only nine."""
    await changes(settled, "Hours", "✓ 20:00", "21:00")
    await lives(clock, "03-02", hours=("20:00", "21:00"))
    assert pushes(settled) == ["03-02 21:00"]


async def test_an_hour_moved_into_the_past_comes_tomorrow(settled: Somebody, clock: WorldClock) -> None:
    """From eight to seven in the morning, at ten: not today."""
    await changes(settled, "Hours", "✓ 20:00", "07:00")
    await lives(clock, "03-02", "03-03")
    assert pushes(settled) == ["03-03 07:00"]


# Clock changes: 29 March, 02:00 becomes 03:00; 25 October, 03:00 becomes 02:00


async def minutes_pass(clock: WorldClock, begin: datetime, end: datetime) -> None:
    """Half hour by half hour."""
    await clock.move_to(begin)
    while clock.now() < end:
        await clock.advance(minutes=30)


@pytest.mark.parametrize("hour", ["01:30", "02:30", "03:30"])
async def test_the_night_the_clock_skips_an_hour(anna: Somebody, clock: WorldClock, hour: str) -> None:
    """An hour that does not exist comes at the first moment after the gap; each comes once a night."""
    await settles(anna, hour)
    await minutes_pass(clock, datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC))
    expected = {"02:30": "03:00"}.get(hour, hour)
    assert pushes(anna)[-3:] == [f"03-28 {hour}", f"03-29 {expected}", f"03-30 {hour}"]


@pytest.mark.parametrize("hour", ["01:30", "02:30", "03:00"])
async def test_the_night_the_clock_repeats_an_hour(
    playground: Playground, anna: Somebody, clock: WorldClock, hour: str
) -> None:
    """An hour that exists twice brings one push."""
    await settles(anna, hour)
    await minutes_pass(clock, datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC))
    assert pushes(anna)[-3:] == [f"10-24 {hour}", f"10-25 {hour}", f"10-26 {hour}"]
