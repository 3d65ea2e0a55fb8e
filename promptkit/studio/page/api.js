// The server's answers. Whatever goes wrong is an error with a sentence for the person.

const HEADERS = { "Content-Type": "application/json" };
const GONE = "the server does not answer; is `promptkit template edit` still running?";

async function answer(method, path, body, signal) {
  let response;
  try {
    response = await fetch(path, { method, headers: HEADERS, body: method === "GET" ? undefined : JSON.stringify(body ?? {}), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(GONE);
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try {
    message = JSON.parse(text).error;
  } catch { /* not JSON: the text is the message */ }
  throw new Error(message || `the server answers ${response.status}`);
}

export const call = async (method, path, body, signal) => (await answer(method, path, body, signal)).json();
export const get = (path) => call("GET", path);
export const post = (path, body, signal) => call("POST", path, body, signal);

// The JSON objects of an answer that comes line by line.
export async function* events(path, body, signal) {
  const reader = (await answer("POST", path, body, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
    if (done) return;
  }
}

// Calls of one kind of which only the last counts: one that is overtaken is cancelled, and gives `undefined`.
export function latest(call) {
  let running;
  return async (...given) => {
    running?.abort();
    const mine = running = new AbortController();
    try {
      const made = await call(mine.signal, ...given);
      return mine.signal.aborted ? undefined : made;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    }
  };
}
