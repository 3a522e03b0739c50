"""What importing a file would do, in numbers, as its cards that look new are answered."""

from msgspec.structs import replace

from bot.decks.arrival import HadCard
from bot.decks.changes import change_of
from bot.decks.delimited import parse
from bot.decks.encoded import written

HAD = "Gas of the pores?;CO2\nLeaf?;in spring it is green\nLeaf?;red and gone in autumn\nRoot?;down\nOld?;Moss\n"
NEW = "What does a plant breathe in?;CO2\nLeaf?;blade, stalk\nLeaf?;red and gone in the fall\nRoot?;down\nFern?;Frond\n"


def cards(text):
    """The cards of a text."""
    return parse(f"#separator:;\n{text}".encode(), "plants.txt").cards


def test_what_is_said_of_answers_is_what_is_done_with_them():
    """All the same, all new, and each by itself: the counts of the question are those of the answers."""
    had = [HadCard(at, written(card, at), False, answered_ms=1) for at, card in enumerate(cards(HAD), 100)]

    def counts(same, *otherwise):
        made = change_of("Plants", cards(NEW), (), had, {}, same=same, otherwise=otherwise).counts
        return made.new, made.changed, made.gone, made.rewritten, made.known, made.first_rewritten

    asked = change_of("Plants", cards(NEW), (), had, {}, same=False)
    assert [(pair.at, pair.card_id) for pair in asked.pairs] == [(0, 100), (1, 101)]
    for same in (False, True):
        for which in ((), (0,), (1,), (0, 1)):
            pairs = [replace(pair, otherwise=at in which) for at, pair in enumerate(asked.pairs)]
            told = asked.counts.as_chosen(pairs, same=same)
            done = counts(same, *((pair.at, pair.card_id) for pair in pairs if pair.otherwise))
            assert (told.new, told.changed, told.gone, told.rewritten, told.known, told.first_rewritten) == done
    assert counts(True) == (1, 3, 1, 1, 1, "Leaf?")
