// The bar of the world: what time it is there, the clock's buttons, the bot's switch.
import { act } from "./server.js";
import { now, state, takeClock } from "./state.js";
import { hours, shortDate } from "./when.js";
import { toast } from "./notices.js";

const byId = (id) => document.getElementById(id);
const lamp = byId("bot-state");
const power = byId("bot-switch");

export function setUpBar() {
  const moves = { "plus-hour": { hours: 1 }, "plus-day": { hours: 24 }, "next-push": { to: "push" } };
  for (const [id, body] of Object.entries(moves)) {
    byId(id).addEventListener("click", () => during(byId(id), "clock", body));
  }
  power.addEventListener("click", () => during(power, "bot", { run: !state.botRuns }));
  setInterval(drawTime, 1000);
}

async function during(button, what, body) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    const said = await act(what, body);
    takeClock(said.clock);
    state.botRuns = said.bot_runs;
    if (said.words) toast(said.words);
  } catch (problem) {
    toast(problem.message);
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
  byId("world-bot").hidden = state.botRuns === null;
  lamp.classList.toggle("on", state.botRuns === true);
  put(lamp, state.botRuns ? "Bot runs" : "Bot is down");
  put(power, state.botRuns ? "Drop the bot" : "Start it again");
}
