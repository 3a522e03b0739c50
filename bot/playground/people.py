"""People as a test or a page speaks of them: Anna sends, taps, sees.

Who acts returns when the bot has confirmed the update: it is done with it, and what Anna sees then is its answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import acts
from .editing import start_link
from .profile import commands_for
from .screens import NOTHING, Screen, screen
from .values import Answer, Button, Chat, Message, Person

if TYPE_CHECKING:
    from .server import Playground

GUARD_SECONDS = 10.0


@dataclass(eq=False, repr=False)
class Place:
    """Something that shows messages: a private chat or a group."""

    playground: "Playground"
    chat: Chat

    def messages(self) -> list[Message]:
        """The bot's messages that are there now, oldest first."""
        bot = self.playground.world.bot
        return [each for each in self.chat.messages.values() if each.sender is bot and each.kind != "service"]

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
            found = _labelled(message.rows, label)
            if found is not None:
                return message, found
        raise AssertionError(f"no button {label!r} in {self.name}; it shows\n{self.picture()}")

    def picture(self, last: int = 6) -> str:
        """The last messages of everybody, for a failing test to show."""
        lines = [f"{each.sender.name}: {screen(each)}" for each in list(self.chat.messages.values())[-last:]]
        return "\n".join(lines) or "(nothing)"


class Group(Place):
    """A group and what happens to it."""

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


class Somebody(Place):
    """A person with a phone; as a place, the private chat with the bot."""

    def __init__(self, playground: "Playground", person: Person) -> None:
        super().__init__(playground, playground.world.private_chat(person))
        self.person = person

    @property
    def id(self) -> int:
        """Their id."""
        return self.person.id

    async def sends(
        self, text: str, place: Place | None = None, *, reply_to: Message | None = None, as_group: bool = False
    ) -> Screen:
        """Write a text, here or in a group, and see what is answered there."""
        where = place or self
        await self._at_rest()
        number = reply_to.id if reply_to else 0
        said = acts.say(self.playground.world, self.person, where.chat, text, reply_to=number, as_group=as_group)
        await heard(self.playground, said.update_id)
        return where.sees()

    async def shows(self, data: bytes, name: str, *, caption: str = "", place: Place | None = None) -> Screen:
        """Send a document."""
        where = place or self
        await self._at_rest()
        file = self.playground.world.store(name, data, "application/octet-stream", photo=False)
        said = acts.show(self.playground.world, self.person, where.chat, file, "document", caption)
        await heard(self.playground, said.update_id)
        return where.sees()

    async def gives(
        self, bears: Mapping[str, Any], *, text: str = "", place: Place | None = None, sent_at: int = 0
    ) -> Screen:
        """Send something else: `bears` are the message's fields as the Bot API names them."""
        where = place or self
        await self._at_rest()
        said = acts.send(self.playground.world, self.person, where.chat, bears, text=text, sent_at=sent_at)
        await heard(self.playground, said.update_id)
        return where.sees()

    async def edits(self, message: Message, text: str) -> Screen:
        """Change an own message."""
        await heard(self.playground, acts.edit(self.playground.world, message, text))
        return self.sees()

    async def starts(self, payload: str = "") -> Screen:
        """Open a start link of the bot, with or without a payload."""
        return await self.sends(f"/start {payload}".strip())

    async def taps(self, *labels: str, chat: Place | None = None) -> Screen:
        """Tap one button after the other, each as soon as the bot has done the one before."""
        where = chat or self
        for label in labels:
            await self._at_rest()
            message, button = where.press(label)
            if button.url:
                await self.follows(button.url)
            else:
                await self.taps_data(message, button.data)
        return where.sees()

    async def taps_old(self, message: Message, label_or_data: str) -> Screen:
        """Tap a button of a message as it once was, or send data that may be invented."""
        button = _labelled(message.rows, label_or_data)
        return await self.taps_data(message, button.data if button else label_or_data)

    async def taps_data(self, message: Message, data: str) -> Screen:
        """Tap, with this data, whatever the message holds."""
        await self._at_rest()
        chat = self.playground.world.chats[message.chat_id]
        query = acts.tap(self.playground.world, self.person, chat, message.id, data)
        await heard(self.playground, query.update_id)
        return Place(self.playground, chat).sees()

    async def tap_twice(self, label: str, chat: Place | None = None) -> Screen:
        """Tap the same button twice at once: both taps come in one batch."""
        await self._at_rest()
        where = chat or self
        message, button = where.press(label)
        world = self.playground.world
        queries = [acts.tap(world, self.person, where.chat, message.id, button.data) for _ in range(2)]
        for query in queries:
            await heard(self.playground, query.update_id)
        return where.sees()

    def taps_unheard(self, label: str, chat: Place | None = None) -> int:
        """Tap while the bot may be down; gives back the update that waits for it."""
        where = chat or self
        message, button = where.press(label)
        return acts.tap(self.playground.world, self.person, where.chat, message.id, button.data).update_id

    def sends_unheard(self, text: str, place: Place | None = None) -> int:
        """Write while the bot may be down; gives back the update that waits for it."""
        return acts.say(self.playground.world, self.person, (place or self).chat, text).update_id

    async def follows(self, url: str | None = None) -> Screen:
        """Follow a link to the bot: this one, or the one that the last tap was answered with."""
        address = url or (self.answers[-1].url if self.answers else "")
        payload = start_link(self.playground.world, address)
        assert payload is not None, f"{self.name} was given no link to the bot, but {address!r}"
        return await self.starts(payload)

    async def blocks(self) -> None:
        """Block the bot."""
        await heard(self.playground, acts.block(self.playground.world, self.person))

    async def unblocks(self) -> None:
        """Take that back."""
        await heard(self.playground, acts.unblock(self.playground.world, self.person))

    def disappears(self) -> None:
        """The account is gone."""
        acts.deactivate(self.playground.world, self.person)

    @property
    def answers(self) -> list[Answer]:
        """What this person's taps were answered with, the silent ones too."""
        return [answer for answer in self.playground.world.answers if answer.person_id == self.person.id]

    @property
    def toasts(self) -> list[str]:
        """The words that came up over the chat, as toast or alert, in order."""
        return [answer.text for answer in self.answers if answer.text]

    @property
    def toast(self) -> str:
        """What the last tap was answered with; empty if without words."""
        return self.answers[-1].text if self.answers else ""

    @property
    def is_alert(self) -> bool:
        """Whether the last answer has to be closed."""
        return bool(self.answers) and self.answers[-1].alert

    @property
    def menu(self) -> list[str]:
        """The commands in the menu of the private chat."""
        return [f"/{each['command']}" for each in self._commands(self)]

    def menu_in(self, group: Group) -> list[str]:
        """The commands in the menu of a group."""
        return [f"/{each['command']}" for each in self._commands(group)]

    def _commands(self, place: Place) -> list[dict[str, str]]:
        return commands_for(self.playground.world, place.chat.id, self.person.id, self.person.language)

    async def _at_rest(self) -> None:
        """Nobody acts before the last move of the clock is worked off."""
        await self.playground.moved_and_settled(GUARD_SECONDS)


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


def _labelled(rows: Sequence[Sequence[Button]], label: str) -> Button | None:
    """The button with that label, else the only one whose label begins so."""
    buttons = [button for row in rows for button in row]
    exact = [button for button in buttons if button.text == label]
    begun = [button for button in buttons if button.text.startswith(label)]
    if exact:
        return exact[0]
    assert len(begun) < 2, f"{label!r} may be any of {[button.text for button in begun]}"
    return begun[0] if begun else None
