// The open chat: its messages, kept in step with what is known, without losing place or focus.
import { element } from "./text.js";
import { drawMessage } from "./message.js";
import { face } from "./chats.js";
import { nameOf, now, ordered, read, state, title, unread } from "./state.js";
import { dayKey, dayName } from "./when.js";

const box = document.getElementById("messages");
const scroller = document.getElementById("scroller");
const toEnd = document.getElementById("to-end");
const TOGETHER_SECONDS = 300;
const NEAR_END_PX = 60;
let drawn = new Map(); // key -> { node, as }
let drawnFor = "";
const typing = new Map(); // chat id -> timer

let stuck = true; // whether we were at the newest message before anything grew

export const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;

export function goToEnd() {
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

export function drawConversation(acts, looking) {
  const chat = state.chats.get(state.open);
  if (!chat) return box.replaceChildren();
  const another = drawnFor !== `${state.world} ${state.me} ${state.open}`;
  const stay = another || atEnd();
  if (another) drawn = new Map();
  drawnFor = `${state.world} ${state.me} ${state.open}`;
  drawHead(chat);
  place(chat, items(chat), acts);
  if (stay) goToEnd();
  if (looking && stay) read(chat.id);
  drawToEnd();
}

function drawHead(chat) {
  document.getElementById("chat-avatar").replaceWith(Object.assign(face(chat), { id: "chat-avatar" }));
  document.getElementById("chat-title").textContent = title(chat);
  const members = chat.members.map((id) => (id === state.me ? "you" : nameOf(id))).join(", ");
  const about = document.getElementById("chat-about");
  about.textContent = typing.has(chat.id) ? "typing …" : chat.kind === "private" ? "bot" : members;
  about.classList.toggle("typing", typing.has(chat.id));
  document.getElementById("who-in-chat").hidden = chat.kind === "private";
}

export function drawToEnd() {
  const count = unread(state.open);
  toEnd.hidden = atEnd();
  const badge = document.getElementById("end-count");
  badge.hidden = !count;
  badge.textContent = count;
}

// What stands in the chat, from above: days, messages, and in an empty chat what the bot can do.
function items(chat) {
  const all = ordered(chat.id);
  const list = [];
  if (!all.length && chat.kind === "private") list.push({ key: "about", as: state.bot.about });
  all.forEach((message, place) => {
    const before = all[place - 1];
    const at = new Date(message.at * 1000);
    const newDay = !before || dayKey(new Date(before.at * 1000)) !== dayKey(at);
    if (newDay) list.push({ key: `day ${dayKey(at)} ${message.id}`, as: dayName(at, now()) });
    const item = {
      message, group: chat.kind !== "private",
      first: newDay || !together(before, message), last: !together(message, all[place + 1]),
    };
    list.push({ key: `message ${message.id}`, as: JSON.stringify(item), item });
  });
  return list;
}

function together(before, after) {
  return before && after && before.from === after.from && !before.service && !after.service
    && after.at - before.at < TOGETHER_SECONDS;
}

function place(chat, list, acts) {
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

// The buttons under a message that was edited are new ones; who was on one stays where they were.
function refocus({ node, place }) {
  const keys = [...node.querySelectorAll(".key:not(:disabled)")];
  const target = keys.find((key) => key.dataset.place === place) ?? keys[0] ?? node;
  target.focus({ preventScroll: true });
}

function about(words) {
  const node = element("div", "about");
  node.append(element("h2", "", `What can ${state.bot.name} do?`));
  node.append(element("p", "", words || "Press Start to find out."));
  return node;
}

export function isTyping(chatId, redraw) {
  clearTimeout(typing.get(chatId));
  typing.set(chatId, setTimeout(() => {
    typing.delete(chatId);
    redraw();
  }, 5000));
}

export function stopsTyping(chatId) {
  clearTimeout(typing.get(chatId));
  typing.delete(chatId);
}

// A tapped button turns until its answer comes, its message changes, or a minute has passed.
export function waits(node) {
  node.setAttribute("aria-busy", "true");
  setTimeout(() => node.removeAttribute("aria-busy"), 60000);
}
