// What we write: the field, the command list, the start button.
import { element } from "./text.js";
import { chatMessages, commands, state } from "./state.js";

const field = document.getElementById("words");
const form = document.getElementById("composer");
const list = document.getElementById("commands");
const menu = document.getElementById("menu");
const start = document.getElementById("start");
const drafts = new Map();
let drafted = "";

const here = () => state.chats.get(state.open);

// `send(text)` says it in the open chat and gives back whether it went, `begin()` is the start button.
export function setUpComposer(send, begin) {
  const say = async (text) => {
    if (!text.trim()) return;
    closeCommands();
    const went = await send(text.trim());
    if (!went && !field.value) field.value = text;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(field.value);
    field.value = "";
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key === "ArrowUp" && !list.hidden) {
      event.preventDefault();
      list.lastElementChild.focus();
    }
  });
  field.addEventListener("input", () => (/^\/\w*$/.test(field.value) ? openCommands(field.value, say) : closeCommands()));
  menu.addEventListener("click", () => {
    if (!list.hidden) return closeCommands();
    openCommands("/", say);
    list.firstElementChild?.focus();
  });
  list.addEventListener("keydown", moveInList);
  start.addEventListener("click", begin);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#commands, #composer")) closeCommands();
  });
}

function openCommands(beginning, say) {
  const group = here().kind !== "private";
  const fitting = commands(here()).filter(({ command }) => `/${command}`.startsWith(beginning));
  list.replaceChildren(...fitting.map(({ command, description }) => {
    const node = element("button");
    node.type = "button";
    node.append(element("b", "", `/${command}`), element("span", "", description));
    node.addEventListener("click", () => {
      field.value = "";
      field.focus();
      say(group ? `/${command}@${state.bot.username}` : `/${command}`);
    });
    return node;
  }));
  show(fitting.length > 0);
}

function show(open) {
  list.hidden = !open;
  menu.setAttribute("aria-expanded", String(open));
}

// Gives back whether there was something to close.
export function closeCommands() {
  if (list.hidden) return false;
  if (list.contains(document.activeElement)) field.focus();
  show(false);
  return true;
}

function moveInList(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...list.children];
  const next = all[all.indexOf(document.activeElement) + step];
  if (next) next.focus();
  else if (step > 0) field.focus();
}

export function drawComposer() {
  const chat = here();
  const empty = chat?.kind === "private" && chatMessages(chat.id).size === 0;
  if (start.hidden && empty && form.contains(document.activeElement)) start.focus();
  // The messages, not the field: a phone would bring up its keyboard.
  if (!empty && document.activeElement === start) document.getElementById("scroller").focus({ preventScroll: true });
  start.hidden = !empty;
  form.hidden = !chat || empty;
  menu.hidden = commands(chat).length === 0;
  changeDraft(`${state.me} ${state.open}`);
}

// What was begun in another chat waits there.
function changeDraft(key) {
  if (key === drafted) return;
  drafts.set(drafted, field.value);
  field.value = drafts.get(key) ?? "";
  drafted = key;
  closeCommands();
}

export const focusField = () => (form.hidden ? start : field).focus({ preventScroll: true });
