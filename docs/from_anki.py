"""A package as somebody brings it who learned with Anki: several note types, two pictures, a week of progress.

Anki itself makes it, so the walk in take_pictures.py sends what people really have.
"""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse

BLUE, VERMILION, PURPLE, INK = "#0072B2", "#B84A00", "#6B4FA0", "#1A1A1A"
CELLS, ENZYMES = "Biology::Cells", "Biology::Enzymes"

RATE = (
    'Which law is this?<br><img src="rate.png">',
    r"<i>Michaelis–Menten</i>:<br>\[v = \frac{v_{\max}\,[S]}{K_m + [S]}\]"
    r"At \([S] = K_m\) the rate is <b>half</b> of \(v_{\max}\).",
)
GAPS = (
    "The {{c1::nucleus::which organelle?}} holds the cell's {{c2::DNA}}; {{c3::ribosomes}} build its proteins.",
    "",
)
TABLE = (
    "How do prokaryotes and eukaryotes differ?",
    "<table><tr><th></th><th>Prokaryote</th><th>Eukaryote</th></tr><tr><td>Nucleus</td><td>no</td><td>yes</td></tr>"
    "<tr><td>Ribosomes</td><td>70S</td><td>80S</td></tr><tr><td>Size</td><td>1–5 µm</td><td>10–100 µm</td></tr>"
    "</table>",
)
PARTS = {
    "nucleus": "holds the DNA",
    "mitochondrion": "makes most of the ATP",
    "ribosome": "builds proteins",
    "Golgi apparatus": "packs and sends proteins",
    "lysosome": "digests what is worn",
    "chloroplast": "catches light",
}
MASKS = (
    "{{c1::image-occlusion:rect:left=.69:top=.04:width=.3:height=.13:oi=1}}<br>"
    "{{c2::image-occlusion:rect:left=.6:top=.85:width=.39:height=.13:oi=1}}"
)


def package(folder: Path) -> Path:
    """A `.apkg` in the folder, which is empty."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from anki.collection import Collection, ExportAnkiPackageOptions

    col = Collection(str(folder / "collection.anki2"))
    col.set_config("fsrs", True)
    col.media.write_data("rate.png", _rate())
    cell = folder / "cell.png"
    cell.write_bytes(_cell())
    for part, does in PARTS.items():
        _add(col, "Basic (and reversed card)", (f"{part[0].upper()}{part[1:]}", does), CELLS)
    _learn(col)
    _add(col, "Basic", TABLE, CELLS)
    _add(col, "Basic", RATE, ENZYMES)
    _add(col, "Cloze", GAPS, "Biology::Gaps")
    occlusion = col.models.by_name("Image Occlusion")
    col.set_config("curModel", occlusion["id"])
    col.add_image_occlusion_note(
        notetype_id=occlusion["id"],
        image_path=str(cell),
        occlusions=MASKS,
        header="Which part?",
        back_extra="",
        tags=["picture"],
    )
    col.set_deck(col.find_cards("tag:picture"), col.decks.id("Biology::Pictures"))
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=False)
    path = folder / "biology.apkg"
    col.export_anki_package(out_path=str(path), options=options, limit=None)
    col.close()
    return path


def _add(col: Any, kind: str, fields: tuple[str, str], deck: str) -> None:
    note = col.new_note(col.models.by_name(kind))
    note.fields = list(fields)
    col.add_note(note, col.decks.id(deck))


def _learn(col: Any) -> None:
    """Grades of this day, and days on which cards are due."""
    col.decks.select(col.decks.id(CELLS))
    for ease in (4, 3, 4, 4, 1, 4):
        col.sched.answerCard(col.sched.getCard(), ease)
    rest = col.find_cards("is:new")
    col.sched.suspend_cards(rest[:1])
    col.sched.set_due_date(rest[1:4], "3-9")


def _rate() -> bytes:
    """The rate of an enzyme over its substrate."""
    figure = Figure(figsize=(5.2, 2.5), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    substrate = np.linspace(0, 10, 200)
    axes.plot(substrate, substrate / (1.5 + substrate), color=BLUE, linewidth=4)
    axes.axhline(1, color=VERMILION, linestyle="--", linewidth=2)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set(xlim=(0, 10), ylim=(0, 1.15), xticks=(), yticks=())
    axes.set_xlabel("substrate", fontsize=16)
    axes.set_ylabel("rate", fontsize=16)
    return _bytes(figure)


def _cell() -> bytes:
    """A cell, two of whose parts are named."""
    figure = Figure(figsize=(5.2, 3.2), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 5.2), ylim=(0, 3.2))
    axes.set_axis_off()
    axes.add_patch(Ellipse((2, 1.6), 3.8, 2.9, facecolor="#FDF1DC", edgecolor="#C08A3E", linewidth=5))
    axes.add_patch(Circle((1.8, 1.8), 0.65, facecolor="#B9A3D9", edgecolor=PURPLE, linewidth=4))
    for across, up, turned in ((3, 0.9, 25), (1.1, 0.7, -25), (3.1, 2.1, -20)):
        axes.add_patch(
            Ellipse((across, up), 0.8, 0.4, angle=turned, facecolor="#E98B7A", edgecolor=VERMILION, linewidth=3)
        )
    axes.plot((2.2, 3.6), (2.1, 2.85), color=INK)
    axes.plot((3.3, 3.7), (0.8, 0.45), color=INK)
    axes.text(3.65, 2.78, "nucleus", fontsize=19)
    axes.text(3.16, 0.2, "mitochondrion", fontsize=19)
    return _bytes(figure)


def _bytes(figure: Figure) -> bytes:
    target = io.BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()
