"""What nobody expected is logged before anybody is told, and nothing of people or cards is in it."""

import sqlite3

import pytest
from telegram import Update

from bot.chat.faults import DAY_SECONDS, FRAMES_AT_AN_END, Faults
from bot.chat.reports import HOUR_SECONDS, LINES, MOST_AN_HOUR, REST_WAITS, Reports

SECRET = "what somebody learns"


class Told:
    """Takes what the admins and the persons are told, and may fail at it; its hand moves when told to."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.admins: list[str] = []
        self.persons: list[int] = []
        self.seconds = 1_000.0

    async def tell_admins(self, line: str) -> None:
        if self.broken:
            raise ConnectionError(SECRET)
        self.admins.append(line)

    async def tell_person(self, update: Update) -> None:
        if self.broken:
            raise ConnectionError(SECRET)
        self.persons.append(update.update_id)

    def passed(self) -> float:
        return self.seconds


@pytest.fixture
def told() -> Told:
    """Who hears of everything."""
    return Told()


@pytest.fixture
def faults(told: Told) -> Faults:
    """The last resort that tells them."""
    return Faults(told.tell_admins, told.tell_person, told.passed)


@pytest.fixture
def reports(told: Told) -> Reports:
    """What limits how much the admins are told."""
    return Reports(told.admins.append, told.passed)


def raised(kind: type[Exception] = KeyError) -> Exception:
    """An exception that was raised, with a secret in its message and another behind it."""
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise kind(SECRET) from error
    except Exception as error:
        return error
    raise AssertionError


async def test_a_fault_is_logged_whole_once_and_told_once(
    faults: Faults, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """One traceback and one line to the admins for each kind; the person hears of it each time."""
    for update_id in (7, 8):
        await faults.caught(raised(), Update(update_id))
    await faults.caught(raised(TypeError), during="the tick")
    assert [message.count("that led to:") for message in caplog.messages] == [1, 0, 1]
    assert [message.split(":")[0] for message in caplog.messages] == ["update 7", "update 8", "the tick"]
    assert [line.split(" in test_faults")[0] for line in told.admins] == [
        "A fault in an update: KeyError",
        "A fault in the tick: TypeError",
    ]
    assert told.persons == [7, 8]


async def test_a_fault_that_comes_again_is_told_again_a_day_later(
    faults: Faults, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """Not before a day has passed, whether it then comes again or not, with how often it came; then a day of peace."""
    for _ in range(38):
        await faults.caught(raised())
        told.seconds += 60
    await faults.look()
    assert len(told.admins) == 1
    told.seconds += DAY_SECONDS - 60 * 38
    await faults.look()
    assert told.admins[1].startswith("Again, 37 times since I told of it: KeyError in test_faults.py:")
    assert caplog.text.count("that led to:") == 1
    await faults.caught(raised())
    assert caplog.text.count("that led to:") == 2, "the log may have been put away since: it has the frames again"
    told.seconds += DAY_SECONDS * 2
    await faults.caught(raised())
    await faults.look()
    assert [line.split(" since")[0] for line in told.admins[2:]] == ["Again, 2 times"]


async def test_a_quiet_fault_is_not_told_of_again(faults: Faults, told: Told) -> None:
    """What came once and never again is told once, for ever."""
    await faults.caught(raised())
    for _ in range(5):
        told.seconds += DAY_SECONDS
        await faults.look()
    assert len(told.admins) == 1


async def test_a_flood_of_reports_becomes_a_few_messages(reports: Reports, told: Told) -> None:
    """So many an hour at once, the last with a word that more will wait; then the rest in one, with a number."""
    for number in range(200):
        await reports.tell(f"report {number}\nand more of it")
    assert len(told.admins) == MOST_AN_HOUR
    assert [REST_WAITS in message for message in told.admins] == [False] * (MOST_AN_HOUR - 1) + [True]
    await reports.look()
    told.seconds += HOUR_SECONDS - 1
    await reports.look()
    assert len(told.admins) == MOST_AN_HOUR
    told.seconds += 1
    await reports.look()
    await reports.look()
    (rest,) = told.admins[MOST_AN_HOUR:]
    kept = [f"report {MOST_AN_HOUR + number}" for number in range(LINES)]
    assert rest.splitlines() == [*kept, f"And {200 - MOST_AN_HOUR - LINES} more; the log has them all."]


async def test_a_flood_that_goes_on_stays_a_few_messages(reports: Reports, told: Told) -> None:
    """Whatever comes for a day, no hour has more than it may, and nothing is left uncounted."""
    sent: list[float] = []
    for _ in range(24 * 60):
        told.seconds += 60
        for _ in range(5):
            await reports.tell("x" * 5000)
        await reports.look()
        sent += [told.seconds] * (len(told.admins) - len(sent))
    assert max(sum(begin <= at < begin + HOUR_SECONDS for at in sent) for begin in sent) == MOST_AN_HOUR
    assert max(len(message) for message in told.admins) < 4096


async def test_no_message_of_an_exception_is_logged_or_told(
    faults: Faults, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """It may hold what a person wrote; where it happened is enough."""
    await faults.caught(raised(), Update(7))
    assert SECRET not in caplog.text
    assert "test_faults.py" in caplog.text
    assert SECRET not in "".join(told.admins)


async def test_the_databases_own_words_are_logged(faults: Faults, told: Told, caplog: pytest.LogCaptureFixture) -> None:
    """They name tables and columns, never what is in them, and nobody finds the bug without them."""
    await faults.caught(sqlite3.OperationalError("no such column: colour"), during="the tick")
    assert told.admins == ["A fault in the tick: OperationalError. The log has the rest."]
    assert "no such column: colour" in caplog.text


async def test_telling_that_fails_is_logged_and_goes_no_further(caplog: pytest.LogCaptureFixture) -> None:
    """The last resort never raises."""
    told = Told(broken=True)
    await Faults(told.tell_admins, told.tell_person).caught(raised(), Update(7))
    assert [message.split(":")[0] for message in caplog.messages] == [
        "update 7",
        "could not tell the person",
        "could not tell the admins",
    ]
    assert SECRET not in caplog.text


async def test_a_recursion_does_not_fill_the_log(faults: Faults, caplog: pytest.LogCaptureFixture) -> None:
    """An update that is nested without end is told by where that began and where it ended."""

    def deeper(by: int) -> int:
        return further(by + 1) + 1

    def further(by: int) -> int:
        return deeper(by + 1) + 1

    try:
        deeper(0)
    except RecursionError as error:
        await faults.unreadable(error, 7)
    assert "RecursionError" in caplog.text
    assert " more\n" in caplog.text
    assert caplog.text.count("\n") < 2 * 3 * FRAMES_AT_AN_END + 5
