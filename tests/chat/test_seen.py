"""What of an update is made into objects."""

import asyncio

from telegram import Bot, Update

from bot.chat.dispatch import seen
from bot.chat.inbox import Inbox
from bot.chat.outbox import Outbox
from bot.chat.plain import Entity
from bot.chat.updates import Updates
from bot.clock import FollowedClock
from bot.playground.people import Somebody, heard
from tests.chat.posting import ROWS, shows


async def test_of_a_tap_the_other_buttons_are_not_read(
    library: Bot, outbox: Outbox, followed: FollowedClock, inbox: Inbox, ella: Somebody
) -> None:
    """All else of the message under which it happened is, as the library reads it."""
    came: list[dict[str, object]] = []
    await outbox.send(ella.id, shows("front", *ROWS, looks=(Entity("bold", 0, 5),)))

    async def note(update: Update) -> None:
        if update.callback_query is not None and update.callback_query.message is not None:
            came.append(update.callback_query.message.to_dict())

    for as_seen in (seen, lambda raw: raw):
        updates = Updates(library, note, followed, ["callback_query"], inbox, seen=as_seen)
        running = asyncio.create_task(updates.run())
        await heard(ella.playground, ella.taps_unheard(ROWS[0][0].text))
        await updates.stop()
        await running
    ours, whole = came
    assert whole.pop("reply_markup")
    assert ours == whole
    assert ours["entities"]
