-- The database as it is today. Moments end in _at and are milliseconds since 1970 UTC; days are study days, counted
-- from 1970-01-01; minutes are wall-clock minutes since midnight in the chat's own zone.

create table decks (
    deck_id integer primary key,
    file text not null unique,          -- path inside the decks folder, as of the last reading; #ID: another deck has taken it
    slug text not null unique,          -- in links (deck_SLUG); stays what it was first
    name text not null,
    digest text not null,               -- of the file as last read: the same bytes are not read twice
    archived_at integer,                -- the file is gone, or its owner put it away; what was learned is kept
    owner_id integer references chats (chat_id) on delete set null, -- who sent it; null: nobody, or forgotten
    -- The name that a deck which was sent has in its file; of a package in the folder its path and that name, a line
    -- each; empty: a text file of the folder.
    origin text not null default '',
    audience text not null default 'everybody' check (audience in ('everybody', 'private')),
    share_token text,                   -- in the link that lets others in; null: there is none
    edit_token text,                    -- in the link that lets others edit; null: there is none
    description text not null default '',
    import_id integer                   -- which import changed it last; null: none did
) strict;
create unique index decks_sent on decks (owner_id, origin) where owner_id is not null;
create unique index decks_shared on decks (share_token) where share_token is not null;
create unique index decks_edited on decks (edit_token) where edit_token is not null;

-- Whom a deck's owner lets edit it.
create table editors (
    deck_id integer not null references decks (deck_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    since_at integer not null,
    primary key (deck_id, learner_id)
) strict;
create index editors_of_learner on editors (learner_id);

-- How the fields of a note of Anki's become the sides of its cards, each different one once.
create table notetypes (
    notetype_id integer primary key autoincrement,
    body text not null unique           -- its names, fields, templates and looks, JSON
) strict;

create table cards (
    card_id integer primary key autoincrement,  -- permanent, never used again
    deck_id integer not null references decks (deck_id),
    position integer not null,
    kind text not null check (kind in ('question', 'statement', 'waiting')),
    guid text not null,
    note text not null,                 -- siblings share it; empty: has none
    fields text not null,               -- as written, a JSON list: what the next reading is matched against
    front text not null,                -- content trees, JSON
    back text not null,
    archived_at integer,
    tags text not null default '',      -- parted by spaces
    notetype_id integer references notetypes (notetype_id), -- fields are those of a note of Anki's; null: they are cells
    indexed integer not null default 0, -- /find knows it as it is written
    file_fields text                    -- as its file had them before it was edited here; []: it was in none; null: fields
) strict;
create index cards_of_deck on cards (deck_id, position);
create index cards_to_index on cards (card_id) where indexed = 0;
create index cards_of_notetype on cards (notetype_id) where notetype_id is not null;
create index cards_of_note on cards (deck_id, note) where note <> '';    -- siblings

-- The words of cards as /find looks for them, by card_id; the cards know which of them it has (search.py).
create virtual table card_words using fts5 (
    deck, front, back, tags, prefix = '2 3', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
insert into card_words (card_words, rank) values ('automerge', 0);    -- in steps of ours

-- Pictures and sounds of decks that were sent; the files lie beside the database, each once.
create table media (
    deck_id integer not null references decks (deck_id) on delete cascade,
    name text not null,                 -- as the deck's author calls it
    stored text not null,               -- the file's name: SHA-256 of its bytes, and its kind behind a dot
    primary key (deck_id, name)
) strict;
create index media_stored on media (stored);

-- Files that people sent and that are not imported yet, at most one a person.
create table imports (
    import_id integer primary key autoincrement,
    learner_id integer unique references chats (chat_id) on delete cascade,     -- null: nobody's, for everybody
    file_id text not null,              -- by which Telegram gives the file again; empty: it came another way
    name text not null,
    found text,                         -- what it would do, as was told, JSON
    same integer not null default 0,    -- cards that look new are those that they may be with another wording
    anew integer not null default 0,    -- cards whose answer is quite another begin anew for who sent it
    message_id integer,                 -- where it stands how far it is, or what it would do; null: nowhere yet
    plan text,                          -- it is being carried out, and will be, JSON; null: nothing is decided
    told integer not null default 0     -- what it would do stands there; 0: it is being looked into, or imported
) strict;

-- Cards of a file that is being imported: in no deck until all of them are here.
create table arriving (
    import_id integer not null references imports (import_id) on delete cascade,
    deck integer not null,              -- place among the file's decks
    position integer not null,
    card_id integer,                    -- the card that it is; null: a new one
    kind text not null,                 -- empty: the card stays as it is, only progress arrives
    guid text not null,
    note text not null,
    fields text not null,
    front text not null,
    back text not null,
    tags text not null,
    notetype_id integer references notetypes (notetype_id),
    progress text,                      -- how far its owner was with it elsewhere, JSON; null: nothing of that is wanted
    primary key (import_id, deck, position)
) strict;

-- A private chat has its person's id; a person met only in a group has a row too (started_at is null).
create table chats (
    chat_id integer primary key,
    kind text not null check (kind in ('private', 'group')),
    started_at integer,
    gone_at integer,                    -- blocked, kicked or left: nothing is sent, everything is kept
    zone text,                          -- IANA name; null: never chosen, the default holds
    zone_told integer not null default 0,   -- that the default zone holds has been said
    setup text not null default 'fresh' check (setup in ('fresh', 'hour', 'zone', 'done')),
    rollover_hour integer not null default 4,
    new_per_day integer not null default 10,
    reviews_per_day integer not null default 200,
    retention real not null default 0.9,
    push_days integer not null default 127, -- bit 0 is Monday
    quiet_from integer,                 -- minutes; both or neither
    quiet_to integer,
    paused_until integer,               -- day on which pushes come again
    group_minutes integer not null default 10,
    extra_new integer not null default 0,   -- more new cards asked for on extra_new_day
    extra_new_day integer,
    last_tap_at integer,
    last_push_day integer,              -- study day of the last push sent
    ignored_days integer not null default 0,    -- push days in a row without a tap
    asking text not null default '',    -- what the settings asked for last and may be typed: hour, zone
    snoozed_until integer,              -- one push put off: it comes at this moment besides the hours
    next_push_at integer,               -- null: none is coming
    asked_in integer,                   -- the message whose question a typed answer answered last, or will
    asleep_at integer,                  -- a group that let five turns pass without a tap: quiet until somebody taps
    asleep_said integer not null default 0, -- and was asked whether to go on
    heard text not null default ''      -- the update whose words last answered what was asked, a colon, what that was
) strict;
create index chats_due on chats (next_push_at) where next_push_at is not null;
create index chats_to_ask on chats (asleep_at) where asleep_at is not null and asleep_said = 0;

create table push_hours (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    minute integer not null check (minute between 0 and 1439),
    primary key (chat_id, minute)
) strict;

create table subscriptions (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    deck_id integer not null references decks (deck_id),
    subscribed_at integer not null,
    left_at integer,
    thread_id integer,                  -- the topic of a group that this deck is tied to
    primary key (chat_id, deck_id)
) strict;

-- Topics of a group in which something was asked for; 0 is the general one, of which only its being closed is known.
create table topics (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    thread_id integer not null,
    name text not null default '',      -- as Telegram told it last; empty: it never did
    closed_at integer,                  -- found closed, and the administrators were told
    primary key (chat_id, thread_id)
) strict;

-- Who takes part in a group: a row comes with the first look, grade, /join or round.
create table members (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    name text not null,                 -- as Telegram gave it last, for the board and a round's table
    joined_at integer not null,         -- when they began to take part, or came back
    left_at integer,                    -- said so, or left the room; taking part brings them back
    hidden integer not null default 0,  -- not on the board
    primary key (chat_id, learner_id)
) strict;
create index members_of_learner on members (learner_id);

-- A card that somebody writes, until it is saved; at most one a person.
create table drafts (
    learner_id integer primary key references chats (chat_id) on delete cascade,
    deck_id integer references decks (deck_id) on delete set null,   -- where it will go; null: not chosen yet
    stage text not null check (stage in ('front', 'back', 'preview')),  -- what is asked for next
    front text not null,                -- content trees, JSON
    back text not null,
    reversed integer not null default 0,    -- the other way round as well
    message_id integer,                 -- where the question or the preview stands
    began_at integer not null
) strict;

-- What somebody types anew for one side of a card, or one field of its note, until it is saved; at most one a person.
create table edits (
    learner_id integer primary key references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    side text not null check (side in ('front', 'back', 'field')),
    turn_id integer references turns (turn_id) on delete set null,   -- under which it was begun; null: on the card's page
    content text,                       -- a content tree, JSON; null: nothing was typed yet
    field integer,                      -- its place in the note; null: a side
    was text                            -- the note's fields as they were seen, a JSON list; null: a side
) strict;
create index edits_of_turn on edits (turn_id);

-- Cards that a learner wants not to be asked.
create table aside (
    learner_id integer not null references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    suspended_at integer,               -- until it is taken back
    buried_day integer,                 -- through this study day
    primary key (learner_id, card_id),
    check (suspended_at is not null or buried_day is not null)
) strict;

-- Cards that a learner says are wrong, once a card and person.
create table complaints (
    card_id integer not null references cards (card_id),
    learner_id integer not null references chats (chat_id) on delete cascade,
    at integer not null,
    settled_at integer,
    came text check (came in ('mended', 'right')),      -- what it was settled by; mended it may be said again
    primary key (card_id, learner_id)
) strict;
create index complaints_of_learner on complaints (learner_id);

-- Who is still to be told of such a card, that it is said to be wrong or that it was mended; goes once that was told.
create table notices (
    card_id integer not null references cards (card_id),
    chat_id integer not null,           -- also of who runs the bot, who need not be known otherwise; 0: of nobody yet
    kind text not null check (kind in ('wrong', 'mended')),
    -- waiting: nothing sent yet; sending: a call may be under way (found so after a crash: unsure); unsure: whether it
    -- arrived is open, it follows once more; following: that may be under way
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'unsure', 'following')),
    primary key (card_id, chat_id, kind)
) strict;

-- What a learner's schedule depends on, each different one once; a review names the one it was made with.
create table policies (
    policy_id integer primary key,
    body text not null unique
) strict;

-- The cache of the review log: `verify` replays the log and compares.
create table memories (
    learner_id integer not null references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    stage text not null check (stage in ('learning', 'review', 'relearning')),
    stability real not null,
    difficulty real not null,
    step integer,
    interval_days integer not null,
    due_at integer,                     -- below a day: an instant
    due_day integer,                    -- from one day on: a study day
    last_at integer not null,
    last_day integer not null,
    reviews integer not null,
    lapses integer not null,
    primary key (learner_id, card_id),
    check ((due_at is null) <> (due_day is null))
) strict;
-- Whole, so that the cards nearest to being forgotten are found without a look at the rows.
create index memories_due_day on memories (learner_id, due_day, last_day, stability, card_id) where due_day is not null;
create index memories_due_at on memories (learner_id, due_at) where due_at is not null;

create table sessions (
    session_id integer primary key autoincrement,
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    reason text not null check (reason in ('quiz', 'push', 'ahead', 'undo')),
    deck_id integer references decks (deck_id), -- narrowed to one deck
    planned integer not null,           -- cards at its start
    cap integer,                        -- at most so many different cards were asked for
    began_at integer not null,
    ended_at integer,
    round_id integer references rounds (round_id) on delete set null,  -- over what was missed in a group's round
    tree text not null default ''       -- narrowed to the decks of that name and below it, 'Biology' or 'Biology::Cells'
) strict;
create index sessions_of_chat on sessions (chat_id);
create index sessions_of_round on sessions (round_id) where round_id is not null;

-- A live round of a group: a lobby, then so many cards one after the other, each with its time.
create table rounds (
    round_id integer primary key autoincrement,
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    thread_id integer,                  -- the topic in which it is played
    host_id integer references chats (chat_id) on delete set null,
    form text not null check (form in ('flip', 'race')),
    deck_id integer references decks (deck_id), -- null: all decks of the group
    cards integer not null,
    seconds integer not null,           -- for each card
    stage text not null check (stage in ('setup', 'lobby', 'asking', 'reading', 'ended')),
    place integer not null default 0,   -- the card asked now, from 1
    unanswered integer not null default 0,  -- cards in a row that nobody answered
    next_at integer,                    -- when the next step is due; of an ended one: its table is still to be sent
    message_id integer,                 -- of the setup and the lobby, then of the table
    media text check (media in ('text', 'photo')),
    began_at integer not null,
    ended_at integer,
    ended text check (ended in ('done', 'stopped', 'silent', 'interrupted', 'empty'))
) strict;
-- Never two at once in a chat: the database holds this, whoever comes first.
create unique index rounds_open on rounds (chat_id) where ended_at is null;
create index rounds_next on rounds (next_at) where next_at is not null;
create index rounds_of_host on rounds (host_id);

create table players (
    round_id integer not null references rounds (round_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    joined_at integer not null,
    points integer not null default 0,
    streak integer not null default 0,  -- right answers in a row
    primary key (round_id, learner_id)
) strict;
create index players_of_learner on players (learner_id);

create table turns (
    turn_id integer primary key autoincrement,
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    learner_id integer references chats (chat_id) on delete cascade,   -- null: put to a group
    card_id integer not null references cards (card_id),
    session_id integer references sessions (session_id) on delete cascade,
    asked_by integer,                   -- the member who began a group's turn; null: a push
    thread_id integer,                  -- a group's topic
    opened_at integer not null,
    looked_at integer,                  -- the answer is shown (private)
    grades integer not null default 0,  -- a group's message bears the grade buttons: somebody looked
    closes_at integer,                  -- a group's time
    closed_at integer,
    ended text check (ended in ('graded', 'superseded', 'withdrawn', 'closed')),
    message_id integer,                 -- where it stands or last stood; null: not sent yet
    media text check (media in ('text', 'photo')),
    buttons integer not null default 1, -- whether its message still bears buttons, as far as we know
    round_id integer references rounds (round_id) on delete cascade
) strict;
-- At most one open turn in a chat: the database holds this, whoever comes first.
create unique index turns_open on turns (chat_id) where closed_at is null;
create index turns_of_message on turns (chat_id, message_id) where message_id is not null;
create index turns_of_chat on turns (chat_id, turn_id);   -- the latest, without reading all of them
create index turns_closing on turns (closes_at) where closed_at is null and closes_at is not null;
create index turns_of_learner on turns (learner_id);
create index turns_of_session on turns (session_id);
create index turns_of_round on turns (round_id) where round_id is not null;

-- Recordings that were sent with a turn, and go with it.
create table recordings (
    turn_id integer not null references turns (turn_id) on delete cascade,
    side text not null check (side in ('front', 'back')),
    place integer not null,             -- among those of its side
    chat_id integer not null,           -- where it was sent
    message_id integer,                 -- null: a call may be under way, or it never arrived
    primary key (turn_id, side, place)
) strict;

-- Recordings that somebody asked to hear beside a page that shows a card, and go with that page.
create table played (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    page_id integer not null,           -- the message that shows it
    card_id integer not null,           -- 0: the card that is being written
    place integer not null,             -- among those of the card
    message_id integer,                 -- null: a call may be under way, or it never arrived
    primary key (chat_id, page_id, place)
) strict;

-- What a race offers under its card, in the order of the buttons: the cards whose backs stand there.
create table options (
    turn_id integer not null references turns (turn_id) on delete cascade,
    place integer not null,
    card_id integer not null references cards (card_id),
    primary key (turn_id, place)
) strict;

-- Who was led to the answer, who looked and who graded. The key lets a first tap win.
create table answers (
    turn_id integer not null references turns (turn_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    looked_at integer,                  -- null: led to the private chat and not seen there yet
    grade integer check (grade between 1 and 4),
    ephemeral_id integer,               -- the message in the group that this member alone sees, as last sent
    choice integer,                     -- in a race: the option that was tapped
    answered_at integer,                -- when it was graded or tapped
    rank integer,                       -- in a race: the order in which they answered
    primary key (turn_id, learner_id)
) strict;
create index answers_of_learner on answers (learner_id);
-- What every tick looks for, among all that were ever given.
create index answers_alone on answers (turn_id) where ephemeral_id is not null;
-- Who tapped under a group's card in the group and has not left it since: they may see what can be done with the card.
create table present (
    turn_id integer not null references turns (turn_id) on delete cascade,
    learner_id integer not null references chats (chat_id) on delete cascade,
    ephemeral_id integer,               -- where they alone see that in the group before they looked, as last sent
    primary key (turn_id, learner_id)
) strict;
create index present_of_learner on present (learner_id);
create index present_alone on present (turn_id) where ephemeral_id is not null;

-- One row a grade, never changed. An undo is a row that names the one it takes back; one of kind manual says what the
-- memory is from then on. A grade without a policy was given elsewhere: it tells of the past and moves no memory.
create table reviews (
    review_id integer primary key autoincrement,
    learner_id integer not null references chats (chat_id) on delete cascade,
    card_id integer not null references cards (card_id),
    turn_id integer references turns (turn_id) on delete set null,
    at integer not null,
    day integer not null,               -- the learner's study day
    day_ends_at integer not null,
    kind text not null check (kind in ('learn', 'review', 'relearn', 'group', 'cram', 'manual', 'undo')),
    grade integer check (grade between 1 and 4),
    stage_before text,                  -- null: the card was new
    before text,                        -- memories as JSON
    after text,                         -- of kind manual: null: it is new again
    taken_ms integer,                   -- at most 60 000
    policy_id integer references policies (policy_id),
    undoes integer unique references reviews (review_id),
    was_due integer not null default 0, -- its day had come then; a step's comes on the study day after its last grade
    elsewhere text,                     -- of a grade given elsewhere: what that log says besides, JSON
    check ((kind = 'undo') = (undoes is not null)),
    check ((kind in ('undo', 'manual')) = (grade is null))
) strict;
create index reviews_of_learner on reviews (learner_id, review_id);    -- the latest, asked for at every card
create index reviews_of_day on reviews (learner_id, day);
create index reviews_of_card on reviews (learner_id, card_id);
create index reviews_of_turn on reviews (turn_id);
-- The same file read twice tells nothing twice.
create unique index reviews_elsewhere on reviews (learner_id, card_id, at) where elsewhere is not null;
create index reviews_in_group on reviews (learner_id, day) where kind = 'group';  -- who met something there today
create index reviews_by_hand on reviews (learner_id, card_id) where kind = 'manual';

-- One row a slot. A key makes it one push for a chat, a study day and an hour.
create table pushes (
    chat_id integer not null references chats (chat_id) on update cascade on delete cascade,
    day integer not null,
    minute integer not null,
    claimed_at integer not null,
    -- claimed: nothing sent yet; sending: a call may be under way (found so after a crash: unsure); sent; unsure: whether it
    -- arrived is open, another card follows; following: that one may be under way; nothing: nothing was due; here: the person
    -- was just here; soon, covered: another push stands for it; gone: the chat no longer has us
    state text not null check (state in
        ('claimed', 'sending', 'sent', 'unsure', 'following', 'nothing', 'here', 'soon', 'covered', 'gone')),
    extra integer not null default 0,   -- put off by a snooze: does not count among the day's hours
    turn_id integer references turns (turn_id) on delete set null,
    head text not null default '',      -- what its line says, JSON
    primary key (chat_id, day, minute)
) strict;
-- What every tick looks for, among all that were ever sent.
create index pushes_open on pushes (state) where state in ('claimed', 'sending', 'unsure', 'following');
create index pushes_of_turn on pushes (turn_id);

-- Pictures that Telegram already has.
create table pictures (
    picture text primary key,           -- path, size and moment of change
    file_id text not null
) strict;

-- Updates that changed something and have no key of their own to be known by.
create table handled (
    update_id integer primary key,
    at integer not null
) strict;
create index handled_at on handled (at);    -- old ones go whenever a new one comes

-- Updates whose work takes long: they lie here, so that Telegram need not keep them and all after them.
create table inbox (
    update_id integer primary key,
    body text not null                  -- as Telegram gave it, JSON; goes when its work is done
) strict;

-- Facts about this database as a whole (where the reading of updates stood, when it last did what).
create table marks (
    name text primary key,
    value text not null
) strict;
