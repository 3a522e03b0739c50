"""What was measured, as a table: each figure beside its floor and its goal."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. `goal` and `kept` only where something is promised; `floor` and `ratio` where there is one."""

    what: str
    value: str
    floor: str = ""
    ratio: str = ""
    goal: str = ""
    kept: bool | None = None

    @property
    def row(self) -> tuple[str, ...]:
        verdict = "" if self.kept is None else "ok" if self.kept else "MISSED"
        return (self.what, self.value, self.floor, self.ratio, self.goal, verdict)


def above(what: str, value: str, floor: str, ratio: float, least: float) -> Figure:
    """A figure that may fall short of its floor only so far."""
    return Figure(what, value, floor, f"{ratio:.2f}", f">= {least:g}", ratio >= least)


def below(what: str, value: float, most: float, unit: str, floor: str = "", digits: int = 1) -> Figure:
    """A figure that may be only so large."""
    return Figure(what, f"{value:.{digits}f} {unit}", floor, "", f"<= {most:g} {unit}", value <= most)


def table(figures: Sequence[Figure]) -> str:
    """All rows under their heads."""
    rows = [("", "figure", "floor", "ratio", "goal", ""), *(figure.row for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 5) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
