"""Sounds and files that the bot sends and that people send: as what they arrive, and what is refused."""

from collections.abc import AsyncIterator

import pytest

from bot.playground import acts, files, sounds
from bot.playground.files import LARGEST_DOWNLOAD_BYTES
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.playground.client import Client, client
from tests.recordings import m4a, mp3, opus, wav


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Client]:
    """A client of the server; no bot runs."""
    async with client(playground) as api:
        yield api


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who has written to the bot."""
    dora = playground.person("Dora")
    dora.sends_unheard("/start")
    return dora


def test_recordings_are_known_by_their_bytes() -> None:
    """Kind and length; what is cut off or none at all harms nothing."""
    seen = [sounds.look_at(data) for data in (opus(3), mp3(4), m4a(5), wav(6), b"OggS", b"ID3", b"RIFF1234WAVE", b"")]
    assert seen == [("opus", 3), ("mp3", 4), ("m4a", 5), ("wav", 6), ("", 0), ("", 0), ("wav", 0), ("", 0)]


@pytest.mark.parametrize(
    ("method", "data", "arrives"),
    [
        ("sendVoice", opus(), "voice"),
        ("sendVoice", mp3(), "voice"),
        ("sendVoice", wav(), "document"),
        ("sendAudio", mp3(), "audio"),
        ("sendAudio", m4a(), "audio"),
        ("sendAudio", opus(), "document"),
        ("sendDocument", opus(), "document"),
    ],
    ids=["opus", "mp3", "wav", "music", "m4a", "opus as music", "opus as a file"],
)
async def test_a_sound_arrives_as_what_it_can_be(
    api: Client, dora: Somebody, method: str, data: bytes, arrives: str
) -> None:
    """It is sent again by its id as the same, points to another message, and can be fetched."""
    field = method.removeprefix("send").lower()
    first = await api.call("sendMessage", chat_id=dora.id, text="A card")
    points = {"reply_parameters": {"message_id": first["result"]["message_id"]}, "disable_notification": True}
    sent = (await api.upload(method, field, "a.bin", data, chat_id=str(dora.id), caption="Listen", **points))["result"]
    assert (sent["caption"], sent["reply_to_message"]["text"]) == ("Listen", "A card")
    assert dora.notifications == 1
    file = sent[arrives]
    assert file.get("duration", 2) == 2
    again = (await api.call(method, chat_id=dora.id, **{field: file["file_id"]}))["result"]
    assert again[arrives] == file
    got = (await api.call("getFile", file_id=file["file_id"]))["result"]
    assert got["file_size"] == len(data)
    async with api.session.get(f"{api.address.replace('/bot', '/file/bot', 1)}/{got['file_path']}") as answer:
        assert await answer.read() == data


async def test_what_is_no_sound_of_the_kind_is_refused(api: Client, playground: Playground, dora: Somebody) -> None:
    """A picture's id, an unknown id, nothing, a caption too long; in a group what members may not send."""
    picture = playground.world.store("a.png", b"x", "image/png", kind="photo", size=(4, 4)).id
    voice = playground.world.store("a.ogg", opus(), "audio/ogg", kind="voice").id
    group = playground.group("Study", [dora])
    group.forbids("can_send_voice_notes", "can_send_audios")
    for method, params, words in (
        ("sendVoice", {"voice": picture}, "can't use file of type Photo as VoiceNote"),
        ("sendPhoto", {"photo": voice}, "can't use file of type VoiceNote as Photo"),
        ("sendAudio", {"audio": "CQACnobody"}, "wrong file identifier/HTTP URL specified"),
        ("sendVoice", {}, "there is no file in the request"),
        ("sendVoice", {"voice": voice, "caption": "x" * 1025}, "message caption is too long"),
        ("sendVoice", {"voice": voice, "chat_id": group.id}, "not enough rights to send voice notes to the chat"),
        ("sendAudio", {"audio": voice, "chat_id": group.id}, "not enough rights to send voice notes to the chat"),
    ):
        answer = await api.call(method, **{"chat_id": dora.id, **params})
        assert answer["description"] == f"Bad Request: {words}", method
    empty = await api.upload("sendVoice", "voice", "a.ogg", b"", chat_id=str(dora.id))
    assert empty["description"] == "Bad Request: file must be non-empty"


async def test_people_send_what_they_like(api: Client, playground: Playground, dora: Somebody) -> None:
    """A voice message, music, a picture's file; one that is larger than 20 MB arrives and cannot be fetched."""
    await api.updates()
    world = playground.world
    for name, data, kind in (
        ("a.ogg", opus(7), "voice"),
        ("a.mp3", mp3(), "audio"),
        ("a.txt", b"x" * (LARGEST_DOWNLOAD_BYTES + 1), "document"),
    ):
        acts.show(world, dora.person, dora.chat, files.taken(world, name, data, kind), " Words ")
    voice, music, large = (update["message"] for update in (await api.updates())[1:])
    assert (voice["voice"]["duration"], voice["voice"]["mime_type"], voice["caption"]) == (7, "audio/ogg", "Words")
    assert (music["audio"]["file_name"], music["audio"]["duration"]) == ("a.mp3", 2)
    assert large["document"]["mime_type"] == "text/plain"
    refused = await api.call("getFile", file_id=large["document"]["file_id"])
    assert refused["description"] == "Bad Request: file is too big"
