"""Lines become records."""

import pytest

from bot.decks.records import ONE_COLUMN, find_delimiter, records


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a\tb\nc\td", "\t"),
        ("a;b,c\nd;e", ";"),
        ("a;b;c\nd;e;f\ng, h; i;j", ";"),
        ('"a;b";c\nd;e', ";"),
        ("a|b\nc|d", "|"),
        ("hund: dog\nkatze: cat", ":"),
        ('"Paris, France",x\nRome,y', ","),
        ("eins one\nzwei two\ndrei three", " "),
        ("One line of prose.\nAnother one, longer.\nAnd the third of them.", ONE_COLUMN),
        ("alone", ONE_COLUMN),
        ("", ONE_COLUMN),
    ],
)
def test_the_delimiter_is_the_one_that_gives_the_same_columns(text, delimiter):
    """Chosen by consistent column count, with quotes respected; none where no one suits."""
    assert find_delimiter(text.split("\n")) == delimiter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b", [(1, ("a", "b"), False)]),
        ('\n"a;1";"say ""x"""', [(2, ("a;1", 'say "x"'), False)]),
        ('"x\ny";b\nc;d', [(1, ("x\ny", "b"), False), (3, ("c", "d"), False)]),
        ('a; "q;r"', [(1, ("a", "q;r"), False)]),
        ('"Residual" nets;b', [(1, ('"Residual" nets', "b"), False)]),
        ('say "x";b', [(1, ('say "x"', "b"), False)]),
        ('"open;b\nc;d\ne;f', [(1, ('"open', "b"), True), (2, ("c", "d"), False), (3, ("e", "f"), False)]),
        ('a;"open', [(1, ("a", '"open'), True)]),
        ('"open;b\nc;"d"\ne;f', [(1, ('"open', "b"), True), (2, ("c", "d"), False), (3, ("e", "f"), False)]),
    ],
)
def test_quotes_enclose_or_stay(text, expected):
    """A cell in quotes may hold delimiters and line breaks; other quotes are characters; an open one harms one line."""
    found = records(text.split("\n"), ";", columns=2)
    assert [(record.line, record.cells, record.unclosed) for record in found] == expected


def test_a_quote_swallows_at_most_fifty_lines():
    """A quote that is closed after more than 50 line breaks counts as never closed."""
    lines = ['"a;b', *["c;d"] * 60, 'e";f']
    found = list(records(lines, ";", columns=2))
    assert (found[0].cells, found[0].unclosed, len(found)) == (('"a', "b"), True, 62)
