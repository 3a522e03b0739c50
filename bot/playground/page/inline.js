// What the bot finds for words behind its name, in any chat: a list over the field, out of which one thing is sent.
import { element } from "./text.js";
import { world } from "./world.js";

const PAUSE_MS = 250;

// `find(words, offset)` gives what was found or null, `choose(query, result)` sends it, `start(payload)` begins.
export function inline(part, acts) {
  const list = part("found");
  const field = part("words");
  let asked = 0;
  let timer = 0;

  function wordsOf(text) {
    const name = `@${world.bot?.username ?? ""} `.toLowerCase();
    return world.bot && text.toLowerCase().startsWith(name) ? text.slice(name.length).trim() : null;
  }

  function look() {
    const words = wordsOf(field.value);
    clearTimeout(timer);
    asked += 1;
    if (words === null) return close();
    timer = setTimeout(() => ask(words, ""), PAUSE_MS);
  }

  async function ask(words, offset) {
    const mine = (asked += 1);
    const found = await acts.find(words, offset);
    if (mine !== asked || !found) return;
    const nodes = found.results.map((each) => entry(found.query, each));
    if (found.button && !offset) nodes.unshift(key("found-start", found.button, () => acts.start(found.payload)));
    if (found.next) nodes.push(key("found-more", "More", () => ask(words, found.next)));
    if (offset) {
      const place = list.children.length - 1;
      list.lastElementChild.remove();
      list.append(...nodes);
      list.children[place]?.focus();
    } else list.replaceChildren(...nodes);
    list.hidden = !list.children.length;
  }

  function key(name, words, act) {
    const node = element("button", name, words);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }

  function entry(query, { id, title, description }) {
    const node = key("found-entry", "", () => {
      field.value = "";
      close();
      field.focus();
      acts.choose(query, id);
    });
    node.append(element("b", "", title || "Picture"), element("span", "", description));
    return node;
  }

  // Gives back whether there was something to close.
  function close() {
    clearTimeout(timer);
    asked += 1;
    if (list.hidden) return false;
    if (list.contains(document.activeElement)) field.focus();
    list.hidden = true;
    return true;
  }

  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" || list.hidden) return;
    event.preventDefault();
    list.lastElementChild.focus();
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...list.children];
    const next = all[all.indexOf(document.activeElement) + step];
    if (next) next.focus();
    else if (step > 0) field.focus();
  });
  return { close, asks: () => wordsOf(field.value) !== null };
}
