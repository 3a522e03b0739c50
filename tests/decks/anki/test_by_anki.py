"""Packages that Anki made are read as Anki shows them: it is the judge."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from PIL import Image

from bot.decks.anki.collection import reviews
from bot.decks.anki.occlusion import draw
from bot.decks.anki.package import copy_media
from bot.decks.content import Picture, words
from tests.decks.anki.samples import GENERATIONS, MEDIA, NAMES, PICTURE, by_genanki, database, open_package, package_of

RED, YELLOW, WHITE = (255, 142, 142), (255, 235, 162), (255, 255, 255)


@pytest.fixture(params=GENERATIONS)
def read(request, sample, tmp_path):
    """The sample in one of the four forms: the open package, and what was read of it."""
    with open_package(sample.path(request.param), tmp_path) as opened:
        yield opened


def states_of(read):
    """Every card that was read, by note's guid and ordinal."""
    return {(state.note.guid, state.ordinal): state for deck in read.decks for state in deck.states}


def cards_of(read):
    """The cards themselves, likewise."""
    pairs = [pair for deck in read.decks for pair in zip(deck.states, deck.deck.cards, strict=True)]
    return {(state.note.guid, state.ordinal): card for state, card in pairs}


def shown(html):
    """What a reader sees of Anki's HTML, on one line, in our signs."""
    html = re.sub(r"(?s)<!--.*?-->|<(script|style)\b.*?</\1>", "", html)
    html = re.sub(r"<rt>(.*?)</rt>", r"(\1)", html).replace("[...]", "[…]")
    html = re.sub(r"\\\((.*?)\\\)", lambda found: found[1].replace("…", r"\ldots"), html)
    html = re.sub(r'<img src="(.*?)">', r" \1 ", re.sub(r"\[anki:play:.:\d+\]", " a word.mp3 ", html))
    html = re.sub(r"</?(?:div|p|br|hr)\b[^<>]*>", " ", html)
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())


def sides(card):
    """Front and back as our reader has them, on one line."""
    return tuple(" ".join(words(side).split()) for side in (card.front, card.back))


def test_the_words_are_those_that_anki_shows(sample, read):
    """Front and back of every card, whatever its template does; what repeats the front is not on our back."""
    cards = cards_of(read[1])
    for key, card in sample.cards.items():
        if "image-occlusion" in "".join(card.fields):
            continue
        back = re.split(r"<hr id='?answer'?>", card.answer)[-1]
        for name, value in zip(NAMES, card.fields, strict=False):
            back = back.replace(f"[[type:{name}]]", value)
        question = re.sub(r"\[\[type:.*?\]\]", "", card.question)
        if key in cards:
            assert sides(cards[key]) == (shown(question), shown(back)), key
        else:
            assert "No cloze" in question or "front of this card is blank" in question, key


def test_fields_tags_and_decks_are_the_same(sample, read):
    """Nothing of a note is changed on the way."""
    for key, state in states_of(read[1]).items():
        card = sample.cards[key]
        assert (state.note.fields, state.note.tags, state.deck) == (card.fields, card.tags, card.deck)


def test_every_card_but_the_empty_ones_is_read(sample, read):
    """What is left out is named."""
    missing = sample.cards.keys() - states_of(read[1]).keys()
    faults = [fault for deck in read[1].decks for fault in deck.deck.faults] + [*read[1].faults]
    lost = [fault for fault in faults if fault.loses_card]
    assert len(missing) == len(lost) == 1
    assert lost[0].what.endswith("nothing is on its front")


def test_progress_is_the_same(sample, read):
    """Due days, FSRS memory, suspended and buried, and a row of the log for each review."""
    created_on = read[1].created_on
    for key, state in states_of(read[1]).items():
        card = sample.cards[key]
        assert (state.suspended, state.buried) == (card.suspended, card.buried)
        assert state.stability == pytest.approx(card.stability, abs=1e-3)
        assert state.difficulty == pytest.approx(card.difficulty, abs=1e-3)
        if card.due_on:
            assert state.kind == 2
            assert abs((created_on - card.due_on).days + state.due) <= 1
    logged = list(reviews(read[0].collection, "x"))
    assert len(logged) == sample.reviews > 5
    assert {row.card for row in logged} <= {state.id for state in states_of(read[1]).values()}


def test_media_are_the_same_bytes(read, tmp_path):
    """Each under a number; one that is not in the package is named."""
    paths, faults = copy_media(read[0], [*read[1].media, "gone.png"], tmp_path)
    assert {name: path.read_bytes() for name, path in paths.items()} == MEDIA | {"occluded.png": PICTURE}
    assert faults == []
    assert [str(fault) for fault in read[1].faults if not fault.loses_card] == [
        f'{read[0].file}: "gone.png" is not in the package, and 1 card shows it. Export it with "Include media".'
    ]


def test_siblings_share_a_note_and_have_ids_of_their_own(read):
    """So one sibling's answer can rest the other, and another export is the same cards."""
    cards = [card for deck in read[1].decks for card in deck.deck.cards]
    assert len({card.guid for card in cards}) == len(cards)
    assert all(card.guid.startswith(f"{card.note}:") for card in cards)
    assert len({card.note for card in cards}) < len(cards)


def test_what_a_card_asks_about_a_picture_is_covered(read, tmp_path):
    """On the front the part that is asked in red and the others in yellow; on the back the others stay covered."""
    cards = [card for deck in read[1].decks for card in deck.deck.cards if "masked-" in words(card.front)]
    paths, faults = draw(read[0], read[1].masked, tmp_path)
    assert (len(cards), len(paths), faults) == (3, 6, [])
    assert "occluded.png" not in "".join(words(card.front) + words(card.back) for card in cards)
    places = ((8, 6), (28, 21), (8, 22))
    for card in cards:
        number = int(card.guid.rpartition(":")[2])
        for side, seen in ((card.front, RED), (card.back, WHITE)):
            name = next(block.name for block in side if isinstance(block, Picture))
            with Image.open(paths[name]) as picture:
                assert [picture.getpixel(place) == YELLOW for place in places] == [at != number for at in range(3)]
                assert picture.getpixel(places[number]) == seen
                assert picture.getpixel((35, 3)) == WHITE
        assert words(card.front).startswith("where")
        assert words(card.back).endswith("there")


def test_another_program_makes_packages_too(tmp_path):
    """genanki writes the oldest form."""
    path = by_genanki(tmp_path)
    with open_package(path, tmp_path) as (package, read):
        assert [deck.deck.name for deck in read.decks] == ["Country Capitals"]
        found = [sides(card) for card in read.decks[0].deck.cards]
        assert found[0] == ("Capital of France? map.png", "Paris")
        assert found[-1] == ("Rome lies in […]", "Rome lies in Italy")
        assert copy_media(package, read.media, tmp_path)[0].keys() == {"map.png"}


@pytest.mark.parametrize(
    ("created", "offset", "day"),
    [
        ("2020-03-01T03:00+00:00", "-60", date(2020, 3, 1)),  # Berlin, as it says
        ("2020-03-01T09:00+00:00", "300", date(2020, 3, 1)),  # New York
        ("2020-02-29T19:00+00:00", "-540", date(2020, 3, 1)),  # Tokyo
        ("2020-02-29T19:00+00:00", "null", date(2020, 3, 1)),  # where it was four, which it does not say
        ("2020-03-01T09:00+00:00", '"x"', date(2020, 3, 1)),
    ],
)
def test_days_are_counted_from_the_day_where_it_was_made(tmp_path, created, offset, day):
    """The oldest collections do not say in which zone, but that it was four in the morning."""
    conf = f'{{"creationOffset": {offset}}}'
    then = f"update col set crt = {datetime.fromisoformat(created).timestamp():.0f}, conf = '{conf}'"
    path = tmp_path / "x.apkg"
    path.write_bytes(package_of(database(tmp_path / "made.db", then=then)))
    with open_package(path, tmp_path) as (_, read):
        assert read.created_on == day
