"""What a cell holds, by its text alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decks.looks import Look, asks, look_of

PROSE = [
    "Paris", "1492", "May", "Node.js", "www.example.com", "O(n log n)", "O(n)", "sin(x)", "f(x) = x + 1",
    "y = mx + b", "P(A|B) = P(B|A)P(A)/P(B)", "E = mc^2", "f'g + fg'", "(f'g - fg')/g²", "-Σ yᵢ log(ŷᵢ)",
    "A -> B", "x → y", "It uses np.dot(a, b) internally.", "Use model.eval() before testing",
    "Call zero_grad() first.", "import (noun): goods from abroad", "return to sender", "class: mammals",
    "if it rains: stay", "let us go", "der Hund (m.)", "die Schule (-n)", "laufen, lief, gelaufen",
    "to be; to exist", "Hund; Hunde;", "東京", "ser(estar)", "X\ndim: only this dim is squeezed\nout",
    "tensor, chunks, dim", "3x3 filter, stride 2", "A = {x: x > 0}", "F = G(m1 m2)/r^2", "CREATE a plan",
    "else:", "1-5 per X-ray, 25-30 per chest CT", "from May 2016 on", "2014", "May 5",
    "It was in Apr '16, he said", "1914-1918", "the 1990s", "Default False (?) except for pretrained models.",
    "x" * 500,
]  # fmt: skip
CODE = [
    "np.zeros((3, 4))", "x = torch.zeros(3)", "import numpy as np", "from torch import nn",
    "def f(x): return x", "def f(x):\n    return x", "for i in range(3):\n    print(i)", 'print("hello world")',
    "len(x)", "zero_grad()", "SELECT name FROM users WHERE id = 1", "SELECT * FROM t;",
    "int main(void) {\n  return 0;\n}", "#include <stdio.h>", "x[::-1]", "a.required_grad\na.grad_fn",
    "sklearn.neighbors.NearestNeighbors", "x += 1", "X.fill_(10)", "loss.backward()  # compute the gradients",
    "# first do this\nopt.step()", "$ git status", ">>> 1 + 1", "let x = 5;", "const f = (a) => a + 1;",
    "x @ y == np.identity(n)", "(train_X == 0).any(axis=0)", "sum(train_y > 2)", "e^X/e^X.sum()",
    "d = {'a': 1}", "[x for x in xs if x > 2]", "x = 'it is a long string here'", "if x == 3:\n    y()",
]  # fmt: skip
SOURCES = [
    "Jun 17, Ashish Vaswani", "Hinton, Q4 '17", "Kingma & Ba, 2014", "Smith et al., 2019", "LeCun, May 2015",
    "Vaswani et al. (2017)", "Geoffrey E. Hinton, 2012", "van der Maaten, 2008", "May 2016 - Andreas Veit",
]  # fmt: skip
DATES = ["Apr '16", "Q4 2014", "2017-06", "12 June 2017", "Spring 2020"]


@pytest.mark.parametrize(
    ("text", "look"),
    [(text, Look.PROSE) for text in PROSE]
    + [(text, Look.CODE) for text in CODE]
    + [(text, Look.SOURCE) for text in SOURCES]
    + [(text, Look.DATE) for text in DATES],
)
def test_a_cell_has_the_look_of_what_it_holds(text, look):
    """Prose is prose, code is code, a date with its author is a source, a date alone may be one."""
    assert look_of(text) is look


@pytest.mark.parametrize(
    ("text", "wants_answer"),
    [
        ("MLE?", True), ("What is it？", True), ("Was ist das? (2013)", True), ('"Is it so?"', True), ("ما هذا؟", True),
        ("Calculus: product rule? fg", True), ("Der ___ ist rot", True), ("Describe the architecture", True),
        ("Weak supervision works.", False), ('"Why?" he said.', False), ("Variable;", False), ("", False),
        ("He asked: why? Then he left the room and never came back.", False),
        ("Describe it to nobody and keep what you saw for yourself until the very end of all days.", False),
    ],
)  # fmt: skip
def test_a_front_asks_by_its_words(text, wants_answer):
    """A question mark at the end or shortly before it, a gap, or an order asks; a quotation in a sentence does not."""
    assert asks(text) is wants_answer


@given(st.text(alphabet="ab_.( )='\"?;\n1#", max_size=3000))
def test_any_text_has_a_look(text):
    """No text is without a look or makes the search run away."""
    began = time.process_time()
    assert look_of(text) in Look
    asks(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["a" * 200_000, "a_" * 50_000, "(" * 50_000, "?" * 100_000 + "x", "x = " * 30_000])
def test_text_made_to_be_slow_is_not(text):
    """Long runs of one sign are looked at in no time."""
    began = time.process_time()
    look_of(text)
    asks(text)
    assert time.process_time() - began < 1
