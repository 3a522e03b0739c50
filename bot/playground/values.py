"""What the playground is made of: people, chats, messages, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ChatKind = Literal["private", "group", "supergroup", "channel"]
Server = Literal["10.3", "10.2", "10.1", "10.0"]  # the newest Bot API that a server knows
SERVERS: tuple[Server, ...] = ("10.3", "10.2", "10.1", "10.0")
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
FileKind = Literal["photo", "document", "voice", "audio", "sticker"]
GENERAL = 0  # the topic of a forum that messages are in without saying so


def knows(server: Server, since: Server) -> bool:
    """Whether a server knows what came with that Bot API."""
    return SERVERS.index(server) <= SERVERS.index(since)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name; the bot is one too."""

    id: int
    name: str
    username: str = ""
    language: str = "en"
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """What somebody is in a chat."""

    person_id: int
    status: Status = "member"
    anonymous: bool = False  # an administrator who speaks as the group
    may_not: frozenset[str] = frozenset()  # what a restricted one is forbidden, as the Bot API names it

    @property
    def inside(self) -> bool:
        """Whether they are in the chat."""
        return self.status not in ("left", "kicked")

    @property
    def administers(self) -> bool:
        """Whether they are an administrator or the owner."""
        return self.status in ("creator", "administrator")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum; its id is that of the message which created it."""

    id: int
    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A styled stretch of a text; offset and length in UTF-16 code units."""

    type: str
    offset: int
    length: int
    language: str = ""
    url: str = ""
    user_id: int = 0
    custom_emoji_id: str = ""

    @property
    def end(self) -> int:
        """The first unit after it."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; exactly one of data, url and copy_text is filled."""

    text: str
    data: str = ""
    url: str = ""
    copy_text: str = ""
    style: str = ""
    disabled: bool = False


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server. `id` is what getFile and the send methods take; it always is sent as what it is."""

    id: str
    unique_id: str
    name: str
    data: bytes
    mime: str
    width: int = 0
    height: int = 0
    kind: FileKind = "document"
    seconds: int = 0  # how long it plays, where that is known
    title: str = ""  # of a piece of music
    performer: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is now. `text` is the caption where there is a file, the words where it is rich."""

    id: int
    chat_id: int
    sender: Person
    sent_at: int  # epoch seconds
    text: str = ""
    entities: tuple[Entity, ...] = ()
    kind: Literal["text", "rich", "service", "other"] | FileKind = "text"
    file: StoredFile | None = None
    rows: Rows = ()
    silent: bool = False
    edited_at: int = 0
    reply_to: int = 0
    topic: int = GENERAL
    as_group: bool = False  # an anonymous administrator: the group itself speaks
    # What the Bot API calls forward_origin, and the fields of a service message, as they go over the wire.
    forward_origin: Mapping[str, Any] = field(default_factory=dict)
    service: Mapping[str, Any] = field(default_factory=dict)
    # What else it is or bears (voice, poll, via_bot, sender_chat, …), as it goes over the wire.
    bears: Mapping[str, Any] = field(default_factory=dict)
    rich: Mapping[str, Any] = field(default_factory=dict)  # a RichMessage as it goes over the wire
    rich_files: tuple[StoredFile, ...] = ()  # its pictures, in order
    reply_keyboard: Mapping[str, Any] = field(default_factory=dict)
    spoiler: bool = False
    protected: bool = False
    caption_above: bool = False
    # An ephemeral message: `id` is 0, one person alone sees it, at the place of a message that was there before.
    ephemeral_id: int = 0
    receiver: Person | None = None  # the bot, where a person typed an ephemeral command
    place: int = 0  # the message that it replaces for its receiver, else the last one when it came
    replaces: bool = False
    lost: bool = False  # the app of its receiver knows it no more; the server does

    @property
    def position(self) -> tuple[int, bool, int]:
        """Where it stands in its chat, to be sorted by."""
        return (self.place, not self.replaces, self.ephemeral_id) if self.ephemeral_id else (self.id, False, 0)

    @property
    def file_name(self) -> str:
        """The name of the picture or document in it, of a rich message all of its pictures, or nothing."""
        return ", ".join(each.name for each in ((self.file,) if self.file else self.rich_files))


@dataclass(slots=True)
class Chat:
    """A chat and all that was said in it. A private chat has the id of its person."""

    id: int
    kind: ChatKind
    title: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    # By the person who sees it, and a number that counts for each of them from 1.
    ephemeral: dict[tuple[int, int], Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)  # with the general one; none: it is no forum
    forbids: frozenset[str] = frozenset()  # what nobody but administrators may do
    last_message_id: int = 0  # supergroups count for themselves
    opened: bool = False  # private: the person has written to the bot or started it
    migrated_to: int = 0
    sounds: int = 0  # how many messages of the bot made a sound here
    instance: str = ""  # chat_instance of its callback queries

    def member(self, person_id: int) -> Member:
        """What somebody is here; who never was is `left`."""
        return self.members.get(person_id, Member(person_id, "left"))

    def may(self, person_id: int, right: str) -> bool:
        """Whether somebody has a right here, such as `can_send_photos`."""
        member = self.member(person_id)
        return member.administers or (member.inside and right not in self.forbids | member.may_not)

    def is_shut(self, person_id: int, topic: int) -> bool:
        """Whether somebody cannot write in a topic, because it is closed."""
        return topic in self.topics and self.topics[topic].closed and not self.member(person_id).administers

    def seen_by(self, person_id: int) -> list[Message]:
        """The messages as one member sees them, in order: private ones included, some in place of what others see."""
        private = [each for (who, _), each in self.ephemeral.items() if who == person_id and not each.lost]
        covered = {each.place for each in private if each.replaces}
        shown = [each for each in self.messages.values() if each.id not in covered]
        return sorted([*shown, *private], key=lambda each: each.position)


@dataclass(slots=True)
class Query:
    """A tap that waits for answerCallbackQuery."""

    id: str
    person: Person
    chat_id: int
    message_id: int
    data: str
    tapped_at: float  # seconds passed by the clock
    ephemeral_id: int = 0  # of the ephemeral message that was tapped
    update_id: int = 0
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One thing to choose that the bot found inline: what is shown of it, and the parts of the message it becomes."""

    id: str
    title: str
    description: str
    parts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What the bot found inline. `button`: its words and the start parameter that it brings."""

    results: tuple[Result, ...]
    next_offset: str = ""
    button: tuple[str, str] | None = None


@dataclass(slots=True)
class InlineQuery:
    """Words that somebody typed behind the bot's name, and what was found, as soon as it is known."""

    id: str
    person: Person
    chat: Chat
    words: str
    offset: str
    asked_at: float  # seconds passed by the clock
    update_id: int = 0
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tap was answered with: a toast, an alert that must be closed, or a link that is opened."""

    person_id: int
    chat_id: int
    text: str = ""
    alert: bool = False
    url: str = ""
    query_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed in the world, for those who watch it; numbered from 1."""

    number: int
    # person, chat (new, or its members changed), message, edited, deleted, answer, typing, profile (commands, names)
    kind: str
    chat_id: int = 0
    message_id: int = 0
    person_id: int = 0
    answer: Answer | None = None
    text: str = ""
    ephemeral_id: int = 0  # with the person who sees that message


@dataclass(frozen=True, slots=True)
class Sight:
    """Something that came before somebody's eyes: one state of a message, or the answer to a tap."""

    event: int  # the number of the event that it came with
    chat_id: int
    to: frozenset[int]  # who was there to see it
    message: Message | None = None
    answer: Answer | None = None

    @property
    def text(self) -> str:
        """The words of it; of a link that was opened, its address."""
        if self.message is not None:
            return self.message.text
        assert self.answer is not None
        return self.answer.text or self.answer.url

    @property
    def labels(self) -> list[str]:
        """The buttons under it."""
        return [button.text for row in (self.message.rows if self.message else ()) for button in row]
