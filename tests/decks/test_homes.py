"""Which deck of a file each card that its decks had is in now."""

from collections import defaultdict
from itertools import count

import pytest
from msgspec import structs

from bot.decks.arrival import HadCard, HadDeck
from bot.decks.card import Deck
from bot.decks.delimited import decks_of
from bot.decks.encoded import written
from bot.decks.having import Having
from bot.decks.homes import Homes, settle, wanted
from bot.decks.known import known_as

HEAD = "#separator:;\n#deck column:3\n"
NILE, EVEREST, TIBER = "Longest river?;Nile", "Highest peak?;Everest", "River of Rome?;Tiber"
RIVERS, PEAKS, LAKES = 0, 1, 2
BEHIND = 3
WHOLE = HadDeck(BEHIND, "World", whole=True)
MAYBE = HadDeck(BEHIND, "World", whole=True, of_file=False)
GONE = HadDeck(BEHIND, "Other")
STRANGE = ("Who?;She", "When?;Then", "Where?;There")


def file_of(*decks: tuple[str, ...]) -> tuple[Deck, ...]:
    """A file with these rows in its decks."""
    names = ("Rivers", "Peaks", "Lakes")
    rows = [f"{row};{name}" for name, some in zip(names, decks, strict=False) for row in some]
    return decks_of((HEAD + "\n".join(rows)).encode(), "world.txt")


WORLD = file_of((NILE, TIBER), (EVEREST,))


def told(*rows: str, first: int = 1, archived: bool = False) -> list[HadCard]:
    """Cards that a deck has, of these rows, with these numbers."""
    (deck,) = decks_of("\n".join(rows).encode(), "old.txt")
    return [HadCard(at, written(card, at), archived) for at, card in zip(count(first), deck.cards, strict=False)]


def settled(
    decks: tuple[Deck, ...], had: dict[int, list[HadCard]], behind: HadDeck | None = None
) -> tuple[Homes, dict[int, list[int]]]:
    """Where they are, and which cards each deck has then, for what becomes of them to be told."""
    there = {place: HadDeck(place, "") for place in had} | ({} if behind is None else {behind.deck: behind})
    having = Having(there, defaultdict(list, had))
    homes = settle(decks, having)
    assert all(place < len(decks) for place in having.cards)
    return homes, {place: sorted(each.card_id for each in cards) for place, cards in having.cards.items() if cards}


def with_id(card: HadCard, guid: str) -> HadCard:
    """It came with that id."""
    return structs.replace(card, written=structs.replace(card.written, guid=guid))


def test_a_card_that_is_in_another_deck_now_is_the_same() -> None:
    """By its text, whatever else is in both; its deck has it no longer, and so does not put it away."""
    moved = file_of((NILE,), (EVEREST, "river of ROME;Tiber"))
    assert settled(moved, {RIVERS: told(NILE, TIBER), PEAKS: told(EVEREST, first=11)}) == (
        Homes({}, {PEAKS: (2,)}),
        {RIVERS: [1], PEAKS: [2, 11]},
    )
    assert settled(WORLD, {RIVERS: told(NILE, TIBER), PEAKS: told(EVEREST, first=11)})[0] == Homes({}, {})


def test_an_id_says_more_than_the_text() -> None:
    """A note of Anki's was moved and written anew at once, and another one has its words now."""
    (rivers, peaks) = file_of((NILE,), ("Second river?;Amazon",))
    peaks = structs.replace(peaks, cards=(structs.replace(peaks.cards[0], guid="a:0"),))
    rivers = structs.replace(rivers, cards=(structs.replace(rivers.cards[0], guid="b:0"),))
    nile, everest = with_id(told(NILE)[0], "a:0"), told(EVEREST, first=11)
    assert settled((rivers, peaks), {RIVERS: [nile], PEAKS: everest}) == (
        Homes({}, {PEAKS: (1,)}),
        {PEAKS: [1, 11]},
    )
    # Before such cards were known again, the old deck kept an archived one of that id: it is the newer that moves back.
    archived = structs.replace(nile, card_id=5, archived=True)
    back = (structs.replace(rivers, cards=peaks.cards), file_of((NILE,), (EVEREST,))[1])
    assert settled(back, {RIVERS: [archived], PEAKS: [nile, *everest]})[0] == Homes({}, {RIVERS: (1,)})


def test_the_same_in_two_decks_is_a_card_in_each() -> None:
    """Nothing moves where a deck has its own; where nobody could say which, neither."""
    both = file_of((NILE, TIBER), (NILE, EVEREST))
    assert settled(both, {RIVERS: told(NILE), PEAKS: told(NILE, first=11)})[0] == Homes({}, {})
    assert settled(both, {RIVERS: told(NILE, TIBER), PEAKS: told(EVEREST, first=11)})[0] == Homes({}, {})
    swapped = file_of((EVEREST,), (TIBER,), (NILE,))
    olds = {RIVERS: told(NILE, TIBER), PEAKS: told(NILE, EVEREST, first=11)}
    assert settled(swapped, olds)[0] == Homes({}, {RIVERS: (12,), PEAKS: (2,)}), (
        "one Nile of two, it is not known which"
    )
    in_use = {**olds, PEAKS: [structs.replace(each, archived=each.card_id == 11) for each in olds[PEAKS]]}
    assert settled(swapped, in_use)[0].came[LAKES] == (1,), "of these the one that is in use"


def test_what_only_looks_the_same_is_so_within_its_deck() -> None:
    """The same question in another deck may want another answer."""
    french = file_of(("the house;la maison",), (EVEREST,))
    assert settled(french, {PEAKS: told("the house;das Haus", EVEREST)})[0] == Homes({}, {})


def test_what_was_added_in_the_chat_stays_where_it_was_put() -> None:
    """A file may have the same in another deck; only its id tells that it means that card."""
    added = structs.replace(told(NILE)[0], file_fields="[]")
    world = file_of((TIBER,), (NILE,))
    olds = {RIVERS: [added, *told(TIBER, first=2)], PEAKS: told(EVEREST, first=11)}
    assert settled(world, olds)[0] == Homes({}, {})
    peaks = structs.replace(world[1], cards=(structs.replace(world[1].cards[0], guid="mine"),))
    assert settled((world[0], peaks), {**olds, RIVERS: [with_id(added, "mine")]})[0] == Homes({}, {PEAKS: (1,)})


def test_which_deck_is_an_older_reading_of_a_file() -> None:
    """One of which the file has half of what is in use; it goes on as the deck that has most of its cards."""

    def older(cards: list[HadCard], stray: HadDeck = MAYBE, **had: list[HadCard]) -> Homes:
        named = {RIVERS: had["rivers"]} if "rivers" in had else {}
        named |= {PEAKS: had["peaks"]} if "peaks" in had else {}
        return settled(WORLD, {**named, BEHIND: cards}, stray)[0]

    whole = told(NILE, EVEREST, TIBER)
    assert older(whole) == Homes({RIVERS: BEHIND}, {PEAKS: (2,)})
    assert older(told(EVEREST, "River of Rome?;Po", "Highest peak of all?;Everest")).goes_on
    assert not older(told(EVEREST, *STRANGE)).goes_on
    assert older(told(EVEREST, *STRANGE), WHOLE) == Homes({PEAKS: BEHIND}, {})
    assert older(told(*STRANGE), WHOLE) == Homes({RIVERS: BEHIND}, {})
    assert not older(told(*STRANGE, archived=True)).goes_on, "it has nothing of it, in use or not"
    assert older(told(NILE, EVEREST, TIBER, archived=True)).goes_on
    by_hand = [structs.replace(each, card_id=each.card_id + 9, file_fields="[]") for each in told(*STRANGE)]
    assert older(told(EVEREST) + by_hand) == Homes({PEAKS: BEHIND}, {}), "no file ever had the others"
    lakes = told("Deepest lake?;Baikal", first=21)
    assert older(whole, rivers=lakes) == Homes({PEAKS: BEHIND}, {RIVERS: (1, 3)}), "only one that is new goes on"
    assert older(whole, rivers=lakes, peaks=told("Lake?;Garda", first=31)) == Homes({}, {RIVERS: (1, 3), PEAKS: (2,)})


def test_a_deck_that_is_in_the_file_no_longer_may_have_another_name() -> None:
    """It goes on as one that is new and half the same, from which its other cards are gone; else as none."""
    assert settled(WORLD, {RIVERS: told(NILE, TIBER, first=11), BEHIND: told(EVEREST, STRANGE[0])}, GONE) == (
        Homes({PEAKS: BEHIND}, {}),
        {RIVERS: [11, 12], PEAKS: [1, 2]},
    )
    many = told(EVEREST, *STRANGE)
    world = file_of((NILE,), (EVEREST, "Second peak?;K2", "Third peak?;Kangchenjunga"))
    assert settled(world, {RIVERS: told(NILE, first=11), BEHIND: many}, GONE) == (
        Homes({}, {PEAKS: (1,)}),
        {RIVERS: [11], PEAKS: [1]},
    )
    assert settled(
        WORLD, {RIVERS: told(NILE, first=11), PEAKS: told(EVEREST, first=21), BEHIND: told(TIBER)}, GONE
    ) == (
        Homes({}, {RIVERS: (1,)}),
        {RIVERS: [1, 11], PEAKS: [21]},
    )


def test_which_other_decks_a_file_has() -> None:
    """Those of which it has nearly all."""
    (rivers, peaks) = WORLD
    rivers = structs.replace(rivers, cards=tuple(structs.replace(card, guid=card.fields[1]) for card in rivers.cards))
    for ids, is_wanted in (
        ({"Nile"}, True),
        ({"Nile", "Tiber"}, True),
        ({"Nile", "Tiber", "Po", "Rhine"}, False),
        ({"Po"}, False),
        (set(), False),
        ({""}, False),
    ):
        having = Having(ids=defaultdict(set, {BEHIND: ids}))
        assert wanted((rivers, peaks), having) == ((BEHIND,) if is_wanted else ()), ids


def says(*rows: str) -> set[str]:
    """By what cards of these rows are known, in files without ids."""
    return {known_as(each.guid, each.front, each.back) for each in (had.written for had in told(*rows))}


def test_which_other_texts_a_file_is() -> None:
    """Much of a deck that is new by its name says the same; a longer list may have a short one in it by the way."""
    more = file_of((NILE, TIBER, *STRANGE))
    assert wanted(WORLD, Having(ids=defaultdict(set, {BEHIND: says(NILE, TIBER)}))) == (BEHIND,)
    assert wanted(WORLD, Having(ids=defaultdict(set, {BEHIND: says(NILE, TIBER, *STRANGE)}))) == ()
    assert wanted(more, Having(ids=defaultdict(set, {BEHIND: says(NILE, TIBER)}))) == ()
    assert wanted(more, Having(ids=defaultdict(set, {BEHIND: says(NILE, TIBER, STRANGE[0])}))) == (BEHIND,)
    there = Having({RIVERS: HadDeck(RIVERS, "Rivers")}, ids=defaultdict(set, {BEHIND: says(NILE, TIBER)}))
    assert wanted(WORLD, there) == (), "the deck of that name is there"


@pytest.mark.parametrize(("behind", "stray"), [(BEHIND, WHOLE), (RIVERS, None)])
def test_media_go_with_the_cards(behind: int, stray: HadDeck | None) -> None:
    """A text names them and does not bring them; where no card comes from a deck, it lends nothing."""
    media = {"map.png": "stored.png"}
    for rows, lent in (((NILE, EVEREST, TIBER), media), ((NILE,), {})):
        there = {behind: stray or HadDeck(behind, "Rivers")}
        having = Having(there, defaultdict(list, {behind: told(*rows)}), media=defaultdict(dict, {behind: {**media}}))
        settle(WORLD, having)
        assert (having.media[RIVERS], having.media[PEAKS], having.lent[PEAKS]) == (media, {}, lent)
