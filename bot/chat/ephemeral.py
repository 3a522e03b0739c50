"""What a member alone may see in a group: the one module that sends it there, changes it and takes it away.

A server that does not know the parameter leaves it out, and what was meant for one is seen by all. So the first message
to a server, after each start, holds no answer; only a reply with an `ephemeral_message_id` opens the way, and every
later reply is looked at as well. A message without that id is deleted at once, and the way is closed. A server that was
out of reach may be another one when it is back, so it is asked anew, whichever way it was before.
"""

import logging
from asyncio import Lock
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from telegram import Bot, InputFile, Message
from telegram.error import BadRequest

from bot.chat.calls import Manner, Refused
from bot.chat.outbox import Outbox
from bot.chat.pace import NOBODY, Permit, Urgency
from bot.chat.parcels import Parcel, Rows
from bot.chat.places import without_place
from bot.chat.plain import Text
from bot.chat.refusals import Meaning, Refusal, read
from bot.chat.screens import Screen
from bot.chat.tallies import Drawn
from bot.chat.timekeeper import Clock

log = logging.getLogger(__name__)

# Of what Telegram takes in a group within a minute, so many are left for its cards, their ends and their tallies.
SPARE = 5
# Nobody knows whether it was done, or it was not done and may be later.
_UNANSWERED = frozenset({Meaning.OPEN, Meaning.NOT_SENT, Meaning.LOGGED_OUT})


class Whom(Struct, frozen=True):
    """The member who alone is to see a message, and what allows it: a tap, or a command that the bot alone saw.

    In place of the message that was tapped it is seen until it is deleted. `thread_id`: the topic. `again`: the buttons
    by which who was shown nothing but a moment's patience, as the bot died or heard no answer just then, asks anew.
    """

    chat_id: int
    person_id: int
    query_id: str = ""
    command_id: int = 0
    thread_id: int | None = None
    again: Rows = ()

    @property
    def parameters(self) -> dict[str, object]:
        """As Telegram takes them."""
        whom: dict[str, object] = {"receiver_user_id": self.person_id}
        if self.query_id:
            whom |= {"callback_query_id": self.query_id, "replace_callback_query_message": True}
        return whom

    @property
    def pointing(self) -> dict[str, object] | None:
        """The command that it answers, as Telegram takes it."""
        return {"ephemeral_message_id": self.command_id} if self.command_id else None


class Alone(Struct, frozen=True):
    """A message in a group that this person alone sees. Its id counts for this person and no other."""

    chat_id: int
    person_id: int
    ephemeral_id: int


class Ephemerals:
    """Shows one member what nobody else may see, where the server can do that.

    Not to be shown means: it goes the other way, and nothing of it stands in the group.
    """

    def __init__(self, bot: Bot, outbox: Outbox, clock: Clock, moment: str, losses: Callable[[], int]) -> None:
        """`moment`: what stands there until it is known whether the server can. `losses`: how often it was lost."""
        self._bot = bot
        self._outbox = outbox
        self._clock = clock
        self._moment = moment
        self._losses = losses
        self._can: bool | None = None  # None: to be asked
        self._asked_after = 0  # so many losses
        self._asking = Lock()
        self._seen_by_all: set[tuple[int, int]] = set()  # messages that could not be deleted yet, by chat and id
        self._moments: set[Alone] = set()  # the same of a moment's patience that nothing will follow

    def leave(self, chat_id: int) -> Permit | None:
        """Leave to show something to a member of this group now; None: it goes the other way, and nobody waits."""
        if self._known() is False:
            return None
        return self._outbox.permit_now(chat_id, Urgency.ANSWER, new=True, spare=SPARE)

    async def leave_within(self, chat_id: int, seconds: float) -> Permit | None:
        """The same for who can be answered so long. It leaves others no room, which an answer to all took, too."""
        if self._known() is False:
            return None
        return await self._outbox.permit_within(chat_id, seconds)

    async def show(self, whom: Whom, screen: Screen, permit: Permit) -> int | None:
        """Put the screen's first page there for that member alone; its ephemeral id, None if it was not shown."""
        if self._known() is None:
            if not self._asking.locked():
                return await self._ask(whom, screen, permit)
            with without_place(self._clock):
                async with self._asking:
                    pass
        if not self._can:
            self._outbox.give_back(permit)
            return None
        return await self._send(whom, Parcel.of(screen, 0, whom.thread_id), permit)

    def _known(self) -> bool | None:
        """Whether the server can; None: it is to be asked, as it was not yet or may be another one since."""
        if self._losses() != self._asked_after:
            self._can = None
        return self._can

    async def _ask(self, whom: Whom, screen: Screen, permit: Permit) -> int | None:
        filling = self._outbox.permit_now(whom.chat_id, Urgency.ANSWER)
        if filling is None:
            self._outbox.give_back(permit)
            return None
        async with self._asking:
            self._asked_after = self._losses()
            asking = Parcel(Text(self._moment), whom.again, thread_id=whom.thread_id)
            number = await self._send(whom, asking, permit, asks=True)
        if number is None:
            return None
        alone = Alone(whom.chat_id, whom.person_id, number)
        if await self.change(alone, screen, 0, filling) is Drawn.YES:
            return number
        if not await self.delete(alone, filling):
            self._moments.add(alone)
        return None

    async def change(self, alone: Alone, screen: Screen, page: int, permit: Permit) -> Drawn:
        """Make the message show a page of the screen. A picture stays where the page has none."""
        # Whoever asked anew under a moment's patience has there from now on what they asked for.
        self._moments.discard(alone)

        async def edit(chat_id: int, parcel: Parcel) -> object:
            return await self._edit_once(chat_id, alone, parcel)

        manner = Manner(repeat=False, permit=permit, alone=alone.person_id)
        parcel = Parcel.of(screen, page, None)
        _, done = await self._outbox.deliver(alone.chat_id, parcel, "edit for one alone", edit, manner)
        if not isinstance(done, Refusal) or done.meaning is Meaning.UNCHANGED:
            return Drawn.YES
        return Drawn.LATER if done.meaning in (*_UNANSWERED, Meaning.WAIT) else Drawn.NEVER

    async def delete(self, alone: Alone, permit: Permit) -> bool:
        """Take the message away, so that its place shows what the others see; whether nothing more is to be done."""

        async def take(chat_id: int) -> object:
            return await self._bot.do_api_request("deleteEphemeralMessage", api_kwargs=_where(chat_id, alone))

        manner = Manner(repeat=False, permit=permit, alone=alone.person_id)
        try:
            await self._outbox.calls.make(alone.chat_id, "delete for one alone", take, manner)
        except Refused as refused:
            return refused.refusal.meaning not in (*_UNANSWERED, Meaning.WAIT)
        return True

    async def delete_again(self) -> None:
        """Take out of the groups what all see and none should, or nobody should any more, where that was not to be
        done at once.
        """
        for chat_id, message_id in tuple(self._seen_by_all):
            await self._take_out(chat_id, message_id)
        for alone in tuple(self._moments):
            permit = self._outbox.permit_now(alone.chat_id, Urgency.TALLY, spare=SPARE)
            if permit is not None and await self.delete(alone, permit):
                self._moments.discard(alone)

    # How one message is brought through

    async def _send(self, whom: Whom, parcel: Parcel, permit: Permit, *, asks: bool = False) -> int | None:
        def check() -> None:
            # What never left is made again, and may wait before: by then this may be another server.
            if not asks and not (self._can and self._losses() == self._asked_after):
                raise Refused(Refusal(Meaning.NOT_SENT, Meaning.NOT_SENT.value))

        async def send(chat_id: int, parcel: Parcel) -> int | None:
            check()
            if parcel.media == "text":
                return await self._send_text(chat_id, whom, parcel)

            async def photo(photo: InputFile | str) -> Message:
                check()
                return await self._send_photo(chat_id, whom, parcel, photo)

            sent = await self._outbox.pictures.put(parcel, photo, attach=False)
            return _id_of(sent.api_kwargs)

        manner = Manner(repeat=False, new=True, permit=permit, alone=whom.person_id)
        _, done = await self._outbox.deliver(whom.chat_id, parcel, "send to one alone", send, manner)
        return None if isinstance(done, Refusal) else done

    async def _look_at(self, chat_id: int, message_id: int, ephemeral_id: int | None) -> None:
        """Hold what the server said of a message against what was wanted of it, before anything else is done."""
        if ephemeral_id is not None:
            self._can = True if self._can is None else self._can
            return
        if self._can:
            log.error("chat %d: the server showed to all what is for one; that is deleted, no more is sent", chat_id)
        else:
            log.warning("chat %d: the server has no messages for one alone; answers go the other way", chat_id)
        self._can = False
        await self._take_out(chat_id, message_id)

    async def _take_out(self, chat_id: int, message_id: int) -> None:
        async def take(_: int) -> object:
            return await self._bot.delete_message(chat_id, message_id)

        self._seen_by_all.add((chat_id, message_id))
        try:
            # It waits for no pace.
            await self._outbox.calls.make(NOBODY, "delete what all see", take, Manner(repeat=True))
        except Refused as refused:
            if refused.refusal.meaning in _UNANSWERED:
                return
        self._seen_by_all.discard((chat_id, message_id))

    async def _send_text(self, chat_id: int, whom: Whom, parcel: Parcel) -> int | None:
        told = {
            "chat_id": chat_id,
            **parcel.fields,
            "disable_notification": True,
            "message_thread_id": parcel.thread_id,
            "reply_parameters": whom.pointing,
            "ephemeral_message_parameters": whom.parameters,
        }
        # Written small for the reason that outbox.py gives.
        sent: dict[str, Any] = await self._bot.do_api_request("sendmessage", api_kwargs=told)
        await self._look_at(chat_id, sent["message_id"], _id_of(sent))
        return _id_of(sent)

    async def _send_photo(self, chat_id: int, whom: Whom, parcel: Parcel, photo: InputFile | str) -> Message:
        pointing = {} if whom.pointing is None else {"reply_parameters": whom.pointing}
        sent = await self._bot.send_photo(
            chat_id,
            photo,
            caption=parcel.text.text or None,
            caption_entities=parcel.entities,
            reply_markup=parcel.keyboard,
            disable_notification=True,
            message_thread_id=parcel.thread_id,
            api_kwargs={"ephemeral_message_parameters": whom.parameters, **pointing},
        )
        await self._look_at(chat_id, sent.message_id, _id_of(sent.api_kwargs))
        return sent

    async def _edit_once(self, chat_id: int, alone: Alone, parcel: Parcel) -> object:
        where, fields = _where(chat_id, alone), parcel.fields
        rows = {"reply_markup": fields["reply_markup"]}
        looks = {"caption_entities": fields["entities"]} if fields["entities"] else {}
        caption = {"caption": fields["text"], **looks}
        if parcel.media == "photo":

            async def change(photo: InputFile | str) -> object:
                named, beside = (photo, {}) if isinstance(photo, str) else ("attach://picture", {"picture": photo})
                told = {**where, **rows, "media": {"type": "photo", "media": named, **caption}, **beside}
                return await self._bot.do_api_request("editEphemeralMessageMedia", api_kwargs=told)

            return await self._outbox.pictures.put(parcel, change, attach=False)
        try:
            return await self._bot.do_api_request("editEphemeralMessageText", api_kwargs={**where, **fields})
        except BadRequest as error:
            if read(error).meaning is not Meaning.PHOTO:
                raise
        told = {**where, **rows, **caption}
        return await self._bot.do_api_request("editEphemeralMessageCaption", api_kwargs=told)


def _id_of(sent: Mapping[str, Any]) -> int | None:
    """The id that a message has if one member alone sees it; None: everybody does."""
    return sent.get("ephemeral_message_id") or None


def _where(chat_id: int, alone: Alone) -> dict[str, object]:
    return {"chat_id": chat_id, "receiver_user_id": alone.person_id, "ephemeral_message_id": alone.ephemeral_id}
