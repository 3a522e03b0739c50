// A file on its way out: chosen or dropped, it lies over the field until it is sent or laid aside.
import { element } from "./text.js";
import { size } from "./files.js";

const PICTURES = /^image\/(png|jpeg|webp|gif)$/;
const VOICES = /\.(ogg|oga|opus)$/i;
const MUSIC = /\.(mp3|m4a)$/i;

function ways({ name, type }) {
  if (PICTURES.test(type)) return [["photo", "Photo"], ["document", "File"]];
  if (VOICES.test(name)) return [["voice", "Voice"], ["document", "File"]];
  if (MUSIC.test(name)) return [["audio", "Music"], ["voice", "Voice"], ["document", "File"]];
  return [["document", "File"]];
}

// `sendFile(file, kind, text)` gives back whether it went; `focus()` goes to the field.
export function attachment(part, sendFile, focus) {
  const tray = part("tray");
  const pick = part("pick");
  const scene = part("chat");
  let file = null;
  let kind = "";

  function take(taken) {
    if (!taken) return;
    file = taken;
    kind = ways(file)[0][0];
    draw();
    focus();
  }

  // Gives back whether there was something.
  function lay() {
    if (!file) return false;
    file = null;
    draw();
    return true;
  }

  function draw() {
    tray.hidden = !file;
    if (!file) return tray.replaceChildren();
    const about = element("span", "file-about");
    about.append(element("b", "", file.name), element("span", "", size(file.size)));
    const drop = element("button", "round close");
    drop.type = "button";
    drop.setAttribute("aria-label", `Do not send ${file.name}`);
    drop.addEventListener("click", () => {
      lay();
      focus();
    });
    tray.replaceChildren(element("span", "file-icon"), about, ...choices(), drop);
  }

  function choices() {
    const all = ways(file);
    if (all.length < 2) return [];
    const row = element("span", "ways");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Send it as");
    for (const [value, words] of all) {
      const key = element("button", "", words);
      key.type = "button";
      key.setAttribute("aria-pressed", String(value === kind));
      key.addEventListener("click", () => {
        kind = value;
        draw();
        [...tray.querySelectorAll(".ways button")].find((each) => each.textContent === words).focus();
      });
      row.append(key);
    }
    return [row];
  }

  part("clip").addEventListener("click", () => pick.click());
  pick.addEventListener("change", () => {
    take(pick.files[0]);
    pick.value = "";
  });
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files") && !part("composer").hidden;
  scene.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    scene.classList.add("over");
  });
  scene.addEventListener("dragleave", (event) => {
    if (!scene.contains(event.relatedTarget)) scene.classList.remove("over");
  });
  scene.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    scene.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  part("words").addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files[0]);
  });

  return {
    lay,
    holds: () => Boolean(file),
    async send(text) {
      const sent = file;
      const as = kind;
      lay();
      if (await sendFile(sent, as, text)) return true;
      [file, kind] = [sent, as];
      draw();
      return false;
    },
  };
}
