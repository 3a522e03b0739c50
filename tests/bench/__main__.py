"""`python -m tests.bench [part…]`: measures, prints the table, and ends with 1 where a goal is missed."""

import asyncio
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.bench import cards, flip, group_choice, imports, leaving, pushes, search, sent_files, taps
from tests.bench.child import CORES, other_core
from tests.bench.disk import flush_ms
from tests.bench.table import Figure, table

ROOT = Path(__file__).resolve().parents[2]
PARTS: dict[str, Callable[[Path], Awaitable[list[Figure]]]] = {
    "imports": imports.measure,
    "taps": lambda folder: taps.measure(folder, taps.Size()),
    "pushes": lambda folder: pushes.measure(folder, pushes.Size()),
    "cards": lambda folder: cards.measure(folder, cards.Size()),
    "search": lambda folder: search.measure(folder, search.Size()),
    "sent": lambda folder: sent_files.measure(folder, sent_files.Size()),
    "leaving": lambda folder: leaving.measure(folder, leaving.Size()),
    "flip": lambda folder: flip.measure(folder, flip.Size()),
    "group": lambda folder: group_choice.measure(folder, group_choice.Size()),
}


async def main(parts: list[str]) -> int:
    other_core()
    began = time.perf_counter()
    # Beside the repository: a disk as the bot's own, where a folder for temporary files may lie in memory.
    with tempfile.TemporaryDirectory(prefix="deckhand-bench-", dir=ROOT.parent) as name:
        folder = Path(name)
        print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {len(CORES)} cores")
        print(f"A flush to the disk of {folder.parent} takes {flush_ms(folder)[0]:.2f} ms.", flush=True)
        if len(CORES) < 2:
            print("There is one core alone: what is measured shares it with the server that measures.")
        figures: list[Figure] = []
        for part in parts or PARTS:
            (folder / part).mkdir()
            part_began = time.perf_counter()
            measured = await PARTS[part](folder / part)
            print(f"\n{table(measured)}\n{part}: {time.perf_counter() - part_began:.0f} s", flush=True)
            figures += measured
    missed = [figure.what.strip() for figure in figures if figure.kept is False]
    print(
        f"\n{time.perf_counter() - began:.0f} s. " + (f"Missed: {'; '.join(missed)}." if missed else "All goals kept.")
    )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(sys.argv[1:])))
