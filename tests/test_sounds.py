"""Recordings beside the cards that they belong to: when they come, when they go, and never twice."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.faults import When
from bot.playground.server import Playground
from tests.decks.anki.samples import database, package_of
from tests.habits import until
from tests.notebook import notebook
from tests.people import BotHere, BotProcess, Group, Somebody
from tests.recordings import m4a, mp3, opus, wav
from tests.rounds import first_card, next_card
from tests.test_imports import done, sent

HELLO, WORDS, GONE = "Norwegian · {}\n\n[sound]\nWhat is said?", "Only words?", "Not there?"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Sound in the question and the answer, none at all, and what is not there or is none."""
    return {
        "norwegian.txt": (
            "[sound:hello.ogg]<br>What is said?;Hello[sound:hello.ogg][sound:answer.mp3]\n"
            "Only words?;Yes\n"
            "[sound:gone.ogg]<br>Not there?;No[sound:bad.mp3]\n"
        ),
        "kinds.txt": (
            "[sound:a.wav][sound:b.m4a][sound:answer.mp3][sound:c.ogg][sound:d.ogg]<br>Many?;Yes[sound:d.ogg]\n"
        ),
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck files with their recordings."""
    for name, data in {
        "hello.ogg": opus(),
        "answer.mp3": mp3(),
        "bad.mp3": b"no sound at all",
        "a.wav": wav(),
        "b.m4a": m4a(),
        "c.ogg": opus(3, b"c"),
        "d.ogg": opus(3, b"d"),
    }.items():
        (decks_dir / name).write_bytes(data)
    return decks_dir


@pytest.fixture
async def studying(anna: Somebody) -> Somebody:
    """Anna, who has the first card before her."""
    await anna.starts()
    await anna.taps("Norwegian ·")
    return anna


def heard(somebody: Somebody | Group) -> list[tuple[str, str]]:
    """The recordings that are there, each with what it answers to."""
    return [
        (each.kind, somebody.chat.messages[each.reply_to].text.splitlines()[-1])
        for each in somebody.messages()
        if each.kind in ("voice", "audio", "document")
    ]


def calls(playground: Playground, *methods: str) -> list[str]:
    """Which of these were called, in order."""
    return [call.method for call in playground.calls if call.method in methods]


SENDS = ("sendVoice", "sendAudio", "sendDocument")


async def test_sound_comes_with_its_side_and_goes_with_the_turn(studying: Somebody, playground: Playground) -> None:
    """Silently, after the card, pointing to it; what was heard with the question is not heard again with the answer."""
    anna = studying
    card = anna.sees_all()[0]
    assert card.text.endswith("[sound]\nWhat is said?")
    assert heard(anna) == [("voice", "What is said?")]
    assert anna.messages()[-1].silent
    await anna.taps("Show answer")
    [_, said] = heard(anna)
    assert said[0] == "audio"
    music = anna.messages()[-1].file
    assert music is not None
    assert (music.title, music.performer, music.name) == ("Recording", "Deckhand", "recording1.mp3")
    await anna.taps("Good")
    assert heard(anna) == []
    assert len(anna.messages()) == 1  # the next question stands in the message of the card
    # Taken back, the card stands there with its answer, and both are heard; graded again they go, by one call.
    await anna.sends("/undo")
    assert [kind for kind, _ in heard(anna)] == ["voice", "audio"]
    playground.counts.clear()
    await anna.taps("Again")
    assert heard(anna) == []
    assert playground.counts["deleteMessages"] == 1


async def test_no_recording_is_sent_twice(studying: Somebody, bot: BotHere, playground: Playground) -> None:
    """Tapped twice at once, the same update again, after a start, by the card drawn anew; nor after an open answer."""
    anna = studying
    await anna.tap_twice("Show answer")
    tapped = playground.world.queries[anna.answers[-1].query_id].update_id
    await bot.restart()
    playground.redeliver(tapped)
    await anna.sends("What?")
    assert anna.sees_all()[-1].text.startswith("I listen to taps and commands")
    assert calls(playground, *SENDS) == ["sendVoice", "sendAudio"]
    # After the start it is known what is to go.
    await anna.taps("Good")
    assert heard(anna) == []
    playground.faults.add("sendVoice", "after", "reset")
    await anna.sends("/undo")
    await anna.sends("What?")
    assert [kind for kind, _ in heard(anna)] == ["voice", "audio"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_bot_that_dies_while_it_sends_sends_it_no_more(
    anna: Somebody, bot_process: BotProcess, playground: Playground, when: When
) -> None:
    """Whether it arrived is not known; what follows is heard."""
    await bot_process.start()
    await anna.starts()
    await anna.taps("Norwegian ·")
    bot_process.dies_at("sendAudio", when)
    anna.taps_unheard("Show answer")
    assert await bot_process.dead() == -9
    playground.faults.clear()
    await bot_process.start()
    await anna.sends("What?")
    assert calls(playground, *SENDS) == ["sendVoice", "sendAudio"]
    assert [kind for kind, _ in heard(anna)].count("audio") == (when == "after")
    await anna.taps("Good")
    assert [kind for kind, _ in heard(anna)].count("voice") == 0
    await anna.sends("/undo")
    assert calls(playground, *SENDS) == ["sendVoice", "sendAudio"] * 2


async def test_a_recording_is_uploaded_once(studying: Somebody, playground: Playground) -> None:
    """By its id from then on; one that no longer works is uploaded anew."""
    anna, world = studying, playground.world
    await anna.taps("Show answer", "Good")
    assert len(world.files) == 2
    await anna.sends("/undo")
    assert len(world.files) == 2
    await anna.taps("Good")
    playground.faults.add("sendVoice", status=400, description="Bad Request: wrong file identifier/HTTP URL specified")
    await anna.sends("/undo")
    assert (len(world.files), len(heard(anna))) == (3, 2)
    # What may not be sent as a voice message arrives as a file.
    await anna.taps("Good")
    playground.faults.add("sendVoice", status=400, description="Bad Request: VOICE_MESSAGES_FORBIDDEN", times=1)
    await anna.sends("/undo")
    assert len(heard(anna)) == 2
    assert calls(playground, *SENDS)[-3:] == ["sendVoice", "sendDocument", "sendAudio"]


async def test_what_is_no_recording_is_told(studying: Somebody, playground: Playground) -> None:
    """The card is asked all the same; before the answer its name is not told."""
    anna = studying
    await anna.taps("Show answer", "Easy", "Not now", "Show answer", "Easy")
    assert anna.sees().text.endswith("[sound missing]\n\nNot there?")
    shown = await anna.taps("Show answer")
    assert "[sound missing: gone.\u2060ogg]\n\nNot there?" in shown.text
    assert shown.text.endswith("No\n\n[sound missing: bad.\u2060mp3]")
    assert heard(anna) == []


async def test_every_kind_is_sent_as_what_telegram_takes(anna: Somebody, playground: Playground) -> None:
    """Four of a side at most; a file that is neither voice nor music is a document."""
    await anna.starts()
    await anna.taps("Kinds ·")
    assert [kind for kind, _ in heard(anna)] == ["document", "audio", "audio", "voice"]
    await anna.taps("Show answer")
    assert calls(playground, *SENDS) == ["sendDocument", "sendAudio", "sendAudio", "sendVoice"]


async def test_a_push_is_heard_too(studying: Somebody, clock: WorldClock) -> None:
    """What it ends is taken away, and what belongs to it points to it."""
    anna = studying
    await anna.taps("Show answer", "Again", "20:00", "10:00", "Berlin")
    await anna.sends("/undo")
    assert len(heard(anna)) == 2
    await until(clock, "03-02", "20:00")
    push, sound = anna.messages()[-2:]
    assert push.text.endswith("What is said?")
    assert (sound.kind, sound.reply_to, len(heard(anna))) == ("voice", push.id, 1)


async def test_what_is_older_than_two_days_stays(studying: Somebody, clock: WorldClock, playground: Playground) -> None:
    """Telegram lets nobody delete it; it is asked for once."""
    anna = studying
    await clock.advance(days=3)
    await anna.taps("Show answer", "Good")
    assert [kind for kind, _ in heard(anna)] == ["voice"]
    await anna.taps("Not now", "Show answer", "Good")
    assert playground.counts["deleteMessages"] == 1


async def test_forgotten_people_leave_no_recording(studying: Somebody) -> None:
    """Nothing is left in the chat."""
    await studying.sends("/forget")
    await studying.taps("Erase")
    assert heard(studying) == []


async def test_a_group_hears_the_answer_when_it_stands_there(
    playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """The question's sound comes with the card; the answer's when the card closes; both go with the next card."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    await anna.taps("Norwegian ·", chat=group)
    assert [kind for kind, _ in heard(group)] == ["voice"]
    await ben.taps("Show answer", chat=group)
    [flipped] = [screen.text for screen in ben.sees_all(group) if "Hello" in screen.text]
    assert flipped.endswith("What is to be heard follows for all when the card closes.")
    assert [kind for kind, _ in heard(group)] == ["voice"]
    await clock.advance(hours=1)
    assert [kind for kind, _ in heard(group)] == ["voice", "audio"]
    assert group.messages()[-1].silent
    await anna.taps("Next card", chat=group)
    assert heard(group) == []


@pytest.mark.parametrize("refusal", [{"status": 429, "retry_after": 5}, {"status": 400, "description": "Logged out"}])
async def test_what_a_group_surely_did_not_hear_comes_later(
    playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock, refusal: dict[str, Any]
) -> None:
    """Telegram wanted the group to wait, or the bot had moved to another server: the recording is sent when the card is
    drawn anew, and not taken for sent.
    """
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    playground.faults.add("sendVoice", **refusal)
    await anna.taps("Norwegian ·", chat=group)
    assert heard(group) == []
    await clock.advance(seconds=6)
    await ben.taps("Show answer", chat=group)
    await clock.advance(seconds=4)
    assert [kind for kind, _ in heard(group)] == ["voice"]
    assert calls(playground, *SENDS) == ["sendVoice"] * 2


async def test_a_group_that_moved_leaves_its_recordings_behind(
    playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """Their ids may be those of other messages where the group is now: nothing is deleted there for them."""
    group = playground.group("Study group", [anna], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    await anna.taps("Norwegian ·", chat=group)
    await group.migrates()
    await clock.advance(hours=1)
    [sound] = [each for each in group.messages() if each.kind == "audio"]
    await anna.sends("/quiz", group)
    assert "Only words?" in group.sees().text
    [deleted] = [call for call in playground.calls if call.method == "deleteMessages"]
    assert deleted.params["message_ids"] == [sound.id]


async def test_what_is_heard_while_a_group_moves_goes_with_its_card_too(
    playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """The group becomes a supergroup as the answer's recording is sent: it goes with the next card."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    await anna.taps("Norwegian ·", chat=group)

    async def moves(_params: Mapping[str, Any]) -> None:
        group.chat, _ = acts.migrate(playground.world, group.chat)

    playground.faults.add("sendAudio", "before", "call", hook=moves)
    await clock.advance(hours=1)
    assert "audio" in [each.kind for each in group.messages()]
    await anna.sends("/quiz", group)
    assert "audio" not in [each.kind for each in group.messages()]
    with notebook(bot) as db:
        assert db.execute("select count(*) from recordings").fetchone()[0] == 0


async def test_a_recording_goes_where_its_card_went(playground: Playground, anna: Somebody) -> None:
    """Where a topic takes no message any more the card stands in the general one: what is heard asks for none."""
    group = playground.group("Study group", [anna], supergroup=True, with_bot=False)
    await group.adds_bot(anna)
    verbs = await group.opens_topic("Verbs", anna)
    await anna.sends("/quiz", verbs)
    playground.faults.add("sendVoice", status=400, description="Bad Request: TOPIC_CLOSED")
    await anna.taps("Norwegian ·", chat=verbs)
    asked = [call.params.get("message_thread_id") for call in playground.calls if call.method == "sendVoice"]
    assert (asked, len(heard(group))) == ([verbs.topic, None], 1)


async def test_a_round_is_heard_as_it_goes(playground: Playground, anna: Somebody, clock: WorldClock) -> None:
    """Each card's sound comes with it and its answer's with the answer; the next card, or the end, takes them away."""
    group = playground.group("Study group", [anna], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Norwegian ·", chat=group)
    await first_card(anna, group, clock)
    while not any("What is said?" in each.text for each in group.messages()):
        await next_card(clock)
    assert [kind for kind, _ in heard(group)] == ["voice"]
    await clock.advance(seconds=18)
    assert [kind for kind, _ in heard(group)] == ["voice", "audio"]
    await clock.advance(seconds=3)
    assert heard(group) == []


async def test_a_busy_group_hears_nothing(playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """Where the pace has no room left for the card's end and the next card, a recording waits for the next tally."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    for _ in range(13):
        await anna.sends("/help@deckhand_bot", group)
    await anna.sends("/quiz", group)
    await anna.taps("Norwegian ·", chat=group)
    assert heard(group) == []
    playground.clock.advance(minutes=1)
    await ben.taps("Show answer", chat=group)
    await playground.moved_and_settled()
    assert [kind for kind, _ in heard(group)] == ["voice"]


async def test_a_package_of_ankis_is_heard(anna: Somebody, tmp_path: Path) -> None:
    """What is heard lies beside the database, called by what it holds; where it is told it has no name."""
    media = (b'{"0": "hello.ogg"}', ("0", opus(5)))
    notes = [("[sound:hello.ogg]Said?", "Hello")]
    await anna.starts()
    await sent(anna, package_of(database(tmp_path / "made.db", notes), *media), "heard.apkg")
    await done(anna, "Import")
    await anna.taps("Study")
    assert [screen.text for screen in anna.sees_all()][-2].endswith("[sound]\nSaid?")
    [sound] = [each for each in anna.messages() if each.kind == "voice"]
    assert sound.file is not None
    assert sound.file.data == opus(5)
    await anna.taps("Show answer")
    assert "hello" not in anna.messages()[-2].text
