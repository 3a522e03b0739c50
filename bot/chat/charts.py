"""Numbers become a picture: how a learner's reviews went, and what comes.

matplotlib needs a second to load and keeps tens of megabytes, so it lives in a process of its own that draws one
picture and ends: `python -m bot.chat.charts` takes figures as JSON on stdin and gives a PNG on stdout.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, json

from bot.chat import apart

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

DRAWING_SECONDS = 30.0

# Okabe and Ito's colours, which people with any kind of colour blindness tell apart; shapes say the same once more.
SKY, BLUE, VERMILION, GREEN, INK, LINE = "#56B4E9", "#0072B2", "#B84A00", "#009E73", "#1A1A1A", "#D0D0D0"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class DayOfReviews(Struct, frozen=True):
    """One study day that is over or under way."""

    day: date
    reviews: int
    due: int
    """Reviews of cards that were due and not new; those that `remembered` is a share of."""
    remembered: int
    """How many of `due` were anything but Again."""


class Forecast(Struct, frozen=True):
    """How many cards that were met come due on one study day; new ones come on top."""

    day: date
    cards: int


class Words(Struct, frozen=True):
    """What stands in the picture; another language hands in its own."""

    reviews: str = "Reviews a day"
    remembered: str = "Remembered"
    ahead: str = "Reviews coming up"
    no_reviews: str = "No reviews yet"
    nothing_ahead: str = "No reviews are due in these days"
    months: tuple[str, ...] = MONTHS


class Figures(Struct, frozen=True):
    """Everything the picture shows."""

    days: tuple[DayOfReviews, ...]
    """Oldest first, one for each day, also where nothing was reviewed."""
    ahead: tuple[Forecast, ...]
    """Today or tomorrow first, one for each day."""
    words: Words = Words()


class ChartFailed(Exception):  # noqa: N818 (it tells what happened)
    """No picture came out of the drawing process.

    Attributes:
        status: its exit status, None when it took too long.
        stderr: what it wrote there, for the log.
    """

    def __init__(self, status: int | None, stderr: str) -> None:
        super().__init__("drawing took too long" if status is None else f"drawing ended with status {status}")
        self.status = status
        self.stderr = stderr


async def draw(figures: Figures, folder: Path, seconds: float = DRAWING_SECONDS) -> bytes:
    """A PNG of 1080 x 1350 pixels.

    Drawn in a process of its own, which keeps matplotlib's cache in `folder`/matplotlib and knows nothing of our
    environment, so no token either. Raises ChartFailed after `seconds`, or when drawing fails.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.chat.charts"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=_surroundings(folder),
    )
    try:
        async with asyncio.timeout(seconds):
            picture, stderr = await process.communicate(to_json(figures))
    except TimeoutError as late:
        raise ChartFailed(None, "") from late
    finally:
        apart.kill(process)
        await process.wait()
    if process.returncode != 0:
        raise ChartFailed(process.returncode, stderr.decode(errors="replace"))
    return picture


def _surroundings(folder: Path) -> dict[str, str]:
    return {"MPLCONFIGDIR": str(folder.absolute() / "matplotlib"), "PYTHONUTF8": "1"}


def to_json(figures: Figures) -> bytes:
    """The figures as the drawing process reads them."""
    return json.encode(figures)


def from_json(body: bytes) -> Figures:
    """The figures that `to_json` wrote."""
    return json.decode(body, type=Figures)


def picture(figures: Figures) -> bytes:
    """The PNG itself; only the drawing process calls this, for it loads matplotlib."""
    from matplotlib import rc
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    # A phone shows the picture at about a third of its size, so hardly anything is set below 16 points.
    rc("font", size=17)
    rc("hatch", color="white", linewidth=2.5)
    rc("text", color=INK)
    margins = ConstrainedLayoutEngine(w_pad=0.2, h_pad=0.2, hspace=0.06)
    figure = Figure(figsize=(7.2, 9.0), dpi=150, facecolor="white", layout=margins)
    above, below = figure.subplots(2, 1, height_ratios=(3, 2))
    _draw_reviews(above, figures)
    _draw_ahead(below, figures)
    target = BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()


def _draw_reviews(axes: "Axes", figures: Figures) -> None:
    days, words = figures.days, figures.words
    _plain(axes, [day.day for day in days], words.months, newest_last=True)
    counts = [day.reviews for day in days]
    bars = axes.bar(range(len(days)), counts, color=SKY, edgecolor=BLUE, linewidth=1, width=0.78)
    _whole_numbers(axes, counts)
    if not any(counts):
        axes.set_title(words.reviews, loc="left", fontsize=20, fontweight="bold", pad=14)
        _say(axes, words.no_reviews)
        return
    shown: list[Artist | tuple[Artist, ...]] = [tuple(bars)]
    if any(day.due for day in days):
        shown.append(_draw_share(axes, days))
    axes.legend(
        shown,
        (words.reviews, words.remembered)[: len(shown)],
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=2,
        frameon=False,
        borderpad=0.2,
        prop={"size": 19, "weight": "bold"},
        handlelength=1.4,
        columnspacing=1.6,
    )


def _draw_share(axes: "Axes", days: Sequence[DayOfReviews]) -> "Line2D":
    from matplotlib.patheffects import Normal, Stroke

    share = axes.twinx()
    (line,) = share.plot(
        range(len(days)),
        [100 * day.remembered / day.due if day.due else float("nan") for day in days],
        color=VERMILION,
        marker="o",
        markersize=8,
        markeredgewidth=0,
        linewidth=2.5,
    )
    # A white rim lets the line be seen on a bar as well as on the paper.
    line.set_path_effects([Stroke(linewidth=4.5, foreground="white"), Normal()])
    share.set_ylim(0, 104)
    share.set_yticks((0, 50, 100), ("0 %", "50 %", "100 %"), color=VERMILION)
    share.tick_params(length=0)
    share.spines[["top", "left", "right"]].set_visible(False)
    return line


def _draw_ahead(axes: "Axes", figures: Figures) -> None:
    ahead, words = figures.ahead, figures.words
    cards = [day.cards for day in ahead]
    _plain(axes, [day.day for day in ahead], words.months)
    axes.set_title(words.ahead, loc="left", fontsize=20, fontweight="bold", pad=14)
    bars = axes.bar(range(len(ahead)), cards, color=GREEN, hatch="//", width=0.78)
    axes.set_ylim(0, max([*cards, 4]) * 1.18)
    if not any(cards):
        _say(axes, words.nothing_ahead)
        return
    axes.set_yticks(())
    digits = len(str(max(cards)))
    size = 18 if digits < 3 else 25 - 3 * digits
    axes.bar_label(bars, [str(count or "") for count in cards], padding=3, fontsize=size)


def _plain(axes: "Axes", days: Sequence[date], months: Sequence[str], newest_last: bool = False) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.tick_params(axis="x", pad=12)
    axes.set_xlim(-0.6, max(len(days), 1) - 0.4)
    # Four dates have room; they are counted from today, wherever today stands.
    step = max(1, -(-len(days) // 4))
    shown = range(len(days) - 1, -1, -step) if newest_last else range(0, len(days), step)
    axes.set_xticks(list(shown), [f"{days[place].day} {months[days[place].month - 1]}" for place in shown])


def _whole_numbers(axes: "Axes", counts: Sequence[int]) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.set_ylim(0, max([*counts, 4]) * 1.1)
    axes.grid(axis="y", color=LINE, linewidth=1)


def _say(axes: "Axes", sentence: str) -> None:
    axes.set_yticks(())
    axes.text(0.5, 0.5, sentence, transform=axes.transAxes, ha="center", va="center", fontsize=20)


if __name__ == "__main__":
    sys.stdout.buffer.write(picture(from_json(sys.stdin.buffer.read())))
