// A rich message as DOM nodes: its blocks one below the other, with formulas in MathML.
import { drawFile } from "./files.js";
import { codeBlock, command, element, link, spoiler } from "./text.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", subscript: "sub", superscript: "sup", marked: "mark", code: "code",
};
const FOUND = new Set(["mention", "text_mention", "hashtag", "cashtag", "anchor_link", "reference_link", "bank_card_number"]);

// `rich`: { blocks, rtl }; `acts` as for a text and a picture.
export function drawRich(rich, acts) {
  const node = element("div", "words rich");
  fill(node, rich.blocks, acts);
  // Each block goes the way of its words, unless all of them go from right to left.
  for (const block of node.children) block.dir = rich.rtl ? "rtl" : "auto";
  return node;
}

function fill(parent, blocks, acts) {
  for (const block of blocks) parent.append((BLOCKS[block.type] ?? paragraph)(block, acts));
  return parent;
}

function texted(node, text, acts) {
  node.append(drawText(text, acts));
  return node;
}

const paragraph = (block, acts) => texted(element("p"), block.text ?? "", acts);

const BLOCKS = {
  paragraph,
  heading(block, acts) {
    const node = texted(element("p", `heading size-${block.size}`), block.text, acts);
    node.setAttribute("role", "heading");
    node.setAttribute("aria-level", String(block.size + 1));
    return node;
  },
  footer: (block, acts) => texted(element("p", "footer"), block.text, acts),
  divider: () => element("hr"),
  anchor: () => element("span"),
  pre(block, acts) {
    const { node, hole } = codeBlock(block.language);
    hole.append(drawText(block.text, acts));
    return node;
  },
  mathematical_expression(block) {
    const node = element("div", "formula");
    node.append(formula(block));
    return node;
  },
  list: (block, acts) => {
    const node = element("ul", "list");
    for (const item of block.items) node.append(listItem(item, acts));
    return node;
  },
  blockquote(block, acts) {
    const node = fill(element("blockquote"), block.blocks, acts);
    if (block.credit) node.append(texted(element("cite"), block.credit, acts));
    if (block.is_expandable) fold(node);
    return node;
  },
  pullquote(block, acts) {
    const node = element("aside", "pulled");
    node.append(texted(element("p"), block.text, acts));
    if (block.credit) node.append(texted(element("cite"), block.credit, acts));
    return node;
  },
  details(block, acts) {
    const node = element("details");
    node.open = Boolean(block.is_open);
    node.append(texted(element("summary"), block.summary, acts));
    return fill(node, block.blocks, acts);
  },
  table(block, acts) {
    const node = element("div", "wide");
    node.tabIndex = 0;
    const table = element("table", [block.is_bordered && "bordered", block.is_striped && "striped"].filter(Boolean).join(" "));
    if (block.caption) table.append(texted(element("caption"), block.caption, acts));
    for (const row of block.cells) {
      const line = element("tr");
      line.append(...row.map((cell) => tableCell(cell, acts)));
      table.append(line);
    }
    node.append(table);
    return node;
  },
  photo(block, acts) {
    const node = element("figure");
    node.append(drawFile({ file: block.photo, spoiler: block.has_spoiler }, acts));
    return captioned(node, block.caption, acts);
  },
  collage: (block, acts) => captioned(fill(element("div", "media"), block.blocks, acts), block.caption, acts),
  slideshow: (block, acts) => captioned(fill(element("div", "media"), block.blocks, acts), block.caption, acts),
  map: (block, acts) => captioned(element("div", "map", `${block.location.latitude}, ${block.location.longitude}`), block.caption, acts),
};

// What is longer than it looks folded opens and shuts at a tap.
function fold(node) {
  node.classList.add("folds");
  requestAnimationFrame(() => {
    if (node.scrollHeight <= node.clientHeight + 2) node.classList.remove("folds");
  });
  node.addEventListener("click", (event) => {
    if (!event.target.closest("a, button, .spoiler")) node.classList.toggle("open");
  });
}

function listItem(item, acts) {
  const node = element("li");
  node.style.listStyleType = JSON.stringify(item.has_checkbox ? "" : `${item.label} `);
  if (item.has_checkbox) {
    const box = element("input");
    box.type = "checkbox";
    box.checked = Boolean(item.is_checked);
    box.disabled = true;
    node.append(box);
  }
  return fill(node, item.blocks, acts);
}

function tableCell(cell, acts) {
  const node = element(cell.is_header ? "th" : "td", `${cell.align} ${cell.valign}`);
  if (cell.colspan > 1) node.colSpan = cell.colspan;
  if (cell.rowspan > 1) node.rowSpan = cell.rowspan;
  return texted(node, cell.text ?? "", acts);
}

function captioned(node, caption, acts) {
  if (!caption) return node;
  const words = texted(element("figcaption"), caption.text, acts);
  if (caption.credit) words.append(texted(element("cite"), caption.credit, acts));
  node.append(words);
  return node;
}

function drawText(text, acts) {
  if (typeof text === "string") return document.createTextNode(text);
  if (Array.isArray(text)) {
    const all = document.createDocumentFragment();
    for (const each of text) {
      // No line breaks between a formula and the comma behind it.
      const comma = all.lastChild?.localName === "math" && typeof each === "string" && each.match(/^[.,;:!?)\]]+/)?.[0];
      if (comma) all.replaceChild(unbroken(all.lastChild.cloneNode(true), comma), all.lastChild);
      all.append(drawText(comma ? each.slice(comma.length) : each, acts));
    }
    return all;
  }
  if (text.type === "mathematical_expression") return formula(text);
  if (text.type === "custom_emoji") return document.createTextNode(text.alternative_text);
  const node = shell(text, acts);
  node.append(drawText(text.text ?? "", acts));
  return node;
}

function unbroken(...parts) {
  const node = element("span", "unbroken");
  node.append(...parts);
  return node;
}

function shell(text, acts) {
  if (text.type === "spoiler") return spoiler();
  if (text.type === "bot_command") return command(text.bot_command, acts);
  if (text.type === "url") return link(text.url, acts);
  if (text.type === "email_address") return link(`mailto:${text.email_address}`, acts);
  if (text.type === "phone_number") return link(`tel:${text.phone_number}`, acts);
  return FOUND.has(text.type) ? element("span", "link") : element(TAGS[text.type] ?? "span");
}

function formula({ expression, tree }) {
  if (!tree) return element("code", "source", expression);
  const node = mathml(tree);
  node.setAttribute("alttext", expression);
  return node;
}

function mathml([tag, attributes, inside]) {
  const node = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside.map((each) => (typeof each === "string" ? each : mathml(each))));
  return node;
}
