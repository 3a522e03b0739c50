"""Decks that read the same, as they are chosen from."""

from bot.chat.alike import told_apart
from bot.chat.texts import English


def called(names: dict[int, str], own: set[int]) -> list[str]:
    """As the buttons have them."""
    return [*told_apart(English(), names, own).values()]


def test_decks_that_read_the_same_are_told_apart() -> None:
    """One's own is said to be that, what is still alike is counted; who has one of a name reads the name."""
    assert called({1: "Words", 2: "Verbs::Past", 3: "Nouns"}, {2}) == ["Words", "Verbs › Past", "Nouns"]
    assert called({1: "Words", 5: "Words", 7: "Nouns"}, {5, 7}) == ["Words", "Words (yours)", "Nouns"]
    assert called({5: "Words", 9: "Words"}, {5, 9}) == ["Words (1)", "Words (2)"]
    assert called({2: "Words", 1: "Words"}, set()) == ["Words (2)", "Words (1)"]
    assert called({1: "Words", 2: "Words"}, set()) == ["Words (1)", "Words (2)"]
    three = ["Words", "Words (yours) (1)", "Words (yours) (2)"]
    assert called({1: "Words", 5: "Words", 9: "Words"}, {5, 9}) == three
    # A name that reads like another's mark is left to the deck that has it.
    assert called({1: "Words", 2: "Words (1)", 3: "Words"}, set()) == ["Words (2)", "Words (1)", "Words (3)"]
    # As they read, and not as they are kept; nor does a name that says so itself make two alike.
    assert called({1: "A::B", 5: "A::::B"}, {5}) == ["A › B", "A › B (yours)"]
    assert called({1: "Words", 2: "Words (yours)", 5: "Words"}, {5}) == [
        "Words",
        "Words (yours) (1)",
        "Words (yours) (2)",
    ]
