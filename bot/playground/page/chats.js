// The list of chats, and the switch that says who we are now.
import { element } from "./text.js";
import { fileWords } from "./files.js";
import { avatar } from "./message.js";
import { nameOf, now, title, world } from "./world.js";
import { shortly } from "./when.js";
import { serviceWords } from "./service.js";

export function face(chat) {
  if (chat.kind === "private") return avatar(world.bot.id);
  const node = element("span", "avatar group", title(chat).slice(0, 1));
  node.setAttribute("aria-hidden", "true");
  return node;
}

export function drawChats(list, owner, openChat) {
  const held = list.contains(document.activeElement) ? document.activeElement.dataset.chat : "";
  list.replaceChildren(...owner.chats().map((chat) => {
    const item = element("li");
    item.append(entry(chat, owner, openChat));
    return item;
  }));
  if (held) list.querySelector(`[data-chat="${held}"]`)?.focus();
}

function entry(chat, owner, openChat) {
  const node = element("button");
  const last = owner.last(chat);
  const count = owner.unread(chat.id);
  node.type = "button";
  node.dataset.chat = chat.id;
  if (chat.id === owner.open) node.setAttribute("aria-current", "true");
  node.append(face(chat), element("span", "name", title(chat)));
  node.append(element("span", "when", last ? shortly(new Date(last.at * 1000), now()) : ""));
  node.append(element("span", "last", last ? preview(chat, last, owner.me) : "No messages yet"));
  if (count) node.append(badge(count));
  node.addEventListener("click", () => openChat(chat.id));
  return node;
}

function badge(count) {
  const node = element("span", "count", String(count));
  node.append(element("span", "unseen", count === 1 ? " new message" : " new messages"));
  return node;
}

function preview(chat, message, me) {
  if (message.service) return serviceWords(message);
  const words = message.text.replace(/\s+/g, " ").slice(0, 90) || fileWords(message.file);
  if (message.from === me) return `You: ${words}`;
  return chat.kind === "private" ? words : `${nameOf(message.from)}: ${words}`;
}

// The same switch stands over the chats and, on a phone, in the group.
export function drawWho(places, owner, become) {
  places.forEach((place) => {
    const held = place.contains(document.activeElement);
    const set = element("fieldset");
    set.append(element("legend", "", "You are"));
    for (const person of world.people.values()) set.append(choice(person, owner.me, `${place.id}-person`, become));
    place.replaceChildren(set);
    if (held) set.querySelector(":checked")?.focus();
  });
}

function choice(person, me, group, become) {
  const label = element("label");
  const input = element("input");
  Object.assign(input, { type: "radio", name: group, value: person.id, checked: person.id === me });
  input.addEventListener("change", () => become(person.id));
  label.append(input, avatar(person.id), element("span", "", person.name));
  return label;
}
