// The page of the playground: the bar of the world, and under it one phone or three side by side.
import { listen } from "./server.js";
import { former, take, world } from "./world.js";
import { drawBar, setUpBar } from "./bar.js";
import { phone } from "./phone.js";
import { answered } from "./taps.js";

const KEY = "deckhand-playground";
const MOST = 3;
const box = document.getElementById("phones");
const sides = document.getElementById("sides");
const roomy = matchMedia("(min-width: 1240px)");
const blank = document.getElementById("phone").cloneNode(true);
const phones = [];
let remembered = []; // of each phone, from before the page was loaded anew
let wanted = true; // three phones where there is room
let used = 0; // which phone was used last: what happens there is read out

const isAlone = () => !wanted || !roomy.matches || world.people.size < 2;

function addPhone(number) {
  const suffix = number ? `-${number + 1}` : "";
  if (number) box.append(copyOf(blank, suffix));
  phones.push(phone(suffix, isAlone, changed));
  phones[number].owner.recall(remembered[number]);
  phones[number].root.addEventListener("focusin", () => (used = number));
}

// The same phone once more: its parts get ids of their own, and so do those who name them.
function copyOf(root, suffix) {
  const copy = root.cloneNode(true);
  for (const node of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      if (node.hasAttribute(name)) node.setAttribute(name, node.getAttribute(name) + suffix);
    }
  }
  return copy;
}

// Every phone belongs to one person where there are several; where there is one, it is whose one says.
function arrange() {
  const alone = isAlone();
  const people = [...world.people.keys()].slice(0, MOST);
  box.classList.toggle("many", !alone);
  sides.setAttribute("aria-pressed", String(!alone));
  while (!alone && phones.length < people.length) addPhone(phones.length);
  phones.forEach((each, number) => {
    each.root.hidden = number > 0 && (alone || number >= people.length);
    if (!alone && people[number]) each.become(people[number]);
  });
  draw();
}

function draw() {
  for (const each of phones) each.draw();
  drawBar();
}

// A phone was used.
function changed() {
  keep();
  const waiting = isAlone() ? phones[0].waiting() : 0;
  document.title = `${waiting ? `(${waiting}) ` : ""}${world.bot?.name ?? "Telegram"}: a Telegram of your own`;
}

function keep() {
  if (!world.name) return;
  phones.forEach(({ owner }, number) => (remembered[number] = owner.kept()));
  const kept = { world: world.name, wanted, phones: remembered };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

// Another world knows nothing of what was read in the one before. Who is in both stays on their phone, and looks at the
// same chat if that is in both.
function begin(name) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  const same = kept.world === name;
  wanted = kept.wanted ?? true;
  remembered = (kept.phones ?? []).map((each) => (same ? each : { me: each.me, open: former(each.open) || each.open }));
  phones.forEach((each, number) => {
    each.owner.recall(remembered[number]);
    if (!same) each.clear();
  });
}

function hear(news) {
  const another = world.name !== news.world;
  if (another) begin(news.world);
  const { fresh, edited } = take(news);
  if (another) for (const each of phones) each.settle();
  for (const each of phones) {
    for (const chat of news.typing) each.isTyping(chat);
    for (const message of fresh) each.stopsTyping(message.chat);
  }
  if (another || news.people) {
    arrange();
    for (const each of phones) each.drawSwitch();
  } else draw();
  news.answers.forEach(answered);
  for (const message of [...fresh, ...edited]) phones[isAlone() ? 0 : used].announce(message);
}

addPhone(0);
sides.addEventListener("click", () => {
  wanted = isAlone();
  arrange();
});
roomy.addEventListener("change", arrange);
document.addEventListener("visibilitychange", draw);
setUpBar((words) => phones[0].toast(words));
listen(hear, (is) => {
  document.getElementById("lost").hidden = !is;
  world.lost = is;
  drawBar();
});
