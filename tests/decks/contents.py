"""Any content, for tests that hold for all of them."""

from hypothesis import strategies as st

from bot.decks.content import (
    STYLES,
    Block,
    Code,
    Content,
    Direction,
    Displayed,
    Formula,
    Gap,
    Heading,
    Hint,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Source,
    Table,
)

# Letters, marks that combine, emoji of several parts, control and invisible characters, and what Telegram would link.
ANY_TEXT = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["word ", "@name", "/start", "#tag", "a.com", "http://x.org/y", "👩‍👩‍👧", "é", "🇩🇪", "\n", "\n\n", "  ",
             "\t", "\u200b", "漢字", "<b>", "&amp;", "f(x)", "\x00", "\u202e", "$TSLA", "+49 30 1234567", "שלום "]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip
_STYLES = st.frozensets(st.sampled_from(sorted(STYLES)), max_size=3)
RUNS = st.builds(Run, ANY_TEXT, _STYLES, st.sampled_from(["", "", "https://x.org/y"]))
FORMULAS = st.sampled_from([r"x^2 \leq \sigma", r"\frac12", r"\sum_{i=1}^n x_i", r"\nothing{y", "@name", "", "{" * 40])
_LINES = st.lists(
    st.one_of(RUNS, RUNS, st.builds(Formula, FORMULAS, _STYLES), st.builds(Gap, st.integers(1, 9), ANY_TEXT, _STYLES)),
    max_size=5,
).map(tuple)
_DIRECTIONS = st.sampled_from(Direction)


def _tables(columns: int) -> st.SearchStrategy[Block]:
    rows = st.lists(st.tuples(*[_LINES] * columns), min_size=1, max_size=3).map(tuple)
    return st.builds(Table, rows, st.integers(0, 1))


_LEAVES: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, _LINES, _DIRECTIONS),
    st.builds(Paragraph, _LINES),
    st.builds(Heading, _LINES, st.integers(1, 6), _DIRECTIONS),
    st.builds(Code, ANY_TEXT, st.sampled_from(["", "python"])),
    st.builds(Displayed, FORMULAS),
    st.builds(Picture, st.sampled_from(["here.png", "there.png", "nowhere.png"]), st.sampled_from(["", "a b"])),
    st.builds(Sound, st.sampled_from(["a.mp3", "b.ogg"])),
    st.builds(Source, ANY_TEXT),
    st.integers(2, 3).flatmap(_tables),
)


def _holding(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    contents = st.lists(blocks, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Points, st.lists(contents, max_size=3).map(tuple), st.none() | st.integers(-2, 12)),
        st.builds(Quote, contents),
        st.builds(Hint, contents, ANY_TEXT),
    )


BLOCKS: st.SearchStrategy[Block] = st.recursive(_LEAVES, _holding, max_leaves=6)
CONTENTS: st.SearchStrategy[Content] = st.lists(BLOCKS, max_size=6).map(tuple)
