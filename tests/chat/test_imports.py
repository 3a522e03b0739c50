"""Files that are read one at a time, each in a folder of its own that is gone afterwards."""

import asyncio
import contextlib
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
    imports = Imports(tmp_path / "deckhand.db", _begins_nothing, lambda: 0.0)
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


async def test_a_sweep_spares_what_is_about_to_be_named(tmp_path: Path) -> None:
    """From before its bytes lie there until whoever sent them has written down their name, also if that is between
    the sweep's look at what is named and its deleting.
    """
    imports = Imports(tmp_path / "deckhand.db", _begins_nothing, lambda: 0.0)
    async with contextlib.AsyncExitStack() as sent:

        async def nothing() -> frozenset[str]:
            names.append(await sent.enter_async_context(imports.kept(b"second", ".png")))
            return frozenset()

        names = [await sent.enter_async_context(imports.kept(b"first", ".png"))]
        await imports.sweep(nothing)
        assert sorted(path.name for path in imports.media.iterdir()) == sorted(names)

    async def first() -> frozenset[str]:
        return frozenset(names[:1])

    await imports.sweep(first)
    assert [path.name for path in imports.media.iterdir()] == names[:1]


async def test_what_a_file_brings_is_spared_from_when_it_lies_among_the_media(tmp_path: Path) -> None:
    """Media go while it is read, also one that it brings again: that one comes back with it, and then stays."""
    imports = Imports(tmp_path / "deckhand.db", _begins_nothing, lambda: 0.0)

    async def nothing() -> frozenset[str]:
        return frozenset()

    def lie() -> list[bytes]:
        return [path.read_bytes() for path in imports.media.iterdir()]

    async with imports.kept(b"a picture", ".png") as name:
        pass
    async with imports.folder() as folder:
        (folder / "media").mkdir()
        (folder / "media" / name).write_bytes(b"a picture")
        assert lie() == [b"a picture"]
        await imports.let_go(nothing)
        assert lie() == []
        async with imports.all_kept(folder / "media"):
            await imports.let_go(nothing)
            assert lie() == [b"a picture"]
    await imports.sweep(nothing)
    assert lie() == []
    assert not imports._held


async def test_who_stopped_is_not_carried_through(tmp_path: Path) -> None:
    """The tap may come when the work is about to be past stopping; from there on none is taken any more."""
    imports = Imports(tmp_path / "deckhand.db", _begins_nothing, lambda: 0.0)

    decided = []

    async def decides(_: Path) -> None:
        assert imports.stop(1)
        imports.is_past_stopping(1)
        decided.append(1)

    with pytest.raises(Stopped):
        await imports.run(1, decides)
    assert decided == []

    async def goes_on(_: Path) -> str:
        imports.is_past_stopping(1)
        return "decided" if not imports.stop(1) else "stopped"

    imports.starts(1, "x.txt")
    assert imports.running(1) == "x.txt"
    assert await imports.run(1, goes_on) == "decided"
    assert imports.running(1) == ""
