// A comparison of both wordings on the task: what it takes, how far it is, and the verdict.
import { call, get, latest, post } from "./api.js";
import { costNote, dollars } from "./ask.js";
import { $, debounced, element } from "./dom.js";

const EVERY = 500; // milliseconds between two looks at how far it is

export class Comparing {
  // `request` gives what is compared.
  constructor(request) {
    this.request = request;
    this.watching = false;
    this.forecasting = latest((signal, body) => post("/forecast", body, signal));
    this.refresh = debounced(() => this.forecast(), 300);
    $("compare-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin();
    });
    $("stop-comparing").addEventListener("click", async () => this.show(await call("DELETE", "/comparison")));
  }

  async forecast() {
    const body = this.request();
    if (!body.model) return void ($("compare-cost").textContent = "Name a model to ask.");
    try {
      const found = await this.forecasting(body);
      if (found) $("compare-cost").textContent = costNote(found);
    } catch (error) {
      $("compare-cost").textContent = error.message;
    }
  }

  async begin() {
    $("compare").disabled = true;
    try {
      this.show(await post("/compare", this.request()));
      await this.watch();
    } catch (error) {
      $("compare").disabled = false;
      $("comparison").replaceChildren(element("p", { className: "alarm", textContent: error.message }));
    }
  }

  // Show the comparison that was begun last, for as long as it runs.
  async watch() {
    if (this.watching) return;
    this.watching = true;
    try {
      for (;;) {
        const state = await get("/comparison");
        if (state.directory === undefined) return;
        this.show(state);
        if (!state.running) return;
        await new Promise((resolve) => { setTimeout(resolve, EVERY); });
      }
    } finally {
      this.watching = false;
    }
  }

  show(state) {
    $("compare").disabled = state.running;
    $("stop-comparing").disabled = !state.running || state.stopping;
    const shown = [element("p", { className: "facts", textContent: progress(state) })];
    if (state.running) shown.unshift(element("progress", { max: state.of || 1, value: state.done, "aria-label": "attempts" }));
    for (const trouble of state.troubles) shown.push(element("p", { className: "alarm", textContent: trouble }));
    if (state.problem) shown.push(element("p", { className: "alarm", textContent: state.problem }));
    if (state.result) shown.push(...result(state.result));
    if (!state.running) shown.push(recorded(state));
    $("comparison").replaceChildren(...shown);
  }
}

function progress({ running, stopping, done, of, calls, seconds_left: left, usd }) {
  const number = (value) => value.toLocaleString("en");
  const parts = [`${number(done)} of ${number(of)} attempts`, `${number(calls)} calls`, usd === null ? "cost unknown" : dollars(usd)];
  if (stopping) parts.push("stopping: calls in flight are finished");
  else if (running) parts.push(left === null ? "time left unknown" : `about ${Math.ceil(left)} s left`);
  return parts.join(", ");
}

function result({ comparisons, rows }) {
  const head = ["wording", "rows", "right", "95 % interval", "tokens", "cost"];
  const cell = (text, i) => element("td", { className: i > 0 ? "n" : "", textContent: text });
  return [
    ...comparisons.map((pair) => element("div", { className: `verdict ${pair.verdict}` },
      element("p", { textContent: pair.sentence }),
      element("p", { className: "facts", textContent: `On ${pair.n} rows: ${pair.gained} better, ${pair.lost} worse; paired.` }))),
    element("div", { className: "scroll" }, element("table", {},
      element("thead", {}, element("tr", {}, ...head.map((text, i) => element("th", { scope: "col", className: i ? "n" : "", textContent: text })))),
      element("tbody", {}, ...rows.map((row) => element("tr", {},
        ...[row.strategy, row.items, row.accuracy, row.interval, row.tokens, row.cost].map(cell)))))),
  ];
}

function recorded({ directory, page }) {
  const place = element("p", { className: "facts" }, `Recorded in ${directory}. `);
  if (page) place.append(element("a", { href: page, target: "_blank", rel: "noopener", textContent: "Open the page of the run" }));
  else place.append(`Its page: promptkit report ${directory}`);
  return place;
}
