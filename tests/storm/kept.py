"""What must hold of what people write, send, put aside and hear: all of it once, nothing left behind."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.storage.notices import NOBODY
from tests.storm import promises
from tests.storm.promises import plain
from tests.storm.stage import Stage

# What no message says: an id, an exception, SQL.
UNSAID = re.compile(r"Traceback|\w(Error|Exception)\b|sqlite|\b(?:select|insert|update|delete) .*\b(?:from|into|set)\b")
READING = re.compile(r"(?:Looking into|Importing) (.+?)(?:…|,|:)")
# How an import ends, whichever file it was.
ENDED = re.compile(r"^[^\n]* (?:is|are) yours: |^Cancelled\.|^That import is over")
SUSPENDED = re.compile(r"^Suspended: .*country (\d+)\?")
TAKES_UP = re.compile(r"(u:|ka:\d+:\d+:(undo|up)$)")
EXPORTS = re.compile(r"x:\d+:(?!at$)\w+$")
# What may lie beside the database.
KNOWN = re.compile(
    r"deckhand\.db(-wal|-shm|\.lock|\.media|\.forgotten\w*)?$|backups$|ballast$|formulas$|matplotlib$|bot.log$"
)


def broken(stage: Stage, *, disk: bool, left: bool, lied: bool) -> Iterator[str]:
    """What does not hold, a line each; as in `invariants.broken`."""
    yield from promises.broken(stage)
    yield from _cards(stage)
    yield from _files(stage)
    yield from _left_undone(stage)
    yield from _aside(stage)
    yield from _complaints(stage)
    if not left and not lied:
        yield from _untold(stage)
    yield from _exports(stage)
    yield from _sounds(stage, disk=disk, left=left, lied=lied)
    yield from _left_behind(stage)
    yield from _words(stage)


def _cards(stage: Stage) -> Iterator[str]:
    """A card that somebody wrote is there once."""
    for row in stage.rows(
        "select group_concat(card_id) as cards, count(*) as times from cards where file_fields = '[]' "
        "group by deck_id, fields having count(*) > 1"
    ):
        yield f"a card was saved {row['times']} times: {row['cards']}"


def _files(stage: Stage) -> Iterator[str]:
    """Of a file that was sent all is there or nothing, and no import is on its way."""
    for number, versions in stage.files.items():
        there = stage.cards_of_file(number)
        if there and there not in [stage.of_file(number, version) for version in versions]:
            yield f"file {number} is there in part: {len(there)} cards of {[len(version) for version in versions]}"
    for row in stage.rows("select import_id, learner_id, plan, told from imports"):
        if row["plan"] is not None:
            yield f"import {row['import_id']} of {row['learner_id']} was decided and is not carried through"
        elif not row["told"]:
            yield f"import {row['import_id']} of {row['learner_id']} waits, and nobody is told what it would do"
    names = {name for (name,) in stage.rows("select name from sqlite_master")}
    if "arriving" in names and (arriving := stage.rows("select count(*) from arriving")[0][0]):
        yield f"{arriving} cards are still arriving"


def _left_undone(stage: Stage) -> Iterator[str]:
    """Of no file it is still said that it is being read, unless another message says how that ended."""
    if stage.refused:
        return
    for name, somebody in stage.people.items():
        if somebody.id in stage.absent:
            continue
        messages = somebody.messages()
        for message in messages:
            found = READING.match(message.text)
            later = [other.text for other in messages if other.id > message.id]
            if found and not any(text.startswith(found[1]) or ENDED.search(text) for text in later):
                yield f"{name} still reads «{plain(message.text)}»"


def _aside(stage: Stage) -> Iterator[str]:
    """What somebody suspended stays so, and does not come."""
    people = {somebody.id for somebody in stage.people.values()}
    for number, sight in enumerate(stage.playground.world.sights):
        found = SUSPENDED.search(plain(sight.text))
        if found is None:
            continue
        for person_id in sight.to.intersection(people) - stage.forgotten:
            if any(at > number and who == person_id and TAKES_UP.match(data) for at, who, data in stage.tapped):
                continue
            rows = stage.rows(
                "select 1 from aside join cards using (card_id) "
                "where learner_id = ? and suspended_at is not null and instr(fields, ?)",
                person_id,
                f"country {found[1]}?",
            )
            if not rows:
                yield f"person {person_id} suspended the card of country {found[1]}, and it is not so"


def _complaints(stage: Stage) -> Iterator[str]:
    """Who can mend a card is told once that it is wrong, twice at most where a crash left it open."""
    for name, somebody in stage.people.items():
        told = Counter(
            message.text for message in somebody.messages() if message.text.startswith("Somebody says that this card")
        )
        for words, times in told.items():
            if times > 1 + stage.kills:
                yield f"{name} was told {times} times: {words!r}"


def _untold(stage: Stage) -> Iterator[str]:
    """Nobody waits for ever to be told of a card; while nobody runs the bot, there is nobody to be told."""
    for row in stage.rows("select card_id, chat_id, kind, state from notices"):
        if row["chat_id"] not in stage.absent | {NOBODY}:
            yield f"chat {row['chat_id']} is not told that card {row['card_id']} is {row['kind']}: {row['state']}"


def _exports(stage: Stage) -> Iterator[str]:
    """No file comes unasked."""
    for name, somebody in stage.people.items():
        asked = sum(who == somebody.id and bool(EXPORTS.match(data)) for _, who, data in stage.tapped)
        # A recording that is not taken as one comes as a file, too.
        came = [
            each.file.name
            for each in somebody.messages()
            if each.file is not None and each.kind == "document" and not each.file.mime.startswith("audio/")
        ]
        if len(came) > asked + stage.kills:
            yield f"{name} asked for {asked} files and got {came}"


def _sounds(stage: Stage, *, disk: bool, left: bool, lied: bool) -> Iterator[str]:
    """A recording is sent once for a turn and side, and goes with its turn."""
    heard = stage.playground.heard
    for which, times in Counter(each.which for each in heard).items():
        if times > 1:
            yield f"the recording {which} was sent {times} times"
    if left:
        return
    for row in stage.rows(
        "select t.turn_id, t.chat_id, r.message_id from recordings r join turns t using (turn_id) "
        "where t.closed_at is not null and (t.learner_id is not null "
        "or t.turn_id < (select max(turn_id) from turns o where o.chat_id = t.chat_id))"
    ):
        yield f"turn {row['turn_id']} of chat {row['chat_id']} is over, and its recording {row['message_id']} is not"
    if disk or lied or stage.kills or stage.moves:
        return
    kept = {(row["chat_id"], row["message_id"]) for row in stage.rows("select chat_id, message_id from recordings")}
    for each in heard:
        message = stage.playground.world.chats[each.chat_id].messages.get(each.message_id)
        # What is older than two days may not be deleted.
        may_go = message is not None and stage.clock.now().timestamp() - message.sent_at < 48 * 3600
        if each.answered and may_go and (each.chat_id, each.message_id) not in kept:
            yield f"chat {each.chat_id} still has the recording {each.message_id} of turn {each.which[0]}"


def _left_behind(stage: Stage) -> Iterator[str]:
    """Beside the database lies what belongs there."""
    for path in stage.data.iterdir():
        if not KNOWN.match(path.name):
            yield f"{path.name} was left behind"


def _words(stage: Stage) -> Iterator[str]:
    """No message shows an id, an exception or SQL."""
    ids = {str(abs(each)) for each in stage.playground.world.chats if abs(each) > 9999}
    for sight in stage.playground.world.sights:
        text = sight.text
        said = UNSAID.search(text)
        if said or (ids and any(word in ids for word in re.findall(r"\d{5,}", text))):
            yield f"chat {sight.chat_id} read {text!r}"
            return
