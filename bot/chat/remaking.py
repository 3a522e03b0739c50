"""The process that makes a note's cards anew: started with nothing of ours, given an order, ended."""

import asyncio
import logging
import sys
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bot.chat import apart
from bot.decks.anki.remade import NONE_OF_THEM, Order, Remaking, Spoiled

log = logging.getLogger(__name__)

REMAKING_SECONDS = 10.0
_SAYS_NOTHING = 100
"""Characters of an error that the log takes."""


async def remade(order: Order, folder: Path, seconds: float = REMAKING_SECONDS) -> Remaking:
    """What becomes of the note; `folder` has the media of decks that were sent."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.decks.anki.remaking"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={"PYTHONUTF8": "1"},
    )
    try:
        async with asyncio.timeout(seconds):
            told, errors = await process.communicate(msgspec.json.encode(replace(order, folder=str(folder))))
    except TimeoutError:
        log.warning("the cards of a note were not made anew within %g s", seconds)
        return Remaking(spoiled=Spoiled(NONE_OF_THEM))
    finally:
        apart.kill(process)
        await process.wait()
    if process.returncode:
        # Its last line names the error; what a card says is not in it.
        kind = errors.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        log.warning("the cards of a note were not made anew: %s, %s", process.returncode, kind[:_SAYS_NOTHING])
        return Remaking(spoiled=Spoiled(NONE_OF_THEM))
    return msgspec.json.decode(told, type=Remaking)
