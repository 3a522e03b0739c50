-- A card can be found, edited, put aside and complained of, and what was learned elsewhere can be brought along.
alter table decks add column edit_token text;
alter table decks add column description text not null default '';
create unique index decks_edited on decks (edit_token) where edit_token is not null;
create table editors (
    deck_id integer not null references decks (deck_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    since_at integer not null,
    primary key (deck_id, learner_id)
) strict;
create index editors_of_learner on editors (learner_id);
create table notetypes (
    notetype_id integer primary key autoincrement,
    body text not null unique
) strict;
alter table cards add column notetype_id integer references notetypes (notetype_id);
alter table cards add column indexed integer not null default 0;
alter table cards add column file_fields text;
create index cards_to_index on cards (card_id) where indexed = 0;
create index cards_of_notetype on cards (notetype_id) where notetype_id is not null;
create index cards_of_note on cards (deck_id, note) where note <> '';
create virtual table card_words using fts5 (
    deck, front, back, tags, prefix = '2 3', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
insert into card_words (card_words, rank) values ('automerge', 0);

-- What waits to be imported says more, and may be for everybody. What a crash left of one is gone.
drop table arriving;
alter table imports rename to past_imports;
create table imports (
    import_id integer primary key autoincrement,
    learner_id integer unique references chats (chat_id) on delete cascade,
    file_id text not null,
    name text not null,
    found text,
    same integer not null default 0,
    anew integer not null default 0,
    message_id integer,
    plan text
) strict;
insert into imports (import_id, learner_id, file_id, name) select import_id, learner_id, file_id, name from past_imports;
delete from sqlite_sequence where name = 'imports';
update sqlite_sequence set name = 'imports' where name = 'past_imports';
drop table past_imports;
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
    notetype_id integer references notetypes (notetype_id),
    progress text,
    primary key (import_id, deck, position)
) strict;

create table drafts (
    learner_id integer primary key references chats (chat_id) on delete cascade,
    deck_id integer references decks (deck_id) on delete set null,
    stage text not null check (stage in ('front', 'back', 'preview')),
    front text not null,
    back text not null,
    reversed integer not null default 0,
    message_id integer,
    began_at integer not null
) strict;
create table edits (
    learner_id integer primary key references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    side text not null check (side in ('front', 'back', 'field')),
    turn_id integer references turns (turn_id) on delete set null,
    content text,
    field integer,
    was text
) strict;
create index edits_of_turn on edits (turn_id);
create table aside (
    learner_id integer not null references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    suspended_at integer,
    buried_day integer,
    primary key (learner_id, card_id),
    check (suspended_at is not null or buried_day is not null)
) strict;
create table complaints (
    card_id integer not null references cards (card_id),
    learner_id integer not null references chats (chat_id) on delete cascade,
    at integer not null,
    settled_at integer,
    primary key (card_id, learner_id)
) strict;
create index complaints_of_learner on complaints (learner_id);
create table recordings (
    turn_id integer not null references turns (turn_id) on delete cascade,
    side text not null check (side in ('front', 'back')),
    place integer not null,
    chat_id integer not null,
    message_id integer,
    primary key (turn_id, side, place)
) strict;

-- A log that may say what a memory is: its conditions are others, so it is made anew.
alter table reviews rename to past_reviews;
create table reviews (
    review_id integer primary key autoincrement,
    learner_id integer not null references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    turn_id integer references turns (turn_id) on delete set null,
    at integer not null,
    day integer not null,
    day_ends_at integer not null,
    kind text not null check (kind in ('learn', 'review', 'relearn', 'group', 'cram', 'manual', 'undo')),
    grade integer check (grade between 1 and 4),
    stage_before text,
    before text,
    after text,
    taken_ms integer,
    policy_id integer references policies (policy_id),
    undoes integer unique references reviews (review_id),
    was_due integer not null default 0,
    elsewhere text,
    check ((kind = 'undo') = (undoes is not null)),
    check ((kind in ('undo', 'manual')) = (grade is null))
) strict;
insert into reviews select review_id, learner_id, card_id, turn_id, at, day, day_ends_at, kind, grade, stage_before,
before, after, taken_ms, policy_id, undoes, was_due, null from past_reviews order by review_id;
-- Nor is the number of one that is gone used again.
delete from sqlite_sequence where name = 'reviews';
update sqlite_sequence set name = 'reviews' where name = 'past_reviews';
drop table past_reviews;
create index reviews_of_learner on reviews (learner_id, review_id);
create index reviews_of_day on reviews (learner_id, day);
create index reviews_of_card on reviews (learner_id, card_id);
create index reviews_of_turn on reviews (turn_id);
create unique index reviews_elsewhere on reviews (learner_id, card_id, at) where elsewhere is not null;
create index reviews_by_hand on reviews (learner_id, card_id) where kind = 'manual'
