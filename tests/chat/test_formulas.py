"""Formulas as lines of Unicode, where these say exactly the same."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.formulas import exact


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"x^2 \leq \sigma", "x² ≤ σ"), ("x_{i+1}^{2}", "xᵢ₊₁²"), ("x^10", "x¹0"), ("f'(x)=2x", "f′(x) = 2x"),
        (r"\frac{1}{2}mv^2", "½mv²"), (r"\frac12", "½"), (r"\frac{a}{b}", "a/b"), (r"\frac{a}{b}c", "(a/b)c"),
        (r"\log\frac{a}{b}", "log (a/b)"), (r"c/\frac{a}{b}", "c/(a/b)"), (r"2\frac{3}{4x}", "2(3/(4x))"),
        (r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}", "x = (−b ± √(b² − 4ac))/(2a)"), (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"\frac{dy}{dx}", "dy/dx"), (r"\frac{d}{dx}x^n", "(d/dx)xⁿ"), (r"\frac{\partial L}{\partial w_i}", "∂L/∂wᵢ"),
        (r"\frac{P(B|A)P(A)}{P(B)}", "P(B|A)P(A)/(P(B))"), (r"\frac{1}{n(n+1)}", "1/(n(n + 1))"),
        (r"\frac{d}{2}", "d/2"), (r"\frac{a-b}{(c)(d)}", "(a − b)/((c)(d))"),
        (r"\sqrt2", "√2"), (r"\sqrt{2}x", "√(2)x"), (r"\sqrt[3]{x}", "∛x"), (r"\sqrt{x}^2", "(√x)²"),
        (r"\frac{\sqrt{a}}{b}", "(√a)/b"), (r"\sqrt{x}/2", "√(x)/2"), (r"\frac{1}{\sqrt{2}}", "1/√2"),
        (r"-b+(-c)", "−b + (−c)"), ("a=-1", "a = −1"), (r"\{1,2,3\}", "{1, 2, 3}"), ("1{,}000", "1,000"),
        (r"\hat{y} = \mathbf{w}^T\mathbf{x}+b", "ŷ = 𝐰ᵀ𝐱 + b"), (r"\mathbb{R}^n", "ℝⁿ"), (r"\mathcal{L}", "ℒ"),
        (r"\log_2 n", "log₂ n"), (r"\sin^2\theta\cos x", "sin² θ cos x"), (r"\sum x_i", "∑ xᵢ"), (r"30^\circ", "30°"),
        (r"P(A \mid B)", "P(A ∣ B)"), (r"10^{-3}\,\text{m/s}", "10⁻³ m/s"), (r"\text{if } x>0", "if x > 0"),
        (r"\neg p \lor q", "¬p ∨ q"), (r"\alpha\to\beta", "α → β"), (r"\not\in", "∉"), (r"\theta := 1", "θ := 1"),
        (r"[\ldots] + 1", "[…] + 1"), ("a b", "ab"), (r"50\%", "50%"), ("x^*", "x*"),
    ],
)  # fmt: skip
def test_a_formula_is_a_line_of_unicode(tex, text):
    """Letters, signs and raised or lowered text have characters of their own; brackets keep what belongs together."""
    assert exact(tex) == text


@pytest.mark.parametrize(
    "tex",
    [r"\sum_{i=1}^n x_i", r"\lim_{x\to 0} x", r"\int_a^b f", "x_q", "e^{-x/2}", r"\frac{\frac{a}{b}}{c}", r"\hat{xy}",
     r"\begin{matrix}a & b\end{matrix}", r"a \\ b", r"\unknown", "x^", "{", "}", r"\frac{1}", r"\left. x \right|", "",
     " ", r"\text{a {b}}", r"\sqrt[n]{x}", "x^a^b", "x" * 401, "{" * 200 + "}" * 200, r"\sqrt" * 100 + "x"],
)  # fmt: skip
def test_what_a_line_cannot_say_is_none(tex):
    """Limits, matrices, fractions in fractions, and what is no formula at all."""
    assert exact(tex) is None


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("H2O", "H₂O"), ("SO4^2-", "SO₄²⁻"), ("Na+", "Na⁺"), ("2H2 + O2 -> 2H2O", "2 H₂ + O₂ → 2 H₂O"),
        ("Ca(OH)2", "Ca(OH)₂"), ("CuSO4 * 5H2O", "CuSO₄ · 5 H₂O"), ("CuSO4*5H2O", "CuSO₄ · 5 H₂O"),
        ("[Fe(CN)6]^{3-}", "[Fe(CN)₆]³⁻"), ("AgCl v", "AgCl ↓"), ("->[H2O]", None), ("Fe^3+", "Fe³⁺"), ("H+", "H⁺"),
        ("N2(g) + 3 H2(g) <=> 2 NH3(g)", "N₂(g) + 3 H₂(g) ⇌ 2 NH₃(g)"), ("CH2=CH2", "CH₂=CH₂"), ("C_{n}H_{2n}", None),
        ("e^-", None), ("", None), ("^{", None),
    ],
)  # fmt: skip
def test_chemistry_is_a_line_too(tex, text):
    """Numbers behind a letter count atoms, charges are raised, arrows are arrows; what is more than that is none."""
    assert exact(rf"\ce{{{tex}}}") == text


PIECES = st.sampled_from([
    r"\frac", "{", "}", "x", "12", "^", "_", r"\sqrt", "[3]", " ", r"\text", r"\mathbf", "+", "-", "=", r"\alpha", "'",
    r"\left", "(", ")", r"\sum", r"\hat", ",", "/", r"\not", "\\", "é", "\n",
])  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join))
@settings(max_examples=150)
def test_any_formula_is_a_line_or_none(tex):
    """Whatever stands where a formula should, it ends in one line without a trace of LaTeX, or in nothing."""
    found = exact(tex)
    if found is not None:
        assert found == found.strip() != ""
        assert not set(found) & set("\\^_\n")


def test_every_formula_is_read_soon():
    """The longest that are read take no time to speak of, and longer ones are not read."""
    began = time.process_time()
    for tex in (r"\sqrt{" * 66, "x^{" * 130, "'" * 400, "x_1" * 133, r"\frac{a" * 50, "{" * 10_000_000):
        exact(tex)
    assert time.process_time() - began < 1
