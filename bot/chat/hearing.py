"""Recordings that are heard beside a page which shows a card: by its button, once, gone with the page."""

from collections.abc import Callable, Iterable
from typing import Concatenate, ParamSpec, TypeVar

from bot.chat.playing import Player
from bot.chat.refusals import NOT_DONE_YET
from bot.chat.timekeeper import Clock
from bot.storage.played import Page
from bot.tutor import Desk, Tutor, hearing
from bot.tutor.hearing import Asked
from bot.tutor.outcomes import Outcome

T = TypeVar("T")
P = ParamSpec("P")


class Hearing:
    """Keeps what is heard beside pages in step with them."""

    def __init__(self, player: Player, tutor: Tutor, clock: Clock) -> None:
        self._player = player
        self._tutor = tutor
        self._clock = clock
        # By chat: the pages that have recordings there, so that whoever hears none costs nothing.
        self._pages: dict[int, frozenset[Page]] = {}

    async def begin(self) -> None:
        """Learn what an earlier life of the bot left in the chats."""
        for page in await self._do(hearing.pages):
            self._stands(page)

    async def play(self, asked: Asked) -> None:
        """Send what was asked for and was not sent before, below the page."""
        page = asked.page
        # What could not be taken away when another card stood there.
        await self._take_away(
            [each for each in self._of(page.chat_id) if each.page_id == page.page_id and each != page]
        )
        self._stands(page)
        for place, name in enumerate(asked.names):
            file = await self._player.file(asked.deck_file, name)
            if page not in self._of(page.chat_id):
                return  # it went to another card meanwhile, or a card was put
            if file is None or not await self._do(hearing.claim, page, place):
                continue
            meaning, message_id = await self._player.play(page.chat_id, file, page.page_id)
            if meaning in NOT_DONE_YET:
                await self._do(hearing.give_back, page, place)
            elif message_id is not None and not await self._do(hearing.stands_in, page, place, message_id):
                # That happened while it was on its way.
                await self._player.take_away(page.chat_id, [message_id])

    async def follow(self, chat_id: int, outcome: Outcome) -> None:
        """Take away what belongs to a page that shows another card by now, or has lost its buttons."""
        pages = self._of(chat_id)
        if not pages:
            return
        bare = {message.message_id for message in outcome.bare}
        drawn = None if outcome.view is None or outcome.where is None else outcome.where.message_id
        shown = hearing.shown_in(outcome.view)
        over = [page for page in pages if page.page_id in bare or (page.page_id == drawn and page.card_id != shown)]
        await self._take_away(over)

    def has_some(self, chat_id: int) -> bool:
        """Whether there are any in a chat."""
        return chat_id in self._pages

    async def end(self, chat_id: int) -> None:
        """Take away all there is in a chat."""
        await self._take_away(self._of(chat_id))

    def _of(self, chat_id: int) -> frozenset[Page]:
        return self._pages.get(chat_id, frozenset())

    def _stands(self, page: Page) -> None:
        self._pages[page.chat_id] = self._of(page.chat_id) | {page}

    def _is_over(self, page: Page) -> None:
        left = self._of(page.chat_id) - {page}
        if left:
            self._pages[page.chat_id] = left
        else:
            self._pages.pop(page.chat_id, None)

    async def _take_away(self, pages: Iterable[Page]) -> None:
        for page in pages:
            # First, so that no more of it is sent; one that is on its way comes to stand there all the same.
            self._is_over(page)
            over = False
            while not over:
                messages = await self._do(hearing.beside, page)
                if messages and not await self._player.take_away(page.chat_id, messages):
                    self._stands(page)
                    break
                over = await self._do(hearing.taken_away, page, messages)

    async def _do(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._tutor.do(work, self._clock.now(), *args, **kwargs)
