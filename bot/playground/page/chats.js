// The list of chats, and the switch that says who we are now.
import { element } from "./text.js";
import { avatar } from "./message.js";
import { myChats, nameOf, now, ordered, state, title, unread } from "./state.js";
import { shortly } from "./when.js";
import { serviceWords } from "./service.js";

const list = document.getElementById("chat-list");

export function face(chat) {
  if (chat.kind === "private") return avatar(state.bot.id);
  const node = element("span", "avatar group", title(chat).slice(0, 1));
  node.setAttribute("aria-hidden", "true");
  return node;
}

export function drawChats(openChat) {
  const held = list.contains(document.activeElement) ? document.activeElement.dataset.chat : "";
  list.replaceChildren(...myChats().map((chat) => {
    const item = element("li");
    item.append(entry(chat, openChat));
    return item;
  }));
  if (held) list.querySelector(`[data-chat="${held}"]`)?.focus();
}

function entry(chat, openChat) {
  const node = element("button");
  const last = ordered(chat.id).at(-1);
  const count = unread(chat.id);
  node.type = "button";
  node.dataset.chat = chat.id;
  if (chat.id === state.open) node.setAttribute("aria-current", "true");
  node.append(face(chat), element("span", "name", title(chat)));
  node.append(element("span", "when", last ? shortly(new Date(last.at * 1000), now()) : ""));
  node.append(element("span", "last", last ? preview(chat, last) : "No messages yet"));
  if (count) node.append(badge(count));
  node.addEventListener("click", () => openChat(chat.id));
  return node;
}

function badge(count) {
  const node = element("span", "count", String(count));
  node.append(element("span", "unseen", count === 1 ? " new message" : " new messages"));
  return node;
}

function preview(chat, message) {
  if (message.service) return serviceWords(message);
  const words = message.text.replace(/\s+/g, " ").slice(0, 90) || (message.file?.picture ? "Picture" : "File");
  if (message.from === state.me) return `You: ${words}`;
  return chat.kind === "private" ? words : `${nameOf(message.from)}: ${words}`;
}

// The same switch stands over the chats and, on a phone, in the group.
export function drawWho(become) {
  document.querySelectorAll("[data-who]").forEach((place, number) => {
    const held = place.contains(document.activeElement);
    const set = element("fieldset");
    set.append(element("legend", "", "You are"));
    for (const person of state.people.values()) set.append(choice(person, `who-${number}`, become));
    place.replaceChildren(set);
    if (held) set.querySelector(":checked")?.focus();
  });
}

function choice(person, group, become) {
  const label = element("label");
  const input = element("input");
  Object.assign(input, { type: "radio", name: group, value: person.id, checked: person.id === state.me });
  input.addEventListener("change", () => become(person.id));
  label.append(input, avatar(person.id), element("span", "", person.name));
  return label;
}
