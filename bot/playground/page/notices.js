// Toasts, alerts, the picture seen large, and what a screen reader hears.
import { element } from "./text.js";

const viewer = document.getElementById("viewer");
const TOAST_MS = 4500;

// What comes up over one phone. `alone`: whether it is the only one, so that an alert covers the whole window.
export function notices(part, alone) {
  const box = part("alert");
  return {
    toast(words) {
      const node = element("div", "toast", words);
      part("toasts").replaceChildren(node);
      setTimeout(() => node.remove(), TOAST_MS + 40 * words.length);
    },
    alert(from, words) {
      part("alert-from").textContent = from;
      part("alert-words").textContent = words;
      if (box.open) return;
      if (alone()) box.showModal();
      else box.show();
    },
    // Gives back whether there was something to close.
    close() {
      if (!box.open) return false;
      box.close();
      return true;
    },
  };
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
