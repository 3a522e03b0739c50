// One message as a DOM node: bubble, picture, words, stamp and the buttons under it.
import { drawFile } from "./files.js";
import { drawRich } from "./rich.js";
import { drawText, element } from "./text.js";
import { nameOf, world } from "./world.js";
import { hours } from "./when.js";
import { serviceWords } from "./service.js";

const MIN_WIDTH = 180;
const MAX_WIDTH = 520;
const MAX_HEIGHT = 440;

export function avatar(id) {
  const node = element("span", `avatar ${id === world.bot?.id ? "bot" : `hue-${id % 4}`}`, nameOf(id).slice(0, 1));
  node.setAttribute("aria-hidden", "true");
  return node;
}

// `item`: { message, me, first, last, group, quote } with first and last of those one person said in a row, and what it
// answers.
// `acts`: tap(message, row, column, key), command, link, picture(url, name), forward(message).
export function drawMessage(item, acts) {
  const { message } = item;
  if (message.service) return element("p", "pill", serviceWords(message));
  const own = message.from === item.me && !message.as_group;
  const names = ["message", own ? "own" : "other", message.only && "only", item.first && "first", item.last && "last", message.rows.length && "with-keys"];
  const node = element("article", names.filter(Boolean).join(" "));
  node.tabIndex = -1;
  node.setAttribute("aria-label", [nameOf(message.from), hours(new Date(message.at * 1000)), message.only && secret(message)].filter(Boolean).join(", "));
  if (item.group && !own) {
    node.classList.add("seated");
    node.append(item.last ? avatar(message.from) : element("span"));
  }
  node.append(bubble(item, own, acts));
  if (message.rows.length) node.append(keyboard(message, acts));
  return node;
}

function bubble({ message, first, group, quote }, own, acts) {
  const holds = message.file && (message.file.picture ? "has-picture" : !message.text && "has-file");
  const node = element("div", holds ? `bubble ${holds}` : "bubble");
  // The width is known before the picture is: nothing jumps when it comes.
  if (message.file?.width && !message.rows.length) node.style.width = `${widthOf(message.file)}px`;
  if (group && first && !own) node.append(element("div", "sender", nameOf(message.from)));
  if (message.only) node.append(element("div", "secret", secret(message)));
  if (quote) node.append(quoted(quote));
  if (message.forwarded) node.append(element("div", "origin", `Forwarded from ${message.forwarded}`));
  if (message.via) node.append(element("div", "origin", `via @${message.via}`));
  const parts = [message.file && drawFile(message, acts), message.text && !message.rich && words(message, acts), message.rich && drawRich(message.rich, acts)].filter(Boolean);
  node.append(...(message.above ? parts.reverse() : parts));
  (node.querySelector(".words") ?? node).append(stamp(message, acts));
  node.addEventListener("contextmenu", (event) => {
    if (getSelection().toString() || event.target.closest("a, .picture")) return;
    event.preventDefault();
    acts.forward(message);
  });
  return node;
}

function quoted({ name, words }) {
  const node = element("div", "quoted");
  node.append(element("b", "", name), element("span", "", words));
  return node;
}

const secret = (message) => (message.from === world.bot.id ? "Only you see this" : "Only the bot sees this");

function widthOf({ width, height }) {
  return Math.round(Math.max(MIN_WIDTH, Math.min(width, MAX_WIDTH, (MAX_HEIGHT * width) / height)));
}

function words(message, acts) {
  const huge = !message.file && /^\p{Extended_Pictographic}\uFE0F?$/u.test(message.text);
  const node = element("div", huge ? "words huge" : "words");
  node.dir = "auto";
  node.append(drawText(message.text, message.entities, acts));
  return node;
}

// The moment of a message; a tap there forwards it.
function stamp(message, acts) {
  const node = element("button", "stamp");
  node.type = "button";
  node.title = "Forward";
  node.tabIndex = -1; // the keys of a long chat are not a hundred steps away
  node.addEventListener("click", () => acts.forward(message));
  if (message.silent) {
    const mute = element("span", "mute");
    mute.setAttribute("role", "img");
    mute.setAttribute("aria-label", "sent without a sound");
    mute.title = "Sent without a sound";
    node.append(mute);
  }
  // Telegram does not call a message edited that a bot changes under its buttons.
  const edited = message.edited && !(message.from === world.bot.id && message.rows.length);
  node.append(`${edited ? "edited " : ""}${hours(new Date(message.at * 1000))}`);
  return node;
}

function keyboard(message, acts) {
  const node = element("div", "keys");
  message.rows.forEach((row, rowAt) => {
    const line = element("div", row.length > 3 ? "row tight" : "row");
    row.forEach((button, columnAt) => line.append(key(message, button, rowAt, columnAt, acts)));
    node.append(line);
  });
  return node;
}

function key(message, button, row, column, acts) {
  const kinds = ["key", button.style, button.url && "away", button.copy && "away copies"];
  const node = element("button", kinds.filter(Boolean).join(" "), button.text);
  node.type = "button";
  node.disabled = button.disabled;
  node.dataset.place = `${row} ${column}`;
  node.addEventListener("click", () => acts.tap(message, button, row, column, node));
  return node;
}
