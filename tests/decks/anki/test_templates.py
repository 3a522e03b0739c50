"""What a template makes of a note."""

import pytest

from bot.decks.anki.collection import Note
from bot.decks.anki.filters import Place, applied
from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.anki.rendering import rendered
from bot.decks.anki.templates import TemplateError, compiled, render
from bot.decks.anki.unseen import without_tags, without_unseen
from bot.decks.content import words
from bot.decks.html import parse

LONGEST = 100_000


def made(question, answer="{{Back}}", front="F", back="B", *, is_cloze=False, ordinal=0, longest=LONGEST):
    """Front and back of the note's card."""
    template = Template("Card 1", question, answer)
    note = Note("guid", NoteType("Kind", is_cloze, ("Front", "Back"), (template,)), (front, back), ("a", "b::c"))
    sides = render(note, compiled(template), ordinal, "One::Two", longest)
    return sides.front, sides.back


@pytest.mark.parametrize(
    ("question", "answer", "front", "back"),
    [
        ("{{Front}}", "{{FrontSide}}\n<hr id=answer>\n{{Back}}", "F", "\n\nB"),
        ("{{Front}}", '{{Front}}<hr  id="answer" />{{Back}}', "F", "B"),
        ("{{Front}}", "{{Back}} of {{Front}}", "F", "B of F"),
        ("{{Front}}", "new<hr id=answer>{{Back}}", "F", "newB"),
        ("{{Front}} {{type:Back}}", "{{type:Back}}", "F ", "B"),
        ("{{#Back}}{{Front}}{{/Back}}{{^Back}}none{{/Back}}", "{{^Front}}x{{/Front}}", "F", ""),
        ("{{Front}} {{Tags}} {{Deck}} {{Subdeck}} {{Type}} {{Card}}", "", "F a b::c One::Two Two Kind Card 1", ""),
        ("{{Front}}{{tts en_US voices=Bob:Front}}", "", "F", ""),
        ("{{nothing:known:Front}}", "{{::Back}}", "F", "B"),
        ("{{Front}}<!-- {{Back}} -->", "<!-- never closed {{Back}}", "F", ""),
        ("{{Front}}{{FrontSide}}", "", "F", ""),
        ("{{Front}} }} {{ {{", "", "F }} {{ {{", ""),
    ],
)
def test_the_sides_of_a_card(question, answer, front, back):
    """The front, and what is new on the back."""
    assert made(question, answer) == (front, back)


def test_a_line_of_a_template_begins_with_its_first_word():
    """Templates go on in a new line of their own behind `<br>`, and a browser shows nothing of that."""
    template = Template("Card", "{{Front}}", "{{FrontSide}}<hr id=answer>{{Front}}<br>\n {{Back}}")
    kind = NoteType("Kind", False, ("Front", "Back"), (template,))

    def back(written):
        return words(rendered(kind, ("<b>F</b>", written), 0).back)

    assert back("B") == "F\nB"
    assert back("<pre>if x:<br>    y</pre>") == "F\nif x:\n    y"


def test_a_hint_is_folded():
    """On the front as in Anki, which shows it to who asks for it; an empty one is nothing."""
    hint = "<details><summary>Back</summary>B</details>"
    assert made("{{Front}}{{hint:Back}}", "{{hint:Back}}") == (f"F{hint}", hint)
    assert made("{{Front}}{{hint:Back}}", "{{hint:Back}}", back=" ") == ("F", "")


def test_what_a_script_would_show_is_folded():
    """A part of a card that is not displayed is no part of what everybody sees."""
    html = "{{Front}}<div style='display: none'>a<div>b</div>{{Back}}</div><span style=\"display:NONE\">c</span>"
    assert made(html)[0] == "F<details>a<div>b</div>B</details><details>c</details>"
    assert made("{{Front}}<div style='display: none'>a")[0] == "F<div style='display: none'>a"


@pytest.mark.parametrize("question", ["", "text alone", "{{#Back}}{{Back}}{{/Back}}", "{{Back}} and text", "{{Tags2}}"])
def test_a_card_whose_front_has_nothing_of_the_note_is_none(question):
    """As in Anki, which calls it an empty card."""
    assert made(question, back="<div><br></div> ")[0] == ""


def test_a_gap_that_is_not_there_makes_no_card():
    """Of a note with the gaps 1 and 2 the third card is empty."""
    text = "{{c1::one}} {{c2::two::hint}}"
    fronts = [made("{{cloze:Front}}", front=text, is_cloze=True, ordinal=number)[0] for number in range(3)]
    assert [words(parse(front)) for front in fronts] == ["[…] two", "one [hint]", ""]


def test_gaps_are_typed_and_alone():
    """`type:cloze:` asks and then has the answer, `cloze-only:` is what stands in the gaps."""
    text = "{{c1::one}} {{c2::two}} {{c1::three}}"
    assert applied(("type", "cloze"), text, "Front", Place(1, is_front=True)) == ""
    assert applied(("type", "cloze"), text, "Front", Place(1, is_front=False)) == "one, three"
    assert applied(("cloze-only",), text, "Front", Place(2, is_front=False)) == "two"


def test_readings():
    """In brackets behind their word; a sound is no reading."""
    text = "日本[にほん]の 字[じ]&nbsp;犬[sound:a.mp3]"
    assert applied(("furigana",), text, "", Place(0, is_front=True)) == (
        "<ruby>日本<rt>にほん</rt></ruby>の<ruby>字<rt>じ</rt></ruby> 犬[sound:a.mp3]"
    )
    assert applied(("kana",), text, "", Place(0, is_front=True)) == "にほんのじ 犬[sound:a.mp3]"
    assert applied(("kanji",), text, "", Place(0, is_front=True)) == "日本の字 犬[sound:a.mp3]"


def test_what_a_browser_hides_is_no_word():
    """Scripts, styles, buttons and comments, closed or not."""
    assert without_unseen("a<style>b</style>c<SCRIPT x='>'>d</script >e<!-- f -->g<button>h</button>") == "aceg"
    assert without_unseen("a<script>b") == "a"
    assert without_unseen("a<button x=1>b<input type=text>c<svg><path></svg>d") == "abcd"
    assert without_unseen("a < b > c <scripture>") == "a < b > c <scripture>"
    assert without_tags("<p>a<br/>b</p>") == "ab"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("{{#Front}}", "is not closed"),
        ("{{/Front}}", "closes nothing"),
        ("{{#Front}}{{#Back}}{{/Front}}{{/Back}}", "closes nothing"),
        ("{{#Front}}" * 2000 + "{{/Front}}" * 2000, "nested too deep"),
        ("{{Front}}" * 2**17, "characters where 200,000 are the most"),
        ("{{Front}}" * 20_000, "is longer than"),
        ("{{cloze:Back}}" * 10_000, "is longer than"),
    ],
)
def test_a_template_that_makes_no_card(question, said):
    """It is told why, soon."""
    with pytest.raises(TemplateError, match=said):
        made(question, front="x" * 1000, back="y" * 1000)


@pytest.mark.parametrize("piece", [r"\(", "<", "<hr ", "<script", "{{c1::", "}}", "a[", "::", "<!--", "<i", "[a", " "])
def test_long_nonsense_stands_as_it_is(piece):
    """Through every filter, but for what a browser shows nothing of; the square of its length would take minutes."""
    text = piece * (LONGEST // len(piece) // 4)
    shown = "" if piece in ("<script", "<!--") else text
    for filters in ("cloze", "furigana", "text", "type:cloze", "hint", "cloze-only"):
        question = f"{{{{Front}}}}{{{{{filters}:Front}}}}"
        front, back = made(question, "{{Front}}{{" + filters + ":Front}}", text, is_cloze=True)
        assert (front.startswith(shown.strip()), back.startswith(shown)) == (True, True), filters
        assert len(back) in (len(shown), 2 * len(shown)) or filters == "hint", filters
