"""Nobody is stuck: when all is over, everything that people did in a story can be done."""

from tests.storm import stories
from tests.storm.stage import Stage, StageError

MOST_TRIES = 25
# A group's message is changed only so often.
TALLY_SECONDS = 5


async def goes_on(stage: Stage) -> None:
    """Everybody plays a card through to its grade, and so does the group; who sent a file sends another."""
    for name, somebody in stage.people.items():
        if not stage.rows("select 1 from subscriptions where chat_id = ? and left_at is null", somebody.id):
            await stage.says(name, "/start")
            await stage.says(name, "/decks")
            await stage.taps(name, "Capitals")
            await stage.taps(name, "Subscribe")
        if stage.serial:
            await _writes(stage, name)
        if any(sender == somebody.id and file.endswith(("txt", "apkg", "zip")) for sender, file in stage.sent):
            await _brings(stage, name)
        await _plays(stage, name, "")
        stage.looks_around()
    if stage.group is not None:
        await _plays(stage, next(iter(stage.people)), stories.GROUP)
        stage.looks_around()


async def _plays(stage: Stage, name: str, where: str) -> None:
    """Somebody asks for a card and grades it."""
    somebody = stage.somebody(name)
    query = "select count(*) from reviews where learner_id = ? and grade is not null"
    before = stage.rows(query, somebody.id)[0][0]
    await stage.says(name, "/start" if not where else "/quiz", where)
    for number in range(MOST_TRIES):
        await stage.says(name, "/quiz", where)
        await stage.taps(name, "Show answer", where=where)
        if where:
            await stage.passes(seconds=TALLY_SECONDS)
        await stage.taps(name, "Good", where=where)
        if stage.rows(query, somebody.id)[0][0] > before:
            return
        # A group's card may be one that this member graded; and the day's new cards may be used up.
        await stage.passes(seconds=61 if number % 3 else 86_400)
    raise StageError(f"{name} is stuck{where and ' in the group'}\n{stage.place(name, where).picture()}")


async def _writes(stage: Stage, name: str) -> None:
    """Somebody writes a card."""
    stage.serial += 1
    front = f"The last of {stage.serial}?"
    await stage.says(name, f"/add {front}\nYes")
    await stage.taps(name, "Save")
    if not stage.rows("select 1 from cards where instr(fields, ?)", front):
        raise StageError(f"{name} can save no card\n{stage.place(name, '').picture()}")


async def _brings(stage: Stage, name: str) -> None:
    """Somebody sends a file and imports it; one that was decided on may have to be carried through before."""
    stage.serial += 1
    front = f"Where is the last of {stage.serial}?"
    for _ in range(3):
        await stage.shows(name, f"{front};Here\n".encode(), "last.txt", caption="", kind="document")
        await stage.passes(seconds=2)
        await stage.taps(name, "Import")
        await stage.passes(seconds=2)
        if stage.rows("select 1 from cards where instr(fields, ?)", front):
            return
    raise StageError(f"{name} can import nothing\n{stage.place(name, '').picture()}")
