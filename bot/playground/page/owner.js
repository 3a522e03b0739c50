// Whose phone it is, which chat is open on it, and what was read there.
import { seenBy, world } from "./world.js";

export class Owner {
  constructor() {
    this.me = 0;
    this.open = 0;
    this.topics = new Map(); // chat id -> the topic that is open in it
    this.seen = new Map(); // "person chat topic" -> last message id read
  }

  kept() {
    return { me: this.me, open: this.open, topics: [...this.topics], seen: [...this.seen] };
  }

  recall(kept) {
    this.me = kept?.me ?? 0;
    this.open = kept?.open ?? 0;
    this.topics = new Map(kept?.topics);
    this.seen = new Map(kept?.seen);
  }

  chat() {
    return world.chats.get(this.open);
  }

  // The topic that is open in a chat; nothing where there are none.
  topic(chat) {
    if (!chat?.topics.length) return undefined;
    const open = this.topics.get(chat.id);
    return chat.topics.find((topic) => topic.id === open) ?? chat.topics[0];
  }

  // The messages of a chat, or of the topic that is open in it, as the owner sees them.
  ordered(chat) {
    const all = seenBy(this.me, chat.id);
    const topic = this.topic(chat);
    return topic ? all.filter((m) => m.topic === topic.id) : all;
  }

  last(chat) {
    return seenBy(this.me, chat.id).at(-1);
  }

  // The chats that the owner has, the one with the newest message first; what was never begun invites most.
  chats() {
    const mine = [...world.chats.values()].filter((chat) =>
      !chat.migrated && (chat.kind === "private" ? chat.id === this.me : chat.members.includes(this.me)));
    const at = (chat) => this.last(chat)?.at ?? Number.MAX_SAFE_INTEGER;
    return mine.sort((a, b) => at(b) - at(a) || (a.kind === "private" ? -1 : 1));
  }

  mark(chatId, topic) {
    return `${this.me} ${chatId} ${topic}`;
  }

  unread(chatId, topic) {
    const news = (m) => !m.only && m.from !== this.me && !m.service && m.chat === chatId
      && (topic === undefined || m.topic === topic) && m.id > (this.seen.get(this.mark(chatId, m.topic)) ?? 0);
    return seenBy(this.me, chatId).filter(news).length;
  }

  read(chat) {
    const topic = this.topic(chat)?.id ?? 0;
    const ids = this.ordered(chat).filter((m) => !m.only && m.chat === chat.id).map((m) => m.id);
    const last = Math.max(0, ...ids);
    const mark = this.mark(chat.id, topic);
    if ((this.seen.get(mark) ?? 0) < last) this.seen.set(mark, last);
  }

  commands(chat) {
    return chat?.commands[this.me] ?? [];
  }
}
