"""A file of several decks is studied by one tap, all of it."""

from pathlib import Path

from bot.chat import buttons
from bot.playground.people import Somebody
from tests.notebook import notebook
from tests.people import BotHere
from tests.test_imports import GONE, done, sent
from tests.test_shelf_packages import rivers_and_peaks


async def test_all_decks_of_a_file_are_studied_by_one_tap(
    bot: BotHere, anna: Somebody, ben: Somebody, tmp_path: Path
) -> None:
    """Those that are there still, by who sent them; later it is known of them that another file changed them."""
    await sent(anna, rivers_and_peaks(tmp_path), "earth.apkg")
    said = await done(anna, "Import")
    assert said.labels == ["Study", "Peaks · 2", "Rivers · 2"]
    page, data = anna.message(), buttons.StudyImported(1).pack()
    await ben.sends("/start")
    await ben.taps_data(ben.message(), data)
    assert ben.toast == GONE
    assert "Rivers" not in str(ben.sees())
    shown = await anna.taps("Study")
    assert (anna.toast, shown.labels) == ("Subscribed", ["Show answer"])
    await anna.sends("/decks")
    assert {"✓ Rivers · 2", "✓ Peaks · 2"} <= {*anna.sees().labels}
    # One is put away, the other is left: the same button brings back what is there.
    await anna.taps("✓ Rivers · 2", "Archive", "Back")
    await anna.taps("✓ Peaks · 2", "Leave", "Back")
    await anna.sends("/settings")
    await anna.taps("Limits", "0 new")
    await anna.taps_data(page, data)
    said = "You are subscribed to Peaks now. Today's new cards are used up. Nothing is due"
    assert [shown.labels for shown in anna.sees_all() if shown.text.startswith(said)] == [["2 more new cards"]]
    studied = (
        "select deck_id from subscriptions join decks using (deck_id) where left_at is null and archived_at is null"
    )
    with notebook(bot) as db:
        rows = db.execute(f"{studied} and chat_id = ?", (anna.id,)).fetchall()
    assert len(rows) == 1
    # Another file of theirs: the first one's button stands for nothing any more.
    await sent(
        anna, rivers_and_peaks(tmp_path, [("New river?", "Po"), *[("x?", "y")] * 2, ("New peak?", "K2")]), "e.apkg"
    )
    await done(anna, "Import")
    await anna.taps_data(anna.message(), data)
    assert anna.toast == GONE


async def test_a_file_of_too_many_decks_is_refused(bot: BotHere, anna: Somebody) -> None:
    """In a line that says how many there may be; of the most there are, and nothing is written."""
    lines = [f"Deck {number}\tWhat is {number}?\tIt is {number}\n" for number in range(201)]
    head = "#separator:tab\n#deck column:1\n"
    refused = await sent(anna, head + "".join(lines), "many.txt")
    assert (
        refused.text == "many.\u2060txt: 201 decks where 200 are the most. Export some of them.\nNothing was imported."
    )
    assert refused.labels == []
    with notebook(bot) as db:
        counts = "select (select count(*) from imports), (select count(*) from arriving), (select count(*) from decks)"
        assert tuple(db.execute(counts).fetchone()) == (0, 0, 1)
    assert (await sent(anna, head + "".join(lines[1:]), "many.txt")).labels == ["Import", "Cancel"]
