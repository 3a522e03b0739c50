"""Formulas that need more than a line become a picture."""

import asyncio
import io
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PIL import Image

from bot.chat.formula_pictures import FormulaPictures

SUM = r"\sum_{i=1}^n x_i"
MATRIX = r"\begin{pmatrix}a & b\\ c & d\end{pmatrix}"


class Drawer:
    """Draws formulas, and waits for it."""

    def __init__(self, folder: Path, seconds: float = 10.0) -> None:
        self.pictures = FormulaPictures(folder, self._begin, seconds)
        self.begun: list[asyncio.Task[None]] = []

    def _begin(self, work: Coroutine[Any, Any, None], _what: str) -> None:
        self.begun.append(asyncio.create_task(work))

    async def draw(self, *formulas: str) -> Path | None:
        """The picture, once it is there."""
        if over := self.pictures.prepare(formulas):
            await over.wait()
        await asyncio.gather(*self.begun)
        return self.pictures.path_of(formulas)


def ink(path: Path) -> tuple[tuple[int, int], float]:
    """The picture's size, and the share of it that is no paper."""
    image = Image.open(io.BytesIO(path.read_bytes())).convert("L")
    return image.size, sum(image.histogram()[:128]) / (image.width * image.height)


async def test_formulas_are_drawn_once(tmp_path: Path) -> None:
    """However many ask, and from then on: on white paper, as wide as a phone shows it, for nobody else to read."""
    drawer = Drawer(tmp_path)
    assert drawer.pictures.path_of((SUM, MATRIX)) is None
    assert drawer.pictures.prepare((SUM, MATRIX)) is drawer.pictures.prepare((SUM, MATRIX))
    path = await drawer.draw(SUM, MATRIX)
    assert path is not None
    (width, height), share = ink(path)
    assert width >= 760
    assert width <= 20 * height
    assert 0.005 < share < 0.2
    again = Drawer(tmp_path)
    assert await again.draw(SUM, MATRIX) == path
    assert (len(drawer.begun), len(again.begun)) == (1, 0)
    assert again.pictures.path_of((SUM,)) is None
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_what_cannot_be_drawn_is_left_out(tmp_path: Path) -> None:
    """A broken formula costs the others nothing; with none left there is no picture, and it is not tried again."""
    drawer = Drawer(tmp_path)
    alone, beside = await drawer.draw(SUM), await drawer.draw(r"\frac{1}", SUM, r"\text{접선}", r"\unknown{x}")
    assert alone is not None
    assert beside is not None
    assert alone.read_bytes() == beside.read_bytes()
    bad = (r"\frac{1}", "{", "", r"\text{접선}", r"\ce{H2O}", "x" * 5000, r"\def\a{\a\a}\a")
    assert await drawer.draw(*bad) is None
    assert Drawer(tmp_path).pictures.prepare(bad) is None


async def test_a_formula_that_takes_too_long_is_none(tmp_path: Path) -> None:
    """After its time the process is ended, nobody waits for it again, and it is tried again in the bot's next life."""
    drawer = Drawer(tmp_path, seconds=0.05)
    slow = r"\frac{a}{" * 99 + "x" + "}" * 99
    assert await drawer.draw(slow) is None
    assert drawer.pictures.prepare((slow,)) is None
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240 (of a test's own folder)
