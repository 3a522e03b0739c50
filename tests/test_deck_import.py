"""`deck import`: what is too large for a chat comes in from the command line."""

import asyncio
import functools
import io
import signal
import sys
from pathlib import Path

import pytest

from bot.chat.bringing import Part
from bot.cli import main
from bot.importer import Bar
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.notebook import differences, memories, notebook
from tests.people import BotHere, environment, surroundings
from tests.test_import_progress import package


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, playground: Playground, bot: BotHere, decks_dir: Path) -> None:
    """The settings of the bot that the test runs."""
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    for name, value in environment(playground, bot.folder, decks_dir, {}).items():
        monkeypatch.setenv(name, value)


async def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """What came of it: exit status, what it printed, what it complained of."""
    capsys.readouterr()
    status = await asyncio.to_thread(main, ["deck", "import", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.usefixtures("env")
async def test_a_file_comes_in_while_the_bot_is_stopped(
    bot: BotHere, anna: Somebody, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It says what it would do and asks; with progress if that is wished; for one person or for everybody."""
    path, words = tmp_path / "rivers.apkg", tmp_path / "words.txt"
    path.write_bytes(package(tmp_path, anna.playground.clock.now()))
    words.write_text("mer;sea\nciel;sky\n")
    await anna.sends("/start")
    mine = (str(path), "--owner", str(anna.id))
    status, out, err = await said(capsys, *mine, "--yes")
    assert (status, out) == (2, "")
    assert err.startswith("Deckhand is already running on ")
    await bot.stop()
    assert await said(capsys, str(path), "--owner", "5", "--yes") == (
        1, "", "Deckhand knows nobody with the number 5: /start in the chat comes first.\n",
    )  # fmt: skip
    assert await said(capsys, str(path), "--everybody", "--progress") == (
        2, "", "How far somebody is, is theirs: give --owner with --progress.\n",
    )  # fmt: skip
    dry_run = (
        "rivers.apkg: 4 notes → 4 cards\n4 new\nFirst card: Longest river? → Nile\n"
        "Progress in it: 3 cards, 5 reviews, 1 suspended.\n"
    )
    status, out, _ = await said(capsys, *mine)
    assert (status, out) == (1, f"{dry_run}Import it? [y/N] Nothing was imported.\n")
    status, out, _ = await said(capsys, *mine, "--progress", "--yes")
    assert (status, out) == (0, f"{dry_run}Default: 4 cards\n{anna.id} has it from now on.\n")
    assert [row["stage"] for row in memories(bot, anna)] == ["review", "review", "relearning"]
    assert differences(bot) == ()
    status, out, _ = await said(capsys, *mine, "--progress", "--yes")
    assert (status, out.splitlines()[1]) == (0, "Nothing has changed: you have all of it.")
    assert (await said(capsys, str(words), "--everybody", "--yes"))[:2] == (
        0, "words.txt: 2 cards\n2 new\nFirst card: mer → sea\nWords: 2 cards\nEverybody is offered it from now on.\n",
    )  # fmt: skip
    with notebook(bot) as db:
        (first,) = db.execute("select deck_id from decks where name = 'Words'").fetchall()
    words.write_text("mer;sea\n")
    assert (await said(capsys, str(words), "--everybody", "--yes"))[1].splitlines()[1] == (
        "0 new · 1 archived, as the file has them no more"
    )
    with notebook(bot) as db:
        assert db.execute("select deck_id from decks where name = 'Words'").fetchall() == [first], "the same deck"
    broken = tmp_path / "broken.apkg"
    broken.write_bytes(b"PK nothing")
    status, out, err = await said(capsys, str(broken), "--everybody", "--yes")
    assert (status, out) == (1, "")
    assert err.startswith("broken.apkg: ")
    with notebook(bot) as db:
        assert not [*db.execute("select 1 from imports"), *db.execute("select 1 from arriving")]
    assert not [*bot.folder.glob("*incoming-*")]
    await bot.start()
    assert "Words · 1" in (await anna.sends("/decks")).labels


@pytest.mark.parametrize("who", ["anna", "@anna", "0", "-100200", "1.5", "9" * 19])
def test_whose_the_deck_is_is_said_by_a_number(capsys: pytest.CaptureFixture[str], who: str) -> None:
    """Whatever else is given is refused in words that say what is expected, and where it is found."""
    with pytest.raises(SystemExit) as ended:
        main(["deck", "import", "words.txt", f"--owner={who}"])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"argument --owner: {who!r} is no user id: a number such as 123456789 is expected." in said
    assert said.endswith("Show Peer IDs in Profile")


class Passing:
    """A clock that says what it is told."""

    def __init__(self) -> None:
        self.at = 0.0

    def passed(self) -> float:
        return self.at


@pytest.mark.parametrize(("is_terminal", "every"), [(True, 0.1), (False, 5.0)])
async def test_it_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, is_terminal: bool, every: float) -> None:
    """On a terminal in one line that is written over at most ten times a second, else in a line now and then."""
    written: list[str] = []
    clock = Passing()
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal)
    bar = Bar(clock, written.append)  # type: ignore[arg-type]
    for done in range(0, 1001, 10):
        await bar.tell(Part.READING, done, 1000)
        clock.at += every / 10
    bar.end()
    if is_terminal:
        assert len(written) in (11, 12, 13)
        assert all(each.startswith("\r") for each in written)
        assert written[5].startswith("\r[##############")
    else:
        assert len(written) in (10, 11)
        assert all(each.endswith("of 1,000\n") for each in written)


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize(
    ("how", "ctrl_c"),
    [
        (signal.SIGTERM, signal.SIG_DFL),
        # As in what a script begins with `&`.
        (signal.SIGTERM, signal.SIG_IGN),
        (signal.SIGINT, signal.SIG_DFL),
    ],
)
async def test_an_import_that_is_stopped_leaves_nothing(
    bot: BotHere, playground: Playground, decks_dir: Path, tmp_path: Path, how: signal.Signals, ctrl_c: signal.Handlers
) -> None:
    """Asked to end while cards are read, it says that nothing came of it; no deck is there and no folder is left."""
    await bot.stop()
    (tmp_path / "many.txt").write_text("".join(f"word {number};meaning {number}\n" for number in range(3_000)), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "deck", "import", str(tmp_path / "many.txt"), "--everybody", "--yes"),
        env={**surroundings(), **environment(playground, bot.folder, decks_dir, {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, ctrl_c),
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while not (await process.stdout.readline()).startswith(b"cards read: "):
            assert process.returncode is None
        process.send_signal(how)
        out, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")
    assert out.endswith(b"Stopped: nothing was imported.\n")
    assert [each.name for each in bot.folder.iterdir() if ".incoming-" in each.name] == []
    with notebook(bot) as db:
        assert db.execute("select count(*) from decks where name = 'Many'").fetchone()[0] == 0


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_an_import_that_is_stopped_at_its_question_leaves_nothing(
    bot: BotHere, playground: Playground, decks_dir: Path, tmp_path: Path, how: signal.Signals
) -> None:
    """It does not wait for the answer then."""
    await bot.stop()
    (tmp_path / "words.txt").write_text("mer;sea\nciel;sky\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "deck", "import", str(tmp_path / "words.txt"), "--everybody"),
        env={**surroundings(), **environment(playground, bot.folder, decks_dir, {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        await process.stdout.readuntil(b"Import it? [y/N] ")
        process.send_signal(how)
        # Its input stays open: nobody answers.
        out, err = await process.stdout.read(), await process.stderr.read() if process.stderr else b""
        status = await process.wait()
    assert (status, out, err) == (130, b"\nStopped: nothing was imported.\n", b"")
    assert [each.name for each in bot.folder.iterdir() if ".incoming-" in each.name] == []


@pytest.mark.usefixtures("env")
async def test_where_nobody_can_answer_nothing_is_imported(
    bot: BotHere, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begun without any input, it says what is in the file and ends."""
    await bot.stop()
    monkeypatch.setattr("sys.stdin", None)
    (tmp_path / "words.txt").write_text("mer;sea\nciel;sky\n")
    status, out, err = await said(capsys, str(tmp_path / "words.txt"), "--everybody")
    assert (status, err) == (1, "")
    assert out.endswith("Import it? [y/N] \nNothing was imported.\n")


@pytest.mark.usefixtures("env")
async def test_an_import_clears_what_killed_ones_left(
    bot: BotHere, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Folders in which they were reading are gone; those of another database stay."""
    await bot.stop()
    left, other = (bot.folder / f"{name}.incoming-abc" for name in ("deckhand.db", "other.db"))
    for folder in (left, other):
        (folder / "looked").mkdir(parents=True)
        (folder / "looked" / "1.part").touch()
    words = tmp_path / "words.txt"
    words.write_text("mer;sea\nciel;sky\n")
    assert (await said(capsys, str(words), "--everybody", "--yes"))[0] == 0
    assert [*bot.folder.glob("*.incoming-*")] == [other]
