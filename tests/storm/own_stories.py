"""Scenes of cards and decks that people have, write, send, mend, share and take along."""

from collections import Counter
from collections.abc import Sequence

from bot.playground.editing import start_link
from tests.decks.anki.samples import PICTURE
from tests.storm.promises import Kept, plain
from tests.storm.stage import Stage
from tests.storm.steps import Scene, Step, begins, is_promised, passes, says, sends, studies, taps, taps_twice
from tests.test_import_progress import package

FORMS = ("Anki package", "Anki package with my progress", "Text", "Markdown", "JSON Lines", "Everything of mine")
MANY = 700
# A file as it is sent first, and as it is sent again: one answer is another, one card is gone, one is new.
FIRST = tuple((f"Where does river {{n}}-{place} end?", f"In sea {place}") for place in range(3))
AGAIN = (FIRST[0], (FIRST[1][0], "In an ocean"), ("Where does river {n}-9 end?", "In a lake"))
# Cards of somebody's that are said to be wrong; cards that somebody said are wrong, and that were mended.
WRONG = "select 1 from complaints join cards using (card_id) join decks using (deck_id) where owner_id = ?"
MENDED = "select 1 from complaints where learner_id = ? and settled_at is not null"
TAKE_BACK = "ab:"
WORD = "Which word has number {n}?"


# What is so in the end


def has(front: str, times: int) -> Kept:
    """So many cards of a deck say that, and are in it, but for those that were taken back. Whoever takes along what is
    theirs, and sends it again, has a deck of their own with the same.
    """

    def kept(stage: Stage, number: int) -> bool:
        query = "select deck_id, card_id, archived_at from cards where instr(fields, ?)"
        taken_back = {data for _, _, data in stage.tapped if data.startswith(TAKE_BACK)}
        there: Counter[int] = Counter()
        for deck_id, card_id, archived_at in stage.rows(query, front.format(n=number)):
            is_taken_back = times > 0 and f"{TAKE_BACK}{card_id}" in taken_back
            there[deck_id] += archived_at is None or is_taken_back
        return times in there.values() if times else not any(there.values())

    return kept


def came(*versions: Sequence[tuple[str, str]]) -> Kept:
    """A file's cards are there as one of these versions has them, whatever was changed in the chat."""

    def kept(stage: Stage, number: int) -> bool:
        return stage.cards_of_file(number) in [stage.of_file(number, version) for version in versions]

    return kept


def is_told(name: str, words: str, of: str) -> Kept:
    """Somebody read that of each card that they have to hear of, by their id; refused for good, they are told nothing.

    `of`: which cards, a query.
    """

    def kept(stage: Stage, number: int) -> bool:
        reader = stage.somebody(name)
        told = any(words in sight.text for sight in reader.was_shown)
        return told or stage.refused or not stage.rows(of, reader.id)

    return kept


def goes_on(stage: Stage, number: int) -> bool:
    """Somebody's progress elsewhere came along: of one card the log, of two more where they stand."""
    return bool(stage.rows("select 1 from reviews where elsewhere is not null"))


# Steps


def _file(cards: Sequence[tuple[str, str]], stage: Stage) -> bytes:
    """A file's bytes, which the stage remembers as one that may have come."""
    stage.files.setdefault(stage.serial, []).append(cards)
    return "".join(f"{front.format(n=stage.serial)};{back}\n" for front, back in cards).encode()


def sends_cards(name: str, cards: Sequence[tuple[str, str]]) -> Step:
    return sends(name, "rivers{n}.txt", lambda stage: _file(cards, stage))


def follows(name: str, owner: str) -> Step:
    """Somebody follows the link that another reads."""

    async def do(stage: Stage) -> None:
        texts = [plain(message.text) for message in stage.somebody(owner).messages()]
        urls = [word for text in reversed(texts) for word in text.split() if "?start=" in word]
        payload = start_link(stage.playground.world, urls[0]) if urls else None
        if payload is None:
            stage.note(f"{owner} has no link")
        else:
            await stage.says(name, f"/start {payload}")

    return Step(f"{name} follows {owner}'s link", do)


# Scenes


def add(name: str) -> Scene:
    """A card with a picture, saved by two taps at once; another one both ways round, saved and taken back."""
    return Scene(
        "add",
        (
            begins(name, "/add"),
            says(name, WORD),
            sends(name, "map.png", lambda stage: PICTURE, "That of {n}", "photo"),
            is_promised(name, r"(?s)Saved in .*number {n}\?", has(WORD, 1)),
            taps_twice(name, "Save"),
            taps(name, "Add another"),
            begins(name, WORD),
            says(name, "That of {n}"),
            taps(name, "Also reversed"),
            is_promised(name, r"(?s)Taken back.*number {n}\?", has(WORD, 0)),
            taps(name, "Save"),
            taps_twice(name, "Undo"),
            begins(name, f"/add {WORD}\nThat of {{n}}"),
            is_promised(name, r"(?s)Saved in .*number {n}\?", has(WORD, 1)),
            taps(name, "Save"),
            studies(name, "Good"),
        ),
    )


def menu(name: str) -> Scene:
    """Under turns: one card is suspended, one rests, one is said to be wrong, one leaves."""
    return Scene(
        "menu",
        (
            says(name, "/quiz"),
            taps(name, "⋯"),
            taps(name, "History"),
            taps_twice(name, "Suspend"),
            studies(name, "Good"),
            taps(name, "⋯"),
            taps(name, "Bury today"),
            taps(name, "⋯"),
            taps(name, "Mark as wrong"),
            studies(name, "Good"),
            studies(name, "Good"),
            taps(name, "⋯"),
            taps(name, "Suspend"),
            taps(name, "Undo"),
            studies(name, "Good"),
        ),
    )


def find(name: str) -> Scene:
    """Cards are looked for, leafed through, opened and put aside."""
    card = ("What is the capital of country 17?", "What is the capital of the country 17?")
    return Scene(
        "find",
        (
            says(name, "/find capital"),
            taps(name, "›"),
            taps(name, "›"),
            taps(name, *card),
            taps(name, "Suspend"),
            taps(name, "Take up again"),
            says(name, "/find"),
            says(name, "country 0"),
            taps(name, "What is the capital of country 0?"),
            taps(name, "History"),
            taps(name, "Back"),
            taps(name, "Bury today"),
            taps(name, "Forget progress"),
            taps(name, "Forget it"),
            studies(name, "Good"),
        ),
    )


def bring(name: str) -> Scene:
    """A file becomes a deck; it is sent again with changes."""
    return Scene(
        "bring",
        (
            begins(name),
            sends_cards(name, FIRST),
            passes(seconds=1),
            is_promised(name, "Rivers{n} is yours: 3 cards", came(FIRST, AGAIN)),
            taps_twice(name, "Import"),
            passes(seconds=1),
            taps(name, "Study"),
            studies(name, "Good"),
            studies(name, "Good"),
            sends_cards(name, AGAIN),
            passes(seconds=1),
            is_promised(name, r"Rivers{n} is yours: 3 cards \(1 new, 1 changed, 1 archived\)", came(AGAIN)),
            taps(name, "Import"),
            passes(seconds=1),
            studies(name, "Good"),
        ),
    )


def bring_many(name: str) -> Scene:
    """An import that takes a while; somebody wants it no more when it may be too late, and sends it again."""
    cards = tuple((f"Where does river {{n}}-{place} end?", f"In sea {place}") for place in range(MANY))
    return Scene(
        "bring many",
        (
            begins(name),
            sends_cards(name, cards),
            passes(seconds=1),
            is_promised(name, f"Rivers{{n}} is yours: {MANY} cards", came(cards)),
            taps(name, "Import"),
            taps(name, "Cancel"),
            says(name, "/quiz"),
            passes(seconds=2),
            sends_cards(name, cards),
            passes(seconds=1),
            taps(name, "Import"),
            studies(name, "Good"),
            passes(seconds=2),
        ),
    )


def progress(name: str) -> Scene:
    """A package with what was learned elsewhere, twice."""
    file = sends(name, "rivers.apkg", lambda stage: package(stage.folder, stage.clock.now()))
    come = (file, passes(seconds=1), taps(name, "With my progress"), passes(seconds=1))
    return Scene(
        "progress",
        (
            begins(name),
            is_promised(name, "Your progress is in it", goes_on),
            *come,
            says(name, "/quiz default"),
            studies(name, "Good"),
            studies(name, "Again"),
            *come,
            studies(name, "Good"),
        ),
    )


def share(owner: str, other: str) -> Scene:
    """A deck of one's own, another who has it by a link and says that a card is wrong, and the card typed anew."""
    return Scene(
        "share",
        (
            begins(owner),
            sends_cards(owner, FIRST),
            passes(seconds=1),
            taps(owner, "Import"),
            passes(seconds=1),
            taps(owner, "Rivers{n}"),
            taps(owner, "Share a link"),
            follows(other, owner),
            studies(other, "Good"),
            taps(other, "⋯"),
            is_promised(other, r"Thank you\. Who can mend it", is_told(owner, "Somebody says that this card", WRONG)),
            taps_twice(other, "Mark as wrong"),
            taps(owner, "Edit"),
            taps(owner, "Front side"),
            says(owner, "Where did river {n} end once?"),
            is_promised(owner, r"^Saved\.$", has("Where did river {n} end once?", 1)),
            is_promised(owner, r"^Saved\.$", is_told(other, "The card that you marked as wrong was", MENDED)),
            taps_twice(owner, "Save"),
            says(owner, "/quiz rivers{n}"),
            studies(other, "Good"),
        ),
        people=2,
    )


def export(name: str, form: str) -> Scene:
    """A deck as a file, or everything, which is sent back."""

    def back(stage: Stage) -> bytes:
        files = [message.file for message in stage.somebody(name).messages() if message.file is not None]
        documents = [file.data for file in files if file.kind == "document"]
        return documents[-1] if documents else b"Nothing came?;yes\n"

    endings = {"Text": "txt", "Markdown": "md", "JSON Lines": "jsonl", "Everything of mine": "zip"}
    picked = () if form == "Everything of mine" else (taps(name, "Capitals"),)
    return Scene(
        f"export as {form}",
        (
            begins(name, "/export"),
            *picked,
            taps_twice(name, form),
            passes(seconds=1),
            says(name, "/quiz"),
            sends(name, f"back.{endings.get(form, 'apkg')}", back),
            passes(seconds=1),
            taps(name, "With my progress", "Import"),
            passes(seconds=1),
            studies(name, "Good"),
        ),
    )
