"""A file leaves by the same rules as everything else."""

from bot.chat.outbox import Document, Failed, Gone, Outbox, Sent, Unsure
from bot.chat.plain import Entity, Text
from bot.clock import FollowedClock
from bot.playground import acts
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.chat.posting import Heard
from tests.chat.test_outbox_refusals import all_wait, begun

NOTES = Document("notes.txt", "Grüße".encode())
CAPTION = Text("Your notes", (Entity("bold", 5, 5),))


async def test_a_file_arrives_with_its_name_and_words(outbox: Outbox, ella: Somebody) -> None:
    """Byte for byte, and the words look as they shall."""
    sent = await outbox.document(ella.id, NOTES, CAPTION)
    message = ella.message()
    assert sent == Sent(message.id, "document")
    assert message.file is not None
    assert (message.file.name, message.file.data) == (NOTES.name, NOTES.data)
    assert (message.text, [one.type for one in message.entities]) == ("Your notes", ["bold"])


async def test_a_file_waits_when_told_to(
    outbox: Outbox, playground: Playground, followed: FollowedClock, ella: Somebody
) -> None:
    """Told to slow down, it comes after that, once."""
    playground.faults.add("sendDocument", "before", status=429, retry_after=3)
    sending = begun(followed, outbox.document(ella.id, NOTES, CAPTION))
    await all_wait(playground)
    assert ella.sees_all() == []
    await playground.clock.advance(seconds=3)
    assert isinstance(await sending, Sent)
    assert len(ella.sees_all()) == 1


async def test_a_file_whose_arrival_is_open_is_not_sent_again(
    outbox: Outbox, playground: Playground, ella: Somebody
) -> None:
    """It may stand there already."""
    playground.faults.add("sendDocument", "after", "reset")
    assert await outbox.document(ella.id, NOTES, CAPTION) == Unsure()
    assert len(ella.sees_all()) == 1


async def test_a_file_for_somebody_who_blocked_the_bot(
    outbox: Outbox, playground: Playground, heard: Heard, ella: Somebody
) -> None:
    """They are told of, and nothing is tried again."""
    acts.block(playground.world, ella.person)
    assert await outbox.document(ella.id, NOTES, CAPTION) == Gone()
    assert heard.gone == [ella.id]


async def test_a_file_that_telegram_refuses(outbox: Outbox, ella: Somebody) -> None:
    """An empty one; the same again would be refused again."""
    assert await outbox.document(ella.id, Document("empty.txt", b""), CAPTION) == Failed(refused=True)
