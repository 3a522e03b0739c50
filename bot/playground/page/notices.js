// Toasts, alerts, the picture seen large, and what a screen reader hears.
import { element } from "./text.js";

const toasts = document.getElementById("toasts");
const box = document.getElementById("alert");
const viewer = document.getElementById("viewer");
const TOAST_MS = 4500;

export function toast(words) {
  const node = element("div", "toast", words);
  toasts.replaceChildren(node);
  setTimeout(() => node.remove(), TOAST_MS + 40 * words.length);
}

export function alertBox(from, words) {
  document.getElementById("alert-from").textContent = from;
  document.getElementById("alert-words").textContent = words;
  if (!box.open) box.showModal();
}

export function showPicture(url, name) {
  const picture = document.getElementById("viewer-picture");
  picture.src = url;
  picture.alt = name;
  viewer.showModal();
}

viewer.addEventListener("click", (event) => {
  if (event.target === viewer || event.target.id === "viewer-picture") viewer.close();
});

export function say(words) {
  document.getElementById("heard").replaceChildren(element("p", "", words));
}
