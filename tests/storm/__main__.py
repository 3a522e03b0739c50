"""Each fault at every call as far as half of the time allows, then stories drawn from seeds.

The same seed (or case) is the same story with the same faults as long as this folder is the same; the bot's own timing
may differ, so what depends on it may need several tries. A seed draws its server's age; of the sweep's scenes
those that are not on the newest one say so in their names. Exit status 1 if something did not hold.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from tests.storm import crowd as crowds
from tests.storm import runner
from tests.storm.disk import may_mount
from tests.storm.runner import Case, Result

FOR_THE_SWEEP = 0.5


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _one(case_name: str, seed: int | None, keep: Path | None = None) -> Result:
    """In a worker: by name, as steps cannot be sent to another process."""
    case = Case.of_seed(seed) if seed is not None else runner.case_of(case_name)
    return asyncio.run(runner.play(case, keep))


CROWDS = {"crowd": (crowds.CHATS, ()), "crowd with kills": (crowds.CHATS_WITH_KILLS, crowds.KILLS)}


def _crowd(name: str) -> tuple[list[str], str]:
    chats, kills = CROWDS[name]
    with tempfile.TemporaryDirectory(prefix="storm-", dir=runner.IN_MEMORY) as folder:
        return asyncio.run(crowds.play(Path(folder), chats, kills))


def _sweep(number: int) -> list[str]:
    cases = asyncio.run(runner.sweep(runner.SWEPT[number]))
    return [case.name.removeprefix("CASE=").strip("'") for case in cases]


def _jobs(names: list[str], began: float, minutes: float, first_seed: int) -> Iterator[tuple[str, int | None]]:
    """What is to be played next, until the time is over."""
    for name in names:
        if time.monotonic() - began > minutes * 60 * FOR_THE_SWEEP:
            break
        yield name, None
    seed = first_seed
    while time.monotonic() - began < minutes * 60:
        yield "", seed
        seed += 1


def storm(minutes: float, workers: int, first_seed: int, only: str = "") -> int:
    """The number of findings. `only`: of the sweep those scenes whose name has this in it."""
    began = time.monotonic()
    findings = played = swept = 0
    if not may_mount():
        say("A full disk is not played: this user may not mount a small one.")
    with ProcessPoolExecutor(workers) as pool:
        those = {name: pool.submit(_crowd, name) for name in CROWDS}
        scenes = [number for number, scene in enumerate(runner.SWEPT) if only in scene.name]
        names = [name for found in pool.map(_sweep, scenes) for name in found]
        # In an order of its own, so that a short storm meets some of everything.
        random.Random(first_seed).shuffle(names)
        say(f"{len(names)} cases of each fault at every call; seeds from {first_seed}")
        running: set[Future[Result]] = set()
        for name, seed in _jobs([*(() if only else runner.SLOW), *names], began, minutes, first_seed):
            running.add(pool.submit(_one, name, seed))
            swept += seed is None
            if len(running) >= workers:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                findings += sum(_said(future.result()) for future in done)
                played += len(done)
        for future in running:
            findings += _said(future.result())
            played += 1
        for name, crowd in those.items():
            broken, figures = crowd.result()
            say("\n  ".join([f"CASE='{name}': {'FINDING, ' if broken else ''}{figures}", *broken]))
            findings += bool(broken)
    say(f"{played} stories ({swept} of the {len(names)} of the sweep), {findings} findings")
    return findings


def _said(result: Result) -> bool:
    say(result.whole() if result.broken else str(result))
    return bool(result.broken)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--case", help="play this case of the sweep alone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="with one of these: where a finding's files go")
    parser.add_argument("--first", type=int, help="the first seed; drawn anew unless given")
    parser.add_argument("--scene", default="", help="sweep only the scenes whose name has this in it")
    chosen = parser.parse_args()
    if chosen.case in CROWDS:
        broken, figures = _crowd(chosen.case)
        say("\n".join([figures, *broken]))
        return int(bool(broken))
    if chosen.seed is not None or chosen.case:
        result = _one(chosen.case or "", chosen.seed, chosen.keep)
        say(result.whole())
        return int(bool(result.broken))
    first = chosen.first if chosen.first is not None else random.SystemRandom().randrange(10**6)
    return int(storm(chosen.minutes, chosen.workers, first, chosen.scene) > 0)


if __name__ == "__main__":
    sys.exit(main())
