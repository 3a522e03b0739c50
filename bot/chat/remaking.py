"""The process that makes a note's cards anew: started with nothing of ours, given an order, ended."""

import asyncio
import logging
import sys
from pathlib import Path

import msgspec
from msgspec import DecodeError
from msgspec.structs import replace

from bot.decks.anki.remaking import Order, Remaking, Spoiled

log = logging.getLogger(__name__)

REMAKING_SECONDS = 10.0
_NONE_OF_THEM = -1


async def remade(order: Order, folder: Path, seconds: float = REMAKING_SECONDS) -> Remaking:
    """What becomes of the note; `folder` has the media of decks that were sent."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.decks.anki.remaking"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        env={"PYTHONUTF8": "1"},
    )
    try:
        async with asyncio.timeout(seconds):
            told, _ = await process.communicate(msgspec.json.encode(replace(order, folder=str(folder))))
        return msgspec.json.decode(told, type=Remaking)
    except (TimeoutError, DecodeError) as error:
        # It was ended by its limits, or is now.
        log.info("the cards of a note could not be made anew: %s", type(error).__name__)
        return Remaking(spoiled=Spoiled(_NONE_OF_THEM))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
