"""A process that works apart from the bot: it stands in nobody's way, and ends when it is told to."""

import contextlib
import os
import signal
from asyncio.subprocess import Process

LESS_URGENT = 10


def stand_back(process: Process, by: int = LESS_URGENT) -> None:
    """Let whoever taps come first from here on, before it has begun with its imports."""
    # Ended already, or not ours to make less urgent: it does its work all the same.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + by)


def kill(process: Process) -> None:
    """End it at once, if it has not ended; whoever awaits it is told.

    Its own `kill` would look whether it has ended, and take that away from who waits for it.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
