"""Sends every file that is broken or made to harm to a real bot process: `python -m tests.hostile [WORD…]`.

One after the other through the chat, while others go on studying; prints for each what its sender read, how long that
took, how much more memory the bot and its reader held, and how long others waited meanwhile; in the end how long they
waited between the files, and those during which somebody waited more than twice as long. Then cards that might harm
when they are shown are asked, behind servers of two ages. WORDs choose those whose names have one of them.
`--mutations N [--seed S]` reads so many changed exports instead. Exit status 1 if something went wrong.
"""

import argparse
import asyncio
import contextlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bot.playground.values import Server
from tests.hostile import asking, mutations
from tests.hostile.corpus import Sent, corpus
from tests.hostile.shown import CARDS
from tests.hostile.stage import MB, Outcome, Stage, percentiles
from tests.memory import in_memory


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextlib.asynccontextmanager
async def staged(server: Server) -> AsyncIterator[Stage]:
    """A bot that runs meanwhile, behind such a server."""
    with tempfile.TemporaryDirectory(prefix="hostile-", dir=in_memory()) as name:
        stage = Stage(Path(name), server)
        await stage.open()
        try:
            async with stage.tapping():
                yield stage
        finally:
            await stage.close()


async def send_all(words: list[str]) -> int:
    """How many of them ended badly."""
    quiet: list[float] = []
    outcomes: list[Outcome] = []
    async with staged("10.3") as stage:
        say(f"{'s':>6} {'bot MB':>6} {'reader':>6} {'p50':>5} {'p99':>5}  file: line")
        files = corpus(stage.folder)
        while True:
            # To make one may take a second in which nobody is answered.
            async with stage.nobody_taps():
                sent = next(files, None)
            if sent is None:
                break
            if words and not any(word in sent.called for word in words):
                continue
            quiet += await stage.rests()
            outcomes.append(await stage.sends(sent))
            _tell(outcomes[-1])
    _compare(quiet, outcomes)
    bad = sum(bool(outcome.wrong) for outcome in outcomes)
    say(f"{len(outcomes)} files, {bad} ended badly.")
    return bad


def _compare(quiet: list[float], outcomes: list[Outcome]) -> None:
    """How long others waited between the files and meanwhile, and during which of them longest."""
    meanwhile = [wait for outcome in outcomes for wait in outcome.waits]
    (p50, p99), (half, most) = percentiles(quiet), percentiles(meanwhile)
    say(f"{len(quiet)} taps of others between: half within {p50:.0f} ms, 99 of 100 within {p99:.0f} ms")
    ratios = f"{half / p50:.2f} and {most / p99:.2f} times"
    say(f"{len(meanwhile)} taps meanwhile: half within {half:.0f} ms, 99 of 100 within {most:.0f} ms: {ratios}")
    for outcome in outcomes:
        # A file is read in a moment: of the few taps meanwhile, the longest.
        longest = max(outcome.waits, default=0.0) * 1000
        if longest > 2 * p99:
            say(f"  {longest / p99:.1f} times ({longest:.0f} ms, {len(outcome.waits)} taps): {outcome.sent.called}")


async def ask_all(server: Server) -> int:
    """How much is wrong with cards that might harm when they are shown."""
    async with staged(server) as stage:
        with contextlib.closing(sqlite3.connect(stage.folder / "deckhand.db")) as db, db:
            db.execute("update chats set new_per_day = 999")
        await stage.imports(Sent("cards", "shown.apkg", asking.package(stage.folder), "40 new", taken=True))
        await stage.anna.taps("Study")
        await stage.anna.sends("/quiz")
        # What the server does not take is warned of, and comes otherwise.
        wrong = [*await asking.asks_all(stage.anna), *(line for line in stage.logged() if " WARNING " not in line)]
    say(f"{len(CARDS)} cards asked behind a server of {server}: {len(wrong)} wrong.")
    for line in wrong:
        say(f"  WRONG: {line}")
    return len(wrong)


async def _everything(words: list[str]) -> int:
    bad = await send_all(words)
    return bad if words else bad + await ask_all("10.3") + await ask_all("10.0")


def _tell(outcome: Outcome) -> None:
    p50, p99 = percentiles(outcome.waits)
    line = " / ".join(part for part in outcome.line.replace("\u2060", "").split("\n") if part)[:160]
    figures = f"{outcome.seconds:6.1f} {outcome.bot / MB:6.1f} {outcome.reader / MB:6.0f} {p50:5.0f} {p99:5.0f}"
    say(f"{figures}  {outcome.sent.called}: {line}")
    for wrong in outcome.wrong:
        say(f"{'':31}  WRONG: {wrong}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--mutations", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.mutations:
        began = time.monotonic()
        found = mutations.run(asked.seed, asked.mutations, say)
        say(f"{asked.mutations} changed files in {time.monotonic() - began:.0f} s, {found} ended badly.")
        return 1 if found else 0
    return 1 if asyncio.run(_everything(asked.words)) else 0


if __name__ == "__main__":
    sys.exit(main())
