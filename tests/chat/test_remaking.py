"""A note's cards are made anew in a process that ends, whatever its templates do."""

from pathlib import Path

from bot.chat.remaking import remade
from bot.decks.anki.notetypes import NoteType, Template, to_json
from bot.decks.anki.remade import NONE_OF_THEM, Order, Spoiled
from bot.decks.content import Paragraph, Run, words
from bot.decks.encoded import from_json
from bot.decks.encoded import to_json as written

ORDER = Order(
    to_json(NoteType("Word", False, ("Word", "Reading"), (Template("1", "{{Word}}", "{{Reading}}"),))),
    ("a", "b"),
    1,
    written((Paragraph((Run("c"),)),)),
    (0,),
    (),
    "",
    {},
)


async def test_it_tells_or_is_ended(tmp_path: Path, caplog) -> None:
    """What took too long, and what broke, is said to have made none; the log has why, and nothing of the card."""
    found = await remade(ORDER, tmp_path)
    assert (found.fields, [words(from_json(card.back)) for card in found.cards]) == (("a", "c"), ["c"])
    assert (await remade(ORDER, tmp_path, seconds=0)).spoiled == Spoiled(NONE_OF_THEM)
    broken = Order("secret", ("a",), 0, "[]", (0,), (), "", {})
    assert (await remade(broken, tmp_path)).spoiled == Spoiled(NONE_OF_THEM)
    assert [record.message for record in caplog.records if record.name == "bot.chat.remaking"] == [
        "the cards of a note were not made anew within 0 s",
        "the cards of a note were not made anew: 1, msgspec.DecodeError",
    ]
    assert "secret" not in caplog.text
