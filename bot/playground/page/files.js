// Files in a message: a picture, a sound with its player, anything else to keep.
import { element } from "./text.js";

const KINDS = { photo: "Picture", voice: "Voice message", audio: "Music" };

// What stands for a file where there is no room to show it.
export const fileWords = (file) => KINDS[file?.kind] ?? "File";

let playing = null; // one sound at a time, on all phones together

// `acts.picture(url, name)` shows a picture large.
export function drawFile(message, acts) {
  const { file } = message;
  if (file.picture) return picture(message, acts);
  return file.kind === "voice" || file.kind === "audio" ? sound(file) : document_(file);
}

function picture({ file, spoiler }, acts) {
  // What is much taller than wide is shown less wide: a message is read, not scrolled through.
  const kinds = ["picture", spoiler && "covered", file.height > 1.3 * file.width && "tall"];
  const node = element("button", kinds.filter(Boolean).join(" "));
  node.type = "button";
  node.setAttribute("aria-label", spoiler ? "Hidden picture, open it" : "Picture, show it large");
  const shown = element("img");
  shown.src = file.url;
  shown.alt = file.name || "Picture";
  if (file.width) [shown.width, shown.height] = [file.width, file.height];
  node.append(shown);
  node.addEventListener("click", () => {
    if (node.classList.contains("covered")) node.classList.remove("covered");
    else acts.picture(file.url, shown.alt);
  });
  return node;
}

function document_(file) {
  const node = element("a", "file");
  node.href = file.url;
  node.download = file.name;
  node.append(element("span", "file-icon"), about(file.name || "File", size(file.bytes)));
  return node;
}

function about(name, details) {
  const node = element("span", "file-about");
  node.append(element("b", "", name), element("span", "", details));
  return node;
}

export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function sound(file) {
  const name = file.kind === "voice" ? "Voice message" : file.title || file.name || "Music";
  const node = element("div", `sound ${file.kind}`);
  const player = new Audio();
  player.preload = "none";
  player.src = file.url;
  const key = element("button", "play");
  key.type = "button";
  key.setAttribute("aria-label", `${name}, play`);
  const line = element("progress");
  Object.assign(line, { max: 1, value: 0 });
  line.setAttribute("aria-hidden", "true");
  const lasts = element("span", "lasts", file.seconds ? clock(file.seconds) : size(file.bytes));
  const body = element("div", "sound-body");
  if (file.kind === "audio") body.append(element("b", "", name));
  body.append(line, lasts);
  node.append(key, body);

  const draw = () => {
    const runs = !player.paused && !player.ended;
    node.classList.toggle("runs", runs);
    key.setAttribute("aria-label", `${name}, ${runs ? "pause" : "play"}`);
    const total = Number.isFinite(player.duration) ? player.duration : file.seconds;
    line.value = player.ended || !total ? 0 : Math.min(1, player.currentTime / total);
    if (total) lasts.textContent = runs || player.currentTime && !player.ended ? `${clock(player.currentTime)} / ${clock(total)}` : clock(total);
  };
  for (const event of ["play", "pause", "ended", "timeupdate", "loadedmetadata"]) player.addEventListener(event, draw);
  player.addEventListener("error", () => {
    node.classList.add("mute-file");
    lasts.textContent = "This browser cannot play it.";
  });
  key.addEventListener("click", () => {
    if (!player.paused) return player.pause();
    if (playing && playing !== player) playing.pause();
    playing = player;
    player.play().catch(draw);
  });
  return node;
}
