"""Each error that happens in every real bot is read as what it means."""

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.refusals import Meaning, Refusal, read
from bot.chat.request import Broken


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), Meaning.GONE),
        (Forbidden("Forbidden: user is deactivated"), Meaning.GONE),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Meaning.GONE),
        (BadRequest("Chat not found"), Meaning.GONE),
        (BadRequest("Not enough rights to send text messages to the chat"), Meaning.QUIET),
        (Forbidden("Forbidden: not enough rights to send text messages to the chat"), Meaning.QUIET),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), Meaning.QUIET),
        (BadRequest("Have no rights to send a message"), Meaning.QUIET),
        (BadRequest("CHAT_RESTRICTED"), Meaning.QUIET),
        (BadRequest("Message is not modified: specified new message content"), Meaning.UNCHANGED),
        (BadRequest("Message to edit not found"), Meaning.MISSING),
        (BadRequest("Message can't be edited"), Meaning.MISSING),
        (BadRequest("MESSAGE_ID_INVALID"), Meaning.MISSING),
        (BadRequest("There is no text in the message to edit"), Meaning.PHOTO),
        (BadRequest("Query is too old and response timeout expired or query id is invalid"), Meaning.TOO_OLD),
        (BadRequest("Can't parse entities: unsupported start tag"), Meaning.ENTITIES),
        (BadRequest("ENTITY_BOUNDS_INVALID"), Meaning.ENTITIES),
        (BadRequest("Wrong file identifier/HTTP URL specified"), Meaning.FILE),
        (BadRequest("Wrong remote file identifier specified: wrong character in the string"), Meaning.FILE),
        (BadRequest("PHOTO_INVALID_DIMENSIONS"), Meaning.PICTURE),
        (BadRequest("IMAGE_PROCESS_FAILED"), Meaning.PICTURE),
        (BadRequest("Not enough rights to send photos to the chat"), Meaning.NO_PICTURES),
        (BadRequest("CHAT_SEND_PHOTOS_FORBIDDEN"), Meaning.NO_PICTURES),
        (BadRequest("Message thread not found"), Meaning.TOPIC),
        (BadRequest("TOPIC_DELETED"), Meaning.TOPIC),
        (BadRequest("TOPIC_CLOSED"), Meaning.TOPIC_CLOSED),
        (BadRequest("BUTTON_DATA_INVALID"), Meaning.REFUSED),
        (InvalidToken("secret"), Meaning.REFUSED),
        (Conflict("x"), Meaning.REFUSED),
        (NetworkError("Bad Gateway"), Meaning.OPEN),
        (TimedOut(), Meaning.OPEN),
        (TelegramError("Invalid server response"), Meaning.OPEN),
        (EndPointNotFound("x"), Meaning.NO_METHOD),
        (BadRequest("Message text is empty"), Meaning.EMPTY),
        (BadRequest("Logged out"), Meaning.LOGGED_OUT),
    ],
)
def test_an_error_means_one_thing(error: TelegramError, meaning: Meaning) -> None:
    """The words are compared without case, as the library changes it."""
    assert read(error).meaning is meaning


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        (Broken("ClientConnectorError", sent=False), Meaning.NOT_SENT),
        (Broken("SocketTimeoutError", sent=True), Meaning.OPEN),
        (TelegramError("Invalid server response"), Meaning.OPEN),
        (TypeError("Object of type InputFile is not JSON serializable"), Meaning.REFUSED),
    ],
)
@pytest.mark.parametrize("kind", [NetworkError, TimedOut])
def test_what_lies_behind_a_network_error_decides(cause: Exception, meaning: Meaning, kind: type[NetworkError]) -> None:
    """A request that never left, one that may have arrived, and a fault of ours are told apart."""
    error = kind("x")
    error.__cause__ = cause
    assert read(error).meaning is meaning


def test_waits_and_moves_carry_their_numbers() -> None:
    """How long to wait, and where the group is now."""
    assert (read(RetryAfter(35)).meaning, read(RetryAfter(35)).seconds) == (Meaning.WAIT, 35.0)
    moved = read(ChatMigrated(-1002300000001))
    assert (moved.meaning, moved.chat_id) == (Meaning.MIGRATED, -1002300000001)


def test_an_unknown_refusal_is_logged_without_what_it_quotes() -> None:
    """What may be a piece of somebody's message is left out of the words for the log."""
    assert read(BadRequest("Inline keyboard button URL 'http://secret' is invalid")) == Refusal(
        Meaning.REFUSED, "Inline keyboard button URL "
    )
