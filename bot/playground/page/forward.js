// Forwarding: the chats to which a message may go, to choose from.
import { element } from "./text.js";
import { face } from "./chats.js";
import { title } from "./world.js";

// `forward(message, chat)` does it.
export function forwarding(part, owner, forward) {
  const box = part("forward");
  const list = part("forward-list");

  return function ask(message) {
    list.replaceChildren(...owner.chats().map((chat) => {
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
