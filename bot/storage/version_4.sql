-- Whom a crash kept from being told of a card that is wrong, or mended, is told after it.
create table notices (
    card_id integer not null references cards (card_id),
    chat_id integer not null,
    kind text not null check (kind in ('wrong', 'mended')),
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'unsure', 'following')),
    primary key (card_id, chat_id, kind)
) strict
