// Replies of a model to a few rows, in two wordings side by side, as they are written.
import { events, latest, post } from "./api.js";
import { $, debounced, element, plural } from "./dom.js";

const OUTCOMES = { correct: "✓ right", wrong: "✗ not right", unparsed: "? no answer found", truncated: "… cut off", refused: "⊘ refused", ungraded: "could not be judged" };

export class Asking {
  // `request` gives what is asked, or `null`; `sides` names both wordings.
  constructor(request, sides) {
    this.request = request;
    this.sides = sides;
    this.running = null;
    this.known = null; // the estimate of what would be asked now
    this.estimated = null; // when it will be known
    this.estimating = latest((signal, body) => post("/estimate", body, signal));
    this.refresh = debounced(() => this.estimate(), 250);
    $("ask-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    $("stop-asking").addEventListener("click", () => this.running?.abort());
  }

  estimate() {
    return this.estimated = this.findEstimate();
  }

  async findEstimate() {
    const body = this.request();
    this.known = null;
    if (!body.model) return void ($("ask-cost").textContent = "Name a model to ask.");
    try {
      const found = await this.estimating(body);
      if (!found) return;
      this.known = found;
      $("ask-cost").textContent = costNote(found);
    } catch (error) {
      $("ask-cost").textContent = error.message;
    }
  }

  // Ask at once where it is free; else only when the price was shown.
  async askIfFree() {
    this.estimate();
    for (let waited; waited !== this.estimated;) await (waited = this.estimated); // an edit or a tab begins another one
    if (this.known?.usd?.[1] === 0) await this.ask();
    else $("ask").focus();
  }

  async ask() {
    if (this.running) return;
    const body = this.request();
    this.running = new AbortController();
    this.show(true);
    const places = new Map();
    $("replies").replaceChildren();
    let done = 0;
    try {
      for await (const event of events("/ask", body, this.running.signal)) {
        if (event.kind === "begin") this.begin(event, places);
        else if (event.kind === "end") $("ask-state").textContent = done ? `${done} ${done === 1 ? "reply" : "replies"}: ${used(event)}.` : "No reply.";
        else if (event.kind === "error" && event.row === undefined) throw new Error(event.message);
        else {
          done += event.kind === "reply";
          receive(event, places.get(`${event.row} ${event.side}`));
          if (event.kind !== "piece") $("ask-state").textContent = `${done} of ${places.size} answered …`;
        }
      }
    } catch (error) {
      const stopped = error.name === "AbortError";
      $("ask-state").textContent = stopped ? `Stopped; ${done} of ${places.size} were answered.` : error.message;
    } finally {
      this.running = null;
      this.show(false);
    }
  }

  show(running) {
    $("ask").disabled = running;
    $("stop-asking").disabled = !running;
    if (running) $("ask-state").textContent = "Asking …";
  }

  begin({ rows, sides }, places) {
    for (const { row, target } of rows) {
      const columns = sides.map((side) => {
        const reply = { text: "", path: "", pre: element("pre", { className: "reply" }), foot: element("p", { className: "facts" }) };
        places.set(`${row} ${side}`, reply);
        return element("div", { className: "side" }, element("h4", { textContent: this.sides()[side] }), reply.pre, reply.foot);
      });
      $("replies").append(element("section", { className: "asked" },
        element("h3", {}, target === null ? "Typed values" : `Row ${row + 1} `,
          target === null ? null : element("small", { textContent: `target: ${target}` })),
        element("div", { className: "sides" }, ...columns)));
    }
    if (sides.length < 2) $("replies").prepend(element("p", { className: "note", textContent: "Both wordings are the same, so one is asked." }));
  }
}

function receive(event, reply) {
  if (event.kind === "piece") {
    if (event.path !== reply.path || event.restart) reply.text = "";
    reply.path = event.path;
    reply.text += event.text;
    reply.pre.textContent = reply.text;
    reply.foot.textContent = event.path ? `${event.path} …` : "…";
  } else if (event.kind === "reply") {
    reply.pre.textContent = event.text;
    reply.foot.replaceChildren(...outcome(event), `${used(event)}, ${event.seconds.toFixed(2)} s`,
      event.cut_off ? ", cut off at the longest reply" : "", event.note ? `; ${event.note}` : "");
  } else {
    reply.foot.className = "facts alarm";
    reply.foot.textContent = event.message;
  }
}

function outcome({ outcome, answer }) {
  if (!outcome) return [];
  return [element("span", { className: `outcome ${outcome}`, textContent: OUTCOMES[outcome] ?? outcome }),
    answer === null ? " " : ` answer ${answer}; `];
}

function used({ usage, usd }) {
  const tokens = usage.unmetered ? "tokens unknown" : `${plural(usage.input_tokens, "token")} read, ${usage.output_tokens.toLocaleString("en")} written`;
  const calls = usage.calls > 1 ? `${usage.calls} calls, ` : "";
  return `${calls}${tokens}, ${usd === null ? "price unknown" : dollars(usd)}`;
}

export function costNote({ calls, input_tokens: input, output_tokens: [least, most], usd }) {
  const price = usd === null ? "the price of this model is not known" : usd[1] === 0 ? "free" : `${dollars(usd[0])} to ${dollars(usd[1])}`;
  return `Before it is sent: about ${plural(calls, "call")}, ${plural(input, "token")} read and ${least.toLocaleString("en")} to ` +
    `${most.toLocaleString("en")} written (estimated); ${price}.`;
}

export function dollars(amount) {
  if (!amount) return "$0";
  return `$${amount.toFixed(Math.max(4, 2 - Math.floor(Math.log10(amount))))}`;
}
