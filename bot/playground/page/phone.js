// The page of the playground: a phone-like Telegram. Puts the parts together.
import { act, listen } from "./server.js";
import { keep, myChats, nameOf, read, state, take, title, unread } from "./state.js";
import { drawChats, drawWho } from "./chats.js";
import { closeCommands, drawComposer, focusField, setUpComposer } from "./composer.js";
import { atEnd, drawConversation, drawToEnd, goToEnd, isTyping, stopsTyping, waits } from "./conversation.js";
import { drawBar, setUpBar } from "./bar.js";
import { alertBox, say, showPicture, toast } from "./notices.js";

const phone = document.getElementById("phone");
const back = document.getElementById("back");
const wide = matchMedia("(min-width: 800px)");
const tapped = new Map(); // query id -> the button that waits, and who tapped
const early = new Map(); // query id -> an answer that came before we knew the query's id

const looking = () => (wide.matches || phone.dataset.view === "chat") && !document.hidden;

function draw() {
  if (wide.matches && !myChats().some((chat) => chat.id === state.open)) state.open = myChats()[0]?.id ?? 0;
  drawConversation(acts, looking());
  drawChats(openChat);
  drawComposer();
  drawBar();
  const others = myChats().filter((chat) => chat.id !== state.open || !looking());
  const waiting = others.reduce((sum, chat) => sum + unread(chat.id), 0);
  document.title = `${waiting ? `(${waiting}) ` : ""}${state.bot?.name ?? "Telegram"}: a Telegram of your own`;
  const badge = document.getElementById("back-count");
  badge.hidden = !waiting;
  badge.textContent = waiting;
  keep();
}

function openChat(id) {
  state.open = id;
  phone.dataset.view = "chat";
  draw();
  goToEnd();
  // On a phone the field would bring up the keyboard.
  if (wide.matches) focusField();
  else document.getElementById("scroller").focus({ preventScroll: true });
}

function become(id) {
  const wasPrivate = state.chats.get(state.open)?.kind === "private";
  state.me = id;
  if (wasPrivate) state.open = id;
  drawWho(become);
  draw();
  say(`You are ${nameOf(id)} now.`);
}

async function tryTo(what, body) {
  try {
    return await act(what, { person: state.me, ...body });
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

// A link to the bot with a start parameter opens the private chat and starts it, as a tap in Telegram does.
function followStart(url) {
  let address;
  try {
    address = new URL(url);
  } catch {
    return false;
  }
  const names = ["t.me", "telegram.me"];
  const mine = names.includes(address.hostname) && address.pathname.slice(1).toLowerCase() === state.bot.username.toLowerCase();
  if (!mine) return false;
  openChat(state.me);
  if (address.searchParams.has("start")) tryTo("start", { payload: address.searchParams.get("start") });
  return true;
}

const acts = {
  async tap(message, button, row, column, node) {
    if (node.getAttribute("aria-busy") === "true") return;
    if (button.copy) return copy(button.copy);
    if (button.url) {
      if (!followStart(button.url)) open(button.url, "_blank", "noopener,noreferrer");
      return;
    }
    waits(node);
    const said = await tryTo("tap", { chat: message.chat, message: message.id, row, column, words: button.text });
    if (!said) return node.removeAttribute("aria-busy");
    tapped.set(said.query, { node, person: state.me });
    if (early.has(said.query)) answered(early.get(said.query));
  },
  command: (words) => tryTo("send", { chat: state.open, text: words }),
  link: followStart,
  picture: showPicture,
};

async function copy(words) {
  await navigator.clipboard.writeText(words);
  toast("Copied");
}

function answered(answer) {
  const waiting = tapped.get(answer.query);
  if (!waiting) return early.set(answer.query, answer);
  tapped.delete(answer.query);
  early.delete(answer.query);
  waiting.node.removeAttribute("aria-busy");
  if (waiting.person !== state.me) return;
  if (answer.text && answer.alert) alertBox(state.bot.name, answer.text);
  else if (answer.text) toast(answer.text);
  if (answer.url) followStart(answer.url);
}

function hear(news) {
  const before = state.world;
  const { fresh, edited } = take(news);
  for (const chat of news.typing) isTyping(chat, draw);
  for (const message of fresh) stopsTyping(message.chat);
  if (before !== state.world || news.people) drawWho(become);
  if (before !== state.world && state.open && before) state.open = 0;
  draw();
  news.answers.forEach(answered);
  for (const message of [...fresh, ...edited]) announce(message);
}

function announce(message) {
  if (message.chat !== state.open || message.from === state.me || message.service) return;
  const keys = message.rows.flat().map((button) => button.text).join(", ");
  say(`${nameOf(message.from)}: ${message.text}${keys ? ` Buttons: ${keys}` : ""}`);
}

function goBack() {
  phone.dataset.view = "chats";
  const left = state.open;
  draw();
  document.querySelector(`[data-chat="${left}"]`)?.focus();
}

back.addEventListener("click", goBack);
document.getElementById("to-end").addEventListener("click", () => {
  goToEnd();
  read(state.open);
  focusField();
  draw();
});
document.getElementById("scroller").addEventListener("scroll", () => {
  if (atEnd() && looking() && unread(state.open)) {
    read(state.open);
    draw();
  }
  drawToEnd();
}, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (!closeCommands() && !wide.matches && phone.dataset.view === "chat") goBack();
});
document.addEventListener("visibilitychange", draw);
wide.addEventListener("change", draw);

setUpBar();
setUpComposer(
  (text) => tryTo("send", { chat: state.open, text }),
  () => tryTo("start", { payload: "" }),
);
listen(hear, (is) => (document.getElementById("lost").hidden = !is));
