"""/stats: a picture and three lines."""

import logging

import telegram

from bot.chat import buttons, charts
from bot.chat.charts import ChartFailed, DayOfReviews, Figures, Forecast
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.talk import Command, Context, TapHandler, who
from bot.tutor import figures
from bot.tutor.figures import Stats
from bot.tutor.outcomes import Outcome

log = logging.getLogger(__name__)


async def on_stats(c: Context, update: telegram.Update) -> None:
    """/stats."""
    await _send(c, update)


async def on_stats_tap(c: Context, update: telegram.Update, tap: buttons.Stats) -> None:
    await c.answer(update, Outcome())
    await _send(c, update)


async def _send(c: Context, update: telegram.Update) -> None:
    stats = await c.do(figures.stats, who(update))
    if stats is None:
        await c.tell(update, c.say.known_no_more)
        return
    words = said(c, stats)
    chat_id = who(update).chat_id
    try:
        picture = await charts.draw(drawn(stats), c.stats_folder)
    except ChartFailed:
        # The numbers are what was asked for; they come without the picture.
        log.warning("the picture of /stats could not be drawn for chat %s", chat_id, exc_info=True)
        await c.outbox.send(chat_id, Screen(c.artist.pages([Text(c.say.stats_failed), Text(words)])))
        return
    await c.outbox.photo(chat_id, picture, Text(words), ())


def drawn(stats: Stats) -> Figures:
    return Figures(
        tuple(DayOfReviews(one.day, one.reviews, one.due, one.remembered) for one in stats.done),
        tuple(Forecast(day, cards) for day, cards in stats.ahead),
    )


def said(c: Context, stats: Stats) -> str:
    return c.say.stats(
        sum(one.reviews for one in stats.done),
        sum(one.due for one in stats.done),
        sum(one.remembered for one in stats.done),
        stats.met,
        stats.resting,
        stats.unseen,
        stats.suspended,
        stats.tomorrow_due,
        stats.tomorrow_new,
        stats.streak,
        stats.since,
    )


COMMANDS = (Command("stats", "what you remember and what comes", private=True, group=False, run=on_stats),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Stats: on_stats_tap}
