"""The bot as a process of its own, without the wait for its imports: it is forked from one that has them already.

`python -m tests.nursery FD` is that process, one for each process of tests; on the socket FD it is told what to run.
"""

import asyncio
import atexit
import contextlib
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

MOST_BYTES = 200_000


class Child:
    """A process that the nursery bore; its `returncode` is None until it has ended, and negative for a signal."""

    def __init__(self, pid: int, ended: "Future[int]") -> None:
        self.pid = pid
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Its exit status, as soon as it has ended."""
        return await asyncio.shield(asyncio.wrap_future(self._ended))

    def send_signal(self, how: signal.Signals) -> None:
        if self.returncode is None:
            # It may have ended just now.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, how)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Nursery:
    """The process that has imported the bot, seen from the tests. A thread listens to it, as each test has a loop."""

    def __init__(self, surroundings: Mapping[str, str]) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._born: Future[int] = Future()
        self._living: dict[int, Future[int]] = {}
        self._one_at_a_time = threading.Lock()
        with there:
            command = [sys.executable, "-m", "tests.nursery", str(there.fileno())]
            self._process = subprocess.Popen(command, env=dict(surroundings), pass_fds=[there.fileno()])
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def bear(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path, out: int, err: int) -> Child:
        """`python ARGUMENTS`, begun with only this environment, in that folder, writing there."""
        told = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": str(cwd)}).encode()
        with self._one_at_a_time:
            self._born = Future()
            socket.send_fds(self._here, [told], [out, err])
            pid = self._born.result(timeout=60)
        return Child(pid, self._living[pid])

    def close(self) -> None:
        """No more are borne; those that live go on."""
        # To close it would not wake the thread that listens to it.
        self._here.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._here.close()
        self._process.wait()

    def _listen(self) -> None:
        # A closed socket, whoever closed it, is the end.
        with contextlib.suppress(OSError):
            while told := self._here.recv(MOST_BYTES):
                news: dict[str, Any] = json.loads(told)
                if "status" in news:
                    self._living[news["pid"]].set_result(news["status"])
                else:
                    self._living[news["pid"]] = Future()
                    self._born.set_result(news["pid"])


# --- the process itself -----------------------------------------------------------------------------------------------


def main(home: socket.socket) -> int:
    """Bears a process for each thing it is told; in a child it returns 0 when that was run and did not exit itself."""
    from bot import app, cli  # noqa: F401  what takes the time

    gc.collect()
    gc.freeze()
    ear, mouth = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(mouth)
    # Whoever runs the tests may interrupt them: that they end is heard from the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    selector = selectors.DefaultSelector()
    selector.register(home, selectors.EVENT_READ)
    selector.register(ear, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fd == ear:
                os.read(ear, MOST_BYTES)
                _tell_of_the_dead(home)
                continue
            told, files, _, _ = socket.recv_fds(home, MOST_BYTES, 2)
            if not told:
                return 0
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for how in (signal.SIGCHLD, signal.SIGINT):
                    signal.signal(how, signal.SIG_DFL if how is signal.SIGCHLD else signal.default_int_handler)
                selector.close()
                for file in (ear, mouth):
                    os.close(file)
                home.close()
                _run(_made_ready(json.loads(told), files))
                return 0
            for file in files:
                os.close(file)
            home.send(json.dumps({"pid": pid}).encode())


def _tell_of_the_dead(home: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            home.send(json.dumps({"pid": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _made_ready(told: Mapping[str, Any], files: Sequence[int]) -> list[str]:
    """This process as if it had been started so; its arguments."""
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["env"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for file, place in zip(files, (1, 2), strict=True):
        os.dup2(file, place)
        os.close(file)
    return list(told["arguments"])


def _run(arguments: Sequence[str]) -> None:
    how, what, *rest = arguments
    if how == "-m":
        sys.argv = [what, *rest]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        assert how == "-c", arguments
        sys.argv = [how, *rest]
        exec(what, {"__name__": "__main__"})


if __name__ == "__main__":
    sys.exit(main(socket.socket(fileno=int(sys.argv[1]))))
