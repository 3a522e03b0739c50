"""The picture of /stats: drawn elsewhere, from any figures, and a failure says what happened."""

import base64
import os
import struct
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import charts
from bot.chat.charts import ChartFailed, DayOfReviews, Figures, Forecast, Words

FIRST = date(2026, 2, 20)


def figures(reviews: list[tuple[int, int, int]], cards: list[int]) -> Figures:
    days = tuple(DayOfReviews(FIRST + timedelta(days=place), *row) for place, row in enumerate(reviews))
    return Figures(
        days, tuple(Forecast(FIRST + timedelta(days=30 + place), count) for place, count in enumerate(cards))
    )


CASES = {
    "no reviews at all": figures([(0, 0, 0)] * 30, [0] * 14),
    "only new cards, once": figures([(0, 0, 0)] * 29 + [(11, 0, 0)], [6, 3] + [0] * 12),
    "one day": figures([(12, 8, 7)], [5]),
    "thirty full days": figures([(200 + place, 180, 170 - place) for place in range(30)], [12_345] + [200] * 13),
    "nothing to show": figures([], []),
}


WELL = figures([(12, 8, 8)] * 30, [1] * 14)
WORSE = figures([(12, 8, 8)] * 29 + [(12, 8, 2)], [1] * 14)
# What the drawing process does, for one line after the other: most of its time goes into loading matplotlib.
DRAW_ALL = """
import base64, sys
from bot.chat.charts import from_json, picture
for line in sys.stdin.buffer:
    print(base64.b64encode(picture(from_json(line))).decode())
"""


@pytest.fixture(scope="module")
def drawn(folder: Path) -> dict[str, bytes]:
    """Each case's picture, and those of who remembered well and a little worse."""
    every = {**CASES, "well": WELL, "worse": WORSE}
    given = b"\n".join(charts.to_json(each) for each in every.values())
    outside = {**os.environ, "MPLCONFIGDIR": str(folder / "matplotlib")}
    command = [sys.executable, "-c", DRAW_ALL]
    told = subprocess.run(command, input=given, env=outside, stdout=subprocess.PIPE, check=True).stdout
    return {name: base64.b64decode(line) for name, line in zip(every, told.splitlines(), strict=True)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where matplotlib keeps the fonts that it found, from one picture to the next."""
    return tmp_path_factory.mktemp("charts")


@pytest.mark.parametrize("case", CASES)
def test_every_learner_gets_a_picture(case: str, drawn: dict[str, bytes]) -> None:
    """A picture of 1080 x 1350 comes for no reviews, one day and thirty full days, and is small enough to send."""
    picture = drawn[case]
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1080, 1350)
    assert len(picture) < 300_000


async def test_figures_change_the_picture(folder: Path, drawn: dict[str, bytes]) -> None:
    """One card remembered less is another picture; the same figures are the same bytes, from whatever process."""
    assert await charts.draw(WELL, folder) == drawn["well"] != drawn["worse"]


async def test_the_cache_stays_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing writes below the folder it was given, also when that is relative, and nowhere in the home."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    await charts.draw(CASES["one day"], Path("data"))
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["matplotlib"]
    assert list(home.iterdir()) == []


async def test_too_long_is_told_and_the_process_ended(tmp_path: Path) -> None:
    """Drawing that takes longer than it may is given up with no status."""
    with pytest.raises(ChartFailed) as failed:
        await charts.draw(CASES["one day"], tmp_path, seconds=0)
    assert failed.value.status is None


async def test_a_failure_carries_what_the_process_said(folder: Path) -> None:
    """When drawing fails, its words are an attribute for the log and not in the message."""
    broken = Figures((), (Forecast(FIRST, 3),), Words(months=()))
    with pytest.raises(ChartFailed, match=r"^drawing ended with status 1$") as failed:
        await charts.draw(broken, folder)
    assert "IndexError" in failed.value.stderr


def test_the_bot_itself_never_loads_matplotlib() -> None:
    """Importing charts leaves matplotlib out of the process."""
    code = "import sys, bot.chat.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), max_size=40), st.lists(st.integers(0, 10**6), max_size=20))
def test_figures_survive_the_way_to_the_process(reviews: list[tuple[int, int, int]], cards: list[int]) -> None:
    """What is written for the drawing process is what it reads."""
    whole = figures(reviews, cards)
    assert charts.from_json(charts.to_json(whole)) == whole
