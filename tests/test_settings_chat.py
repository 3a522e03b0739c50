"""/settings: every page, what it says, and that it is kept."""

import re

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import settles
from tests.notebook import notebook
from tests.people import BotHere, Group, screen_of

MAIN = screen_of(
    "Settings\nCards come at 20:00, every day\nBerlin, it is 10:00 now\n"
    "10 new cards and at most 200 reviews a day · remember 90 %\nA study day begins at 04:00",
    "[Hours] [Days] [Zone]",
    "[Quiet] [Limits] [Pause]",
    "[Done]",
)
CLOCK = "What time is it for you now? You can also type your city."


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna, who gets her cards at 20:00 in Berlin, with her settings open."""
    await settles(anna)
    await anna.sends("/settings")
    return anna


async def test_the_settings_say_what_holds(settled: Somebody) -> None:
    """Hours, zone with the time there, limits, and a button for each page."""
    assert settled.sees() == MAIN


@pytest.mark.parametrize("page", ["Hours", "Days", "Zone", "Quiet", "Limits", "Pause"])
async def test_every_page_goes_back_in_the_same_message(settled: Somebody, page: str) -> None:
    """Nothing else changes by having looked."""
    messages = len(settled.messages())
    assert "Back" in (await settled.taps(page)).labels
    assert await settled.taps("Back") == MAIN
    assert len(settled.messages()) == messages


async def test_there_is_no_dead_end(settled: Somebody) -> None:
    """From every screen that buttons reach, Back leads to the settings; only Done is an end, with a way on."""
    message, seen, waiting = settled.message(), set(), ["o:main"]
    while waiting:
        data = waiting.pop()
        await settled.taps_data(message, data)
        rows = settled.chat.messages[message.id].rows
        if data == "o:done":
            assert settled.sees().text == "Settings are saved. /quiz goes on studying."
            continue
        assert {"Back", "Done"} & {button.text for row in rows for button in row}, data
        kind = re.sub(r"\d+", "", data)
        found = [button.data for row in rows for button in row]
        for one in found:
            shape = re.sub(r"\d+", "", one)
            if shape not in seen and kind != one:
                seen.add(shape)
                waiting.append(one)
    assert {"o:hour", "o:days", "o:zone", "o:quiet", "o:limits", "o:pause", "sh::", "sn:push_days:"} <= seen


async def test_hours_are_added_and_taken_away(settled: Somebody) -> None:
    """Each tap says in a sentence when cards come; none left is said too."""
    await settled.taps("Hours", "08:00")
    assert settled.sees().text.startswith("Cards come at 08:00 and 20:00.")
    assert {"✓ 08:00", "✓ 20:00"} <= set(settled.sees().labels)
    await settled.taps("✓ 20:00", "✓ 08:00")
    assert settled.sees().text.startswith("No daily cards.")
    assert (await settled.taps("Back")).text.splitlines()[1] == "No daily cards"


@pytest.mark.parametrize(("typed", "said"), [("7:45", "07:45"), ("02:30", "02:30"), ("9pm", "21:00")])
async def test_hours_can_be_typed_there(settled: Somebody, typed: str, said: str) -> None:
    """On the page of the hours any hour can be typed, one after the other."""
    await settled.taps("Hours")
    assert f"✓ {said}" in (await settled.sends(typed)).labels
    assert "✓ 05:15" in (await settled.sends("5:15")).labels
    assert f"✓ {said}" in settled.sees().labels


async def test_six_hours_are_the_most(settled: Somebody) -> None:
    """A seventh is not taken, and that is said."""
    await settled.taps("Hours", "06:00", "07:00", "08:00", "09:00", "12:00", "13:00")
    assert settled.sees().text.startswith("Six hours a day are the most.")
    assert "13:00" in settled.sees().labels


async def test_days_are_chosen(settled: Somebody) -> None:
    """The days are named, working days as such, and one has to stay."""
    await settled.taps("Days", "✓ Sa", "✓ Su")
    assert settled.sees().text.startswith("Cards come Monday to Friday.")
    await settled.taps("✓ Mo", "✓ Tu", "✓ We", "✓ Th")
    assert settled.sees().text.startswith("Cards come Friday.")
    assert (await settled.taps("✓ Fr")).text.startswith("One day has to stay.")
    assert (await settled.taps("Back")).text.splitlines()[1] == "Cards come at 20:00, Friday"


async def test_the_zone_is_found_by_its_clock(settled: Somebody) -> None:
    """By the time it is there and the nearest place, also out of the longer list; said as local time."""
    assert (await settled.taps("Zone")).text == CLOCK
    assert await settled.taps("12:00") == screen_of(
        "Which is nearest?", "[Moscow] [Istanbul]", "[Nairobi] [Another]", "[Back]"
    )
    await settled.taps("Another")
    assert "Back" in settled.sees().labels
    assert (await settled.taps("Baghdad")).text.splitlines()[2] == "Baghdad, it is 12:00 now"


async def test_the_zone_can_be_typed_there(settled: Somebody) -> None:
    """A city, an unknown one first."""
    await settled.taps("Zone")
    assert (await settled.sends("Atlantis")).text.startswith("I do not know that place.")
    assert (await settled.sends("Kathmandu")).text.splitlines()[2] == "Kathmandu, it is 14:45 now"


async def test_a_page_left_open_takes_no_later_words(settled: Somebody) -> None:
    """Who went on studying gets the turn for what they type, not a question about places."""
    await settled.taps("Zone")
    await settled.sends("/quiz")
    assert (await settled.sends("hello")).text.startswith("I listen to taps and commands")
    await settled.sends("/settings")
    await settled.taps("Hours")
    await settled.taps("Show answer")
    assert (await settled.sends("7:30")).text.startswith("I listen to taps and commands")


async def test_quiet_hours_are_chosen(settled: Somebody) -> None:
    """They are said on both pages, an hour inside is warned about, and they can end."""
    await settled.taps("Quiet", "22:00 to 07:00")
    assert settled.sees().text == "Quiet from 22:00 to 07:00: nothing is sent then."
    assert (await settled.taps("Back")).text.splitlines()[2] == "Berlin, it is 10:00 now · quiet 22:00 to 07:00"
    await settled.taps("Hours", "06:00")
    warning = "06:00 lies in the quiet hours, so nothing comes then."
    assert settled.toast == warning
    assert settled.sees().text.endswith(warning)
    assert (await settled.taps("Back")).text.endswith(warning)
    assert (await settled.taps("Quiet")).text.endswith(warning)
    await settled.taps("No quiet hours")
    assert "✓ No quiet hours" in settled.sees().labels
    assert settled.sees().text == "No quiet hours. In quiet hours nothing is sent."


async def test_an_hour_that_cannot_be_read_is_asked_for_again(settled: Somebody) -> None:
    """Typed on the page of the hours it gets that page again with an example, once."""
    await settled.taps("Hours")
    assert (await settled.sends("25:99")).text.startswith("I did not find an hour in that. Type it like 7:30 or 7pm")
    assert "✓ 20:00" in settled.sees().labels
    assert (await settled.sends("25:99")).text.startswith("I listen to taps and commands")


async def test_a_clock_tapped_too_late_is_asked_for_again(settled: Somebody, clock: WorldClock) -> None:
    """A quarter of an hour later it is that time nowhere any more, so the times are offered anew."""
    await settled.taps("Zone")
    old = settled.sees().labels[0]
    await clock.advance(minutes=20)
    assert (await settled.taps(old)).text == "What time is it for you now? You can also type your city."
    assert settled.sees().labels[0] != old


async def test_limits_are_chosen(settled: Somebody) -> None:
    """New cards, reviews, wanted retention and the hour at which a day begins."""
    await settled.taps("Limits", "20 new", "500 reviews", "95 %", "day from 02:00")
    said = "20 new cards and at most 500 reviews a day.\nCards come back when you would still remember 95 % of them."
    assert settled.sees().text == f"{said}\nA study day begins at 02:00."
    assert {"✓ 20 new", "✓ 500 reviews", "✓ 95 %", "✓ day from 02:00"} <= set(settled.sees().labels)
    assert len(settled.sees().labels) == 5 + 4 + 4 + 4 + 1


async def test_a_wanted_retention_changes_what_buttons_promise(settled: Somebody, bot: BotHere) -> None:
    """A turn that stood there before shows the new times first, and then keeps them."""
    await settled.taps("Show answer")
    before = settled.press("Easy")[1].text
    await settled.sends("/settings")
    await settled.taps("Limits", "80 %")
    await settled.taps("Easy")
    assert settled.toast == "The times on the buttons had passed. These hold now; tap again."
    now = settled.press("Easy")[1].text
    assert int(now[7:-1]) > int(before[7:-1])
    await settled.taps("Easy")
    with notebook(bot) as db:
        row = db.execute("select interval_days from memories order by last_at desc, card_id desc").fetchone()
    assert f"Easy · {row['interval_days']}d" == now


async def test_a_pause_has_an_end(settled: Somebody) -> None:
    """It says the day on which cards come again, on both pages, and can be ended before."""
    screen = await settled.taps("Pause", "7 days")
    assert screen.text == "Paused: the daily cards come again on Monday, 9 March. Due dates stay as they are."
    assert "Paused until Monday, 9 March" in (await settled.taps("Back")).text
    assert (await settled.taps("Pause", "End the pause")).text.startswith("No pause.")


async def test_settings_live_through_a_restart(settled: Somebody, bot: BotHere) -> None:
    """What was chosen is there again, and so is the page that waits for a typed hour."""
    await settled.taps("Hours", "08:00")
    await bot.restart()
    assert "✓ 06:15" in (await settled.sends("6:15")).labels
    assert (await settled.sends("/settings")).text.splitlines()[1] == "Cards come at 06:15, 08:00 and 20:00, every day"


async def test_settings_before_the_first_deck(anna: Somebody) -> None:
    """Who sets hour and zone first is not asked for them after the first card."""
    await anna.sends("/start")
    await anna.sends("/settings")
    assert anna.sees().text.splitlines()[1:3] == ["No daily cards", "UTC (not chosen), it is 09:00 now"]
    await anna.taps("Hours", "20:00", "Back", "Zone", "10:00", "Berlin")
    await anna.sends("/start")
    assert (await anna.taps("Capitals", "Show answer", "Good")).text.startswith("Capitals · 2/6")


async def test_a_page_answered_by_typing_loses_its_buttons(settled: Somebody) -> None:
    """Hours and a zone that are typed come on a page of their own, and no page before it can be tapped any more."""
    await settled.sends("/quiz")
    await settled.sends("/settings")
    old = len(settled.messages()) - 1
    await settled.taps("Hours")
    for words in ("7:45", "8:15", "25:99"):
        await settled.sends(words)
        assert [bool(one.labels) for one in settled.sees_all()[old:-1]] == [False] * (len(settled.messages()) - old - 1)
    await settled.taps("Back", "Zone")
    for words in ("Atlantis", "Brazil", "Paris"):
        await settled.sends(words)
        assert [bool(one.labels) for one in settled.sees_all()[old:-1]] == [False] * (len(settled.messages()) - old - 1)
    assert "\nParis, it is 10:00 now\n" in settled.sees().text
    assert settled.sees_all()[old - 1].labels == ["Show answer"], "the open turn stays"


async def test_without_a_deck_no_card_is_promised(anna: Somebody) -> None:
    """Hours can be chosen before there is a deck; the pages say what is still missing, until there is one."""
    await anna.sends("/start")
    assert "\nNo daily cards\n" in (await anna.sends("/settings")).text
    hours = "Cards come at 20:00, once you have a deck. Tap an hour to add it or take it away, or type one, like 7:30."
    assert (await anna.taps("Hours", "20:00")).text == hours
    assert "\nCards come at 20:00, every day, once you have a deck\n" in (await anna.taps("Back")).text
    assert (await anna.taps("Days")).text == "Cards come every day, once you have a deck. Tap a day to change it."
    await anna.starts("deck_capitals")
    assert "\nCards come at 20:00, every day\n" in (await anna.sends("/settings")).text


async def test_nor_to_a_group(group: Group, anna: Somebody) -> None:
    """A group without a deck reads the same of itself."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", "Back", chat=group)
    assert "\nA card comes at 12:00, every day\n" in group.sees().text
    await anna.sends("/decks", group)
    await anna.taps("✓ Capitals", chat=group)
    screen = await anna.sends("/settings", group)
    assert "\nA card comes at 12:00, every day, once this group has a deck\n" in screen.text
