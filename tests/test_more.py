"""⋯ under a turn: what can be done with its card, in the turn's own message, nothing of the back before its time."""

import pytest

from bot.chat import buttons
from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from tests.habits import settles, until
from tests.notebook import differences, log, notebook, open_turns
from tests.people import CAPITALS, BotHere, screen_of

PERU = "Capitals · 1/4\n\nWhat is the capital of Peru?"
ASIDE = ("[Suspend] [Bury today]", "[Mark as wrong] [Deck]", "[History] [Back]")
HINTED = (
    "#html:true\nA sea?;It has salt\n<details><summary>Where</summary>Between Europe and Africa</details>Which?;Med\n"
)


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Capitals, and a deck with a hint and a statement."""
    return {"capitals.txt": CAPITALS, "seas.txt": HINTED, "sayings.txt": "The sea is wide.\nThe sea is deep.\n"}


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna, before her second card."""
    await settles(anna)
    await anna.sends("/quiz")
    return anna


async def test_the_menu_opens_in_the_turn_and_goes_back(bot: BotHere, settled: Somebody) -> None:
    """Before the answer and after it, in the same message; then a grade works as ever."""
    turn, message = settled.sees(), settled.message().id
    assert turn.menu
    assert await settled.taps("⋯") == screen_of(PERU, *ASIDE)
    assert not settled.sees().menu
    assert await settled.taps("Back") == turn
    shown = await settled.taps("Show answer")
    assert shown.menu
    assert await settled.taps("⋯") == screen_of(f"{PERU}\n─────\nLima", *ASIDE)
    assert open_turns(bot, settled) == [message]
    assert await settled.taps("Back") == shown
    assert (await settled.taps("Good")).text.startswith("Capitals · 2/5")
    assert settled.message().id == message
    assert differences(bot) == ()


async def test_the_menu_tells_nothing_of_the_back(settled: Somebody, clock: WorldClock) -> None:
    """History says how one stands and what each grade would lead to; the deck opens below, and the turn stays."""
    turn = settled.sees()
    info = await settled.taps("⋯", "History")
    assert info == screen_of(
        "Capitals\n\nWhat is the capital of Peru?\n\nYour progress: new\n\n"
        "Next: Again 1m, Hard 6m, Good 10m, Easy 8d\nNever graded.",
        "[Suspend] [Bury today]",
        "[Mark as wrong] [Deck]",
        "[Back]",
    )
    assert (await settled.taps("Deck")).text.startswith("Capitals\n5 cards")
    assert [screen.text for screen in settled.sees_all()][-2].startswith("Capitals\n\nWhat is the capital of Peru?")
    assert (await settled.sends("/quiz")).text == turn.text
    assert [screen.menu for screen in settled.sees_all()][-2:] == [False, True]
    # A push takes the buttons of an open menu away as well.
    await settled.taps("⋯")
    await until(clock, "03-02", "20:00")
    assert [bool(screen.labels) for screen in settled.sees_all()][-2:] == [False, True]


async def test_a_hint_before_the_answer(anna: Somebody) -> None:
    """It is offered where the front has one, and then stands there unfolded; the answer is not there yet."""
    await anna.sends("/start")
    assert "Hint" not in (await anna.taps("Seas", "⋯")).labels
    await anna.taps("Back", "Show answer", "Easy", "Not now")
    offered = await anna.taps("⋯")
    assert "Hint" in offered.labels
    hinted = await anna.taps("Hint")
    assert "Between Europe and Africa" in hinted.text
    assert "Med" not in hinted.text.removesuffix("Mediterranean")
    assert "Hint" not in hinted.labels
    await anna.taps("Back", "Show answer")
    assert "Hint" not in (await anna.taps("⋯")).labels


async def test_a_statement_has_it_too(anna: Somebody) -> None:
    """Its grades stand there at once, and ⋯ below them."""
    await anna.sends("/start")
    turn = await anna.taps("Sayings")
    assert turn.menu
    assert (await anna.taps("⋯")).rows[0] == ("Suspend", "Bury today")
    assert await anna.taps("Back") == turn


async def test_what_is_put_aside_gives_way(bot: BotHere, settled: Somebody, clock: WorldClock) -> None:
    """The next card comes in its place; undo and the log are untouched, and tomorrow what rested is back."""
    message, before = settled.message().id, log(bot, settled)
    await settled.taps("⋯")
    assert "Capitals · 1/4\n\nWhat is the capital of Kenya?" in (await settled.taps("Bury today")).text
    assert settled.answers[-1].text == "It rests until tomorrow."
    await settled.taps("Show answer", "⋯")
    assert "Capitals · 1/4\n\nWhat is the capital of Japan?" in (await settled.taps("Suspend")).text
    assert settled.message().id == message
    assert log(bot, settled) == before
    await settled.taps("Show answer", "Easy", "Show answer", "Easy")
    assert settled.sees().text.startswith("Done: 2 cards")
    await settled.taps("Undo")
    assert settled.sees().text.endswith("Oslo")
    await settled.taps("Easy")
    await clock.advance(days=1)
    assert "What is the capital of Peru?" in (await settled.sends("/quiz")).text
    await settled.taps("Show answer", "Easy")
    assert differences(bot) == ()
    assert "Show answer" not in settled.sees().labels, "Kenya is suspended"


async def test_marked_as_wrong_once(bot: BotHere, settled: Somebody) -> None:
    """Whoever runs the bot is told of a folder's card, not by whom; mended, who said so is told once, silently."""
    boss = settled.playground.person("boss")
    await boss.sends("/start")
    bot.extra["BOT_ADMINS"] = str(boss.id)
    await bot.restart()
    turn = settled.sees()
    await settled.taps("⋯")
    assert await settled.taps("Mark as wrong") == turn
    assert settled.answers[-1].text == "Thank you. Who can mend it is told, without your name."
    told = boss.sees()
    assert told == screen_of(
        "Somebody says that this card is wrong:\n\nCapitals\n\nWhat is the capital of Peru?\n─────\nLima\n\n"
        "It stands in capitals.\u2060txt, in the decks folder.",
        "[It is mended] [It is right]",
    )
    assert "Mark as wrong" not in (await settled.taps("⋯")).labels
    await boss.taps("It is mended")
    line = settled.sees()
    assert line == screen_of(
        "The card that you marked as wrong was mended: What is the capital of Peru?", "[See the card]"
    )
    assert settled.message().silent
    with notebook(bot) as db:
        assert [row["settled_at"] is None for row in db.execute("select * from complaints")] == [False]
    assert (await settled.taps("See the card")).text.endswith("Lima\n\nYour progress: new")


async def test_a_turn_names_its_own_card(bot: BotHere, settled: Somebody) -> None:
    """Data that names another card beside a turn is about the turn's; of a turn that is over nothing is done."""
    turn_id, other = newest_turn(bot), 5
    for kind, choice in ((buttons.CardWrong, "say"), (buttons.CardAside, "suspend")):
        message = settled.message().id
        query = acts.tap(
            settled.playground.world, settled.person, settled.chat, message, kind(other, turn_id, choice).pack()
        )
        await heard(settled.playground, query.update_id)
    assert "Capitals · 1/4\n\nWhat is the capital of Kenya?" in settled.sees().text
    with notebook(bot) as db:
        rows = db.execute("select card_id from complaints union all select card_id from aside").fetchall()
    assert [row["card_id"] for row in rows] == [2, 2]
    data = buttons.CardMenu(turn_id, "open").pack()
    old = acts.tap(settled.playground.world, settled.person, settled.chat, settled.message().id, data)
    await heard(settled.playground, old.update_id)
    assert settled.answers[-1].text == "This card is no longer asked; here is the present one."
    assert settled.sees().menu


def newest_turn(bot: BotHere) -> int:
    """The turn that was opened last."""
    with notebook(bot) as db:
        return int(db.execute("select max(turn_id) from turns").fetchone()[0])
