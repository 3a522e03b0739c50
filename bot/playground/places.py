"""Where messages are shown: a chat, a group and what happens to it, a chat as one member sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import acts, topics
from .screens import NOTHING, Screen, screen
from .values import GENERAL, Button, Chat, Message, Person

if TYPE_CHECKING:
    from .people import Somebody
    from .server import Playground

GUARD_SECONDS = 10.0


@dataclass(eq=False, repr=False)
class Place:
    """Something that shows messages: a private chat or a group."""

    playground: "Playground"
    chat: Chat
    topic: int | None = None  # of a forum; None: whatever topic

    def messages(self) -> list[Message]:
        """The bot's messages that are there now, oldest first."""
        bot = self.playground.world.bot
        own = [each for each in self._all() if each.sender is bot and each.kind != "service"]
        return own if self.topic is None else [each for each in own if each.topic == self.topic]

    def message(self) -> Message:
        """The bot's newest message; raises AssertionError if there is none."""
        messages = self.messages()
        assert messages, f"the bot has said nothing in {self.name}"
        return messages[-1]

    def sees(self) -> Screen:
        """The bot's newest message."""
        messages = self.messages()
        return screen(messages[-1]) if messages else NOTHING

    def sees_all(self) -> list[Screen]:
        """All the bot's messages that are there now, oldest first."""
        return [screen(message) for message in self.messages()]

    @property
    def notifications(self) -> int:
        """How many messages of the bot made a sound here."""
        return self.chat.sounds

    @property
    def name(self) -> str:
        """What people call it."""
        return self.chat.title

    def press(self, label: str) -> tuple[Message, Button]:
        """The button with that label, or with the only one that begins so, on the newest message that has it."""
        for message in reversed(self.messages()):
            found = labelled(message.rows, label)
            if found is not None:
                return message, found
        raise AssertionError(f"no button {label!r} in {self.name}; it shows\n{self.picture()}")

    def picture(self, last: int = 6) -> str:
        """The last messages of everybody, for a failing test to show."""
        lines = [f"{each.sender.name}: {screen(each)}" for each in self._all()[-last:]]
        return "\n".join(lines) or "(nothing)"

    def _all(self) -> list[Message]:
        """Everybody's messages, oldest first."""
        return list(self.chat.messages.values())


class View(Place):
    """A chat, or a topic in it, as one member sees it, with what they alone see in place of what others see."""

    def __init__(self, place: Place, person: Person) -> None:
        super().__init__(place.playground, place.chat, place.topic)
        self.person = person

    def _all(self) -> list[Message]:
        return self.chat.seen_by(self.person.id)


class Group(Place):
    """A group and what happens to it; what it shows is what everybody sees."""

    @property
    def id(self) -> int:
        """Its present id."""
        return self.chat.id

    async def migrates(self) -> int:
        """It becomes a supergroup; gives back the id it had."""
        old = self.chat.id
        self.chat, update = acts.migrate(self.playground.world, self.chat)
        await heard(self.playground, update)
        return old

    async def adds_bot(self, by: "Somebody", *, administrator: bool = False) -> Screen:
        """Somebody adds the bot."""
        world = self.playground.world
        await heard(self.playground, acts.add_bot(world, by.person, self.chat, administrator=administrator))
        return self.sees()

    async def kicks_bot(self, by: "Somebody") -> None:
        """Somebody removes the bot."""
        await heard(self.playground, acts.kick_bot(self.playground.world, by.person, self.chat))

    async def promotes_bot(self, by: "Somebody") -> None:
        """The bot becomes an administrator."""
        await heard(self.playground, acts.promote_bot(self.playground.world, by.person, self.chat))

    async def demotes_bot(self, by: "Somebody") -> None:
        """The bot is an administrator no more."""
        await heard(self.playground, acts.restrict_bot(self.playground.world, by.person, self.chat))

    async def restricts_bot(self, by: "Somebody", *may_not: str) -> None:
        """The bot may not do these things, by the names of the Bot API (`can_send_photos`); without any, all again."""
        await heard(self.playground, acts.restrict_bot(self.playground.world, by.person, self.chat, *may_not))

    def forbids(self, *rights: str) -> None:
        """What nobody but administrators may do from now on, by the names of the Bot API; nobody is told."""
        self.chat.forbids = frozenset(rights)

    def topic_named(self, name: str) -> Place:
        """A topic by its name, "General" too."""
        [topic] = [each.id for each in self.chat.topics.values() if each.name == name]
        return Place(self.playground, self.chat, topic)

    async def opens_topic(self, name: str, by: "Somebody") -> Place:
        """Somebody opens a topic; the group has topics from then on."""
        topics.open_forum(self.playground.world, self.chat)
        topic, update = topics.create(self.playground.world, by.person, self.chat, name)
        await heard(self.playground, update)
        return Place(self.playground, self.chat, topic.id)

    async def closes_topic(self, name: str, by: "Somebody") -> None:
        """Somebody closes a topic."""
        topic = self.topic_named(name).topic or GENERAL
        await heard(self.playground, topics.close(self.playground.world, by.person, self.chat, topic))

    async def reopens_topic(self, name: str, by: "Somebody") -> None:
        """Somebody opens a closed topic again."""
        topic = self.topic_named(name).topic or GENERAL
        await heard(self.playground, topics.reopen(self.playground.world, by.person, self.chat, topic))

    def deletes_topic(self, name: str) -> None:
        """Somebody deletes a topic with all that is in it; nobody is told."""
        topics.delete(self.playground.world, self.chat, self.topic_named(name).topic or GENERAL)

    async def promotes(self, somebody: "Somebody", *, anonymous: bool = False) -> None:
        """Somebody becomes an administrator; an anonymous one speaks as the group."""
        update = acts.promote(self.playground.world, somebody.person, self.chat, anonymous=anonymous)
        await heard(self.playground, update)

    async def demotes(self, somebody: "Somebody") -> None:
        """Somebody is an administrator no more."""
        await heard(self.playground, acts.demote(self.playground.world, somebody.person, self.chat))

    async def adds(self, somebody: "Somebody", by: "Somebody | None" = None) -> None:
        """Somebody comes in."""
        inviter = by.person if by else None
        await heard(self.playground, acts.join(self.playground.world, somebody.person, self.chat, added_by=inviter))

    async def loses(self, somebody: "Somebody", by: "Somebody | None" = None) -> None:
        """Somebody leaves, or is removed by another."""
        remover = by.person if by else None
        await heard(self.playground, acts.leave(self.playground.world, somebody.person, self.chat, removed_by=remover))


async def heard(playground: "Playground", update_id: int) -> None:
    """Return when the bot has confirmed an update; raises AssertionError with what was seen if it does not."""
    updates = playground.world.updates
    if update_id == 0 or await updates.confirmed.until(lambda: updates.is_confirmed(update_id), GUARD_SECONDS):
        return
    calls = "\n".join(f"  {call.method} {call.refused or ''}" for call in playground.calls[-8:])
    shown = "\n".join(f"-- {somebody.name}\n{somebody.picture()}" for somebody in playground.people.values())
    raise AssertionError(
        f"the bot did not confirm update {update_id} in {GUARD_SECONDS:g} s "
        f"({'it is polling' if updates.is_polled else 'nobody polls'}); last calls:\n{calls}\n{shown}"
    )


def labelled(rows: Sequence[Sequence[Button]], label: str) -> Button | None:
    """The button with that label, else the only one whose label begins so."""
    buttons = [button for row in rows for button in row]
    exact = [button for button in buttons if button.text == label]
    begun = [button for button in buttons if button.text.startswith(label)]
    if exact:
        return exact[0]
    assert len(begun) < 2, f"{label!r} may be any of {[button.text for button in begun]}"
    return begun[0] if begun else None
