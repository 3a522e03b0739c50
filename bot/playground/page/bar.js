// The bar of the world: what time it is there, the clock's buttons, the bot's switch.
import { act } from "./server.js";
import { now, takeState, world } from "./world.js";
import { hours, shortDate } from "./when.js";

const byId = (id) => document.getElementById(id);
const lamp = byId("bot-state");
const power = byId("bot-switch");
const server = byId("server");
let tell = () => {};

// `toast(words)` says what came of it.
export function setUpBar(toast) {
  tell = toast;
  const moves = { "plus-hour": { hours: 1 }, "plus-day": { hours: 24 }, "next-push": { to: "push" } };
  for (const [id, body] of Object.entries(moves)) {
    byId(id).addEventListener("click", () => during(byId(id), "clock", body));
  }
  power.addEventListener("click", () => during(power, "bot", { run: !world.botRuns }));
  server.addEventListener("change", () => during(server, "server", { server: server.value }));
  setInterval(drawTime, 1000);
}

async function during(button, what, body) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    const said = await act(what, body);
    takeState(said);
    if (said.words) tell(said.words);
  } catch (problem) {
    tell(problem.message);
  }
  button.removeAttribute("aria-disabled");
  drawBar();
}

function drawTime() {
  const at = now();
  put(byId("world-date"), shortDate(at));
  put(byId("world-year"), String(at.getFullYear()));
  put(byId("world-time"), hours(at));
  byId("world-time").dateTime = at.toISOString();
}

function put(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

export function drawBar() {
  drawTime();
  byId("world-bot").hidden = world.botRuns === null;
  // Without a connection nobody knows whether it runs.
  lamp.classList.toggle("on", world.botRuns === true && !world.lost);
  put(lamp, world.lost ? "Not connected" : world.botRuns ? "Bot runs" : "Bot is down");
  if (server.value !== world.server) server.value = world.server;
  put(power, world.botRuns ? "Drop the bot" : "Start it again");
}
