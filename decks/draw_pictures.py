"""The pictures of machine-learning.txt, drawn anew: `python decks/draw_pictures.py [FOLDER]`.

The same pictures come out every time. They are made for a phone that shows them some 300 pixels wide, in a dark or
a light chat: a white ground, large type, and Okabe and Ito's colours, with a letter beside whatever has a colour.
"""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from PIL import Image

BLUE, VERMILION, GREEN, SKY, ORANGE = "#0072B2", "#B84A00", "#007A59", "#BCE1F7", "#F7D9A0"
INK, PALE = "#1A1A1A", "#D8D8D8"
WIDE = ("unit-circles.png", "skip-block.png")
HERE = Path(__file__).parent / "machine-learning"


def learning_rates(axes: Axes) -> None:
    step = np.linspace(0, 10, 200)
    _axes(axes, "steps", "loss", (0, 11.4), (0, 4.3))
    _curve(axes, step, 3.2 - 0.11 * step, "A", BLUE)
    _curve(axes, step, 0.5 + 2.7 * np.exp(-0.9 * step), "B", GREEN, "--")
    whole = np.arange(0, 10.1, 1.0)
    _curve(axes, whole, 3.2 + 0.06 * whole + 0.06 * whole * np.where(whole % 2, -1.6, 0.6), "C", VERMILION, ":")


def narrow_valley(axes: Axes) -> None:
    across, along = np.meshgrid(np.linspace(-1.5, 10.7, 160), np.linspace(-3, 3, 120))
    axes.contour(across, along, 0.04 * (across - 9) ** 2 + 1.8 * along**2, levels=(0.3, 1.4, 3.6, 7, 12), colors=PALE)
    for letter, colour, marker, rate, momentum, where in (
        ("A", VERMILION, "o", 0.52, 0.0, (0.9, 1.95)),
        ("B", BLUE, "s", 0.24, 0.78, (5.2, 0.9)),
    ):
        way = _descend(rate, momentum)
        axes.plot(way[:, 0], way[:, 1], color=colour, marker=marker, markersize=8, linewidth=3)
        axes.text(*where, letter, color=colour, fontsize=32, fontweight="bold")
    axes.plot(9, 0, marker="*", markersize=26, color=INK)
    axes.set_axis_off()


def _descend(rate: float, momentum: float) -> np.ndarray:
    place, speed = np.array([-0.5, 2.4]), np.zeros(2)
    way = [place]
    for _ in range(12):
        speed = momentum * speed - rate * np.array([0.08 * (place[0] - 9), 3.6 * place[1]])
        place = place + speed
        way.append(place)
    return np.array(way)


def unit_circles(axes: Axes) -> None:
    turn = np.linspace(0, 2 * np.pi, 200)
    for middle, letter, colour, x, y in (
        (0, "A", VERMILION, (1, 0, -1, 0, 1), (0, 1, 0, -1, 0)),
        (2.7, "B", BLUE, np.cos(turn), np.sin(turn)),
        (5.4, "C", GREEN, (1, -1, -1, 1, 1), (1, 1, -1, -1, 1)),
    ):
        axes.plot((middle - 1.25, middle + 1.25), (0, 0), color=PALE, linewidth=2)
        axes.plot((middle, middle), (-1.25, 1.25), color=PALE, linewidth=2)
        axes.plot(np.array(x) + middle, y, color=colour, linewidth=5)
        axes.text(middle, -1.95, letter, color=colour, fontsize=32, fontweight="bold", ha="center")
        axes.text(middle + 1.05, 0.08, "1", fontsize=20, color=INK)
    axes.set_aspect("equal")
    axes.set_axis_off()


def activations(axes: Axes) -> None:
    x = np.linspace(-4, 4, 300)
    axes.axhline(0, color=PALE, linewidth=2, zorder=0)
    axes.axvline(0, color=PALE, linewidth=2, zorder=0)
    for letter, y, colour, style, where in (
        ("A", np.maximum(x, 0), VERMILION, "-", (1.0, 1.65)),
        ("B", 1 / (1 + np.exp(-x)), BLUE, "--", (-3.4, 0.22)),
        ("C", np.tanh(x), GREEN, ":", (-3.4, -0.82)),
    ):
        axes.plot(x, y, color=colour, linewidth=4.5, linestyle=style)
        axes.text(*where, letter, color=colour, fontsize=30, fontweight="bold")
    axes.set_ylim(-1.25, 2.3)
    axes.set_xticks((-4, -2, 0, 2, 4))
    axes.set_yticks((-1, 0, 1, 2))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def convolution(axes: Axes) -> None:
    for row in range(5):
        for column in range(5):
            axes.add_patch(Rectangle((column, -row - 1), 1, 1, facecolor="white", edgecolor=INK, linewidth=2))
    for column, colour, style, hatch in ((0, BLUE, "-", "//"), (2, VERMILION, "--", "\\\\")):
        look = {"facecolor": "none", "edgecolor": colour, "linewidth": 6, "linestyle": style, "hatch": hatch}
        axes.add_patch(Rectangle((column + 0.08, -2.92), 2.84, 2.84, **look))
    axes.text(1.5, 0.3, "first", color=BLUE, fontsize=24, fontweight="bold", ha="center")
    axes.text(3.5, 0.3, "next", color=VERMILION, fontsize=24, fontweight="bold", ha="center")
    axes.text(2.5, -5.75, "input 5 × 5, filter 3 × 3", fontsize=24, ha="center", color=INK)
    axes.set_aspect("equal")
    axes.set_xlim(-1.7, 6.7)
    axes.set_ylim(-6, 1)
    axes.set_axis_off()


def skip_block(axes: Axes) -> None:
    for left, words in ((1.5, "layer"), (4.6, "layer")):
        box = FancyBboxPatch((left, -0.6), 2, 1.2, boxstyle="round,pad=0.1", facecolor=SKY, edgecolor=INK, linewidth=3)
        axes.add_patch(box)
        axes.text(left + 1, 0, words, fontsize=25, ha="center", va="center", color=INK)
    axes.add_patch(Circle((8, 0), 0.45, facecolor=ORANGE, edgecolor=INK, linewidth=3))
    axes.text(8, -0.03, "+", fontsize=32, ha="center", va="center", color=INK)
    for start, end in (((0, 0), (1.4, 0)), ((3.6, 0), (4.5, 0)), ((6.7, 0), (7.55, 0)), ((8.45, 0), (9.6, 0))):
        _arrow(axes, start, end, INK)
    axes.plot((0.6, 0.6, 8), (0, 1.7, 1.7), color=VERMILION, linewidth=3.5, solid_joinstyle="round")
    _arrow(axes, (8, 1.73), (8, 0.45), VERMILION)
    axes.text(-0.1, 0, "x", fontsize=30, ha="right", va="center", color=INK, style="italic")
    axes.text(9.7, 0, "y", fontsize=30, ha="left", va="center", color=INK, style="italic")
    axes.set_aspect("equal")
    axes.set_xlim(-0.8, 10.4)
    axes.set_ylim(-1.4, 2.6)
    axes.set_axis_off()


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    look = {"arrowstyle": "-|>", "mutation_scale": 26, "linewidth": 3.5, "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(start, end, color=colour, **look))


def attention_mask(axes: Axes) -> None:
    for row in range(5):
        for column in range(5):
            seen = column <= row
            look = {"facecolor": BLUE if seen else "white", "edgecolor": INK, "linewidth": 2}
            axes.add_patch(Rectangle((column, -row - 1), 1, 1, **look))
            sign, colour = ("1", "white") if seen else ("0", INK)
            axes.text(column + 0.5, -row - 0.53, sign, fontsize=26, ha="center", va="center", color=colour)
        axes.text(-0.3, -row - 0.53, str(row + 1), fontsize=24, ha="right", va="center", color=INK)
        axes.text(row + 0.5, 0.2, str(row + 1), fontsize=24, ha="center", color=INK)
    axes.text(2.5, 0.95, "looked at", fontsize=24, ha="center", color=INK)
    axes.text(-1.1, -2.5, "looks", fontsize=24, ha="right", va="center", color=INK, rotation=90)
    axes.set_aspect("equal")
    axes.set_xlim(-2.1, 6)
    axes.set_ylim(-5.2, 1.7)
    axes.set_axis_off()


def confusion_matrix(axes: Axes) -> None:
    counts = ((40, 20), (10, 930))
    for row in range(2):
        for column in range(2):
            look = {"facecolor": SKY if row == column else ORANGE, "edgecolor": INK, "linewidth": 3}
            axes.add_patch(Rectangle((column * 1.5, -row - 1), 1.5, 1, **look))
            count = str(counts[row][column])
            axes.text(column * 1.5 + 0.75, -row - 0.52, count, fontsize=34, ha="center", va="center", color=INK)
    for place, word in enumerate(("yes", "no")):
        axes.text(place * 1.5 + 0.75, 0.1, word, fontsize=26, ha="center", color=INK)
        axes.text(-0.12, -place - 0.52, word, fontsize=26, ha="right", va="center", color=INK)
    axes.text(1.5, 0.47, "model says", fontsize=26, ha="center", color=INK, fontweight="bold")
    axes.text(-0.75, -1, "truth", fontsize=26, ha="right", va="center", color=INK, fontweight="bold", rotation=90)
    axes.set_xlim(-1.2, 3.15)
    axes.set_ylim(-2.1, 0.85)
    axes.set_axis_off()


def roc_curves(axes: Axes) -> None:
    share = np.linspace(0, 1, 200)
    axes.plot((0, 1), (0, 1), color=INK, linewidth=2.5, linestyle=(0, (4, 4)))
    axes.plot(share, share**0.22, color=BLUE, linewidth=4.5)
    axes.plot(share, share**0.55, color=VERMILION, linewidth=4.5, linestyle="-.")
    axes.text(0.1, 0.72, "A", color=BLUE, fontsize=32, fontweight="bold", ha="left")
    axes.text(0.33, 0.42, "B", color=VERMILION, fontsize=32, fontweight="bold", ha="left")
    axes.set_xlabel("false alarms", fontsize=24, color=INK)
    axes.set_ylabel("positives found", fontsize=24, color=INK)
    axes.set_xticks((0, 1))
    axes.set_yticks((0, 1))
    axes.set_xlim(0, 1.01)
    axes.set_ylim(0, 1.02)
    axes.spines[["top", "right"]].set_visible(False)


def overfitting(axes: Axes) -> None:
    epoch = np.linspace(0, 10, 200)
    training = 0.35 + 2.9 * np.exp(-0.45 * epoch)
    validation = 0.75 + 2.6 * np.exp(-0.62 * epoch) + 0.014 * np.maximum(epoch - 2, 0) ** 2
    best = epoch[np.argmin(validation)]
    _axes(axes, "epochs", "loss", (0, 10.2), (0, 3.6))
    axes.plot(epoch, training, color=BLUE, linewidth=4.5)
    axes.plot(epoch, validation, color=VERMILION, linewidth=4.5, linestyle="--")
    axes.text(1.75, 0.35, "training", color=BLUE, fontsize=24, fontweight="bold")
    axes.text(5.6, 1.72, "validation", color=VERMILION, fontsize=24, fontweight="bold")
    for letter, place in (("A", 1.3), ("B", best), ("C", 9.2)):
        axes.axvline(place, 0, 0.88, color=INK, linewidth=2, linestyle=":")
        axes.text(place, 3.25, letter, fontsize=30, fontweight="bold", ha="center", color=INK)


def _axes(axes: Axes, across: str, up: str, width: tuple[float, float], height: tuple[float, float]) -> None:
    axes.set_xlabel(across, fontsize=24, color=INK)
    axes.set_ylabel(up, fontsize=24, color=INK)
    axes.set_xlim(*width)
    axes.set_ylim(*height)
    axes.set_xticks(())
    axes.set_yticks(())
    axes.spines[["top", "right"]].set_visible(False)


def _curve(axes: Axes, x: np.ndarray, y: np.ndarray, letter: str, colour: str, style: str = "-") -> None:
    axes.plot(x, y, color=colour, linewidth=4.5, linestyle=style)
    axes.text(x[-1] + 0.3, y[-1], letter, color=colour, fontsize=30, fontweight="bold", va="center")


PICTURES: dict[str, Callable[[Axes], None]] = {
    f"{draw.__name__.replace('_', '-')}.png": draw
    for draw in (
        learning_rates,
        narrow_valley,
        unit_circles,
        activations,
        convolution,
        skip_block,
        attention_mask,
        confusion_matrix,
        roc_curves,
        overfitting,
    )
}


def draw_all(folder: Path) -> None:
    """Writes every picture into `folder`, 1080 x 810 pixels each, the wide ones 1080 x 510."""
    matplotlib.rc("font", size=20)
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        margins = ConstrainedLayoutEngine(w_pad=0.25, h_pad=0.25)
        figure = Figure(figsize=(7.2, 3.4 if name in WIDE else 5.4), dpi=150, facecolor="white", layout=margins)
        draw(figure.subplots())
        drawn = BytesIO()
        figure.savefig(drawn, format="png")
        # Few colours are in it, so a palette halves the file; saved anew, it does not name the program's version.
        Image.open(drawn).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(folder / name, optimize=True)


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
