"""The bench measures what it says, in a size that takes a moment; what it finds here says nothing."""

import asyncio
from pathlib import Path

from tests.bench import cards, flip, group_choice, leaving, pushes, search, sent_files, taps
from tests.bench.table import above, below, table


async def test_every_part_measures(tmp_path: Path) -> None:
    """Taps, pushes and next cards come to figures, each with its goal, and every tap that was made is in the log."""
    folders = [tmp_path / name for name in ("taps", "pushes", "cards", "group", "flip", "search", "sent", "leaving")]
    for folder in folders:
        folder.mkdir()
    measured = await asyncio.gather(
        taps.measure(folders[0], taps.Size(learners=8, rounds=1, half_load_seconds=0.1, big_deck=0)),
        pushes.measure(folders[1], pushes.Size(chats=8, seconds=5.0, floor=8, spans=1)),
        cards.measure(folders[2], cards.Size(cards=60, due=30, others=120, grades=5, rounds=1)),
        group_choice.measure(folders[3], group_choice.Size(members=3, cards=60, met=30, choices=3, rounds=1)),
        flip.measure(folders[4], flip.Size(groups=2, members=2, rounds=1)),
        search.measure(folders[5], search.Size(cards=120, small=12, queries=2, rounds=1, vocabulary=200, signs=9)),
        sent_files.measure(folders[6], sent_files.Size(cards=20, reviews=30, usual=10)),
        leaving.measure(folders[7], leaving.Size(cards=20, reviews=30)),
    )
    judged = [figure.what for part in measured for figure in part if figure.kept is not None]
    # Taps: processor time, latency, event loop. Pushes: rate, the first one, memory. Cards: alone, beside others.
    # Drawing: plain, rich. A group's card: the choice, the event loop. A flip: processor time.
    # Looking for words: who has all cards, who has few, reading them (twice). A deck that changes: twice three. A
    # package: four, memory. What leaves: five forms and all of it, twice each, memory.
    assert len(judged) == 41, judged


def test_a_table_names_what_was_missed() -> None:
    """A figure stands beside its floor, its ratio and its goal."""
    figures = [above("slow", "2/s", "10/s", 0.2, 0.6), below("small", 1.0, 5, "ms")]
    assert table(figures).splitlines() == [
        "       figure  floor  ratio     goal",
        "slow      2/s   10/s   0.20   >= 0.6  MISSED",
        "small  1.0 ms                <= 5 ms  ok",
    ]
