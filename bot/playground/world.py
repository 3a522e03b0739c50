"""The world the bot lives in: who is there, what was said, and what the bot has not yet heard.

State and its smallest changes only: what people do is in `acts`, what the bot may do in the modules of the methods.
Every change is an `Event`; `events_after` waits for the next.
"""

import dataclasses
import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from .bell import Bell
from .clock import WorldClock
from .flood import Flood
from .updates import UpdateQueue
from .values import (
    Answer,
    Chat,
    ChatKind,
    Entity,
    Event,
    FileKind,
    Found,
    InlineQuery,
    Member,
    Message,
    Person,
    Query,
    Rows,
    Server,
    Sight,
    StoredFile,
)

# Beyond 31 bits on purpose: ids are 64-bit numbers.
FIRST_PERSON_ID = 7_000_000_001
FIRST_GROUP_ID = -4_100_000_001
FIRST_SUPERGROUP_ID = -1_002_300_000_001
BOT_ID = 6_900_000_777
LASTING = frozenset({"person", "group"})  # counters of what is in every world the same
# By how the id of a file begins, Telegram's servers tell what it is.
ID_BEGINS: dict[FileKind, str] = {
    "photo": "AgAC",
    "document": "BQAC",
    "voice": "AwAC",
    "audio": "CQAC",
    "sticker": "CAAC",
}


class MessageParts(TypedDict, total=False):
    """What a message may be made of, beside its chat and sender."""

    text: str
    entities: tuple[Entity, ...]
    kind: Any
    file: StoredFile | None
    rows: Rows
    silent: bool
    reply_to: int
    topic: int
    as_group: bool
    forward_origin: dict[str, Any]
    service: dict[str, Any]
    bears: Mapping[str, Any]
    rich: Mapping[str, Any]
    rich_files: tuple[StoredFile, ...]
    sent_at: int
    reply_keyboard: dict[str, Any]
    spoiler: bool
    protected: bool
    caption_above: bool


class World:
    """People, chats, messages, files and updates, in memory."""

    def __init__(self, clock: WorldClock, server: Server = "10.3") -> None:
        self.clock = clock
        self.server: Server = server  # set alone, it is another one while no connection breaks; `becomes` breaks them
        self.hang_up: Callable[[], None] = lambda: None
        self.bot = Person(BOT_ID, "Deckhand", "deckhand_bot", is_bot=True)
        self.people: dict[int, Person] = {}
        self.deactivated: set[int] = set()
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.answers: list[Answer] = []
        self.inline_queries: dict[str, InlineQuery] = {}
        # By words, offset and person (0: for everybody), with the second at which it is forgotten.
        self.inline_kept: dict[tuple[str, str, int], tuple[Found, float]] = {}
        self.sights: list[Sight] = []  # everything that anybody was ever shown
        self._crowds: dict[frozenset[int], frozenset[int]] = {}  # who saw something together, each kept once
        self.updates = UpdateQueue(clock)
        self.webhook = ""  # where the updates go instead of to who asks for them
        self.profile: dict[str, Any] = {}  # commands, names, descriptions, menu buttons, by a key of their own
        self.flood = Flood(on=not clock.held)
        self.complaints: list[str] = []  # what the bot does and should not, though the server lets it pass
        self.events: list[Event] = []
        self.changed = Bell()
        self._first = 0
        self._numbers: dict[str, itertools.count[int]] = {}

    def becomes(self, server: Server) -> None:
        """Another server takes the place of this one: every connection that the bot has breaks."""
        self.server = server
        self.hang_up()

    # Who is there

    def person(self, name: str, username: str = "", language: str = "en", *, is_bot: bool = False) -> Person:
        """A new person or another bot, with a private chat in which nothing was said yet."""
        person = Person(FIRST_PERSON_ID + self.next("person"), name, username, language, is_bot)
        self.people[person.id] = person
        chat = self._chat(person.id, "private", name)
        chat.members = {person.id: Member(person.id), self.bot.id: Member(self.bot.id)}
        self.happened("person", chat_id=chat.id, person_id=person.id)
        return person

    def group(
        self,
        title: str,
        members: Sequence[Person],
        administrators: Sequence[Person] = (),
        *,
        kind: ChatKind = "group",
        with_bot: bool = True,
    ) -> Chat:
        """A new group; its first administrator owns it. With `with_bot` the bot is in it and was told nothing."""
        chat_id = FIRST_GROUP_ID - self.next("group") if kind == "group" else self.supergroup_id()
        chat = self._chat(chat_id, kind, title)
        chat.members = {person.id: Member(person.id) for person in members}
        for place, person in enumerate(administrators):
            chat.members[person.id] = Member(person.id, "administrator" if place else "creator")
        if with_bot:
            chat.members[self.bot.id] = Member(self.bot.id)
        self.happened("chat", chat_id=chat.id)
        return chat

    def _chat(self, chat_id: int, kind: ChatKind, title: str) -> Chat:
        chat = Chat(chat_id, kind, title, instance=str(int(digest(f"chat {chat_id}")[:15], 16)))
        self.chats[chat_id] = chat
        return chat

    def private_chat(self, person: Person) -> Chat:
        """The chat of a person with the bot."""
        return self.chats[person.id]

    def who(self, person_id: int) -> Person | None:
        """The person (or the bot) with that id."""
        return self.bot if person_id == self.bot.id else self.people.get(person_id)

    def set_member(self, chat: Chat, member: Member) -> Member:
        """Put somebody's new standing in a chat and give back the old one."""
        old = chat.member(member.person_id)
        chat.members[member.person_id] = member
        self.happened("chat", chat_id=chat.id, person_id=member.person_id)
        if member.inside and not old.inside:
            for message in chat.messages.values():
                self._seen(message, frozenset([member.person_id]))
        return old

    # What is said

    def post(self, chat: Chat, sender: Person, **parts: Unpack[MessageParts]) -> Message:
        """Put a new message into a chat."""
        if chat.kind == "supergroup":
            chat.last_message_id += 1
            number = chat.last_message_id
        else:
            number = self.next("message") + 1
        parts.setdefault("sent_at", self.seconds())
        message = Message(number, chat.id, sender, **parts)
        chat.messages[number] = message
        if sender is self.bot and not message.silent:
            chat.sounds += 1
        self._told("message", message)
        return message

    def post_ephemeral(
        self, chat: Chat, sender: Person, receiver: Person, *, replaces: int = 0, **parts: Unpack[MessageParts]
    ) -> Message:
        """Put a message into a chat that one person alone sees; `replaces`: in place of that message."""
        person = sender if receiver is self.bot else receiver
        number = self.next(f"ephemeral {chat.id} {person.id}") + 1
        for other in [each for each in chat.ephemeral.values() if replaces and each.replaces and not each.lost]:
            if other.place == replaces and self.viewer(other) == person.id:
                self._lose(other)
        place = replaces or max(chat.messages, default=0)
        parts.setdefault("sent_at", self.seconds())
        message = Message(0, chat.id, sender, **parts)
        message = dataclasses.replace(
            message, ephemeral_id=number, receiver=receiver, place=place, replaces=bool(replaces)
        )
        chat.ephemeral[person.id, number] = message
        self._told("message", message)
        return message

    def lose(self, person_id: int) -> None:
        """Let somebody's app forget every ephemeral message it had; the server does not hear of it."""
        for chat in self.chats.values():
            for message in chat.ephemeral.values():
                if self.viewer(message) == person_id and not message.lost:
                    self._lose(message)

    def _lose(self, message: Message) -> None:
        key = self.viewer(message), message.ephemeral_id
        self.chats[message.chat_id].ephemeral[key] = dataclasses.replace(message, lost=True)
        self._told("deleted", message)

    def change(self, message: Message) -> Message:
        """Put the new state of a message that is there."""
        message = dataclasses.replace(message, edited_at=self.seconds())
        chat = self.chats[message.chat_id]
        if message.receiver is not None:
            chat.ephemeral[self.viewer(message), message.ephemeral_id] = message
        else:
            chat.messages[message.id] = message
        self._told("edited", message)
        return message

    def remove(self, message: Message) -> None:
        """Take a message out of its chat for everybody who sees it."""
        chat = self.chats[message.chat_id]
        if message.receiver is not None:
            del chat.ephemeral[self.viewer(message), message.ephemeral_id]
        else:
            del chat.messages[message.id]
        self._told("deleted", message)

    def viewer(self, message: Message) -> int:
        """The one person who sees an ephemeral message."""
        assert message.receiver is not None
        return message.sender.id if message.receiver is self.bot else message.receiver.id

    def _told(self, kind: str, message: Message) -> None:
        """Note what became of a message, and who saw it."""
        person = self.viewer(message) if message.receiver else message.sender.id if kind == "message" else 0
        self.happened(
            kind,
            chat_id=message.chat_id,
            message_id=message.id,
            person_id=person,
            ephemeral_id=message.ephemeral_id,
        )
        if kind != "deleted" and not message.lost:
            members = self.chats[message.chat_id].members.values()
            inside = frozenset(each.person_id for each in members if each.inside)
            self._seen(message, inside & {person} if message.receiver else self._crowds.setdefault(inside, inside))

    def _seen(self, message: Message, to: frozenset[int]) -> None:
        self.sights.append(Sight(len(self.events), message.chat_id, to, message=message))

    def store(
        self,
        name: str,
        data: bytes,
        mime: str,
        *,
        kind: FileKind,
        size: tuple[int, int] = (0, 0),
        seconds: int = 0,
        title: str = "",
        performer: str = "",
    ) -> StoredFile:
        """Keep a file under a new id."""
        number = self.next("file")
        name_of = ID_BEGINS[kind] + digest(f"file {number}")[:40]
        unique = "AQAD" + hashlib.sha256(data).hexdigest()[:12]
        file = StoredFile(name_of, unique, name, data, mime, *size, kind, seconds, title, performer)
        self.files[name_of] = file
        return file

    def answer(self, answer: Answer) -> None:
        """Show a person what a tap was answered with."""
        self.answers.append(answer)
        self.happened("answer", chat_id=answer.chat_id, person_id=answer.person_id, answer=answer)
        to = frozenset([answer.person_id])
        self.sights.append(Sight(len(self.events), answer.chat_id, to, answer=answer))

    # What happened

    def happened(
        self,
        kind: str,
        *,
        chat_id: int = 0,
        message_id: int = 0,
        person_id: int = 0,
        answer: Answer | None = None,
        text: str = "",
        ephemeral_id: int = 0,
    ) -> None:
        """Note a change and wake those who watch."""
        number = len(self.events) + 1
        self.events.append(Event(number, kind, chat_id, message_id, person_id, answer, text, ephemeral_id))
        self.changed.ring()

    async def events_after(self, number: int, seconds: float = 25.0) -> list[Event]:
        """The events after that number, as soon as there are any; nothing after so many real seconds."""
        await self.changed.until(lambda: len(self.events) > number, seconds)
        return self.events[number:]

    def seconds(self) -> int:
        """Now in whole epoch seconds."""
        return int(self.clock.now().timestamp())

    def begin_after(self, number: int) -> None:
        """Let all be counted from there, before anything happens, in a world whose bot remembers an earlier one.

        The people and their groups alone stay who they are: what was learned is theirs.
        """
        self.updates.begin_after(number)
        self._first = number

    def supergroup_id(self) -> int:
        """The id of the next supergroup or channel. All of them begin with -100."""
        return FIRST_SUPERGROUP_ID - self.next("supergroup")

    def next(self, counter: str) -> int:
        """The next number of a counter, from 0 in a world that is the first."""
        if counter not in self._numbers:
            # There is less room among the ids of supergroups, and few come.
            of_this_world = self._first // 1000 if counter == "supergroup" else self._first
            self._numbers[counter] = itertools.count(0 if counter in LASTING else of_this_world)
        return next(self._numbers[counter])


def digest(text: str) -> str:
    """Forty characters that always are the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
