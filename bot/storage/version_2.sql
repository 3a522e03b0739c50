-- Updates are put aside, nearest cards are found, and questions are known again.
create table inbox (update_id integer primary key, body text not null) strict;
drop index memories_due_day;
create index memories_due_day on memories (learner_id, due_day, last_day, stability, card_id) where due_day is not null;
alter table chats add column asked_in integer;

-- Groups have members, topics and rounds.
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
create index turns_of_round on turns (round_id);

-- Decks have owners, media and tags.
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
