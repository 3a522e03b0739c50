"""People as a test or a page speaks of them: Anna sends, taps, sees.

Who acts returns when the bot has confirmed the update: it is done with it, and what Anna sees then is its answer.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import acts, files, inline
from .editing import start_link
from .places import GUARD_SECONDS, Group, Place, View, heard, labelled
from .profile import commands_for
from .screens import Screen, screen
from .values import GENERAL, Answer, Chat, FileKind, InlineQuery, Message, Person, Query, Sight

if TYPE_CHECKING:
    from .server import Playground

__all__ = ["Group", "Place", "Somebody", "heard"]


class Somebody(Place):
    """A person with a phone; as a place, the private chat with the bot."""

    def __init__(self, playground: "Playground", person: Person) -> None:
        super().__init__(playground, playground.world.private_chat(person))
        self.person = person

    @property
    def id(self) -> int:
        """Their id."""
        return self.person.id

    def view(self, place: Place | None = None) -> Place:
        """The private chat, or a group as this person sees it."""
        return View(place, self.person) if place else self

    def sees(self, place: Place | None = None) -> Screen:
        """The bot's newest message, here or in a group as this person sees it."""
        return self.view(place).sees() if place else super().sees()

    def sees_all(self, place: Place | None = None) -> list[Screen]:
        """All the bot's messages that are there now, oldest first, here or in a group as this person sees it."""
        return self.view(place).sees_all() if place else super().sees_all()

    @property
    def was_shown(self) -> list[Sight]:
        """Everything that this person ever saw, in order: each state of each message, each answer to a tap."""
        return [sight for sight in self.playground.world.sights if self.id in sight.to]

    def restarts_app(self) -> None:
        """The app forgets every ephemeral message; neither the server nor the bot hears of it."""
        self.playground.world.lose(self.id)

    async def sends(
        self,
        text: str,
        place: Place | None = None,
        *,
        reply_to: Message | None = None,
        as_group: bool = False,
        as_channel: Chat | None = None,
    ) -> Screen:
        """Write a text, here, in a group or a topic of it, also as a channel, and see what is answered there."""
        where = place or self
        await self._at_rest()
        said = acts.say(
            self.playground.world,
            self.person,
            where.chat,
            text,
            reply_to=reply_to.id if reply_to else 0,
            topic=where.topic or GENERAL,
            as_group=as_group,
            as_channel=as_channel,
        )
        await heard(self.playground, said.update_id)
        return self.sees(where)

    async def shows(
        self, data: bytes, name: str, *, caption: str = "", place: Place | None = None, kind: FileKind = "document"
    ) -> Screen:
        """Send a file: a document, or a picture or a recording as what it is."""
        where = place or self
        await self._at_rest()
        file = files.taken(self.playground.world, name, data, kind)
        said = acts.show(self.playground.world, self.person, where.chat, file, caption, topic=where.topic or GENERAL)
        await heard(self.playground, said.update_id)
        return self.sees(where)

    async def forwards(self, message: Message, place: Place | None = None) -> Screen:
        """Forward a message into this chat or into another."""
        where = place or self
        await self._at_rest()
        said = acts.forward(self.playground.world, self.person, where.chat, message, topic=where.topic or GENERAL)
        await heard(self.playground, said.update_id)
        return self.sees(where)

    async def gives(
        self, bears: Mapping[str, Any], *, text: str = "", place: Place | None = None, sent_at: int = 0
    ) -> Screen:
        """Send something else: `bears` are the message's fields as the Bot API names them."""
        where = place or self
        await self._at_rest()
        said = acts.send(self.playground.world, self.person, where.chat, bears, text=text, sent_at=sent_at)
        await heard(self.playground, said.update_id)
        return self.sees(where)

    async def types_inline(self, words: str, place: Place | None = None, *, offset: str = "") -> InlineQuery:
        """Type words behind the bot's name, here or in another chat. What was found is in `found`, if anything came."""
        where = place or self
        await self._at_rest()
        query = inline.ask(self.playground.world, self.person, where.chat, words, offset)
        await heard(self.playground, query.update_id)
        return query

    async def chooses(self, query: InlineQuery, title: str, place: Place | None = None) -> Screen:
        """Send what was found under that title into the chat in which it was typed."""
        assert query.found is not None, f"nothing was found for {query.words!r}"
        [number] = [each.id for each in query.found.results if each.title == title]
        await self._at_rest()
        topic = (place.topic if place else None) or GENERAL
        said = inline.choose(self.playground.world, query, number, topic=topic)
        await heard(self.playground, said.update_id)
        return screen(said.message)

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
            message, button = self.view(where).press(label)
            if button.url:
                await self.follows(button.url)
            else:
                await self.taps_data(message, button.data)
        return self.sees(where)

    async def taps_old(self, message: Message, label_or_data: str) -> Screen:
        """Tap a button of a message as it once was, or send data that may be invented."""
        button = labelled(message.rows, label_or_data)
        return await self.taps_data(message, button.data if button else label_or_data)

    async def taps_data(self, message: Message, data: str) -> Screen:
        """Tap, with this data, whatever the message holds."""
        await self._at_rest()
        chat = self.playground.world.chats[message.chat_id]
        query = self._tap(message, data)
        await heard(self.playground, query.update_id)
        return self.sees(Place(self.playground, chat, message.topic if chat.topics else None))

    async def tap_twice(self, label: str, chat: Place | None = None) -> Screen:
        """Tap the same button twice at once: both taps come in one batch."""
        await self._at_rest()
        where = chat or self
        message, button = self.view(where).press(label)
        queries = [self._tap(message, button.data) for _ in range(2)]
        for query in queries:
            await heard(self.playground, query.update_id)
        return self.sees(where)

    def taps_unheard(self, label: str, chat: Place | None = None) -> int:
        """Tap while the bot may be down; gives back the update that waits for it."""
        where = chat or self
        message, button = self.view(where).press(label)
        return self._tap(message, button.data).update_id

    def _tap(self, message: Message, data: str) -> Query:
        world, private = self.playground.world, message.ephemeral_id
        chat = world.chats[message.chat_id]
        return acts.tap(world, self.person, chat, message.id, data, ephemeral_id=private)

    def sends_unheard(self, text: str, place: Place | None = None) -> int:
        """Write while the bot may be down; gives back the update that waits for it."""
        where = place or self
        return acts.say(self.playground.world, self.person, where.chat, text, topic=where.topic or GENERAL).update_id

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
