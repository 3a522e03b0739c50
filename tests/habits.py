"""What people do before a test begins: set the daily cards up, study everything, look at the clock on the wall."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.screens import Screen
from bot.playground.server import Playground


async def settles(somebody: Somebody, hour: str = "20:00", at: str = "10:00", place: str = "Berlin") -> Screen:
    """Subscribe to the capitals, grade the first card and choose an hour and a zone; the second card stands there."""
    await somebody.sends("/start")
    await somebody.taps("Capitals", "Show answer", "Easy")
    if hour in somebody.sees().labels:
        await somebody.taps(hour)
    else:
        await somebody.sends(hour)
    return await somebody.taps(at, place)


async def studies(somebody: Somebody, grade: str = "Easy") -> Screen:
    """Grade every card that comes, until none is left; begins with what stands there, if anything does."""
    if not {"Show answer", "Again"} & {label.split(" ·")[0] for label in somebody.sees().labels}:
        await somebody.sends("/quiz")
    while "Show answer" in somebody.sees().labels:
        await somebody.taps("Show answer", grade)
    return somebody.sees()


def wall(at: datetime, zone: str) -> str:
    """What the clock on the wall shows, such as `03-29 20:00`."""
    return at.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M")


def moment(day: str, hour: str, zone: str = "Europe/Berlin") -> datetime:
    """That date of 2026 (`03-29`) and local hour, UTC."""
    here = datetime.strptime(f"2026-{day} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    return here.astimezone(UTC)


async def until(clock: WorldClock, day: str, hour: str, zone: str = "Europe/Berlin") -> None:
    """The clock moves on to that date and local hour, and all that it makes due is done."""
    await clock.move_to(moment(day, hour, zone))


def arrivals(somebody: Somebody, zone: str = "Europe/Berlin") -> list[str]:
    """When the messages that made a sound came, by the clock on the wall."""
    sent = [message for message in somebody.messages() if not message.silent]
    return [wall(datetime.fromtimestamp(message.sent_at, UTC), zone) for message in sent]


@dataclass
class Came:
    """What came to somebody since: texts, and whether each made a sound."""

    somebody: Somebody
    before: int

    @property
    def all(self) -> list[tuple[str, bool]]:
        """Oldest first."""
        return [(message.text, not message.silent) for message in self.somebody.messages()[self.before :]]


def since_now(somebody: Somebody) -> Came:
    """Count from here."""
    return Came(somebody, len(somebody.messages()))


def sends(playground: Playground, chat_id: int) -> int:
    """How often something was sent to a chat, or tried to be."""
    return sum(call.method == "sendMessage" and call.params["chat_id"] == chat_id for call in playground.calls)
