"""LaTeX → one picture, for the formulas that a line of Unicode cannot say.

Drawn in a process of its own, which is given no environment, little memory and little time: a formula comes from
anybody, and one that loops must cost nobody else a tap. Kept by content, so each is drawn once.
"""

import asyncio
import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from msgspec import json

from bot.storage.owners import own_folder

log = logging.getLogger(__name__)

# What is not drawn after so long is shown as its source; it is there the next time.
PATIENCE_SECONDS = 2.0
# What runs beside has nine seconds when the program ends.
DRAWING_SECONDS = 8.0
DRAWING_CPU_SECONDS = 5
MOST_MEMORY = 512 * 2**20
# Of the machine's processors others have something left.
AT_ONCE = 2
MOST_WAITING = 50
MOST_FORMULAS = 20
LONGEST = 4000
_NOTHING_DRAWN = 3
# Another way of drawing the same formulas is another picture.
_DRAWER = 1
_SIZE, _MARGIN, _GAP = 40, 24, 28
# A phone shows a picture as wide as itself: a narrower one would be blown up.
_LEAST_WIDTH, _MOST_WIDTH = 760, 2400
_MOST_RATIO = 8

Formulas = tuple[str, ...]


class FormulaPictures:
    """Pictures of formulas in a folder, which may be emptied at any time; each is drawn once, whoever asks for it.

    `begin` lets something run beside; a drawing that takes longer than `seconds` is ended. Nothing but looking at the
    folder is done on the loop.
    """

    def __init__(
        self, folder: Path, begin: Callable[[Coroutine[Any, Any, None], str], None], seconds: float = DRAWING_SECONDS
    ) -> None:
        self._folder = folder / "formulas"
        self._begin = begin
        self._seconds = seconds
        self._room = asyncio.Semaphore(AT_ONCE)
        self._drawing: dict[Path, asyncio.Event] = {}
        self._failed: set[Path] = set()  # in this life of the program

    def path_of(self, formulas: Formulas) -> Path | None:
        """The picture of these formulas, one below the other, if it was drawn; those that cannot be are left out."""
        path = self._path(formulas)
        return path if path.exists() else None

    def prepare(self, formulas: Formulas) -> asyncio.Event | None:
        """Begin to draw them, and tell when that is over; None: there is nothing to wait for."""
        if not formulas:
            return None
        path = self._path(formulas)
        if path in self._drawing:
            return self._drawing[path]
        if path in self._failed or path.exists() or _nothing_of(path).exists():
            return None
        if len(self._drawing) >= MOST_WAITING:
            return None
        over = self._drawing[path] = asyncio.Event()
        self._begin(self._draw(formulas, path, over), "a picture of formulas")
        return over

    def clear(self) -> None:
        """Delete every picture: whose cards they were drawn for is not known, and they are drawn again where wanted."""
        for path in self._folder.glob("*"):
            path.unlink(missing_ok=True)

    async def _draw(self, formulas: Formulas, path: Path, over: asyncio.Event) -> None:
        self._failed.add(path)
        try:
            async with self._room:
                picture = await asyncio.to_thread(_drawn, formulas[:MOST_FORMULAS], self._seconds)
            if picture is not None:
                await asyncio.to_thread(_keep, path if picture else _nothing_of(path), picture)
                self._failed.discard(path)
        finally:
            del self._drawing[path]
            over.set()

    def _path(self, formulas: Formulas) -> Path:
        key = hashlib.sha256(json.encode([_DRAWER, *formulas])).hexdigest()
        return self._folder / f"{key}.png"


def _nothing_of(path: Path) -> Path:
    """Lies there where none of the formulas can be drawn."""
    return path.with_suffix(".none")


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all: whoever looks meanwhile finds no half a picture."""
    # What is drawn stands on people's own cards, too.
    own_folder(path.parent, path.parent.parent)
    written = path.with_suffix(f".{os.getpid()}.tmp")
    written.write_bytes(data)
    written.replace(path)


def _drawn(formulas: Sequence[str], seconds: float) -> bytes | None:
    """The picture, empty where none of them can be drawn; None if the process did not come to its end."""
    try:
        done = subprocess.run(
            (sys.executable, "-m", "bot.chat.formula_pictures"),
            input=json.encode(list(formulas)),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=Path(__file__).parents[2],
            env={"PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        log.info("formulas took longer than %.0f s to draw", seconds)
        return None
    if done.returncode in (0, _NOTHING_DRAWN):
        return done.stdout
    log.info("drawing formulas ended with status %s after %d bytes of errors", done.returncode, len(done.stderr))
    return None


# --- in the drawing process


def picture(formulas: Sequence[str]) -> bytes:
    """The PNG itself, empty if nothing could be drawn; only the drawing process calls this."""
    import resvg_py

    drawn = [each for each in map(_svg, formulas) if each]
    if not drawn:
        return b""
    width = max(_LEAST_WIDTH, *[wide + 2 * _MARGIN for _, wide, _ in drawn])
    height = sum(high for _, _, high in drawn) + _GAP * (len(drawn) - 1) + 2 * _MARGIN
    height, top = max(height, width / _MOST_RATIO), max(0.0, width / _MOST_RATIO - height) / 2
    width = max(width, height / _MOST_RATIO)
    parts: list[str] = []
    below = top + _MARGIN
    for svg, _, high in drawn:
        parts.append(f'<g transform="translate({_MARGIN},{below:.1f})">{svg}</g>')
        below += high + _GAP
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=whole, width=round(min(width, _MOST_WIDTH))))


def _svg(formula: str) -> tuple[str, float, float] | None:
    """A formula as SVG with its width and height; None if it cannot be drawn with every letter of it."""
    from xml.etree import ElementTree

    from ziamath.zmath import Latex

    if len(formula) > LONGEST:
        return None
    try:
        drawn = Latex(formula, size=_SIZE)
        said = "".join(ElementTree.fromstring(drawn.mathmlstr()).itertext())  # noqa: S314 - written by the library
        width, height = drawn.getsize()
        svg = ElementTree.tostring(drawn.svgxml(), encoding="unicode")
    except Exception:  # whatever a formula does to the library, the others are drawn
        return None
    # A command that it does not know, and a letter that its font lacks, are drawn as something else.
    if "\\" in said or not all(char.isspace() or drawn.font.glyphindex(char) for char in said):
        return None
    return svg, width, height


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (DRAWING_CPU_SECONDS, DRAWING_CPU_SECONDS))
    body = picture(json.decode(sys.stdin.buffer.read(), type=list[str]))
    sys.stdout.buffer.write(body)
    sys.exit(0 if body else _NOTHING_DRAWN)
