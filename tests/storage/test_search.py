"""Which cards have these words: what counts as a word, who finds what, and what the index keeps of it."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.decks.card import Card, Kind
from bot.decks.content import Content, Paragraph, Picture, Run
from bot.decks.encoded import to_json, written
from bot.decks.match import Matching
from bot.decks.terms import asked
from bot.storage import cards, chats, forgetting, marks, migrations, owned, search, sqlite
from bot.storage.database import Database
from bot.storage.forgetting import Left
from bot.storage.forgotten import Forgotten, list_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BEN = 1, 2
SHIPS, RIVERS, ANNAS = 1, 2, 3
# What FTS5 has a meaning for, what it knows as no letter, what many scripts write.
ODD = st.text(
    st.one_of(st.sampled_from("\"*()-+^:{}ANDORNEAR ./\\'\x00日本語ก็กำ한국\u0301ßİ😀\ud83d"), st.characters()),
    max_size=30,
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two decks for everybody, of which Anna studies the first, and one that she sent; Ben studies both."""
    db = sqlite.writer(tmp_path / "deckhand.db")
    migrations.create(db, migrations.schema(), migrations.VERSION)
    make(db)
    yield db
    db.close()


def make(db: sqlite3.Connection) -> None:
    for chat_id in (ANNA, BEN):
        chats.ensure(db, chat_id, "private")
    for deck_id, owner in ((SHIPS, None), (RIVERS, None), (ANNAS, ANNA)):
        db.execute(
            "insert into decks (deck_id, file, slug, name, digest, owner_id, audience) "
            "values (?1, ?1, ?1, ?1, '', ?2, ?3)",
            (deck_id, owner, "everybody" if owner is None else "private"),
        )
    for learner_id, deck_id in ((ANNA, SHIPS), (BEN, SHIPS), (BEN, RIVERS)):
        chats.subscribe(db, learner_id, deck_id, NOW)


def side(*texts: str) -> Content:
    """A paragraph for each text."""
    return tuple(Paragraph((Run(text),)) for text in texts)


def add(db: sqlite3.Connection, deck_id: int, front: str | Content, back: str | Content = "", tags: str = "") -> int:
    """A card's id."""
    front, back = (side(each) if isinstance(each, str) else each for each in (front, back))
    row = db.execute(
        "insert into cards (deck_id, position, kind, guid, note, fields, front, back, tags) "
        "values (?, 0, 'question', '', '', '[]', ?, ?, ?) returning card_id",
        (deck_id, to_json(front), to_json(back), tags),
    )
    return int(row.fetchone()[0])


def indexed(db: sqlite3.Connection) -> None:
    """The index knows all cards."""
    while not search.let_go(db):
        pass
    while unread := search.unread(db):
        search.take_in(db, unread)
    assert not search.is_behind(db)
    assert search.agrees(db)


def find(db: sqlite3.Connection, words: str, learner_id: int = ANNA) -> list[int]:
    return search.find(db, learner_id, asked(words), 0, 10)


@pytest.mark.parametrize(
    ("front", "found", "not_found"),
    [
        ("The Ångström is a unit", "angstrom; ANGSTRÖM; ångs; unit angstrom", "angstroms; strom; unit of"),
        ("New York is no capital", '"new york"; york new; "york is no"; “New York” cap', '"york new"; "new cap"'),
        ("Straße nach Łódź", "strasse; STRASSE nach; łódź", "stra nah"),
        ("Don't write C++ by hand", "don't; c++; c; don", "d; wri c+ x"),
        ("日本語は何ですか", "日本; 本語; 語; 日本語; 語は何; か", "本日; 英語; 日本人"),
        ("東京タワー (333 m)", "タワ; タワー; 333; 東京 333", "京東; 33 n"),
        ("กำลังกินข้าว", "กิน; ข้าว; กำลัง", "ข้าวผัด"),
        ("한국어를 배웁니다", "한국어; 국어; 배웁니다", "한국인"),
        ("हिन्दी में लिखो", "हिन्दी; लिखो; हिन्", "हनद"),
        ("Что такое ёлка?", "елка; ЁЛКА; что", "ёлки"),
        ("القَاهِرَة عاصمة", "القاهرة; عاصمة", "قاهر"),
        ("ﬁrst ①②", "first; 12", "second"),
        ("Use @lru_cache: see docs.python.org", "lru_cache; lru; docs.python.org; python", "lrucache"),
    ],
    ids=(
        *("accents", "quotes", "ligatures", "signs", "Chinese", "kana", "Thai", "Korean", "Hindi", "Cyrillic"),
        *("Arabic", "compatible", "names"),
    ),
)
def test_what_is_one_word(db: sqlite3.Connection, front: str, found: str, not_found: str) -> None:
    """Case, accents and spelling are folded; scripts without spaces are found by two characters, or by one."""
    add(db, SHIPS, "Something else altogether")
    card = add(db, SHIPS, front)
    indexed(db)
    for words in found.split("; "):
        assert find(db, words) == [card], words
    for words in not_found.split("; "):
        assert find(db, words) == [], words


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ODD, typed=ODD)
def test_whatever_is_written_is_found_and_whatever_is_typed_is_taken(
    db: sqlite3.Connection, text: str, typed: str
) -> None:
    """Nothing that is typed means anything to the engine; a card is found by its own words, also in quotes."""
    db.execute("begin")
    text = text.encode(errors="ignore").decode()
    card = add(db, SHIPS, text)
    indexed(db)
    assert set(find(db, typed)) <= {card}
    assert set(find(db, f'"{typed}" {typed} "')) <= {card}
    if asked(text):
        assert find(db, text) == [card]
        assert find(db, f'"{text.replace(chr(34), " ")}"') == [card]
    db.execute("rollback")


def test_a_long_request_counts_by_its_beginning(db: sqlite3.Connection) -> None:
    """Four thousand characters are no fault, and what is one long word is none either."""
    card = add(db, SHIPS, "keel " * 300)
    indexed(db)
    assert find(db, "keel " * 800) == [card]
    assert find(db, "k" * 4000) == []
    assert find(db, "日" * 4000) == []


def test_what_fits_best_comes_first(db: sqlite3.Connection) -> None:
    """A word in the front counts more than one in the back, and that more than a tag; then page by page."""
    tagged = add(db, SHIPS, "What keeps a ship?", "The anchor", "boom")
    back = add(db, SHIPS, "What holds a sail?", "The boom")
    front = add(db, SHIPS, "What is a boom?", "A spar")
    indexed(db)
    assert find(db, "boom") == [front, back, tagged]
    assert search.find(db, ANNA, asked("boom"), 1, 1) == [back]
    # A picture is found by what is said of it, not by the name of its file.
    drawn = add(db, SHIPS, (Picture("bowsprit.png", "a gaff"),))
    indexed(db)
    assert (find(db, "gaff"), find(db, "bowsprit")) == ([drawn], [])


def test_one_finds_what_one_has(db: sqlite3.Connection) -> None:
    """Own decks and those that one studies; neither what was put away nor what was left."""
    ship, river, own = (add(db, deck_id, f"Where is the mouth {deck_id}?") for deck_id in (SHIPS, RIVERS, ANNAS))
    gone = add(db, SHIPS, "A mouth that is gone")
    indexed(db)
    assert (set(find(db, "mouth")), search.where(db, ANNA)) == ({ship, own, gone}, 2)
    assert set(find(db, "mouth", BEN)) == {ship, river, gone}
    assert (find(db, "mouth", 99), search.where(db, 99)) == ([], 0)
    cards.store(db, SHIPS, [], Matching({}, (), (gone,), ()), NOW)
    assert set(find(db, "mouth")) == {ship, own}, "before the index has heard of it"
    indexed(db)
    owned.archive(db, ANNAS, NOW)
    chats.leave(db, BEN, SHIPS, NOW)
    assert (find(db, "mouth"), find(db, "mouth", BEN)) == ([ship], [river])
    owned.archive(db, ANNAS, None)
    assert set(find(db, "mouth")) == {ship, own}


def test_more_than_can_be_put_in_order(db: sqlite3.Connection) -> None:
    """Of a word that very many cards have, the newest are put in order, and there is an end to them."""
    db.execute("begin")
    ids = [add(db, SHIPS, "A boat", str(number)) for number in range(search.MOST_RANKED + 5)]
    indexed(db)
    assert not set(search.find(db, ANNA, asked("boat"), 0, 3000)) - set(ids[5:])
    assert search.find(db, ANNA, asked("boat"), search.MOST_RANKED, 10) == []
    assert find(db, "boat 3") != []
    assert search.count(db, ANNA, asked("boat")) is None
    assert search.count(db, ANNA, asked("boat 200")) == 6, "200 and 2000 to 2004"
    assert search.count(db, ANNA, asked("nothing")) == 0


def test_what_is_written_again_is_read_again(db: sqlite3.Connection) -> None:
    """A reading that changes a card has it indexed anew, one that does not leaves it alone."""
    card = add(db, SHIPS, "A sloop")
    indexed(db)
    for front, behind in (("A sloop", False), ("A ketch", True)):
        told = written(Card(side(front), side(""), Kind.QUESTION, ()), 0)
        cards.store(db, SHIPS, [told], Matching({0: card}, (), (), ()), NOW)
        assert search.is_behind(db) is behind
    # Written once more while it was read: what was read does not count.
    unread = search.unread(db)
    db.execute("update cards set back = '[]' where card_id = ?", (card,))
    search.take_in(db, unread)
    assert search.is_behind(db)
    indexed(db)
    assert (find(db, "ketch"), find(db, "sloop")) == ([card], [])


def test_who_writes_a_card_tells_the_index() -> None:
    """Every statement that changes a card's words, takes it out or brings it back says whether the index knows it."""
    statements = [
        " ".join(found.replace('"', " ").split())
        for path in Path(search.__file__).parent.glob("*.py")
        for found in re.findall(r"update cards set (.+?)\bwhere\b", path.read_text("utf-8"), re.DOTALL)
    ]
    writing = [each for each in statements if re.search(r"\b(front|back|tags|archived_at) =", each)]
    assert len(writing) > 3, statements
    assert [each for each in writing if "indexed =" not in each] == []


def test_a_torn_index_is_made_anew(db: sqlite3.Connection) -> None:
    """It is told from a damaged database, and everything is found again; so it is where it only disagrees."""
    card = add(db, SHIPS, "A yawl")
    indexed(db)
    db.execute("delete from card_words_data where id > 10")
    with pytest.raises(sqlite3.DatabaseError) as caught:
        find(db, "yawl")
    assert search.is_torn(caught.value)
    assert not sqlite.flaw(db, indexes_too=True)
    search.make_anew(db)
    indexed(db)
    assert find(db, "yawl") == [card]
    db.execute("delete from card_words")
    assert not search.agrees(db)


def test_a_check_that_finds_the_index_wrong_finds_no_flaw() -> None:
    """Newer engines look at it, too; what else they find is one."""
    index = "malformed inverted index for FTS5 table main.card_words"
    assert (sqlite.first_flaw(["ok"]), sqlite.first_flaw([index])) == ("", "")
    assert (
        sqlite.first_flaw([index, "row 1 missing from\nindex cards_of_deck"])
        == "row 1 missing from index cards_of_deck"
    )


async def test_nothing_is_left_of_a_forgotten_persons_words(tmp_path: Path) -> None:
    """Neither of what stood there last nor of what did before; in file and WAL, and what others have is found."""
    path = tmp_path / "deckhand.db"
    database = await Database.open(path)
    rare = ["zyxomma", "quixotry", "日本語"]
    stored = [b"zyxomma", b"uixotry", "本語".encode(), "日本語".encode(), b"whaler"]

    def fill(db: sqlite3.Connection) -> None:
        make(db)
        add(db, SHIPS, "A schooner")
        add(db, ANNAS, "What is a whaler?", "A zyxomma")
        for number in range(40):
            add(db, ANNAS, f"{rare[number % 3]} {number}", "quixotry")
            indexed(db)

    def write_again(db: sqlite3.Connection) -> None:
        db.execute("update cards set front = '[]', indexed = 0 where front like '%whaler%'")
        indexed(db)

    await database.write(fill)
    await database.write(write_again)
    assert all(each in beside(path) for each in stored)
    await database.write(partial(forgetting.forget, person_id=ANNA, asked=Forgotten(list_of(path)), update_id=1))
    assert await forgetting.clean(database) is Left.NOTHING
    assert [each for each in stored if each in beside(path)] == []
    assert await database.read(partial(find, words="schooner", learner_id=BEN))
    await database.close()


def test_nothing_of_them_comes_out_of_a_backup(db: sqlite3.Connection, tmp_path: Path) -> None:
    """Who asked since a copy was made is left out of it, words and all."""
    add(db, ANNAS, "A zyxomma")
    kept = add(db, SHIPS, "A schooner")
    indexed(db)
    db.execute("vacuum into ?", (str(tmp_path / "copy.db"),))
    asked_to = Forgotten(list_of(tmp_path / "deckhand.db"))
    asked_to.add(ANNA)
    marks.put(db, "forgotten", json.dumps(None))
    copy = tmp_path / "copy.db"
    assert b"zyxomma" in copy.read_bytes()
    assert forgetting.leave_out(copy, asked_to) == 1
    assert b"zyxomma" not in copy.read_bytes()
    with sqlite3.connect(copy) as restored:
        restored.row_factory = sqlite3.Row
        assert search.find(restored, BEN, asked("schooner"), 0, 10) == [kept]
    restored.close()


def beside(path: Path) -> bytes:
    """All that is in the database's file and its WAL."""
    return b"".join(each.read_bytes() for each in (path, path.with_name(path.name + "-wal")) if each.exists())
