// What this page knows of the world. The server sends everything when we connect and then what changed; `take` puts it in.

export const world = {
  name: "", bot: null, people: new Map(), chats: new Map(), botRuns: null, server: "", lost: false,
  clock: { now_ms: Date.now(), running: false, heardAt: 0 },
};
const messages = new Map(); // chat id -> message id -> message

export function take(news) {
  const fresh = [];
  world.name = news.world;
  if (news.whole) messages.clear();
  if (news.bot) world.bot = news.bot;
  if (news.people) world.people = new Map(news.people.map((person) => [person.id, person]));
  if (news.chats) world.chats = new Map(news.chats.map((chat) => [chat.id, chat]));
  for (const message of news.messages) {
    const there = chatMessages(message.chat);
    if (!there.has(message.id)) fresh.push(message);
    there.set(message.id, message);
  }
  for (const [chat, id] of news.gone) chatMessages(chat).delete(id);
  takeState(news);
  return { fresh: news.whole ? [] : fresh, edited: news.whole ? [] : news.messages.filter((m) => !fresh.includes(m)) };
}

// The time there, whether the bot runs, what the server knows.
export function takeState({ clock, bot_runs: runs, server }) {
  world.clock = { ...clock, heardAt: performance.now() };
  world.botRuns = runs;
  world.server = server;
}

export function now() {
  const { now_ms, running, heardAt } = world.clock;
  return new Date(running ? now_ms + performance.now() - heardAt : now_ms);
}

export function chatMessages(chatId) {
  if (!messages.has(chatId)) messages.set(chatId, new Map());
  return messages.get(chatId);
}

const byPlace = (a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2];

// The messages of a chat as one person sees them: what they alone see stands in place of what it covers.
export function seenBy(person, chatId) {
  const visible = [...chatMessages(chatId).values()].filter((m) => !m.only || m.only === person);
  const covered = new Set(visible.map((m) => m.replaces));
  const here = visible.filter((m) => m.only || !covered.has(m.id)).sort(byPlace);
  const before = former(chatId);
  return before ? [...seenBy(person, before), ...here.filter((m) => !m.service?.migrate_from_chat_id)] : here;
}

// What a supergroup was called before it became one; 0 if it never was another.
export const former = (chatId) => [...world.chats.values()].find((chat) => chat.migrated === chatId)?.id ?? 0;

export const title = (chat) => (chat.kind === "private" ? world.bot.name : chat.title);

export function nameOf(id) {
  return id === world.bot?.id ? world.bot.name : world.people.get(id)?.name ?? "Somebody";
}
