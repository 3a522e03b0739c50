"""Who may do and see what in a group: administrators, members, and people who only found a link."""

import re

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FIRST_WORD, FRANCE, PERU, answered, asked, shown_to
from tests.people import CAPITALS, NOTHING, Group, Somebody, screen_of

LONG = "It keeps a ship from drifting. " * 8
FOUR = "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 6d]"
FOUR_FRANCE = "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]"
CLOSED = "This card is closed; its answer stands in the group for all."
NEW_TIMES = "The times on the buttons had passed. These hold now; tap again."
NO_MORE = "This card is no longer asked."


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.1"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck of short answers, and one whose answer is too long for an alert."""
    return {"capitals.txt": CAPITALS, "ships.txt": f"What is an anchor for?;{LONG.strip()}\nWhat is a keel?;A beam\n"}


@pytest.fixture
async def ships(playground: Playground, anna: Somebody, ben: Somebody, cleo: Somebody) -> Group:
    """A group that studies the long answers; its first card is open."""
    group = playground.group("Ships", [anna, ben, cleo], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Ships", chat=group)
    await ben.sends("/quiz", group)
    return group


ANCHOR = "What is an anchor for?"
REVEALED = f"Ships · from your group\n\n{ANCHOR}\n─────\n{LONG.strip()}"


# --- the way into the private chat ------------------------------------------------------------------------------------


async def test_a_long_answer_waits_in_private(ships: Group, ben: Somebody, clock: WorldClock) -> None:
    """A back too long for an alert opens the private chat with that turn and the member's own four buttons."""
    await ben.taps("Show answer", chat=ships)
    assert ben.toast == ""
    assert ships.sees() == asked(ANCHOR, deck="Ships", grades=True)
    assert await ben.follows() == screen_of(f"{FIRST_WORD}{REVEALED}", *FOUR)
    await clock.advance(seconds=4)
    assert ships.sees() == asked(ANCHOR, "1 looked · nobody graded yet", deck="Ships", grades=True)
    assert await ben.taps("Good") == screen_of(f"{REVEALED}\n\nGood, back in 10 minutes.", "[Undo]")
    await clock.advance(seconds=4)
    assert ships.sees() == asked(ANCHOR, "1 looked · 1 knew it", deck="Ships", grades=True)


async def test_what_the_buttons_promise(
    playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """A pushed card that is graded a day after it was looked at promises anew before a grade counts."""
    group = playground.group("Ships", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Ships", chat=group)
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", chat=group)
    await clock.advance(hours=3)
    await ben.taps("Show answer", chat=group)
    await ben.follows()
    await ben.taps("Easy")
    await clock.advance(days=1)
    await ben.taps("Show answer", "Easy", chat=group)
    for _ in range(5):
        await clock.advance(days=1)
    assert ANCHOR in group.sees().text
    await ben.taps("Show answer", chat=group)
    before = await ben.follows()
    await clock.advance(hours=20)
    anew = await ben.taps("Good")
    assert ben.toast == NEW_TIMES
    assert anew.text == before.text
    assert anew.labels != before.labels
    await ben.taps("Good")
    assert (anew.labels[2], ben.toast) == ("Good · 1.1mo", "Good, back in 1.1 months.")


async def test_who_was_led_and_has_not_looked(ships: Group, ben: Somebody) -> None:
    """Who was only led to the private chat and did not go there has not looked."""
    await ben.taps("Show answer", "Good", chat=ships)
    assert ben.toast == "Look first"
    await ben.follows(f"https://t.me/deckhand_bot?start={_payload(ben)}")
    await ben.taps("Good", chat=ships)
    assert ben.toast == "Good, back in 10 minutes."
    await ben.taps("Easy")
    assert ben.toast == "Already graded: Good."
    assert ben.sees() == screen_of(f"{REVEALED}\n\nGood, back in 10 minutes.", "[Undo]")


async def test_the_link_after_the_card_was_closed(ships: Group, ben: Somebody, clock: WorldClock) -> None:
    """Who comes by the link when the card is closed reads the answer and that it is closed, and finds no grades."""
    await ben.taps("Show answer", chat=ships)
    await clock.advance(minutes=10)
    shown = await ben.follows(f"https://t.me/deckhand_bot?start={_payload(ben)}")
    assert shown == screen_of(f"{FIRST_WORD}{REVEALED}\n\n{CLOSED}")
    assert ships.sees() == answered(ANCHOR, LONG.strip(), "Nobody graded it", deck="Ships")


async def test_a_grade_in_private_after_the_card_was_closed(ships: Group, ben: Somebody, clock: WorldClock) -> None:
    """Who opened the answer in time may grade until the group's next card; the group's tally stays."""
    await ben.taps("Show answer", chat=ships)
    await ben.follows()
    await clock.advance(minutes=10)
    assert await ben.taps("Good") == screen_of(f"{REVEALED}\n\nGood, back in 10 minutes.", "[Undo]")
    assert await _tally(ships, clock) == "Nobody graded it"


async def test_a_grade_in_private_after_the_next_card(ships: Group, ben: Somebody, clock: WorldClock) -> None:
    """A grade that comes too late says so and counts for nothing."""
    await ben.taps("Show answer", chat=ships)
    await ben.follows()
    await clock.advance(minutes=10)
    await ben.sends("/quiz", ships)
    assert await ben.taps("Good") == screen_of(f"{REVEALED}\n\n{CLOSED}")
    assert ben.toast == CLOSED
    assert await ben.sends("/undo") == screen_of("There is nothing to undo.")


async def test_a_link_proves_nothing(ships: Group, ben: Somebody, cleo: Somebody, playground: Playground) -> None:
    """Neither a stranger nor a member who did not ask for the answer is shown it by a link that another got."""
    await ben.taps("Show answer", chat=ships)
    for somebody in (playground.person("Mallory"), cleo):
        assert await somebody.starts(_payload(ben)) == screen_of(NO_MORE)
    for payload in ("turn_999", "turn_0", "turn_", "turn_x", "turn_99999999999999999999"):
        assert ANCHOR not in (await cleo.starts(payload)).text
    assert await _tally(ships, playground.clock) == "Nobody has looked yet"


async def test_who_blocked_the_bot_takes_part(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """A member who blocked the bot in private looks and grades in the group, and nothing is sent to them."""
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer", "Good", "20:00", "Skip")
    await ben.blocks()
    calls = len(playground.calls)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    assert ben.toast == "Good, back in 2 days."
    await clock.advance(days=1)
    assert not [call for call in playground.calls[calls:] if str(call.params.get("chat_id")) == str(ben.id)]


# --- what nobody but oneself sees -------------------------------------------------------------------------------------


async def test_the_answer_never_stands_there_before_the_end(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """In no version of any message does the group see an answer before the card is closed, and never a grade."""
    await ben.sends("/quiz", group)
    for somebody, label in ((ben, "Good"), (cleo, "Again"), (anna, "Easy")):
        await somebody.taps("Show answer", label, chat=group)
        await clock.advance(seconds=4)
    await cleo.sends("/quiz", group)
    assert not [text for text in shown_to(playground, group) if "Paris" in text]
    await clock.advance(minutes=10)
    texts = shown_to(playground, group)
    assert [text for text in texts if "Paris" in text] == [answered(FRANCE, "Paris", "2 of 3 knew it").text]
    assert not [text for text in texts if re.search(r"back in|\b(Again|Hard|Good|Easy)\b|Ben|Cleo|Anna", text)]
    labels = {label for each in group.sees_all() for label in each.labels}
    assert not [label for label in labels if re.search(r"\d+(m|h|d|mo|y)$", label)]


async def test_toasts_are_for_one(group: Group, ben: Somebody, cleo: Somebody) -> None:
    """Grades and intervals are told to the member alone who gave them."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    await cleo.taps("Show answer", chat=group)
    assert ben.toasts == ["Paris", "Easy, back in 7 days."]
    assert cleo.toasts == ["Paris"]
    assert cleo.sees() == NOTHING


async def test_undo_of_a_group_grade(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """/undo in private takes the member's grade in the group back, also after the end; the group's tally stays."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    await clock.advance(minutes=10)
    there_again = await ben.sends("/undo")
    assert there_again == screen_of(f"Capitals · 1/1\n\n{FRANCE}\n─────\nParis", *FOUR_FRANCE)
    assert group.sees() == answered(FRANCE, "Paris", "2 of 2 knew it")
    await ben.taps("Again")
    assert await cleo.sends("/undo") == there_again
    assert group.sees() == answered(FRANCE, "Paris", "2 of 2 knew it")


async def test_undo_under_the_card_in_private(ships: Group, ben: Somebody) -> None:
    """Undo under a group's card in the private chat puts its answer and grades there again."""
    await ben.taps("Show answer", chat=ships)
    await ben.follows()
    await ben.taps("Easy")
    assert await ben.taps("Undo") == screen_of(f"Ships · 1/1\n\n{ANCHOR}\n─────\n{LONG.strip()}", *FOUR)


# --- administrators ---------------------------------------------------------------------------------------------------


async def test_settings_belong_to_administrators(group: Group, anna: Somebody, ben: Somebody) -> None:
    """A member neither opens the settings nor changes them on the message that an administrator opened."""
    refused = "Only administrators of this group can do that."
    assert await ben.sends("/settings", group) == screen_of(refused)
    opened = await anna.sends("/settings", group)
    assert opened.text.startswith("Settings of this group\nNo daily card\nUTC, it is 09:00 now")
    for label in ("Hours", "Days", "Zone", "Quiet", "Limits", "Pause"):
        assert await ben.taps(label, chat=group) == opened
        assert ben.toast == refused
    await ben.sends("/decks", group)
    assert await ben.taps("✓ Capitals", chat=group) == screen_of(
        "This group studies Capitals. /quiz puts a card to everybody.", "[✓ Capitals · 5]", "[Ships · 2]"
    )
    assert ben.toast == refused


async def test_an_administrator_changes_the_decks(group: Group, anna: Somebody) -> None:
    """An administrator gives the group another deck and takes one away."""
    await anna.sends("/decks", group)
    assert (await anna.taps("Ships", chat=group)).text.startswith("This group studies Capitals and Ships.")
    assert (await anna.taps("✓ Capitals", chat=group)).text.startswith("This group studies Ships.")
    assert await anna.sends("/quiz", group) == asked(ANCHOR, deck="Ships")


async def test_rights_are_those_of_the_moment(group: Group, anna: Somebody, ben: Somebody) -> None:
    """Who became an administrator may, and who is none any more may not, on the same message."""
    await anna.sends("/settings", group)
    await group.promotes(ben)
    assert (await ben.taps("Limits", chat=group)).text.startswith("A card stays open for 10 minutes")
    await group.demotes(ben)
    await ben.taps("30 min", chat=group)
    assert ben.toast == "Only administrators of this group can do that."


async def test_an_anonymous_administrator(group: Group, anna: Somebody, ben: Somebody) -> None:
    """An administrator who speaks as the group itself sets it up and puts cards."""
    await group.promotes(ben, anonymous=True)
    assert (await ben.sends("/settings", group)).text.startswith("Settings of this group")
    assert (await ben.taps("Limits", "5 min", chat=group)).text.startswith("A card stays open for 5 minutes")
    assert await ben.sends("/quiz", group) == asked(FRANCE)
    assert await ben.sends("/quiz", group) == asked(PERU)
    await ben.taps("Show answer", "Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."


async def test_two_administrators_choose_at_once(playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """Two administrators tap a deck in the same moment: one card stands there."""
    group = playground.group("Two", [anna, ben], [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    message = group.message()
    await anna.taps("Capitals", chat=group)
    assert await ben.taps_old(message, "Ships · 2") == asked(FRANCE)
    assert await anna.taps_old(message, "Capitals · 5") == asked(FRANCE)


# --- payloads prove nothing -------------------------------------------------------------------------------------------


async def test_no_button_of_a_private_chat_works_in_a_group(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground
) -> None:
    """A client that sends what only a private chat's buttons hold changes nothing in the group, nor the other way."""
    await ben.sends("/start")
    await ben.taps("Capitals", "Show answer")
    private = [button.data for row in ben.message().rows for button in row]
    await group.promotes(ben)
    await anna.sends("/quiz", group)
    turn = group.message()
    in_group = [button.data for row in turn.rows for button in row]
    before, own = group.sees_all(), ben.sees()
    for data in (
        *private,
        "d1:1",
        "d0:1",
        "ds",
        "d:1",
        "q:1:0",
        "u:1",
        "l:1:0",
        "z:1:hour",
        "n:1:5",
        "st",
        "f:1",
        "h:480",
    ):
        await ben.taps_data(turn, data)
        assert ben.toast == "That button does not work any more. /help says what does."
    assert group.sees_all() == before
    for data in ("gn", "gd:1:1:1", "gs:1", *in_group):
        await ben.taps_data(ben.message(), data)
    assert ben.sees() == own


async def test_zone_questions_in_a_group_stay_in_its_settings(group: Group, anna: Somebody) -> None:
    """Whatever a payload says of where a zone was asked, a group comes back to its settings."""
    await anna.sends("/settings", group)
    for data in ("t:Europe/Berlin:0", "c:-1:0"):
        await anna.taps_data(group.message(), data)
    await anna.taps("Back", chat=group)
    assert "Berlin, it is 10:00 now" in group.sees().text


async def test_a_payload_moves_no_card_to_another_message(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """A made-up tap on the card before, naming the open one, changes neither message."""
    await ben.sends("/quiz", group)
    before = group.message()
    await clock.advance(minutes=10)
    await ben.sends("/quiz", group)
    now = group.message()
    shows = next(button.data for row in now.rows for button in row if button.text == "Show answer")
    seen = group.sees_all()
    await cleo.taps_data(before, shows)
    assert cleo.toast == "This card is no longer asked."
    assert group.sees_all() == seen
    await cleo.taps("Show answer", "Good", chat=group)
    await cleo.taps_data(before, shows.replace("gs:", "gg:") + ":3:0")
    assert (cleo.toast, group.sees_all()[-2]) == ("This card is no longer asked.", seen[-2])


async def test_a_payload_draws_no_card_over_another_message(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """A made-up tap under the board counts as one under the card, which stays where it is."""
    await anna.sends("/join", group)
    await anna.sends("/board", group)
    board = group.message()
    await ben.sends("/quiz", group)
    shows = next(button.data for row in group.message().rows for button in row)
    seen = group.sees_all()
    for data in (shows, shows.replace("gs:", "gg:") + ":3:0"):
        await cleo.taps_data(board, data)
        await clock.advance(seconds=20)
    assert group.sees_all() == [*seen[:-1], asked(FRANCE, "1 looked · 1 knew it", grades=True)]
    await clock.advance(minutes=10)
    for data in (shows, shows.replace("gs:", "p:") + ":0"):
        await cleo.taps_data(board, data)
    assert group.sees_all()[-2] == seen[-2]


async def test_a_turn_of_another_group(group: Group, playground: Playground, ben: Somebody) -> None:
    """A card of one group is neither looked at nor graded from another."""
    await ben.sends("/quiz", group)
    data = [button.data for row in group.message().rows for button in row]
    other = playground.group("Other", [ben], with_bot=False)
    await other.adds_bot(ben)
    seen = other.sees()
    for payload in (*data, data[0].replace("gs", "gg") + ":4:0"):
        assert await ben.taps_data(other.message(), payload) == seen
        assert ben.toast == NO_MORE
    assert group.sees() == asked(FRANCE)


def _payload(somebody: Somebody) -> str:
    """The start parameter of the link that this person's taps were last answered with."""
    url = next(answer.url for answer in reversed(somebody.answers) if answer.url)
    return url.partition("start=")[2]


async def _tally(group: Group, clock: WorldClock) -> str:
    await clock.advance(seconds=4)
    return group.sees().text.split("\n\n")[-1]
