// Taps that wait for their answers. An answer may come before the page knows the number of its query.

const waiting = new Map(); // query id -> what to do with the answer
const early = new Map(); // query id -> answer

export function expectAnswer(query, then) {
  const answer = early.get(query);
  if (!answer) return waiting.set(query, then);
  early.delete(query);
  then(answer);
}

export function answered(answer) {
  const then = waiting.get(answer.query);
  if (!then) return early.set(answer.query, answer);
  waiting.delete(answer.query);
  then(answer);
}

// A tapped button turns until its answer comes, its message changes, or a minute has passed.
export function waits(node) {
  node.setAttribute("aria-busy", "true");
  setTimeout(() => node.removeAttribute("aria-busy"), 60000);
}
