// The two ways to the server: what we do (`act`) and what happens there (`listen`).

export const act = (what, body) => post(what, "application/json", JSON.stringify(body));

// With a file as the body, and what is told of it in the address.
export const actWithFile = (what, told, file) => post(`${what}?${new URLSearchParams(told)}`, "application/octet-stream", file);

async function post(what, type, body) {
  const answer = await fetch(`/page/act/${what}`, {
    method: "POST",
    headers: { "Content-Type": type, "X-Playground": "page" },
    body,
  }).catch(() => null);
  if (!answer) throw new Error("The playground does not answer. Does it still run?");
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? "That did not work. The log of the playground says why.");
  return said;
}

// Calls heard(news) for everything that happens, the whole world first, and again after each new connection.
export function listen(heard, lost) {
  const stream = new EventSource("/page/events");
  stream.addEventListener("message", (event) => {
    lost(false);
    heard(JSON.parse(event.data));
  });
  stream.addEventListener("error", () => {
    lost(true);
    // A browser gives up for good when the answer was no stream; a server that starts again may well answer so once.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(heard, lost), 700);
  });
}
