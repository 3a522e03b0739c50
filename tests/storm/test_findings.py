"""The storm finds what it is there to find: everything that may go wrong is done to a world, and seen in it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.playground.values import StoredFile
from bot.playground.world import World
from tests.storm import invariants, own_stories, room_stories, stories
from tests.storm.stage import Stage


def _statement(statement: str) -> Callable[[Stage], None]:
    """What a fault of ours would do to the database."""

    def damage(stage: Stage) -> None:
        with closing(sqlite3.connect(stage.database)) as db, db:
            db.execute(statement)

    return damage


REVIEW = "learner_id, card_id, turn_id, at, day, day_ends_at, kind, grade, before, after, policy_id"
CARD = "deck_id, position, kind, guid, note, fields, front, back, file_fields"


def _says(text: str, times: int = 1) -> Callable[[Stage], None]:
    """Anna reads that."""

    def damage(stage: Stage) -> None:
        world = stage.playground.world
        for _ in range(times):
            world.post(world.chats[stage.somebody("Anna").id], world.bot, text=text)

    return damage


def _sends_a_file(stage: Stage) -> None:
    world = stage.playground.world
    file: StoredFile = world.store("more.txt", b"more", "text/plain", kind="document")
    world.post(world.chats[stage.somebody("Anna").id], world.bot, kind="document", file=file)


def _loses_a_push(stage: Stage) -> None:
    stage.playground.puts.clear()
    _statement("update chats set last_tap_at = null")(stage)


def _leaves_a_file(stage: Stage) -> None:
    (stage.data / "deckhand.db.incoming-1").touch()


# By words of what is found then.
DAMAGES: dict[str, Callable[[Stage], None]] = {
    "acknowledged": _statement("delete from reviews where review_id = (select max(review_id) from reviews)"),
    "has the grades": _statement(
        f"insert into reviews ({REVIEW}) select {REVIEW} from reviews where turn_id is not null order by 1 limit 1"
    ),
    "differs": _statement("update memories set stability = stability * 2"),
    "missed its push": _statement("delete from pushes"),
    "is stuck": _statement("update pushes set state = 'sending'"),
    "times with a sound": lambda stage: stage.playground.puts.append(stage.playground.puts[0]),
    "nothing ever arrived": _loses_a_push,
    "not what its file says": lambda stage: stage.rewrites(lambda text: text.replace("City 3", "Another city")),
    "log:": lambda stage: stage.heard.lines.append("2026-03-02 09:00:00,000 ERROR bot: KeyError"),
    "early": _says("City 20"),
    "a card was saved 2 times": _statement(
        f"insert into cards ({CARD}) select {CARD} from cards where file_fields = '[]' limit 1"
    ),
    "was told «(?s)Saved in": _statement("update cards set archived_at = 1 where file_fields = '[]'"),
    "is there in part": _statement("update cards set archived_at = 1 where instr(fields, 'river 4-0')"),
    "is not carried through": _statement("insert into imports (file_id, name, plan) values ('', 'a.txt', '{}')"),
    "nobody is told what it would do": _statement("insert into imports (file_id, name) values ('1', 'a.txt')"),
    "still reads": _says("Looking into a.txt…"),
    "suspended the card": _says("Suspended: What is the capital of country 50?"),
    "is not told that card": _statement("insert into notices (card_id, chat_id, kind) values (1, 1, 'wrong')"),
    "was told 2 times": _says("Somebody says that this card is wrong", 2),
    "and its recording": _statement(
        "insert into recordings select turn_id, 'front', 9, chat_id, 1 from turns where closed_at is not null limit 1"
    ),
    "was sent 2 times": lambda stage: stage.playground.heard.append(stage.playground.heard[0]),
    "was left behind": _leaves_a_file,
    "files and got": _sends_a_file,
    " read '": _says("sqlite3.OperationalError"),
}


async def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    """After a story in which nothing is; each damage is undone before the next."""
    stage = Stage(tmp_path, alone=False)
    stage.lays_out_ships()
    await stage.open()
    try:
        await stories.prepare(stage, ["Anna"], group=False)
        stage.onlooker.allow()
        stage.playground.faults.counts = True
        scenes = (stories.push("Anna", "Good"), own_stories.add("Anna"), own_stories.bring("Anna"))
        scenes += (own_stories.menu("Anna"), room_stories.sounds("Anna", "Good"))
        for step in [step for scene in scenes for step in scene.steps]:
            await step.do(stage)
        await stage.says("Anna", "/quiz")
        await stage.passes(minutes=5)
        stage.looks_around()
        assert invariants.broken(stage, disk=False, wall=False, left=False) == []
        for words, damage in DAMAGES.items():
            with _undone(stage):
                damage(stage)
                stage.looks_around()
                found = invariants.broken(stage, disk=False, wall=False, left=False)
            assert any(words in line for line in found), (words, found)
    finally:
        await stage.close()


@contextmanager
def _undone(stage: Stage) -> Iterator[None]:
    """What is done meanwhile is undone."""
    world: World = stage.playground.world
    chat, deck = world.chats[stage.somebody("Anna").id], stage.decks / "capitals.txt"
    before, text, messages = {*stage.data.iterdir()}, deck.read_text("utf-8"), {**chat.messages}
    lists = (world.sights, stage.playground.puts, stage.playground.heard, stage.heard.lines, stage.overseen)
    lengths = [[*each] for each in lists]
    with closing(sqlite3.connect(":memory:")) as copy, closing(sqlite3.connect(stage.database)) as db:
        db.backup(copy)
        yield
        copy.backup(db)
    for each, was in zip(lists, lengths, strict=True):
        each[:] = was  # type: ignore[call-overload]
    deck.write_text(text, "utf-8")
    chat.messages.clear()
    chat.messages.update(messages)
    for path in {*stage.data.iterdir()} - before:
        path.unlink()
