"""Any content, for tests that hold for all of them."""

from hypothesis import strategies as st

from bot.decks.content import STYLES, Block, Code, Content, Paragraph, Picture, Run, Source

# Letters, marks that combine, emoji of several parts, control and invisible characters, and what Telegram would link.
ANY_TEXT = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["word ", "@name", "/start", "#tag", "a.com", "http://x.org/y", "👩‍👩‍👧", "é", "🇩🇪", "\n", "\n\n", "  ",
             "\t", "\u200b", "漢字", "<b>", "&amp;", "f(x)", "\x00", "\u202e", "$TSLA", "+49 30 1234567"]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip
RUNS = st.builds(Run, ANY_TEXT, st.frozensets(st.sampled_from(sorted(STYLES)), max_size=3))
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, st.lists(RUNS, max_size=5).map(tuple)),
    st.builds(Code, ANY_TEXT, st.sampled_from(["", "python"])),
    st.builds(Picture, st.sampled_from(["here.png", "there.png", "nowhere.png"])),
    st.builds(Source, ANY_TEXT),
)
CONTENTS: st.SearchStrategy[Content] = st.lists(BLOCKS, max_size=6).map(tuple)
