"""The decks that everybody is offered are whole: no fault, no missing picture, each card one message."""

import importlib.util
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from bot.chat.plain import Text, draw
from bot.decks import delimited
from bot.decks.card import Card, Deck, Kind
from bot.decks.content import Code, Content, Picture, Source, words
from bot.decks.folder import picture_path

FOLDER = Path(__file__).parents[2] / "decks"
FILES = ("machine-learning.txt", "kana.txt")
LINE = Text("─────")


def bundled(file: str) -> Deck:
    return delimited.parse((FOLDER / file).read_bytes(), file)


def find(name: str) -> Path | None:
    return picture_path(FOLDER, "machine-learning.txt", name)


def pictures_of(content: Content) -> set[str]:
    return {block.name for block in content if isinstance(block, Picture)}


@pytest.fixture(scope="module")
def cards() -> tuple[Card, ...]:
    return bundled("machine-learning.txt").cards


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_pictures", FOLDER / "draw_pictures.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_these_are_all() -> None:
    """The folder holds no deck file that is not looked at here."""
    assert {path.name for path in FOLDER.iterdir() if path.suffix in {".txt", ".tsv", ".csv"}} == set(FILES)


@pytest.mark.parametrize("file", FILES)
def test_no_fault_and_nothing_twice(file: str) -> None:
    """Every line is read as it was meant, nothing waits for an answer, and no front stands twice."""
    deck = bundled(file)
    assert deck.faults == ()
    assert all(card.kind is not Kind.WAITING for card in deck.cards)
    fronts = [words(card.front).casefold() for card in deck.cards]
    assert len(set(fronts)) == len(fronts)


@pytest.mark.parametrize("file", FILES)
def test_every_card_fits_one_message(file: str) -> None:
    """Front and back together are one message: nobody has to tap More in a bundled deck."""
    for card in bundled(file).cards:
        pages = draw([card.front, LINE, card.back] if card.back else [card.front], find)
        assert len(pages) == 1, words(card.front)
        assert "picture missing" not in pages[0].text.text
        assert bool(pages[0].picture) == bool(pictures_of(card.front + card.back))


def test_machine_learning_is_good_enough_to_study_from(cards: tuple[Card, ...]) -> None:
    """It has at least sixty questions, with code, sources and pictures, and some statements."""
    questions = [card for card in cards if card.kind is Kind.QUESTION]
    backs = [block for card in questions for block in card.back]
    assert bundled("machine-learning.txt").name == "Machine learning"
    assert len(questions) >= 60
    assert len(questions) + sum(card.kind is Kind.STATEMENT for card in cards) == len(cards)
    assert sum(isinstance(block, Code) for block in backs) >= 20
    assert sum(isinstance(block, Source) for block in backs) >= 15


def test_code_is_python(cards: tuple[Card, ...]) -> None:
    """Every block of code in the machine learning deck is Python that compiles."""
    blocks = [block.text for card in cards for block in card.back if isinstance(block, Code)]
    assert len(blocks) >= 20
    for text in blocks:
        assert compile(text, text, "exec").co_code


def test_the_script_draws_every_picture_and_no_other(cards: tuple[Card, ...], script: ModuleType) -> None:
    """The names the script draws, the files in the folder and the pictures on cards are the same."""
    shown = {name for card in cards for name in pictures_of(card.front + card.back)}
    assert len(shown) >= 4
    assert shown == set(script.PICTURES) == {path.name for path in (FOLDER / "machine-learning").iterdir()}
    assert all(find(name) for name in shown)


def test_the_pictures_are_what_the_script_draws(script: ModuleType, tmp_path: Path) -> None:
    """Drawn anew, every picture is the one in the folder, and a phone loads it at once."""
    script.draw_all(tmp_path)
    for name in script.PICTURES:
        kept = FOLDER / "machine-learning" / name
        old, new = (np.asarray(Image.open(path).convert("L"), dtype=float) for path in (kept, tmp_path / name))
        # Another processor may round an edge another way; another picture differs by far more.
        assert float(np.abs(old - new).mean()) < 0.1, name
        assert kept.stat().st_size < 60_000


def test_kana_are_the_46_in_their_order() -> None:
    """Each front is one hiragana, all 46 of the basic table, and the answer begins with how it is said."""
    deck = bundled("kana.txt")
    fronts = [words(card.front) for card in deck.cards]
    names = [unicodedata.name(front) for front in fronts]
    assert deck.name == "Kana"
    assert len(fronts) == 46
    assert all(before < after for before, after in pairwise(fronts))
    for card, name in zip(deck.cards, names, strict=True):
        letter = name.removeprefix("HIRAGANA LETTER ").lower()
        said = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "wo": "o, written wo"}.get(letter, letter)
        assert words(card.back).splitlines()[0] == said


def test_the_example_words_hold_their_kana() -> None:
    """The word beside each kana has that kana in it."""
    for card in bundled("kana.txt").cards:
        assert words(card.front) in words(card.back).splitlines()[1]


def test_the_deck_of_the_readme_is_one() -> None:
    """What README.md tells an author to type is read without a fault, in the looks that it promises."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    (typed,) = re.findall(r"```text\n(.*?)```", readme, re.DOTALL)
    deck = delimited.parse(typed.encode(), "cells.txt")
    assert (deck.name, deck.faults) == ("The cell", ())
    assert [card.kind for card in deck.cards] == [Kind.QUESTION] * 4 + [Kind.STATEMENT]
    assert [type(block) for block in deck.cards[1].back][-1] is Source
    assert [type(block) for block in deck.cards[2].back][-1] is Code
    assert pictures_of(deck.cards[3].front) == {"mitosis.png"}
