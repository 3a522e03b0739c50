"""What nobody expected is logged before anybody is told, and nothing of people or cards is in it."""

import sqlite3

import pytest
from telegram import Update

from bot.chat.faults import Faults

SECRET = "what somebody learns"


class Told:
    """Takes what the admins and the persons are told, and may fail at it."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.admins: list[str] = []
        self.persons: list[int] = []

    async def tell_admins(self, line: str) -> None:
        if self.broken:
            raise ConnectionError(SECRET)
        self.admins.append(line)

    async def tell_person(self, update: Update) -> None:
        if self.broken:
            raise ConnectionError(SECRET)
        self.persons.append(update.update_id)


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


async def test_a_fault_is_logged_whole_once_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """One traceback and one line to the admins for each kind; the person hears of it each time."""
    told = Told()
    faults = Faults(told.tell_admins, told.tell_person)
    for update_id in (7, 8):
        await faults.caught(raised(), Update(update_id))
    await faults.caught(raised(TypeError), Update(9))
    assert [message.count("that led to:") for message in caplog.messages] == [1, 0, 1]
    assert [message.split(":")[0] for message in caplog.messages] == ["update 7", "update 8", "update 9"]
    assert [line.split(" in test_faults")[0] for line in told.admins] == [
        "A fault in update 7: KeyError",
        "A fault in update 9: TypeError",
    ]
    assert told.persons == [7, 8, 9]


async def test_no_message_of_an_exception_is_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    """It may hold what a person wrote; where it happened is enough."""
    told = Told()
    await Faults(told.tell_admins, told.tell_person).caught(raised(), Update(7))
    assert SECRET not in caplog.text
    assert "test_faults.py" in caplog.text
    assert SECRET not in "".join(told.admins)


async def test_the_databases_own_words_are_logged() -> None:
    """They name tables and columns, never what is in them, and nobody finds the bug without them."""
    error = sqlite3.OperationalError("no such column: colour")
    lines: list[str] = []

    async def tell(line: str) -> None:
        lines.append(line)

    await Faults(tell).caught(error, during="the tick")
    assert lines == ["A fault in the tick: OperationalError. The log has the rest."]


async def test_the_databases_words_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A broken statement is named."""
    await Faults().caught(sqlite3.OperationalError("no such column: colour"), during="the tick")
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
