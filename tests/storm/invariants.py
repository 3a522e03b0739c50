"""What must hold after any story, looked at from outside: from the server, the database file and the log."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.texts import English
from bot.playground.values import Query
from bot.storage import answers
from bot.tutor import checking
from tests.storm import kept
from tests.storm.stage import ZONE, Stage
from tests.storm.watched import Put, read

GRADE = re.compile(r"(g|gg):(\d+):([1-4]):-?\d+$")
# A tap on a grade that was answered so did not count (now or at all).
NOT_COUNTED = frozenset(
    {
        *(English.no_longer, English.no_longer_any, English.not_yours, English.look_first, English.passed),
        *(English.new_times, English.taken_out, English.known_no_more, English.taken_back, English.strange_button),
        *(English.fault, English.not_allowed, English.group_closed),
    }
)
# A slot of which nothing more is to come.
OVER = frozenset({"sent", "nothing", "here", "soon", "covered", "gone"})
# Nobody's hours lie closer here.
CLOSE_SECONDS = 1800
EPOCH = date(1970, 1, 1)
ERROR = re.compile(r" (ERROR|CRITICAL) |^Traceback|Task exception was never retrieved|Unclosed")


def broken(stage: Stage, *, disk: bool, wall: bool, left: bool, lied: bool = False) -> list[str]:
    """What does not hold, a line each; empty is well.

    `disk`: the machine failed, so the log may say so. `wall`: the clock on the wall was set, so slots may lie in
    another order. `left`: a chat may have counted as one that no longer has the bot.
    """
    return [
        *_verify(stage),
        *_backups(stage),
        *_grades(stage),
        *_pushes(stage, disk=disk, wall=wall),
        *(_missed(stage, stage.clock.now() if disk and wall else stage.latest) if not left else ()),
        *_unfinished(stage),
        *_deck(stage),
        *(_undrawn(stage) if not lied else ()),
        *_rounds(stage),
        *_covered(stage),
        *kept.broken(stage, disk=disk, left=left, lied=lied),
        *stage.overseen,
        *stage.not_taken_away,
        *_log(stage.log, disk=disk),
        *stage.playground.complaints,
        *stage.playground.disobeyed,
        *(f"a fault of the storm itself: {error!r}" for error in stage.playground.faults.broken),
    ]


def _verify(stage: Stage) -> Iterator[str]:
    with read(stage.database) as db:
        verdict = checking.verify(db)
        sound = db.execute("pragma integrity_check(1)").fetchone()[0]
        keys = db.execute("pragma foreign_key_check").fetchall()
    for learner_id, card_id in verdict.differ:
        yield f"verify: learner {learner_id}, card {card_id} differs"
    if sound != "ok" or keys:
        yield f"the database is damaged: {sound}, {len(keys)} broken keys"


def _backups(stage: Stage) -> Iterator[str]:
    """Every copy that was made is whole, and its memories are what its log leads to."""
    made = [path for path in (stage.data / "backups").glob("deckhand.db.*") if not path.name.endswith(".part")]
    made += [stage.folder / f"backup-{number}.db" for number, status in enumerate(stage.backups) if status == 0]
    for path in made:
        try:
            with read(path) as db:
                sound = db.execute("pragma integrity_check(1)").fetchone()[0] == "ok"
                if not sound or checking.verify(db).differ:
                    yield f"the backup {path.name} is not whole"
        except sqlite3.Error as error:
            yield f"the backup {path.name} cannot be read: {error}"


def _grades(stage: Stage) -> Iterator[str]:
    """Every acknowledged grade is there once, and none that nobody tapped."""
    # In a race an option is tapped, and no grade.
    rows = stage.rows(
        "select review_id, learner_id, turn_id, grade, undoes from reviews "
        "where turn_id is null or turn_id not in (select turn_id from options) order by review_id"
    )
    undone = {row["undoes"] for row in rows if row["undoes"]}
    given: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    standing: defaultdict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        if row["grade"] is not None and row["turn_id"] is not None:
            key = (row["learner_id"], row["turn_id"])
            given[key].append(row["grade"])
            standing[key] += row["review_id"] not in undone
    tapped: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for query, turn_id, grade in _grade_taps(stage):
        tapped[query.person.id, turn_id].append(grade)
    for key, grades in given.items():
        missing = [grade for grade in grades if grade not in tapped[key]]
        if missing or len(grades) > len(tapped[key]):
            yield f"turn {key[1]}: person {key[0]} has the grades {grades} and tapped {tapped[key]}"
        if standing[key] > 1:
            yield f"turn {key[1]}: {standing[key]} grades of person {key[0]} stand"
    for person_id, turn_id, how in _acknowledged(stage):
        if person_id not in stage.forgotten and not given[person_id, turn_id]:
            yield f"turn {turn_id}: a grade of person {person_id} was acknowledged ({how}) and is not there"


def _grade_taps(stage: Stage) -> Iterator[tuple[Query, int, int]]:
    for query in stage.playground.world.queries.values():
        found = GRADE.match(query.data)
        if found is not None:
            yield query, int(found[2]), int(found[3])


def _acknowledged(stage: Stage) -> Iterator[tuple[int, int, str]]:
    """Persons and turns whose grade was answered as one that counts."""
    said = {answer.query_id: answer.text for answer in stage.playground.world.answers}
    for query, turn_id, _ in _grade_taps(stage):
        if query.answered and said[query.id] not in NOT_COUNTED:
            yield query.person.id, turn_id, repr(said[query.id])


def _pushes(stage: Stage, *, disk: bool, wall: bool) -> Iterator[str]:
    """No slot was sent twice but without a sound, where it was open whether the first arrived."""
    by_slot: defaultdict[tuple[int, int, int], list[Put]] = defaultdict(list)
    for put in stage.playground.puts:
        chat_id, day, minute = put.slot
        by_slot[stage.moves.get(chat_id, chat_id), day, minute].append(put)
    for slot, puts in by_slot.items():
        loud = [put for put in puts if not put.silent and not put.asked]
        if len(loud) > 1:
            yield f"slot {slot} was sent {len(loud)} times with a sound"
        if len([put for put in puts if not put.asked]) > 2:
            yield f"slot {slot} was sent {len(puts)} times"
        if len(puts) > 1 and puts[0].answered and not puts[1].asked and not stage.kills and not disk:
            yield f"slot {slot} was sent again though the first one surely arrived"
    if not wall:
        yield from _too_many(stage)
    arrived = set(by_slot)
    for row in stage.rows("select chat_id, day, minute from pushes where state = 'sent'"):
        slot = (row["chat_id"], row["day"], row["minute"])
        if slot not in arrived and not any(later > slot for later in arrived if later[0] == slot[0]):
            tapped = stage.rows("select last_tap_at from chats where chat_id = ?", row["chat_id"])
            if not tapped or tapped[0][0] is None:
                yield f"slot {slot} counts as sent, and nothing ever arrived"


def _too_many(stage: Stage) -> Iterator[str]:
    """After an outage one push comes for all that were missed: none follows another with a sound at once."""
    last: dict[int, Put] = {}
    for put in stage.playground.puts:
        chat_id = stage.moves.get(put.slot[0], put.slot[0])
        before = last.get(chat_id)
        if not put.silent and not put.asked:
            if before is not None and put.at - before.at < CLOSE_SECONDS and put.slot[1:] != before.slot[1:]:
                seconds = put.at - before.at
                yield f"chat {chat_id} got the pushes {before.slot[1:]} and {put.slot[1:]} within {seconds:g} s"
            last[chat_id] = put


def _missed(stage: Stage, until: datetime) -> Iterator[str]:
    """Every hour of a chat that came has its row, and nothing more is to come of it.

    One that came while nothing could be written is still to come for a clock that was set back meanwhile.
    """
    rows = {
        (row["chat_id"], row["day"], row["minute"]): row["state"]
        for row in stage.rows("select chat_id, day, minute, state from pushes")
    }
    for chat_id, (minute, since) in stage.hours.items():
        if chat_id in stage.forgotten | stage.thinned | stage.absent:
            continue
        for slot, at in _slots(chat_id, minute, since, until):
            if slot not in rows:
                yield f"chat {chat_id} missed its push of {at:%m-%d %H:%M}"
    for slot, state in rows.items():
        if state not in OVER:
            yield f"slot {slot} is stuck: {state}"


def _slots(chat_id: int, minute: int, since: float, until: datetime) -> Iterable[tuple[tuple[int, int, int], datetime]]:
    """The hours of a chat that came; one that came this very moment may still be on its way."""
    day = datetime.fromtimestamp(since, ZoneInfo(ZONE)).date()
    while True:
        at = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
        if at > until - timedelta(seconds=30):
            return
        if at.timestamp() > since:
            yield (chat_id, (day - EPOCH).days, minute), at
        day += timedelta(days=1)


def _unfinished(stage: Stage) -> Iterator[str]:
    waiting = stage.playground.world.updates.waiting()
    if waiting:
        yield f"{len(waiting)} updates are not confirmed: {[update.id for update in waiting][:5]}"
    inbox = stage.rows("select count(*) from inbox")[0][0]
    if inbox:
        yield f"{inbox} updates lie in the inbox"


def _deck(stage: Stage) -> Iterator[str]:
    """The deck is what its file says."""
    written = {tuple(line.split(";")) for line in stage.deck_lines()}
    there = {
        tuple(json.loads(row["fields"]))
        for row in stage.rows(
            "select fields from cards c join decks d using (deck_id) "
            "where d.file = 'capitals.txt' and c.archived_at is null"
        )
    }
    if written != there:
        missing, left = sorted(written - there)[:3], sorted(there - written)[:3]
        yield f"the deck is not what its file says: {missing} missing, {left} left"


def _undrawn(stage: Stage) -> Iterator[str]:
    """In a group, a closed card shows its answer to all."""
    closed = {
        (row["chat_id"], row["message_id"]): row["turn_id"]
        for row in stage.rows(
            "select chat_id, message_id, turn_id from turns where learner_id is null and closed_at > 0"
        )
    }
    for (chat_id, message_id), turn_id in closed.items():
        if chat_id in stage.absent:
            continue
        chat = stage.playground.world.chats[chat_id]
        message = chat.messages.get(message_id)
        if message is not None and any(button.data == f"gs:{turn_id}" for row in message.rows for button in row):
            yield f"group {chat_id}: turn {turn_id} is closed and its message {message_id} does not show the answer"


def not_taken_away(stage: Stage) -> Iterator[str]:
    """When a group has had another card for a while, nobody sees an earlier one in place of what all see."""
    with read(stage.database) as db:
        for each in answers.left(db, 5):
            yield f"group {each.chat_id}: member {each.learner_id} still sees turn {each.turn_id} alone"


def _covered(stage: Stage) -> Iterator[str]:
    """Nobody has something in place of a group's card that leads nowhere."""
    for name, somebody in stage.people.items():
        for message in somebody.view(stage.group).messages() if stage.group is not None else ():
            if message.text == English.one_moment and message.replaces and not message.rows:
                yield f"{name} sees a moment that nothing follows, in place of message {message.place}"


def _rounds(stage: Stage) -> Iterator[str]:
    """No round hangs, and each that ended after a card has said so."""
    now = int(stage.clock.now().timestamp() * 1000)
    for row in stage.rows("select * from rounds where next_at is not null or ended_at is null"):
        if row["chat_id"] not in stage.absent and (row["next_at"] is None or row["next_at"] < now - 120_000):
            yield f"round {row['round_id']} is stuck: {row['stage']}, next step at {row['next_at']}, it is {now}"
    asked = stage.rows(
        "select round_id, card_id from turns where round_id is not null group by 1, 2 having count(*) > 1"
    )
    for row in asked:
        yield f"round {row['round_id']} asked card {row['card_id']} twice"


def _log(lines: list[str], *, disk: bool) -> Iterator[str]:
    """No traceback, and no error but those that the machine made."""
    # What is refused on purpose is logged as a fault of ours, which it would be.
    refused = ("a fault of ours in the entities", "refused as a rich message")
    expected = (*refused, *(["StorageFailed", ": OSError in "] if disk else []))
    found = [line for line in lines if ERROR.search(line) and not any(words in line for words in expected)]
    for line in found[:3]:
        yield f"log: {line[:200]}"
