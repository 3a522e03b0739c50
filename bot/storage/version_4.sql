-- Whom a crash kept from being told of a card that is wrong, or mended, is told after it.
create table notices (
    card_id integer not null references cards (card_id),
    chat_id integer not null,
    kind text not null check (kind in ('wrong', 'mended')),
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'unsure', 'following')),
    primary key (card_id, chat_id, kind)
) strict;

-- Who tapped under a group's card there, and may see what can be done with it.
create table present (
    turn_id integer not null references turns (turn_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    ephemeral_id integer,
    primary key (turn_id, learner_id)
) strict;
create index present_of_learner on present (learner_id);
create index present_alone on present (turn_id) where ephemeral_id is not null;

-- What was asked for when words came: if the bot dies before it answers them, they answer that again.
alter table chats add column heard text not null default '';

-- Recordings that somebody asked to hear beside a page that shows a card, and go with that page.
create table played (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    page_id integer not null,
    card_id integer not null,
    place integer not null,
    message_id integer,
    primary key (chat_id, page_id, place)
) strict;

-- Which decks came in one file: they are taken up together.
alter table decks add column import_id integer;

-- Of what most rows have not, an index needs no entry.
drop index turns_of_message;
create index turns_of_message on turns (chat_id, message_id) where message_id is not null;
drop index turns_of_round;
create index turns_of_round on turns (round_id) where round_id is not null;
drop index sessions_of_round;
create index sessions_of_round on sessions (round_id) where round_id is not null;

-- Who met nothing in a group today is told by one look, not by one at each card's log.
create index reviews_in_group on reviews (learner_id, day) where kind = 'group';

-- What a crash kept from being told of a sent file is told after it. What stands in chats already stays as it is.
alter table imports add column told integer not null default 0;
update imports set told = 1;

-- Who said that a card is wrong may say so of the mended card again. What came of those before is not known.
alter table complaints add column came text check (came in ('mended', 'right'));
update complaints set came = 'mended' where settled_at is not null;

-- A quiz by the name of a tree is over all decks below it.
alter table sessions add column tree text not null default ''
