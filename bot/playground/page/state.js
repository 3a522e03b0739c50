// What this page knows of the world, and who of the people in it we are now.
// The server sends everything when we connect and then what changed; `take` puts it in.

export const state = {
  world: "", me: 0, open: 0, bot: null, people: new Map(), chats: new Map(), botRuns: null,
  clock: { now_ms: Date.now(), running: false, heardAt: 0 },
};
const messages = new Map(); // chat id -> message id -> message
let seen = new Map(); // "person chat" -> last message id read
const KEY = "deckhand-playground";

export function take(news) {
  const fresh = [];
  if (news.world !== state.world) begin(news.world);
  if (news.whole) messages.clear();
  if (news.bot) state.bot = news.bot;
  if (news.people) state.people = new Map(news.people.map((person) => [person.id, person]));
  if (news.chats) state.chats = new Map(news.chats.map((chat) => [chat.id, chat]));
  for (const message of news.messages) {
    const there = chatMessages(message.chat);
    if (!there.has(message.id)) fresh.push(message);
    there.set(message.id, message);
  }
  for (const [chat, id] of news.gone) chatMessages(chat).delete(id);
  if (news.clock) takeClock(news.clock);
  if (news.bot_runs !== undefined) state.botRuns = news.bot_runs;
  if (!state.people.has(state.me)) state.me = state.people.keys().next().value ?? 0;
  return { fresh: news.whole ? [] : fresh, edited: news.whole ? [] : news.messages.filter((m) => !fresh.includes(m)) };
}

export function takeClock(clock) {
  state.clock = { ...clock, heardAt: performance.now() };
}

function begin(world) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  state.world = world;
  const same = kept.world === world;
  seen = new Map(same ? kept.seen : []);
  state.me = same ? kept.me : 0;
  state.open = same ? kept.open : 0;
}

export function keep() {
  const { world, me, open } = state;
  sessionStorage.setItem(KEY, JSON.stringify({ world, me, open, seen: [...seen] }));
}

export function now() {
  const { now_ms, running, heardAt } = state.clock;
  return new Date(running ? now_ms + performance.now() - heardAt : now_ms);
}

export function chatMessages(chatId) {
  if (!messages.has(chatId)) messages.set(chatId, new Map());
  return messages.get(chatId);
}

export function ordered(chatId) {
  return [...chatMessages(chatId).values()].sort((a, b) => a.id - b.id);
}

// The chats that the person we are now has, the one with the newest message first.
export function myChats() {
  const mine = [...state.chats.values()].filter((chat) =>
    !chat.migrated && (chat.kind === "private" ? chat.id === state.me : chat.members.includes(state.me)));
  const last = (chat) => ordered(chat.id).at(-1)?.at ?? Number.MAX_SAFE_INTEGER; // what was never begun invites most
  return mine.sort((a, b) => last(b) - last(a) || (a.kind === "private" ? -1 : 1));
}

export const title = (chat) => (chat.kind === "private" ? state.bot.name : chat.title);

export function nameOf(id) {
  return id === state.bot?.id ? state.bot.name : state.people.get(id)?.name ?? "Somebody";
}

const mark = (chatId) => `${state.me} ${chatId}`;

export function unread(chatId) {
  const last = seen.get(mark(chatId)) ?? 0;
  return ordered(chatId).filter((m) => m.id > last && m.from !== state.me && !m.service).length;
}

export function read(chatId) {
  const last = ordered(chatId).at(-1)?.id ?? 0;
  if ((seen.get(mark(chatId)) ?? 0) < last) seen.set(mark(chatId), last);
}

export function commands(chat) {
  return chat?.commands[state.me] ?? [];
}
