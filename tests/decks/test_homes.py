"""Which deck of a file each card that its decks had is in now."""

from collections import defaultdict
from itertools import count

import pytest
from msgspec import structs

from bot.decks.arrival import HadCard, HadDeck
from bot.decks.card import Deck
from bot.decks.changes import known_of
from bot.decks.delimited import decks_of
from bot.decks.encoded import written
from bot.decks.having import Having
from bot.decks.homes import Homes, settle, wanted
from bot.decks.known import known_as
from bot.decks.match import match

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


def test_of_notes_that_are_in_two_decks_those_of_the_file_move() -> None:
    """Another deck has the same: before renamed ones were known again, a tree came beside the old one."""
    (rivers, peaks) = file_of((TIBER,), ("Which is the longest?;A river in Egypt",))
    peaks = structs.replace(peaks, cards=(structs.replace(peaks.cards[0], guid="a:0"),))
    twin = {BEHIND: [with_id(told(NILE)[0], "a:0")]}
    nile = with_id(told(NILE, first=11)[0], "a:0")
    assert settled((rivers, peaks), {**twin, RIVERS: [nile]}, GONE)[0] == Homes({}, {PEAKS: (11,)})
    # One that was archived is it no more than any.
    archived = structs.replace(nile, archived=True)
    assert settled((rivers, peaks), {**twin, PEAKS: [archived]}, GONE)[0] == Homes({}, {PEAKS: (1,)})


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


def test_of_cards_that_say_the_same_the_one_in_use_moves() -> None:
    """Where an archived one of that text was left in the deck to which it comes back, before such cards were known."""
    peaks = told(NILE, EVEREST, first=11)
    for row in (NILE, "longest RIVER?;Nile"):
        back = file_of((row,), (EVEREST,))
        archived = told(NILE, first=50, archived=True)
        assert settled(back, {RIVERS: archived, PEAKS: peaks}) == (
            Homes({}, {RIVERS: (11,)}),
            {RIVERS: [11, 50], PEAKS: [12]},
        )
        (kept,) = match([known_of(each) for each in (*archived, peaks[0])], back[0].cards).kept.values()
        assert kept == 11, "so says what becomes of its deck"


SWAPPED = file_of((EVEREST,), (NILE, TIBER))


def test_decks_that_have_each_others_names() -> None:
    """What is in them tells which is which, for those who were let in to it, and so is what they called a picture."""
    rivers, peaks = told(NILE, TIBER), told(EVEREST, first=11)
    assert settled(SWAPPED, {RIVERS: rivers, PEAKS: peaks}) == (
        Homes({RIVERS: PEAKS, PEAKS: RIVERS}, {}),
        {RIVERS: [11], PEAKS: [1, 2]},
    )
    there = {place: HadDeck(place, "") for place in (RIVERS, PEAKS)}
    media = defaultdict(dict, {RIVERS: {"map.png": "rivers.png"}, PEAKS: {"map.png": "peaks.png"}})
    having = Having(there, defaultdict(list, {RIVERS: rivers, PEAKS: peaks}), media=media)
    settle(SWAPPED, having)
    assert having.media == {PEAKS: {"map.png": "rivers.png"}, RIVERS: {"map.png": "peaks.png"}}
    assert not having.lent
    # One has the name of the next, which has a new one; the first is in the file no longer.
    olds = {PEAKS: peaks, BEHIND: rivers}
    assert settled(file_of((EVEREST,), (NILE, TIBER)), olds, GONE)[0] == Homes({RIVERS: PEAKS, PEAKS: BEHIND}, {})


@pytest.mark.parametrize(
    ("rows", "had"),
    [
        # Half of it is where it was, and half of the other.
        (((EVEREST, NILE), (TIBER,)), {RIVERS: (NILE, TIBER), PEAKS: (EVEREST,)}),
        # All goes to one that is there, and stays; what it is called is full of others.
        (((STRANGE[0],), (NILE, EVEREST)), {RIVERS: (NILE,), PEAKS: (EVEREST,)}),
        # All goes one deck on, and new cards are where it was.
        (((STRANGE[0],), (NILE, TIBER), (EVEREST,)), {RIVERS: (NILE, TIBER), PEAKS: (EVEREST,)}),
        # All goes to a new one: it is parted off.
        (((STRANGE[0],), (), (NILE, TIBER)), {RIVERS: (NILE, TIBER)}),
        # No more than half of it has the other's name.
        (((EVEREST,), (NILE,)), {RIVERS: (NILE, TIBER), PEAKS: (EVEREST,)}),
        # It is no more than half of what has the other's name.
        (((EVEREST,), (NILE, STRANGE[0])), {RIVERS: (NILE,), PEAKS: (EVEREST,)}),
    ],
)
def test_decks_that_keep_their_names(rows: tuple[tuple[str, ...], ...], had: dict[int, tuple[str, ...]]) -> None:
    """Where it is not much the same deck, or the other stays what it is, only cards move."""
    olds = {place: told(*some, first=1 + 10 * place) for place, some in had.items()}
    homes = settled(file_of(*rows), olds)[0]
    assert not homes.goes_on
    assert homes.came


def test_what_only_looks_the_same_is_so_within_its_deck() -> None:
    """The same question in another deck may want another answer."""
    french = file_of(("the house;la maison",), (EVEREST,))
    german = {PEAKS: told("the house;das Haus", EVEREST)}
    assert settled(french, german)[0] == Homes({}, {})
    assert settled(french, {**german, BEHIND: told(TIBER, first=11)}, GONE)[0] == Homes({}, {})
    # What is like one of a deck that is gone was in its own before.
    rivers = {RIVERS: told(NILE, first=11), BEHIND: told("Longest river?;Amazon", TIBER)}
    assert settled(
        file_of(
            ("Longest river?;the Nile", TIBER),
        ),
        rivers,
        GONE,
    )[0] == Homes({}, {RIVERS: (2,)})


def test_what_was_added_in_the_chat_stays_where_it_was_put() -> None:
    """A file may have the same in another deck; only its id tells that it means that card."""
    added = structs.replace(told(NILE)[0], file_fields="[]")
    world = file_of((TIBER,), (NILE,))
    olds = {RIVERS: [added, *told(TIBER, first=2)], PEAKS: told(EVEREST, first=11)}
    assert settled(world, olds)[0] == Homes({}, {})
    peaks = structs.replace(world[1], cards=(structs.replace(world[1].cards[0], guid="mine"),))
    assert settled((world[0], peaks), {**olds, RIVERS: [with_id(added, "mine")]})[0] == Homes({}, {PEAKS: (1,)})


def test_a_card_that_was_edited_in_the_chat_moves_and_stays_so() -> None:
    """Its file says of it what it said: which deck it is in is no cell of it, also where no column said so before."""
    (nile,) = told("The longest of all?;Nile")
    edited = structs.replace(nile, file_fields='["Longest river?", "Nile"]')
    world = file_of((TIBER,), (NILE, EVEREST))
    had = {RIVERS: [edited, *told(TIBER, first=2)], PEAKS: told(EVEREST, first=11)}
    assert settled(world, had)[0] == Homes({}, {PEAKS: (1,)})
    assert match([known_of(each) for each in had[PEAKS] + [edited]], world[PEAKS].cards).edited == {0}


def test_a_card_is_known_by_cells_that_were_kept_with_the_name_of_its_deck() -> None:
    """As they once were: the same row twice is still two cards, and what was edited in the chat stays so."""
    world = file_of((NILE, NILE), (EVEREST,))

    def kept_once(card: HadCard, cells: str) -> HadCard:
        return structs.replace(card, written=structs.replace(card.written, fields=cells))

    twice = [kept_once(each, '["Longest river?", "Nile", "Rivers"]') for each in told(NILE, NILE)]
    edited = structs.replace(
        told("The longest?;Nile")[0], card_id=3, file_fields='["Longest river?", "Nile", "Rivers"]'
    )
    for had in (twice, [twice[0], edited]):
        found = match([known_of(each) for each in had], world[RIVERS].cards)
        assert (len(found.kept), found.edited) == (2, {1} if edited in had else set())
    moved = file_of((TIBER,), (NILE, EVEREST))
    assert settled(moved, {RIVERS: [*told(TIBER), edited], PEAKS: told(EVEREST, first=11)})[0] == Homes({}, {})


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
    # One that only happens to be called so leaves the file's decks what is theirs.
    strange = {RIVERS: told(NILE, TIBER, first=11), PEAKS: told(EVEREST, first=21), BEHIND: told(NILE, *STRANGE)}
    assert settled(file_of((TIBER,), (NILE,)), strange, MAYBE) == (
        Homes({}, {PEAKS: (11,)}),
        {RIVERS: [12], PEAKS: [11, 21]},
    )
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


def test_of_decks_that_become_one_the_largest_goes_on() -> None:
    """Whichever is told first; another one finds its own, or goes on as none."""
    small, large = HadDeck(BEHIND, "Small"), HadDeck(BEHIND + 1, "Large")

    def merged(decks: tuple[Deck, ...], in_small: list[HadCard], in_large: list[HadCard]) -> Homes:
        cards = defaultdict(list, {small.deck: in_small, large.deck: in_large})
        return settle(decks, Having({each.deck: each for each in (small, large)}, cards))

    one = told(NILE)
    assert merged(file_of((NILE, TIBER, EVEREST)), one, told(TIBER, EVEREST, first=11)) == Homes(
        {RIVERS: large.deck}, {RIVERS: (1,)}
    )
    whole = {small.deck: structs.replace(small, whole=True), large.deck: large}
    having = Having(whole, defaultdict(list, {small.deck: told(NILE), large.deck: told(TIBER, EVEREST, first=11)}))
    assert settle(file_of((NILE, TIBER, EVEREST)), having).goes_on == {RIVERS: small.deck}, "the file was that one"
    two = file_of((NILE, TIBER, EVEREST), (STRANGE[0],))
    assert merged(two, told(NILE, STRANGE[0]), told(TIBER, EVEREST, first=11)) == Homes(
        {RIVERS: large.deck, PEAKS: small.deck}, {RIVERS: (1,)}
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
        ({"Nile:0"}, True),
        ({"Nile:1"}, False),
    ):
        having = Having(ids=defaultdict(set, {BEHIND: ids}))
        assert wanted((rivers, peaks), having) == ((BEHIND,) if is_wanted else ()), ids
    siblings = tuple(structs.replace(card, guid=f"a:{at}", note="a") for at, card in enumerate(rivers.cards))
    rivers = structs.replace(rivers, cards=siblings)
    for some, is_wanted in ((["a"], True), (["a:0", "a:1"], True), (["b"], False), (["a:1:0"], False)):
        having = Having(ids=defaultdict(set, {BEHIND: {*some}}))
        assert wanted((rivers, peaks), having) == ((BEHIND,) if is_wanted else ()), some


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
