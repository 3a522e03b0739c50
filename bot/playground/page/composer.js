// What we write: the field, the command list, the start button.
import { attachment } from "./attach.js";
import { inline } from "./inline.js";
import { element } from "./text.js";
import { chatMessages, world } from "./world.js";

// `send(text)` says it in the open chat, `sendFile(file, kind, text)` a file; both give back whether it went.
// `begin()` is the start button, `found` what is asked for words behind the bot's name.
export function composer(part, owner, { send, sendFile, begin, found }) {
  const field = part("words");
  const form = part("composer");
  const list = part("commands");
  const menu = part("menu");
  const start = part("start");
  const shut = part("shut");
  const drafts = new Map();
  let drafted = "";
  const tray = attachment(part, sendFile, () => field.focus({ preventScroll: true }));
  const finds = inline(part, found);

  async function say(text) {
    if (!text.trim() && !tray.holds()) return;
    close();
    const went = await (tray.holds() ? tray.send : send)(text.trim());
    if (!went && !field.value) field.value = text;
  }

  function openCommands(beginning) {
    const chat = owner.chat();
    const fitting = owner.commands(chat).filter(({ command }) => `/${command}`.startsWith(beginning));
    list.replaceChildren(...fitting.map((each) => entry(each, chat.kind !== "private")));
    show(fitting.length > 0);
  }

  function entry({ command, description }, group) {
    const node = element("button");
    node.type = "button";
    node.append(element("b", "", `/${command}`), element("span", "", description));
    node.addEventListener("click", () => {
      field.value = "";
      field.focus();
      say(group ? `/${command}@${world.bot.username}` : `/${command}`);
    });
    return node;
  }

  function show(open) {
    list.hidden = !open;
    menu.setAttribute("aria-expanded", String(open));
  }

  // Gives back whether there was something to close.
  const close = () => [finds.close(), closeCommands()].includes(true);

  function closeCommands() {
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

  function draw() {
    const chat = owner.chat();
    const empty = chat?.kind === "private" && chatMessages(chat.id).size === 0;
    const closed = Boolean(owner.topic(chat)?.closed) && !chat.administrators.includes(owner.me);
    if (start.hidden && empty && form.contains(document.activeElement)) start.focus();
    // The messages, not the field: a phone would bring up its keyboard.
    if (!empty && document.activeElement === start) part("scroller").focus({ preventScroll: true });
    start.hidden = !empty;
    shut.hidden = !closed;
    form.hidden = !chat || empty || closed;
    menu.hidden = owner.commands(chat).length === 0;
    changeDraft(`${owner.me} ${owner.open} ${owner.topic(chat)?.id ?? 0}`);
  }

  // All but the words that were typed.
  function clear() {
    close();
    tray.lay();
  }

  // What was begun in another chat waits there.
  function changeDraft(key) {
    if (key === drafted) return;
    drafts.set(drafted, field.value);
    field.value = drafts.get(key) ?? "";
    drafted = key;
    clear();
  }

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
  field.addEventListener("input", () => (/^\/\w*$/.test(field.value) ? openCommands(field.value) : closeCommands()));
  menu.addEventListener("click", () => {
    if (!list.hidden) return closeCommands();
    openCommands("/");
    list.firstElementChild?.focus();
  });
  list.addEventListener("keydown", moveInList);
  start.addEventListener("click", begin);
  document.addEventListener("click", (event) => {
    const inside = [list, form, part("found")].some((each) => each.contains(event.target));
    if (!inside) close();
  });
  return { draw, close, clear, focus: () => (form.hidden ? start : field).focus({ preventScroll: true }) };
}
