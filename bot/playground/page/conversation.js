// The open chat: its messages, kept in step with what is known, without losing place or focus.
import { element } from "./text.js";
import { drawMessage } from "./message.js";
import { face } from "./chats.js";
import { fileWords } from "./files.js";
import { chatMessages, nameOf, now, title, world } from "./world.js";
import { dayKey, dayName } from "./when.js";

const TOGETHER_SECONDS = 300;
const NEAR_END_PX = 60;
const TYPING_MS = 5000;

export function conversation(part, owner, acts) {
  const box = part("messages");
  const scroller = part("scroller");
  const toEnd = part("to-end");
  const typing = new Map(); // chat id -> timer
  let drawn = new Map(); // key -> { node, as }
  let drawnFor = "";
  let stuck = true; // whether we were at the newest message before anything grew

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;

  function goToEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    stuck = true;
  }

  // Pictures that load, the keyboard of a phone, a composer that grows: who was at the end stays there.
  const grown = new ResizeObserver(() => {
    if (stuck) goToEnd();
  });
  grown.observe(scroller);
  grown.observe(box);
  scroller.addEventListener("scroll", () => (stuck = atEnd()), { passive: true });

  function draw(looking) {
    const chat = owner.chat();
    if (!chat) return box.replaceChildren();
    const which = `${world.name} ${owner.me} ${owner.open} ${owner.topic(chat)?.id}`;
    const another = drawnFor !== which;
    const stay = another || atEnd();
    if (another) drawn = new Map();
    drawnFor = which;
    drawHead(chat);
    place(items(owner, chat));
    if (stay) goToEnd();
    if (looking && stay) owner.read(chat);
    drawToEnd();
  }

  function drawHead(chat) {
    const avatar = part("chat-avatar");
    avatar.replaceWith(Object.assign(face(chat), { id: avatar.id }));
    part("chat-title").textContent = title(chat);
    const members = chat.members.map((id) => (id === owner.me ? "you" : nameOf(id))).join(", ");
    const about = part("chat-about");
    about.textContent = typing.has(chat.id) ? "typing …" : chat.kind === "private" ? "bot" : members;
    about.classList.toggle("typing", typing.has(chat.id));
  }

  function drawToEnd() {
    const count = owner.unread(owner.open, owner.topic(owner.chat())?.id);
    toEnd.hidden = atEnd();
    const badge = part("end-count");
    badge.hidden = !count;
    badge.textContent = count;
  }

  function place(list) {
    const next = new Map();
    let focus = null;
    const nodes = list.map(({ key, as, item }) => {
      const old = drawn.get(key);
      if (old && old.as === as) {
        next.set(key, old);
        return old.node;
      }
      const node = item ? drawMessage(item, acts) : key === "about" ? about(as) : element("p", "pill", as);
      if (old?.node.contains(document.activeElement)) focus = { node, place: document.activeElement.dataset.place };
      next.set(key, { node, as });
      return node;
    });
    const staying = new Set(nodes);
    for (const node of [...box.children]) {
      if (staying.has(node)) continue;
      if (!focus && node.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      node.remove();
    }
    nodes.forEach((node, at) => {
      if (box.children[at] !== node) box.insertBefore(node, box.children[at] ?? null);
    });
    drawn = next;
    if (focus) refocus(focus);
  }

  function isTyping(chatId, redraw) {
    clearTimeout(typing.get(chatId));
    typing.set(chatId, setTimeout(() => {
      typing.delete(chatId);
      redraw();
    }, TYPING_MS));
  }

  function stopsTyping(chatId) {
    clearTimeout(typing.get(chatId));
    typing.delete(chatId);
  }

  return { draw, drawToEnd, atEnd, goToEnd, isTyping, stopsTyping };
}

// What stands in the chat, from above: days, messages, and in an empty chat what the bot can do.
function items(owner, chat) {
  const all = owner.ordered(chat);
  const list = [];
  if (!all.length && chat.kind === "private") list.push({ key: "about", as: world.bot.about });
  all.forEach((message, place) => {
    const before = all[place - 1];
    const at = new Date(message.at * 1000);
    const newDay = !before || dayKey(new Date(before.at * 1000)) !== dayKey(at);
    // What replaces a message is drawn where it stood: the focus stays on its buttons.
    const id = `${message.chat} ${message.replaces || message.id}`;
    if (newDay) list.push({ key: `day ${dayKey(at)} ${id}`, as: dayName(at, now()) });
    const item = {
      message, me: owner.me, group: chat.kind !== "private", quote: quoteOf(message),
      first: newDay || !together(before, message), last: !together(message, all[place + 1]),
    };
    list.push({ key: `message ${id}`, as: JSON.stringify(item), item });
  });
  return list;
}

// What a message answers, as that is now: who wrote it and how it begins.
function quoteOf({ chat, reply }) {
  const answered = reply && chatMessages(chat).get(reply);
  if (!answered || answered.service) return null;
  return { name: nameOf(answered.from), words: answered.text.replace(/\s+/g, " ").slice(0, 90) || fileWords(answered.file) };
}

function together(before, after) {
  return before && after && before.from === after.from && !before.service && !after.service
    && after.at - before.at < TOGETHER_SECONDS;
}

// The buttons under a message that was edited are new ones; who was on one stays where they were.
function refocus({ node, place }) {
  const keys = [...node.querySelectorAll(".key:not(:disabled)")];
  const target = keys.find((key) => key.dataset.place === place) ?? keys[0] ?? node;
  target.focus({ preventScroll: true });
}

function about(words) {
  const node = element("div", "about");
  node.append(element("h2", "", `What can ${world.bot.name} do?`));
  node.append(element("p", "", words || "Press Start to find out."));
  return node;
}
