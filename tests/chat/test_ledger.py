"""What may be confirmed to Telegram: everything below the first update that is neither done nor put aside."""

import random

from bot.chat import ledger
from bot.chat.ledger import Ledger


def raws(*ids: int) -> list[dict[str, int]]:
    """Updates of these ids."""
    return [{"update_id": each} for each in ids]


def test_nothing_is_confirmed_before_it_is_done_or_aside() -> None:
    """Over any order of giving, finishing and putting aside, the offset passes no update that is neither."""
    for seed in range(200):
        chance, books, safe, given, now = random.Random(seed), Ledger(), set[int](), 0, 0.0
        for _ in range(60):
            now += 1
            open_ids = [each for each in range(1, given + 1) if each not in safe]
            match chance.choice(["give", "finish", "aside", "told"]):
                case "give":
                    ids = range(given + 1, given + chance.randint(1, 4) + 1)
                    assert [each["update_id"] for each in books.take(raws(*ids), now)] == list(ids)
                    given = ids[-1]
                    assert books.take(raws(*ids), now) == [], "what is known is not new"
                case "finish" if open_ids:
                    safe.add(each := chance.choice(open_ids))
                    books.finish(each)
                case "aside":
                    late = books.to_put_aside(now, patience=chance.choice([0, 3]))
                    safe |= {each["update_id"] for each in late}
                    books.put_aside(late)
                case "told":
                    books.told(books.offset)
            unsafe = [each for each in range(1, given + 1) if each not in safe]
            assert books.offset == (min(unsafe) if unsafe else given + 1 if given else 0)


def test_what_is_known_to_take_long_is_put_aside_at_once() -> None:
    """And with it what was given later; what was finished meanwhile is not missed."""
    books = Ledger()
    books.take(raws(1, 2), 0)
    assert books.to_put_aside(0, patience=99) == []
    books.will_take_long(2)
    late = books.to_put_aside(0, patience=99)
    assert late == raws(1, 2)
    books.put_aside(late)
    assert (books.is_aside(2), books.offset) == (True, 3)
    books.finish(2)
    books.will_take_long(2)
    assert not books.is_aside(2)
    books.take(raws(3), 0)
    assert books.to_put_aside(98, patience=99) == []


def test_what_could_not_be_put_aside_is_tried_again_later() -> None:
    """As late as if it had just been given, however long it is known to take; it stays with Telegram."""
    books = Ledger()
    books.take(raws(1, 2), 0)
    books.will_take_long(1)
    assert books.to_put_aside(5, patience=10) == raws(1, 2)
    books.could_not_put_aside(5)
    assert (books.offset, books.to_put_aside(14, patience=10)) == (1, [])
    assert books.to_put_aside(15, patience=10) == raws(1, 2)


def test_the_inbox_does_not_grow_without_end() -> None:
    """Beyond ten thousand updates are left with Telegram until there is room again."""
    books = Ledger()
    for first in range(0, ledger.MOST_ASIDE, 100):
        books.take(raws(*range(first + 1, first + 101)), 0)
        late = books.to_put_aside(10, patience=2)
        assert len(late) == 100
        books.put_aside(late)
    more = range(ledger.MOST_ASIDE + 1, ledger.MOST_ASIDE + 101)
    books.take(raws(*more), 10)
    assert books.to_put_aside(20, patience=2) == []
    assert books.offset == more[0]
    for each in range(1, 101):
        books.finish(each)
    assert len(books.to_put_aside(20, patience=2)) == 100
