"""The steps that bring an older database here. Forward only."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from sqlite3 import Connection

from bot.storage import sqlite
from bot.storage.errors import DatabaseRefused

Step = Callable[[Connection], None]
# What schema.sql makes.
VERSION = 2


def updates_are_put_aside_nearest_cards_found_and_questions_known(connection: Connection) -> None:
    """A third of the step to version 2."""
    connection.execute("create table inbox (update_id integer primary key, body text not null) strict")
    connection.execute("drop index memories_due_day")
    connection.execute(
        "create index memories_due_day on memories (learner_id, due_day, last_day, stability, card_id) "
        "where due_day is not null"
    )
    connection.execute("alter table chats add column asked_in integer")


def groups_have_members_topics_and_rounds(connection: Connection) -> None:
    """Another third of the step to version 2."""
    for statement in _GROUPS.split(";"):
        connection.execute(statement)


def decks_have_owners_media_and_tags(connection: Connection) -> None:
    """The last third of the step to version 2."""
    for statement in _OWNED.split(";"):
        connection.execute(statement)


_OWNED = """
alter table decks add column owner_id integer references chats (chat_id) on delete set null;
alter table decks add column origin text not null default '';
alter table decks add column audience text not null default 'everybody' check (audience in ('everybody', 'private'));
alter table decks add column share_token text;
alter table cards add column tags text not null default '';
create unique index decks_sent on decks (owner_id, origin) where owner_id is not null;
create unique index decks_shared on decks (share_token) where share_token is not null;
create table media (
    deck_id integer not null references decks (deck_id) on delete cascade,
    name text not null,
    stored text not null,
    primary key (deck_id, name)
) strict;
create index media_stored on media (stored);
create table imports (
    import_id integer primary key autoincrement,
    learner_id integer not null unique references chats (chat_id) on delete cascade,
    file_id text not null,
    name text not null
) strict;
create table arriving (
    import_id integer not null references imports (import_id) on delete cascade,
    deck integer not null,
    position integer not null,
    card_id integer,
    kind text not null,
    guid text not null,
    note text not null,
    fields text not null,
    front text not null,
    back text not null,
    tags text not null,
    primary key (import_id, deck, position)
) strict
"""


_GROUPS = """
create table members (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    name text not null,
    joined_at integer not null,
    left_at integer,
    hidden integer not null default 0,
    primary key (chat_id, learner_id)
) strict;
create table rounds (
    round_id integer primary key autoincrement,
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    thread_id integer,
    host_id integer references chats (chat_id) on delete set null,
    form text not null check (form in ('flip', 'race')),
    deck_id integer references decks (deck_id),
    cards integer not null,
    seconds integer not null,
    stage text not null check (stage in ('setup', 'lobby', 'asking', 'reading', 'ended')),
    place integer not null default 0,
    unanswered integer not null default 0,
    next_at integer,
    message_id integer,
    media text check (media in ('text', 'photo')),
    began_at integer not null,
    ended_at integer,
    ended text check (ended in ('done', 'stopped', 'silent', 'interrupted', 'empty'))
) strict;
create table players (
    round_id integer not null references rounds (round_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    joined_at integer not null,
    points integer not null default 0,
    streak integer not null default 0,
    primary key (round_id, learner_id)
) strict;
create table options (
    turn_id integer not null references turns (turn_id) on delete cascade,
    place integer not null,
    card_id integer not null references cards (card_id),
    primary key (turn_id, place)
) strict;
create table topics (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    thread_id integer not null,
    name text not null default '',
    closed_at integer,
    primary key (chat_id, thread_id)
) strict;
alter table chats add column asleep_at integer;
alter table chats add column asleep_said integer not null default 0;
alter table subscriptions add column thread_id integer;
alter table sessions add column round_id integer references rounds (round_id) on delete set null;
alter table turns add column round_id integer references rounds (round_id) on delete cascade;
alter table answers add column ephemeral_id integer;
alter table answers add column choice integer;
alter table answers add column answered_at integer;
alter table answers add column rank integer;
create index answers_alone on answers (turn_id) where ephemeral_id is not null;
alter table reviews add column was_due integer not null default 0;
create index chats_to_ask on chats (asleep_at) where asleep_at is not null and asleep_said = 0;
update reviews set was_due = 1
where coalesce(json_extract(before, '$.due_day'), json_extract(before, '$.last_day') + 1) <= day;
create index members_of_learner on members (learner_id);
create index sessions_of_round on sessions (round_id);
create unique index rounds_open on rounds (chat_id) where ended_at is null;
create index rounds_next on rounds (next_at) where next_at is not null;
create index rounds_of_host on rounds (host_id);
create index players_of_learner on players (learner_id);
create index turns_of_round on turns (round_id)
"""


def to_version_2(connection: Connection) -> None:
    updates_are_put_aside_nearest_cards_found_and_questions_known(connection)
    groups_have_members_topics_and_rounds(connection)
    decks_have_owners_media_and_tags(connection)


# (the version that the step leads to, the step); a step is a short function named for what it does.
MIGRATIONS: tuple[tuple[int, Step], ...] = ((2, to_version_2),)


def version_of(connection: Connection) -> int:
    """The schema's version in this database; 0 for an empty file. Raises DatabaseRefused for somebody else's."""
    version: int = connection.execute("pragma user_version").fetchone()[0]
    owner: int = connection.execute("pragma application_id").fetchone()[0]
    empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if empty and not version:
        return 0
    if owner != sqlite.APPLICATION_ID or not version:
        raise DatabaseRefused("The file is a SQLite database, but not one of Deckhand's: set BOT_DATABASE_URL anew.")
    return version


def refuse_newer(version: int, newest: int = VERSION) -> None:
    """Return if this program knows that version; raises DatabaseRefused."""
    if version > newest:
        raise DatabaseRefused(
            f"The database is of version {version} and this Deckhand knows versions up to {newest}: "
            "start a newer Deckhand, or restore a backup made by this one."
        )


def migrate(
    connection: Connection,
    before: Callable[[int], Path],
    steps: Sequence[tuple[int, Step]] = MIGRATIONS,
    newest: int = VERSION,
) -> None:
    """Bring the database to `newest`: all of it or nothing.

    `before(version)` makes a backup first, unless the database is empty. Raises DatabaseRefused; an error of a step
    goes through as it is, with the database as it was.
    """
    version = version_of(connection)
    refuse_newer(version, newest)
    if version == 0:
        create(connection, schema(), newest)
    elif version < newest:
        before(version)
        _take(
            [step for leads_to, step in sorted(steps, key=lambda each: each[0]) if leads_to > version],
            connection,
            newest,
        )


def schema() -> str:
    """The database as it is today, as SQL."""
    return files("bot.storage").joinpath("schema.sql").read_text(encoding="utf-8")


def create(connection: Connection, sql: str, version: int) -> None:
    """Fill an empty database."""
    head = f"pragma application_id = {sqlite.APPLICATION_ID}; pragma user_version = {version}"
    try:
        connection.executescript(f"begin immediate; {sql}\n; {head}; commit;")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


def _take(steps: Sequence[Step], connection: Connection, newest: int) -> None:
    # A step may make a table anew under its old name, so the keys are checked at the end instead. This cannot be
    # switched inside a transaction.
    connection.execute("pragma foreign_keys = off")
    # A step may sort all there ever was, which need not fit into memory.
    connection.execute("pragma temp_store = file")
    try:
        connection.execute("begin immediate")
        for step in steps:
            step(connection)
        refuse_broken_keys(connection)
        connection.execute(f"pragma user_version = {newest}")
        connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")
        connection.execute("pragma foreign_keys = on")


def refuse_broken_keys(connection: Connection) -> None:
    """Return if every row that others are named in has them; raises DatabaseRefused."""
    broken = {row[0] for row in connection.execute("pragma foreign_key_check")}
    if broken:
        raise DatabaseRefused(f"Rows point to others that are not there, in {', '.join(sorted(broken))}.")
