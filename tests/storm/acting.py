"""What people do on the stage: they write, tap, send files, block the bot, and wait until it is done with it."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from bot.playground import acts, files, topics
from bot.playground.editing import start_link
from bot.playground.people import Group, Place, Somebody
from bot.playground.values import GENERAL, Button, FileKind, Message, Query
from tests.privacy import Onlooker
from tests.storm.watched import Watched

# Real seconds after which the bot, not done and not dead, is taken to wait for its clock.
PATIENCE_SECONDS = 0.15
# So much time passes at most for one tap or text; what is not done then is looked for at the end.
LONGEST_ACT_SECONDS = 1800.0
# The tap after which nothing of this person is there.
ERASES = "f:1"


class Acting:
    """The people of a stage. `where`: empty for the private chat, "group", or a topic of it by its name."""

    playground: Watched
    onlooker: Onlooker
    alone: bool
    ending: bool
    bot: Any

    def __init__(self) -> None:
        self.people: dict[str, Somebody] = {}
        self.group: Group | None = None
        self.overseen: list[str] = []  # what somebody saw and should not
        self.unheard: list[int] = []  # updates that nobody waits for any more
        self.heard_of: list[int] = []
        self.tapped: list[tuple[int, int, str]] = []  # after so many sights: who, and what
        self.sent: list[tuple[int, str]] = []  # files: by whom, and their names
        self.forgotten: set[int] = set()
        self.absent: set[int] = set()  # chats in which the bot was not for a while

    @property
    def dead(self) -> bool:
        """Whether the process is gone."""
        raise NotImplementedError

    async def passes(self, **span: float) -> None:
        """Time passes; what it makes due is done."""
        raise NotImplementedError

    def note(self, what: str) -> None:
        """A line of the story."""
        raise NotImplementedError

    def somebody(self, name: str) -> Somebody:
        """A person, known by name."""
        if name not in self.people:
            self.people[name] = self.playground.person(name)
        return self.people[name]

    def place(self, name: str, where: str) -> Place:
        """Where somebody is: in private or in the group, as that person sees it."""
        assert self.group is not None or not where
        there = self.somebody(name).view(self.group if where else None)
        there.topic = self.topic(where) or None
        return there

    def topic(self, where: str) -> int:
        """The topic of that name; 0: there is none, or it is no topic."""
        found = [each.id for each in self.group.chat.topics.values() if each.name == where] if self.group else []
        return found[0] if found else 0

    async def says(self, name: str, text: str, where: str = "") -> None:
        """Somebody writes."""
        self.note(f"{name} says {text}{where and ' in the group'}")
        place = self.place(name, where)
        if text == "/undo":
            self.tapped.append((len(self.playground.world.sights), self.somebody(name).id, "u:"))
        topic = place.topic or GENERAL
        said = acts.say(self.playground.world, self.somebody(name).person, place.chat, text, topic=topic)
        await self.waits_for(said.update_id)

    async def shows(self, name: str, data: bytes, file: str, *, caption: str, kind: FileKind) -> None:
        """Somebody sends a file in private."""
        self.note(f"{name} sends {file}")
        somebody, world = self.somebody(name), self.playground.world
        self.sent.append((somebody.id, file))
        stored = files.taken(world, file, data, kind)
        await self.waits_for(acts.show(world, somebody.person, somebody.chat, stored, caption).update_id)

    async def taps(self, name: str, *labels: str, where: str = "") -> bool:
        """Somebody taps the first of these buttons that is there, on the newest message; whether there was one.

        Who is given a link into the private chat follows it.
        """
        query = self.tap(name, *labels, where=where)
        if query is None:
            return False
        await self.waits_for(query.update_id)
        given = next((each for each in reversed(self.playground.world.answers) if each.query_id == query.id), None)
        if given is not None and given.url:
            await self.says(name, f"/start {start_link(self.playground.world, given.url)}")
        return True

    def tap(self, name: str, *labels: str, where: str = "") -> Query | None:
        """The same without waiting; None if no such button is there."""
        found = next(filter(None, (_button(self.place(name, where), label) for label in labels)), None)
        if found is None:
            self.note(f"{name} finds none of {', '.join(labels)}{where and ' in the group'}")
            return None
        message, button = found
        somebody, chat = self.somebody(name), self.playground.world.chats[message.chat_id]
        if button.data == ERASES:
            self.forgotten.add(somebody.id)
        seen_by = f"{message.id}" if not message.ephemeral_id else f"{message.ephemeral_id} of {name} alone"
        self.note(f"{name} taps {button.text}{where and ' in the group'} ({button.data}, on {seen_by})")
        self.onlooker.tapped(somebody.id, button.data)
        self.tapped.append((len(self.playground.world.sights), somebody.id, button.data))
        return acts.tap(
            self.playground.world,
            somebody.person,
            chat,
            message.id,
            button.data,
            ephemeral_id=message.ephemeral_id,
        )

    async def rush(self, names: Sequence[str], grade: str, where: str = "") -> None:
        """All of them tap at once, each twice."""
        queries = [self.tap(name, "Show answer", grade, where=where) for name in names for _ in range(2)]
        for query in filter(None, queries):
            await self.waits_for(query.update_id)

    async def apps_restart(self) -> None:
        """Everybody's app forgets what that person alone saw in the group."""
        for somebody in self.people.values():
            somebody.restarts_app()

    def looks_around(self) -> None:
        """Note what somebody has seen since the last time and should not."""
        self.overseen += self.onlooker.look()

    async def blocks(self, name: str) -> None:
        """Somebody blocks the bot: no push can come."""
        self.absent.add(self.somebody(name).id)
        await self.waits_for(acts.block(self.playground.world, self.somebody(name).person))

    async def unblocks(self, name: str) -> None:
        """And takes that back."""
        await self.waits_for(acts.unblock(self.playground.world, self.somebody(name).person))

    async def kicks(self, name: str) -> None:
        """Somebody removes the bot from the group."""
        assert self.group is not None
        self.absent.add(self.group.id)
        await self.waits_for(acts.kick_bot(self.playground.world, self.somebody(name).person, self.group.chat))

    async def adds(self, name: str) -> None:
        """Somebody adds it again."""
        assert self.group is not None
        await self.waits_for(acts.add_bot(self.playground.world, self.somebody(name).person, self.group.chat))

    async def opens_topic(self, name: str) -> None:
        """The owner of the group opens a topic, unless there is one of that name."""
        assert self.group is not None
        if self.topic(name):
            return
        topics.open_forum(self.playground.world, self.group.chat)
        owner = next(iter(self.people.values())).person
        await self.waits_for(topics.create(self.playground.world, owner, self.group.chat, name)[1])

    async def closes_topic(self, name: str, *, closed: bool = True) -> None:
        """They close it, or open it again."""
        assert self.group is not None
        if self.topic(name):
            do = topics.close if closed else topics.reopen
            owner = next(iter(self.people.values())).person
            await self.waits_for(do(self.playground.world, owner, self.group.chat, self.topic(name)))

    def deletes_topic(self, name: str) -> None:
        """They delete it; nobody is told."""
        assert self.group is not None
        if self.topic(name):
            topics.delete(self.playground.world, self.group.chat, self.topic(name))

    async def hears_again(self) -> None:
        """Telegram hands out once more what the bot confirmed."""
        for update_id in self.heard_of[-3:]:
            if self.playground.world.updates.is_confirmed(update_id):
                self.playground.redeliver(update_id)
                await self.waits_for(update_id)

    async def studies(self, name: str, grade: str, where: str = "") -> None:
        """The next tap of somebody who studies: look, grade, or ask for a card where none stands."""
        if not await self.taps(name, "Show answer", grade, "Not now", "Next card" if where else "Study", where=where):
            await self.says(name, "/quiz", where)

    async def waits_for(self, update_id: int) -> None:
        """Return when the bot is done with an update, has died, or cannot be reached; at once if it hears nothing."""
        if not update_id:
            return
        updates = self.playground.world.updates
        self.heard_of.append(update_id)
        spent, span = 0.0, 1.0
        while not updates.is_confirmed(update_id):
            away = self.playground.cut_off and not self.playground.back_soon
            if self.dead or self.ending or away or spent > LONGEST_ACT_SECONDS:
                self.unheard.append(update_id)
                return
            if await self._first(lambda: updates.is_confirmed(update_id)):
                return
            await self.passes(seconds=span)
            spent, span = spent + span, min(span * 3, 300.0)

    async def _first(self, holds: Callable[[], bool]) -> bool:
        """Whether that comes true before it is dead, within the patience that people have."""
        confirmed = asyncio.create_task(self.playground.world.updates.confirmed.until(holds, PATIENCE_SECONDS))
        ending = asyncio.create_task(self.bot.process.wait()) if self.alone else None
        await asyncio.wait({confirmed, ending} if ending else {confirmed}, return_when=asyncio.FIRST_COMPLETED)
        done = confirmed.done() and confirmed.result()
        for task in filter(None, (confirmed, ending)):
            task.cancel()
        await asyncio.gather(*filter(None, (confirmed, ending)), return_exceptions=True)
        if self.dead:
            await self._hung_up()
        return done

    async def _hung_up(self) -> None:
        """Let the server see that the process is gone."""
        with contextlib.suppress(AssertionError):
            await self.bot.dead()


def _button(place: Place, label: str) -> tuple[Message, Button] | None:
    """The newest button with that label, or one that begins so."""
    for message in reversed(place.messages()):
        for row in message.rows:
            for button in row:
                if button.data and (button.text == label or button.text.startswith(f"{label} ·")):
                    return message, button
    return None
