"""Raised and lowered text, which Telegram's entities cannot show, as characters that say the same."""

from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from bot.decks.content import Run

RAISED = dict(zip(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵠᵡ",
    strict=True,
))  # fmt: skip
LOWERED = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_CHARACTERS = {"sup": RAISED, "sub": LOWERED}
_MARKS = {"sup": "^", "sub": "_"}


def level(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs without `sub` and `sup`: in Unicode's own characters where each of a stretch has one, else `x_1` and
    `x^(n/2)`, so nothing is lost.
    """
    if not any(run.styles & _MARKS.keys() for run in runs):
        return tuple(runs)
    leveled: list[Run] = []
    at = 0
    while at < len(runs):
        kind, stretch = _stretch(runs[at:])
        at += len(stretch)
        following = runs[at].text[:1] if at < len(runs) else ""
        leveled += _shift(kind, stretch, following) if kind else stretch
    return tuple(leveled)


def _stretch(runs: Sequence[Run]) -> tuple[str, Sequence[Run]]:
    """The outer of the two looks at the first run, and how far it reaches; the longer one is outside the other."""
    reaches = {kind: _reach(kind, runs) for kind in _MARKS}
    kind = max(reaches, key=lambda name: len(reaches[name]))
    return (kind, reaches[kind]) if reaches[kind] else ("", runs[:1])


def _reach(kind: str, runs: Sequence[Run]) -> Sequence[Run]:
    return list(takewhile(lambda run: kind in run.styles, runs))


def _shift(kind: str, stretch: Sequence[Run], following: str) -> Iterator[Run]:
    inner = level([Run(run.text, run.styles - {kind}, run.link) for run in stretch])
    text = "".join(run.text for run in inner)
    meant, table = text.strip(), _CHARACTERS[kind]
    if not meant or all(char in table for char in meant):
        for run in inner:
            yield Run("".join(table.get(char, char) for char in run.text), run.styles, run.link)
        return
    bare = len(meant) == 1 and meant.isalnum() and not (text.endswith(meant) and following.isalnum())
    yield from _bracketed(inner, _MARKS[kind] + ("" if bare else "("), "" if bare else ")")


def _bracketed(runs: Sequence[Run], before: str, after: str) -> Iterator[Run]:
    """The runs with `before` and `after` around what is no white space."""
    cells = [(char, (run.styles, run.link)) for run in runs for char in run.text]
    inked = [at for at, (char, _) in enumerate(cells) if not char.isspace()]
    first, last = inked[0], inked[-1]
    cells[last] = (cells[last][0] + after, cells[last][1])
    cells[first] = (before + cells[first][0], cells[first][1])
    for (styles, link), group in groupby(cells, key=lambda cell: cell[1]):
        yield Run("".join(char for char, _ in group), styles, link)
