"""Ends a process that works apart from the bot."""

import contextlib
import os
import signal
from asyncio.subprocess import Process


def kill(process: Process) -> None:
    """End it at once, if it has not ended; whoever awaits it is told.

    Its own `kill` would look whether it has ended, and take that away from who waits for it.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
