"""Files that are read one at a time, each in a folder of its own that is gone afterwards."""

import asyncio
import shutil
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.chat.imports import Imports, Stopped


def _begins_nothing(work: Coroutine[Any, Any, None], _what: str) -> None:
    work.close()


async def test_who_stops_while_the_folder_goes_waits_until_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep comes after that, and never meets a folder that another one deletes."""
    imports = Imports(tmp_path / "deckhand.db", _begins_nothing)
    begun, may_go, rmtree = asyncio.Event(), threading.Event(), shutil.rmtree
    loop, removed = asyncio.get_running_loop(), []

    def slow(folder: Path) -> None:
        loop.call_soon_threadsafe(begun.set)
        may_go.wait()
        rmtree(folder)
        removed.append(folder)

    monkeypatch.setattr(shutil, "rmtree", slow)

    async def reads(folder: Path) -> None:
        (folder / "file").touch()

    async def nothing() -> frozenset[str]:
        return frozenset()

    reading = asyncio.create_task(imports.run(1, reads))
    await begun.wait()
    assert imports.stop(1)
    sweeping = asyncio.create_task(imports.sweep(nothing))
    loop.call_later(0.05, may_go.set)
    with pytest.raises(Stopped):
        await reading
    await sweeping
    assert len(removed) == 1
    assert not [*tmp_path.glob("*incoming*")]  # noqa: ASYNC240 (of a test's own folder)
