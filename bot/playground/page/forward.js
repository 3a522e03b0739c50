// The chats to which a message or the bot may go, to choose from.
import { element } from "./text.js";
import { face } from "./chats.js";
import { title } from "./world.js";

// `forward(message, chat)` does it; what is asked for a message may be asked for what a link carries as well.
export function forwarding(part, owner, words, forward) {
  const box = part("forward");
  const list = part("forward-list");

  return function ask(message, chats = owner.chats()) {
    part("forward-title").textContent = words;
    list.replaceChildren(...chats.map((chat) => {
      const item = element("li");
      const node = element("button");
      node.type = "button";
      node.append(face(chat), element("span", "name", title(chat)));
      node.addEventListener("click", () => {
        box.close();
        forward(message, chat);
      });
      item.append(node);
      return item;
    }));
    box.showModal();
  };
}
