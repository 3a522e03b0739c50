"""What we write is taken by Anki as the same notes: it is the judge."""

import shutil
import warnings
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.decks.anki import notetypes
from bot.decks.anki.collection import reviews
from bot.decks.anki.notes import notes_of
from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.anki.occlusion import draw
from bot.decks.anki.package import copy_media
from bot.decks.anki.writing import Carried, write_package
from bot.decks.card import Card, Kind
from bot.decks.content import Paragraph, Picture, Run
from bot.decks.departure import LEARNING, Answered, Days, Progress
from tests.decks.anki.samples import MEDIA, open_package
from tests.decks.anki.test_by_anki import sides

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def read(sample, tmp_path_factory):
    """Anki's sample as it was read: the open package and what was read of it."""
    with open_package(sample.path("new.apkg"), tmp_path_factory.mktemp("read")) as opened:
        yield opened


@pytest.fixture(scope="module")
def written(read, tmp_path_factory):
    """Each of its decks as a package of ours, with progress."""
    package, found = read
    folder = tmp_path_factory.mktemp("written")
    (folder / "masked").mkdir()
    media = copy_media(package, found.media, folder)[0] | draw(package, found.masked, folder / "masked")[0]
    log = defaultdict(list)
    for row in reviews(package.collection, "x"):
        if row.ease:
            log[row.card].append(row)
    days = days_from(found.created_on)
    paths = []
    for deck in found.decks:
        carried = [
            Carried(card, progress_of(state, found.created_on), tuple(map(answered, log[state.id])))
            for card, state in zip(deck.deck.cards, deck.states, strict=True)
        ]
        paths.append(folder / f"{deck.deck.slug}.apkg")
        write_package(paths[-1], deck.deck.name, carried, media, days)
    return paths


@pytest.fixture(scope="module")
def imported(written, tmp_path_factory):
    """A new collection of Anki's that has taken them all, and what it said of each."""
    col = collection(tmp_path_factory.mktemp("imported"))
    logs = [taken(col, path) for path in written]
    yield col, logs
    col.close()


def collection(folder):
    """An empty one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from anki.collection import Collection

    return Collection(str(folder / "empty.anki2"))


def taken(col, path):
    """What Anki says of a package that it imports."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions(with_scheduling=True, merge_notetypes=True)
    return col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log


def test_cards_that_anki_has_keep_their_own_progress(written, tmp_path):
    """Whatever is ticked there: it takes what a note says, and of what was learned nothing. The caption says so."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    col = collection(tmp_path)
    for path in written:
        without = ImportAnkiPackageOptions(with_scheduling=False)
        col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=without))
    before = {card.id: (card.type, card.ivl, card.reps) for card in cards_of(col).values()}
    always = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, update_notes=1, update_notetypes=1)
    logs = [
        col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=always)).log
        for path in written
    ]
    assert sum(log.found_notes for log in logs) == col.note_count()
    assert {card.id: (card.type, card.ivl, card.reps) for card in cards_of(col).values()} == before
    assert (col.db.scalar("select count(*) from revlog"), {kind for kind, _, _ in before.values()}) == (0, {0})
    col.close()


def days_from(day, now=NOW):
    """Days of somebody who lives by UTC."""
    return Days(day, datetime.combine(day, time(4), UTC), 0, 4, now)


def progress_of(state, created_on):
    """As it would be kept by us; None for a new card, and for one of which Anki kept no memory."""
    if state.kind == 0 or state.stability is None:
        return None
    by_day = state.queue != 1
    return Progress(
        state.kind,
        None if by_day else datetime.fromtimestamp(state.due, UTC),
        created_on + timedelta(days=state.due) if by_day else None,
        max(state.interval, 0),
        1 if state.kind == LEARNING else 0,
        state.stability,
        state.difficulty,
        0.9,
        0.1542,
        datetime.fromtimestamp(state.reviewed_at, UTC),
        1,
        state.lapses,
    )


def answered(row):
    """A row of its log."""
    at = datetime.fromtimestamp(row.at_ms / 1000, UTC)
    return Answered(at, row.ease, row.kind, row.interval, row.last_interval, row.factor, row.taken_ms)


def cards_of(col):
    """Every card by note's guid and ordinal."""
    return {(card.note().guid, card.ord): card for card in map(col.get_card, col.find_cards(""))}


def test_anki_takes_every_note_without_complaint(imported):
    """All are new to it, no media are missing, and its own check finds nothing to mend."""
    col, logs = imported
    assert not any(log.conflicting or log.duplicate or log.missing_notetype or log.empty_first_field for log in logs)
    assert sum(len(log.new) for log in logs) == col.note_count()
    assert col.fix_integrity() == ("Database rebuilt and optimized.", True)
    names = {"map.png", "ünï cödé.png", "a word.mp3"}
    assert {name: (Path(col.media.dir()) / name).read_bytes() for name in names} == {n: MEDIA[n] for n in names}
    assert col.media.check().missing == ["gone.png"]


def test_notes_are_the_same(read, imported, sample):
    """Ids, fields, note types, tags and decks; and Anki shows of each card what it showed."""
    cards = cards_of(imported[0])
    found = [(deck, state) for deck in read[1].decks for state in deck.states]
    assert {(state.note.guid, state.ordinal) for _, state in found} == cards.keys()
    for deck, state in found:
        mine, shown = cards[(state.note.guid, state.ordinal)], sample.cards[(state.note.guid, state.ordinal)]
        output = mine.render_output()
        assert (output.question_text, output.answer_text) == (shown.question, shown.answer)
        assert (tuple(mine.note().fields), {*mine.note().tags}) == (shown.fields, {*shown.tags})
        assert imported[0].decks.name(mine.did) == shown.deck == deck.deck.name


def of_type(kind):
    """A note type without what each collection counts for itself."""
    return {name: value for name, value in kind.items() if name not in ("mod", "usn", "did", "req")}


@pytest.fixture(scope="module")
def before(sample, tmp_path_factory):
    """The collection from which all came, once more."""
    folder = tmp_path_factory.mktemp("before")
    shutil.copy(sample.folder / "made.anki2", folder / "empty.anki2")
    shutil.copytree(sample.folder / "made.media", folder / "empty.media")
    col = collection(folder)
    yield col
    col.close()


def test_note_types_are_the_same(before, imported):
    """With every id, look and template that Anki knows them by."""
    used = {imported[0].get_note(id_).mid for id_ in imported[0].find_notes("")}
    assert len(used) > 30
    for id_ in used:
        mine, theirs = (of_type(col.models.get(id_)) for col in (imported[0], before))
        # Its own Basic is there already.
        assert mine.pop("name").rstrip("+") == theirs.pop("name")
        mine.pop("originalId", None)
        assert mine == theirs


def test_the_collection_from_which_they_came_takes_them_as_the_same(before, written, read, tmp_path):
    """No note, card, type or deck more; what was edited here is edited there, and the types stay as they are."""
    counts = before.note_count(), before.card_count(), len(before.models.all()), len(before.decks.all_names_and_ids())
    known = {note.guid: (note.mid, list(note.fields)) for note in map(before.get_note, before.find_notes(""))}
    types = {kind["id"]: of_type(kind) for kind in before.models.all()}
    for path in written:
        log = taken(before, path)
        assert not [*log.new, *log.conflicting, *log.missing_notetype]
    deck = next(deck for deck in read[1].decks if deck.deck.name == "Gaps")
    edited = [
        replace(card, fields=(card.fields[0].replace("Paris", "Lyon"), *card.fields[1:])) for card in deck.deck.cards
    ]
    later = days_from(NOW.date(), NOW + timedelta(hours=1))
    write_package(tmp_path / "x.apkg", "Gaps", [Carried(card) for card in edited], {}, later)
    assert len(taken(before, tmp_path / "x.apkg").updated) == 3
    after = {note.guid: (note.mid, list(note.fields)) for note in map(before.get_note, before.find_notes(""))}
    assert {guid for guid in known if after[guid] != known[guid]} == {
        card.note for card in edited if "Lyon" in card.fields[0]
    }
    assert {kind["id"]: of_type(kind) for kind in before.models.all()} == types
    now = before.note_count(), before.card_count(), len(before.models.all()), len(before.decks.all_names_and_ids())
    assert now == counts


def test_progress_is_the_same(read, imported):
    """The same day and memory for every card, and every grade in the log."""
    col, _ = imported
    cards = cards_of(col)
    today = datetime.now().astimezone()
    for deck in read[1].decks:
        for state in deck.states:
            card = cards[(state.note.guid, state.ordinal)]
            if state.kind and state.stability is None:
                continue
            assert card.type == state.kind
            if state.kind:
                assert card.memory_state.stability == pytest.approx(state.stability, abs=1e-3)
                assert card.memory_state.difficulty == pytest.approx(state.difficulty, abs=1e-3)
            if state.kind == 2:
                due = today.date() + timedelta(days=card.due - col.sched.today)
                assert abs((due - read[1].created_on).days - state.due) <= 1
            if state.queue == 1:
                assert card.due == state.due
    given = [row for row in reviews(read[0].collection, "x") if row.ease]
    assert col.db.scalar("select count() from revlog") == len(given) > 5


def test_the_same_package_twice_changes_nothing(written, imported):
    """Every note is known by its id."""
    col, _ = imported
    before = col.note_count(), col.card_count(), col.db.scalar("select count() from revlog")
    log = taken(col, written[-1])
    assert len(log.duplicate) > 0 == len(log.new) + len(log.conflicting)
    assert (col.note_count(), col.card_count(), col.db.scalar("select count() from revlog")) == before


def test_we_read_it_back_as_the_same_cards(read, written, tmp_path):
    """Here, too, every card is known by its id, with the same words."""
    expected = {card.guid: sides(card) for deck in read[1].decks for card in deck.deck.cards}
    found = {}
    for number, path in enumerate(written):
        (tmp_path / str(number)).mkdir()
        with open_package(path, tmp_path / str(number)) as (_, again):
            found |= {card.guid: sides(card) for deck in again.decks for card in deck.deck.cards}
    squeezed = [{guid: "".join(side).replace(" ", "") for guid, side in each.items()} for each in (found, expected)]
    assert squeezed[0] == squeezed[1]


def test_cards_of_other_files_are_notes_with_ids_of_their_own(tmp_path):
    """An id given twice stays two notes; of two pictures in folders that have one name both arrive."""
    content = (Paragraph((Run("q"),)), Picture("a/x.png"), Picture("b/x.png"))
    cards = [Card(content, (Paragraph((Run("a"),)),), Kind.QUESTION, (), "same", "same") for _ in range(2)]
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.png").write_bytes(folder.encode())
    media = {name: tmp_path / name for name in ("a/x.png", "b/x.png")}
    write_package(tmp_path / "x.apkg", "A::B", [Carried(card) for card in cards], media, days_from(NOW.date()))
    with open_package(tmp_path / "x.apkg", tmp_path) as (package, again):
        assert [deck.deck.name for deck in again.decks] == ["A::B"]
        assert len(again.decks[0].deck.cards) == again.notes == 2
        paths, _ = copy_media(package, again.media, tmp_path)
        assert sorted(path.read_bytes() for path in paths.values()) == [b"a", b"b"]


def test_a_card_that_is_none_of_its_note_any_more_leaves_it_the_id():
    """Wherever it stands among its siblings; its own is then that of a note of its own."""
    body = notetypes.to_json(
        NoteType("Two", False, ("a", "b"), (Template("1", "{{a}}", "{{b}}"), Template("2", "{{b}}", "{{a}}")))
    )
    sides = ((Paragraph((Run("q"),)),), (Paragraph((Run("a"),)),))
    typed, lost = (
        [Card(*sides, Kind.QUESTION, ("q", "a"), f"n:{ordinal}", "n", notetype=kind) for ordinal in range(2)]
        for kind in (body, "")
    )
    for cards, guids in (
        ([lost[0], typed[1]], ["n:0", "n"]),
        ([typed[0], lost[1]], ["n", "n:1"]),
        ([typed[0], typed[1]], ["n"]),
        ([lost[0], lost[1]], ["n"]),
    ):
        assert [note.guid for note in notes_of(cards, {}).notes] == guids
