"""Masks that cannot be read or drawn: the card is left out or the picture named, never shown with its answer."""

import pytest

from bot.decks.anki.archive import Limits
from bot.decks.anki.check import about
from bot.decks.anki.masks import masks_of
from bot.decks.anki.occlusion import draw
from bot.decks.card import DeckError
from tests.decks.anki.samples import PICTURE, database, open_package, package_of
from tests.decks.test_folder import png

RECT = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
SHOWN = '<img src="a.png">'
QUESTION = "{{cloze:Front}}{{Back}}"


def package(tmp_path, front, back=SHOWN, picture=PICTURE):
    """A package of one note that asks about a picture."""
    path = tmp_path / "x.apkg"
    made = database(tmp_path / "made.db", [(front, back)], QUESTION, QUESTION, cloze=True)
    path.write_bytes(package_of(made, b'{"0": "a.png"}', ("0", picture)))
    return path


@pytest.mark.parametrize(
    ("front", "back", "said"),
    [
        (RECT.replace("left=.1", "left=x"), SHOWN, "one of its masks cannot be read"),
        (RECT.replace("left=.1:", ""), SHOWN, "one of its masks cannot be read"),
        (RECT.replace("left=.1", "left=nan"), SHOWN, "one of its masks cannot be read"),
        (RECT.replace("left=.1", "left=1e9"), SHOWN, "one of its masks cannot be read"),
        (RECT.replace("rect", "star"), SHOWN, "one of its masks cannot be read"),
        (RECT.replace("rect", "polygon:points=1,1 2"), SHOWN, "one of its masks cannot be read"),
        (RECT + RECT[:-2] + "{}}}", SHOWN, "one of its masks cannot be read"),
        (RECT, "no picture", "it has masks and no picture"),
        (RECT * 501, SHOWN, "it has more than 500 masks"),
    ],
)
def test_a_card_whose_mask_is_unclear_is_left_out(tmp_path, front, back, said):
    """Without the mask it would tell its answer."""
    path = package(tmp_path, front, back)
    (tmp_path / "unpacked").mkdir()
    with pytest.raises(DeckError, match=said), open_package(path, tmp_path / "unpacked"):
        pass


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (png(30_000, 30_000), "30000 × 30000 pixels"),
        (PICTURE[:-40], "it is damaged"),
        (png(40, 30), "it is damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG, GIF or WebP"),
    ],
)
def test_a_picture_that_cannot_be_covered_is_named(tmp_path, picture, said):
    """And nothing of it is left in the folder."""
    path = package(tmp_path, RECT, picture=picture)
    checked, folder = tmp_path / "checked", tmp_path / "unpacked"
    for each in (checked, folder):
        each.mkdir()
    lines, _, _ = about(path, path.name, checked, Limits())
    assert f"a picture with masks cannot be drawn: {said}" in lines[-1]
    with open_package(path, folder, Limits()) as (package_, read):
        assert draw(package_, read.masked, folder)[0] == {}
        assert [left.name for left in folder.iterdir()] == ["collection.db"]


def test_only_what_is_asked_is_covered_where_the_note_says_so():
    """Others are covered, too, where the note hides all; labels never are."""
    others = RECT.replace("c1", "c2")
    label = "{{c1::image-occlusion:text:left=.1:top=.1:text=a}}"
    assert [mask.is_asked for mask in masks_of(RECT + others + label, 1)] == [True]
    hiding = others.replace("}}", ":oi=1}}")
    assert [mask.is_asked for mask in masks_of(RECT + hiding + label, 1)] == [True, False]
    assert [mask.degrees for mask in masks_of(RECT.replace("}}", ":angle=30}}"), 1)] == [30]


def test_masks_of_an_add_on_are_named(tmp_path):
    """It laid a picture of masks over the other by its style, which is not drawn."""
    path = tmp_path / "x.apkg"
    rename = (
        """update col set models = replace(replace(models, '"Front"', '"Question Mask"'), '"Back"', '"Answer Mask"')"""
    )
    path.write_bytes(package_of(database(tmp_path / "made.db", then=rename)))
    (tmp_path / "unpacked").mkdir()
    with (
        pytest.raises(DeckError, match="its masks are pictures of an add-on"),
        open_package(path, tmp_path / "unpacked"),
    ):
        pass


def test_a_picture_is_found_under_the_name_that_an_editor_wrote(tmp_path):
    """A space in it may stand there as %20."""
    path = tmp_path / "x.apkg"
    made = database(tmp_path / "made.db", [(RECT, '<img src="a%20b.png">')], QUESTION, QUESTION, cloze=True)
    path.write_bytes(package_of(made, b'{"0": "a b.png"}', ("0", PICTURE)))
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with open_package(path, folder) as (package_, read):
        assert (read.media, read.faults) == (("a b.png",), ())
        assert len(draw(package_, read.masked, folder)[0]) == 1
