// One phone: whose it is, the chats on it, the chat that is open.
import { act, actWithFile } from "./server.js";
import { nameOf, title, world } from "./world.js";
import { Owner } from "./owner.js";
import { drawChats, drawWho } from "./chats.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { drawTopics } from "./topics.js";
import { expectAnswer, waits } from "./taps.js";
import { forwarding } from "./forward.js";
import { notices, say, showPicture } from "./notices.js";

const WIDE_PX = 800;

// `suffix` ends the ids of its parts, `alone()` says whether it is the only one, `changed()` is called when it was used.
export function phone(suffix, alone, changed) {
  const part = (name) => document.getElementById(name + suffix);
  const root = part("phone");
  const owner = new Owner();
  const { toast, alert, close } = notices(part, alone);

  const isWide = () => root.clientWidth >= WIDE_PX;
  const looking = () => (isWide() || root.dataset.view === "chat") && !document.hidden && !root.hidden;

  async function tryTo(what, body, file) {
    try {
      const told = { person: owner.me, ...body };
      return await (file ? actWithFile(what, told, file) : act(what, told));
    } catch (problem) {
      toast(problem.message);
      return null;
    }
  }

  // A link to the bot with a start parameter opens the private chat and starts it, as a tap in Telegram does; one for a
  // group asks for which.
  function followStart(url) {
    let address;
    try {
      address = new URL(url);
    } catch {
      return false;
    }
    const names = ["t.me", "telegram.me"];
    const mine = names.includes(address.hostname) && address.pathname.slice(1).toLowerCase() === world.bot.username.toLowerCase();
    if (!mine) return false;
    if (address.searchParams.has("startgroup")) {
      askGroup(address.searchParams.get("startgroup"), owner.chats().filter((chat) => chat.kind !== "private"));
      return true;
    }
    openChat(owner.me);
    if (address.searchParams.has("start")) tryTo("start", { payload: address.searchParams.get("start") });
    return true;
  }

  async function copy(words) {
    await navigator.clipboard.writeText(words);
    toast("Copied");
  }

  const firstPerson = () => world.people.keys().next().value ?? 0;
  const topicId = () => owner.topic(owner.chat())?.id ?? 0;
  // Whoever sends something looks at the newest.
  const atTheEnd = (what, body, file) => {
    talk.goToEnd();
    return tryTo(what, body, file);
  };
  const send = (text) => atTheEnd("send", { chat: owner.open, text, topic: topicId() });

  const sendFile = (file, kind, text) =>
    atTheEnd("file", { chat: owner.open, topic: topicId(), name: file.name, kind, text }, file);
  const found = {
    find: (words, offset) => tryTo("inline", { chat: owner.open, words, offset }),
    choose: (query, result) => atTheEnd("choose", { query, result, topic: topicId() }),
    start(payload) {
      openChat(owner.me);
      tryTo("start", { payload });
    },
  };
  const askGroup = forwarding(part, owner, "Add to group", (payload, chat) => {
    openChat(chat.id);
    tryTo("send", { chat: chat.id, text: `/start@${world.bot.username} ${payload}`, topic: 0 });
  });
  const askWhere = forwarding(part, owner, "Forward to", async (message, chat) => {
    const topic = owner.topic(chat)?.id ?? 0;
    if (await tryTo("forward", { chat: message.chat, message: message.id, to: chat.id, topic })) openChat(chat.id);
  });

  const acts = {
    forward: askWhere,
    async tap(message, button, row, column, node) {
      if (node.getAttribute("aria-busy") === "true") return;
      if (button.copy) return copy(button.copy);
      if (button.url) {
        if (!followStart(button.url)) open(button.url, "_blank", "noopener,noreferrer");
        return;
      }
      waits(node);
      const person = owner.me;
      const said = await tryTo("tap", { chat: message.chat, message: message.id, row, column, words: button.text });
      if (!said) return node.removeAttribute("aria-busy");
      expectAnswer(said.query, (answer) => {
        node.removeAttribute("aria-busy");
        if (person === owner.me) show(answer);
      });
    },
    command: send,
    link: followStart,
    picture: showPicture,
    choose(topic) {
      owner.topics.set(owner.open, topic);
      draw();
      talk.goToEnd();
    },
    async openTopic(name) {
      const said = await tryTo("topic", { chat: owner.open, name });
      if (!said) return;
      owner.open = said.chat;
      owner.topics.set(said.chat, said.topic);
      draw();
    },
    shutTopic: (topic, closed) => tryTo("shut", { chat: owner.open, topic, closed }),
  };
  const talk = conversation(part, owner, acts);
  const writing = composer(part, owner, { send, sendFile, found, begin: () => tryTo("start", { payload: "" }) });

  function show(answer) {
    if (answer.text && answer.alert) alert(world.bot.name, answer.text);
    else if (answer.text) toast(answer.text);
    if (answer.url) followStart(answer.url);
  }

  function draw() {
    if (root.hidden) return;
    if (!world.people.has(owner.me)) owner.me = firstPerson();
    owner.open = owner.chat()?.migrated || owner.open;
    root.toggleAttribute("data-wide", isWide());
    const mine = owner.chats();
    if (isWide() && !mine.some((chat) => chat.id === owner.open)) owner.open = mine[0]?.id ?? 0;
    const chat = owner.chat();
    part("owner").hidden = alone();
    part("owner").textContent = `${nameOf(owner.me)}’s phone`;
    part("who").hidden = !alone();
    part("who-in-chat").hidden = !alone() || chat?.kind === "private";
    drawTopics(part("topics"), part("topics-begin"), owner, chat, acts);
    talk.draw(looking());
    drawChats(part("chat-list"), owner, openChat);
    writing.draw();
    const badge = part("back-count");
    badge.hidden = !waiting();
    badge.textContent = waiting();
    changed();
  }

  // How much was said in chats that are not looked at.
  function waiting() {
    const others = owner.chats().filter((chat) => chat.id !== owner.open || !looking());
    return others.reduce((sum, chat) => sum + owner.unread(chat.id), 0);
  }

  function openChat(id) {
    owner.open = id;
    root.dataset.view = "chat";
    draw();
    talk.goToEnd();
    // On a phone the field would bring up the keyboard.
    if (isWide()) writing.focus();
    else part("scroller").focus({ preventScroll: true });
  }

  function goBack() {
    root.dataset.view = "chats";
    const left = owner.open;
    draw();
    root.querySelector(`[data-chat="${left}"]`)?.focus();
  }

  // What hangs over the chats is of a world that is gone.
  function clear() {
    close();
    part("forward").close();
    writing.clear();
    for (const chat of world.chats.keys()) talk.stopsTyping(chat);
  }

  // In the world that is there now: who is not in it becomes somebody who is, and without a chat there is the list.
  function settle() {
    if (!world.people.has(owner.me)) [owner.me, owner.open] = [firstPerson(), 0];
    if (!owner.chat()) root.dataset.view = "chats";
  }

  function become(id) {
    if (id === owner.me) return;
    const wasPrivate = owner.chat()?.kind === "private";
    owner.me = id;
    if (wasPrivate) owner.open = id;
    drawSwitch();
    draw();
  }

  function drawSwitch() {
    drawWho([part("who"), part("who-in-chat")], owner, (id) => {
      become(id);
      say(`You are ${nameOf(id)} now.`);
    });
  }

  function announce(message) {
    const elsewhere = message.chat !== owner.open || (message.only && message.only !== owner.me);
    if (elsewhere || message.from === owner.me || message.service) return;
    const keys = message.rows.flat().map((button) => button.text).join(", ");
    const whose = message.only ? " Only you see this." : "";
    say(`${nameOf(message.from)}: ${message.text}${keys ? ` Buttons: ${keys}` : ""}${whose}`);
  }

  part("back").addEventListener("click", goBack);
  part("to-end").addEventListener("click", () => {
    talk.goToEnd();
    owner.read(owner.chat());
    writing.focus();
    draw();
  });
  part("scroller").addEventListener("scroll", () => {
    if (talk.atEnd() && looking() && owner.unread(owner.open, owner.topic(owner.chat())?.id)) draw();
    talk.drawToEnd();
  }, { passive: true });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog:modal")) return;
    if (!close() && !writing.close() && !isWide() && root.dataset.view === "chat") goBack();
  });
  new ResizeObserver(() => {
    if (root.hasAttribute("data-wide") !== isWide()) draw();
  }).observe(root);

  return {
    root, owner, draw, drawSwitch, become, clear, settle, toast, waiting, announce,
    title: () => (owner.chat() ? title(owner.chat()) : ""),
    isTyping: (chat) => talk.isTyping(chat, draw),
    stopsTyping: talk.stopsTyping,
  };
}
