"""What reads a sent file ends with a line or with decks, whatever the file is, and within its limits."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bot.chat import apart
from bot.chat.intake import NotRead, reading
from bot.decks import limits
from bot.decks.arrival import Named, Order, Refused, from_line
from tests.decks.anki.samples import database, package_of
from tests.hostile import mutations
from tests.hostile.corpus import everythings, texts, whole_everything
from tests.hostile.mutations import Changed

ODD_NAME = "x\a\u202e\n" + "y" * 50_000


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("deck.txt", f"#deck:{ODD_NAME.replace(chr(10), '')}\na?;b\n".encode()),
        ("deck.jsonl", f'{json.dumps({"format": "deckhand.cards/1", "deck": ODD_NAME})}\n{{"front": "a?"}}\n'.encode()),
        ("deck.md", f"---\nname: {ODD_NAME.replace(chr(10), '')}\n---\nQ: a?\nA: b\n".encode()),
        ("mine.zip", whole_everything({"manifest.json": json.dumps(
            {"format": "deckhand.everything/1", "decks": [{"file": "decks/1.jsonl", "name": ODD_NAME}]})})),
    ],
    ids=["text", "JSON Lines", "Markdown", "everything"],
)  # fmt: skip
def test_a_deck_is_called_by_a_line(tmp_path: Path, file: str, data: bytes) -> None:
    """Whatever the file calls it."""
    assert "cards" in mutations.read(Changed(0, file, "", data), tmp_path)


def test_no_deck_of_a_file_is_called_like_another(tmp_path: Path) -> None:
    """By its name it is known when the file comes again; "D (2)" may be there already."""
    decks = [{"file": "decks/1.jsonl", "name": name} for name in ("D", "D", "D (2)", "D", "")]
    manifest = json.dumps({"format": "deckhand.everything/1", "decks": decks})
    told = mutations.told_of(Changed(0, "mine.zip", "", whole_everything({"manifest.json": manifest})), tmp_path)
    assert told[0] == Named(("D", "D (2)", "D (2) (2)", "D (3)", "Deck"))


def test_every_other_file_is_read_or_refused_with_its_reason(tmp_path: Path) -> None:
    """Text files, and files of all that somebody has; packages have a test of their own."""
    for sent in (*everythings(), *texts()):
        if len(sent.data) > 2**20:
            continue
        line = mutations.read(Changed(0, Path(sent.file).name[-60:], "", sent.data), tmp_path)
        assert sent.taken or sent.says in line, (sent.called, line)


def order(folder: Path, data: bytes) -> Order:
    """To look into a file that holds this."""
    (folder / "x.apkg").write_bytes(data)
    (folder / "unpacked").mkdir()
    return Order(str(folder / "x.apkg"), "x.apkg", str(folder / "unpacked"))


@pytest.fixture
def dense(tmp_path: Path) -> bytes:
    """A package whose cards take much more memory and time than their length lets expect."""
    return package_of(database(tmp_path / "made.db", [(f"{n}?", "<b>x</b>y" * 900) for n in range(100)]))


def test_its_memory_has_an_end_and_that_is_told(tmp_path: Path, dense: bytes) -> None:
    """However little is left of it then; as much as it holds at the most, the bot and it may take."""
    told = msgspec.json.encode(order(tmp_path, dense)).decode()
    less = f"from bot.decks import intake, limits\nlimits.MEMORY_BYTES = 28 * 2**20\nintake.main([{told!r}])"
    done = subprocess.run([sys.executable, "-c", less], stdin=subprocess.DEVNULL, capture_output=True)
    last = from_line(done.stdout.splitlines(keepends=True)[-1])
    assert isinstance(last, Refused), done.stderr
    assert last.line == "x.apkg: it takes more memory than there is for a file. Send it in parts."
    assert limits.MEMORY_BYTES < 300 * 2**20


async def test_what_takes_too_long_is_ended(tmp_path: Path, dense: bytes) -> None:
    """By the clock, and by the processor's: the bot, which came first, hears no more of it, and the process is gone."""
    asked = order(tmp_path, dense)

    async def silent(_done: int, _all_of_them: int) -> None:
        """Nobody wants to know."""

    with pytest.raises(NotRead, match="it took longer"):
        async with reading(asked, silent, seconds=0.05) as reader:
            await reader.hear()
    assert reader._process.returncode
    async with reading(asked, silent) as reader:
        here, there = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, reader._process.pid))
        assert there == min(19, here + apart.LESS_URGENT)
        # As the system does to who has used up its seconds.
        reader._process.send_signal(signal.SIGXCPU)
        with pytest.raises(NotRead, match="said no more"):
            await reader.hear()
    assert reader._process.returncode
