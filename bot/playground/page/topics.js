// The row of a group's topics, and what an administrator does with them.
import { element } from "./text.js";

// `acts`: choose(topic), openTopic(name), shutTopic(topic, closed).
export function drawTopics(row, begin, owner, chat, acts) {
  const rules = Boolean(chat?.administrators.includes(owner.me)) && chat.kind !== "private";
  begin.hidden = !rules || chat.topics.length > 0;
  begin.onclick = () => {
    row.hidden = false;
    row.dataset.as = "";
    row.replaceChildren(begin.cloneNode());
    ask(row.firstElementChild, acts, () => (row.hidden = true));
  };
  row.hidden = !chat?.topics.length && (begin.hidden || !row.querySelector("form"));
  if (!chat?.topics.length) return;
  const open = owner.topic(chat);
  const as = JSON.stringify([chat, owner.me, open?.id, chat.topics.map((topic) => owner.unread(chat.id, topic.id))]);
  if (row.dataset.as === as) return;
  row.dataset.as = as;
  const held = row.contains(document.activeElement) ? document.activeElement.dataset.topic : undefined;
  const nodes = chat.topics.map((topic) => chip(topic, topic === open, owner.unread(chat.id, topic.id), acts));
  if (rules) nodes.push(...forAdministrators(open, acts));
  row.replaceChildren(...nodes);
  if (held !== undefined) row.querySelector(`[data-topic="${held}"]`)?.focus();
}

function chip(topic, open, unread, acts) {
  const node = element("button", topic.closed ? "topic closed" : "topic", topic.name);
  node.type = "button";
  node.dataset.topic = topic.id;
  node.setAttribute("aria-pressed", String(open));
  const news = unread && !open ? `, ${unread} new` : "";
  node.setAttribute("aria-label", `${topic.name}${topic.closed ? ", closed" : ""}${news}`);
  if (news) node.append(element("span", "count", String(unread)));
  node.addEventListener("click", () => acts.choose(topic.id));
  return node;
}

function forAdministrators(open, acts) {
  const add = element("button", "topic quiet", "+ Topic");
  add.type = "button";
  add.dataset.topic = "add";
  add.addEventListener("click", () => ask(add, acts, (form) => form.replaceWith(add)));
  if (!open) return [add];
  const shut = element("button", "topic quiet", open.closed ? "Reopen" : "Close");
  shut.type = "button";
  shut.dataset.topic = "shut";
  shut.setAttribute("aria-label", `${open.closed ? "Reopen" : "Close"} the topic ${open.name}`);
  shut.addEventListener("click", () => acts.shutTopic(open.id, !open.closed));
  return [add, shut];
}

// Asks for a name in place of a node; `over(form)` when it was given or not wanted.
function ask(node, acts, over) {
  const form = element("form", "topic-form");
  const field = element("input");
  Object.assign(field, { type: "text", maxLength: 128, placeholder: "Name of the topic", autocomplete: "off" });
  field.setAttribute("aria-label", "Name of the topic");
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    over(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) acts.openTopic(field.value.trim());
    over(form);
  });
  form.append(field);
  node.replaceWith(form);
  field.focus();
}
