"""Raised and lowered text becomes characters of its own."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.scripts import level
from bot.decks.content import Run
from bot.decks.html import parse


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("x<sup>2</sup>", "x²"), ("x<sub>i</sub><sup>n+1</sup>", "xᵢⁿ⁺¹"), ("A<sup>T</sup>A", "AᵀA"),
        ("x<sub>q</sub>", "x_q"), ("x<sub>q</sub>y", "x_(q)y"), ("x<sub>q</sub> y", "x_q y"),
        ("x<sup>n/2</sup>", "x^(n/2)"),
        ("x<sup>a<sub>i</sub></sup>", "x^(aᵢ)"), ("x<sub>a<sup>2</sup></sub>", "x_(a²)"), ("x<sup>2q</sup>", "x^(2q)"),
        ("1<sup>st </sup>go", "1ˢᵗ go"), ("x<sup><b>q</b>r</sup>", "x^(qr)"), ("x<sup>,</sup>", "x^(,)"),
        ("<sub>1</sub><sub>2</sub>", "₁₂"), ("x<sup> </sup>y", "x y"),
    ],
)  # fmt: skip
def test_raised_and_lowered_text_reads_right(html, text):
    """Unicode's own characters where each has one, else ^ and _ with brackets where they are needed."""
    (block,) = parse(html)
    assert "".join(run.text for run in level(block.runs)) == text


SHIFTED = st.builds(Run, st.text("ai2qβ ,(-x", max_size=4), st.frozensets(st.sampled_from(["sub", "sup", "bold"])))


@given(st.lists(SHIFTED, max_size=6))
def test_raised_and_lowered_text_loses_nothing(runs):
    """Taken back to plain letters, what is drawn is what was written, and no look but the two is lost."""
    drawn = level(runs)

    def letters(text):
        return [char for char in unicodedata.normalize("NFKC", text).replace("−", "-") if char not in "^_()"]

    assert letters("".join(run.text for run in drawn)) == letters("".join(run.text for run in runs))
    bold = [char for run in runs if "bold" in run.styles for char in letters(run.text)]
    assert [char for run in drawn if "bold" in run.styles for char in letters(run.text)] == bold
    assert not any({"sub", "sup"} & run.styles for run in drawn)
