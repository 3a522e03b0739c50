// A text and its entities as DOM nodes. Offsets count UTF-16 units, as JavaScript does.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE = /^(https?|mailto|tel):/i;

export function element(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.append(text);
  return node;
}

// `acts.command(text)` is called when a command in the text is tapped, `acts.link(url)` may take a link over (true).
export function drawText(text, entities, acts) {
  const root = document.createDocumentFragment();
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(root, text, 0, text.length, ordered, acts);
  return root;
}

function fill(parent, text, start, end, entities, acts) {
  const queue = [...entities];
  let at = start;
  while (queue.length) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    if (from > at) parent.append(text.slice(at, from));
    const inside = takeInside(queue, to);
    const { node, hole } = shell(entity, text.slice(from, to), acts);
    fill(hole, text, from, to, inside, acts);
    parent.append(node);
    // A block ends its own line: the break after it would show as an empty one.
    at = BLOCKS.has(entity.type) && text[to] === "\n" && to < end ? to + 1 : to;
  }
  if (at < end) parent.append(text.slice(at, end));
}

// Takes out of the queue what begins before `to`; what reaches beyond it is cut in two.
function takeInside(queue, to) {
  const inside = [];
  const beyond = [];
  while (queue.length && queue[0].offset < to) {
    const next = queue.shift();
    inside.push(next);
    const over = next.offset + next.length - to;
    if (over > 0) beyond.push({ ...next, offset: to, length: over });
  }
  queue.unshift(...beyond);
  return inside;
}

function shell(entity, words, acts) {
  if (entity.type === "pre") return codeBlock(entity.language);
  if (entity.type === "spoiler") return whole(spoiler());
  if (entity.type === "bot_command") return whole(command(words, acts));
  if (["url", "text_link", "email", "phone_number"].includes(entity.type)) return whole(link(address(entity, words), acts));
  if (["mention", "text_mention", "hashtag", "cashtag"].includes(entity.type)) return whole(element("span", "link"));
  return whole(element(TAGS[entity.type] ?? "span"));
}

const whole = (node) => ({ node, hole: node });

export function codeBlock(language) {
  const node = element("div", "code");
  if (language) node.append(element("div", "language", language));
  const hole = element("pre");
  node.append(hole);
  return { node, hole };
}

export function spoiler() {
  const node = element("span", "spoiler");
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", "Hidden words, open them");
  const open = (event) => {
    if (node.classList.contains("open")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("open");
    for (const name of ["role", "aria-label", "tabindex"]) node.removeAttribute(name);
  };
  node.addEventListener("click", open, { capture: true });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") open(event);
  });
  return node;
}

export function command(words, acts) {
  const node = element("button", "link");
  node.type = "button";
  node.addEventListener("click", () => acts.command(words));
  return node;
}

function address(entity, words) {
  if (entity.type === "text_link") return entity.url;
  if (entity.type === "email") return `mailto:${words}`;
  if (entity.type === "phone_number") return `tel:${words}`;
  return /^[a-z][a-z0-9+.-]*:/i.test(words) ? words : `https://${words}`;
}

export function link(url, acts) {
  if (!SAFE.test(url)) return element("span", "link");
  const node = element("a");
  node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  node.addEventListener("click", (event) => {
    if (acts.link(url)) event.preventDefault();
  });
  return node;
}
