// The page: what is open, what is shown of it, and what the keys do.
import { get, latest, post } from "./api.js";
import { Asking } from "./ask.js";
import { Comparing } from "./compare.js";
import { $, debounced, element, options, plural } from "./dom.js";
import { Editor } from "./editor.js";
import { decide, keep, listen } from "./keeping.js";
import { calls, fields, lines } from "./messages.js";
import { tabs } from "./tabs.js";

const EVERY = 4000; // milliseconds between two looks at the file

const work = new Map(); // what was opened, by name: {source, text, values}
let open = null; // the one that is shown
let state = null; // what the server began with
let looking = false; // at the file, for changes made elsewhere
const alarms = new Map(); // what went wrong, by the name of the action

const name = () => open.source.name;
const changed = (one) => one.text !== one.source.text;
const body = () => ({ name: name(), text: open.text, case: situation() });
const pair = () => ({ ...body(), against: $("against").value });

function situation() {
  return { task: $("task").value, row: Math.max(0, ($("row").valueAsNumber || 1) - 1), strategy: $("strategy").value, values: open.values };
}

function limits() {
  const number = (id) => Number.isNaN($(id).valueAsNumber) ? null : $(id).valueAsNumber;
  return { model: $("model").value.trim(), max_tokens: number("max-tokens"), temperature: number("temperature") };
}

function rows() {
  const first = situation().row;
  const count = Math.min(20, Math.max(1, $("count").valueAsNumber || 1));
  const last = Number($("row").max) || 1;
  return Array.from({ length: count }, (_, i) => first + i).filter((row) => row < last);
}

const sides = () => ({ edited: changed(open) ? "edited text" : "this text", other: label($("against").value) });
const label = (against) => ({ saved: "saved text", shipped: "shipped wording" })[against] ?? against;

const editor = new Editor($("editor"), () => {
  open.text = editor.text;
  showWork();
  refresh();
});
const asking = new Asking(() => ({ ...pair(), ...limits(), rows: rows() }), sides);
const comparing = new Comparing(() => ({ ...pair(), ...limits(), limit: Number.isNaN($("limit").valueAsNumber) ? null : $("limit").valueAsNumber }));
const choose = tabs(() => open && refresh());

const rendering = latest((signal) => post("/render", body(), signal));
const differing = latest((signal) => post("/difference", pair(), signal));
const refresh = debounced(() => guarded(show), 180);

async function show() {
  const tab = document.body.dataset.tab;
  $("panel-messages").setAttribute("aria-busy", "true");
  const [made, difference] = await Promise.all([rendering(), tab === "difference" ? differing() : undefined]);
  if (made) showRendered(made);
  if (difference) showDifference(difference);
  if (tab === "ask") asking.refresh();
  if (tab === "compare") comparing.refresh();
}

function showRendered({ marks, problem, calls: found, fields: inputs, rows: count, target }) {
  $("panel-messages").setAttribute("aria-busy", "false");
  editor.mark(marks);
  showMarks(marks);
  const stale = found === null;
  $("panel-messages").classList.toggle("stale", stale);
  $("problem").hidden = !problem;
  $("problem").textContent = problem;
  if (!stale) {
    const note = target === null ? [] : [element("p", { className: "note", textContent: `Target, which no model sees: ${target}` })];
    $("panel-messages").replaceChildren(...calls(found), ...note);
  }
  if (inputs) {
    fields($("fields"), inputs, (values) => {
      open.values = values;
      refresh();
    });
    $("values").hidden = !inputs.length;
    if (inputs.some((one) => one.origin === "nobody")) $("values").open = true; // somebody has to give it
  }
  $("rows").hidden = $("many").hidden = !count;
  $("row").max = count;
  $("of").textContent = `of ${count.toLocaleString("en")}`;
  $("previous").disabled = situation().row < 1;
  $("next").disabled = situation().row >= count - 1;
}

function showMarks(marks) {
  const errors = marks.filter((mark) => mark.severity === "error").length;
  const counts = [errors && plural(errors, "error"), marks.length - errors && plural(marks.length - errors, "warning")].filter(Boolean);
  $("faults").textContent = counts.length ? counts.join(", ") : "No faults found";
  $("marks").replaceChildren(...marks.map((mark) => {
    const where = mark.line === null ? "whole text" : `line ${mark.line}`;
    const button = element("button", { type: "button", textContent: where, disabled: mark.line === null });
    button.addEventListener("click", () => {
      choose("text");
      editor.go(mark.line);
    });
    return element("li", { className: mark.severity }, button, element("span", {},
      [mark.message, mark.fix].filter(Boolean).join("; "), mark.rule ? element("small", { textContent: ` ${mark.rule}` }) : null));
  }));
}

function showDifference({ text, messages, problem }) {
  const part = (title, found, same) => [element("h3", { textContent: title }),
    found.length ? element("div", { className: "lines" }, ...lines(found)) : element("p", { className: "note", textContent: same })];
  $("panel-difference").replaceChildren(
    element("p", { className: "note", textContent: `− is in the ${label($("against").value)}, + is in this text.` }),
    ...part("Messages", messages, problem || "The messages are the same."),
    ...part("Text", text, "The texts are the same."));
}

function showWork() {
  const { source } = open;
  $("title").textContent = name();
  document.title = `${changed(open) ? "• " : ""}${name()}`;
  const kind = source.own ? source.shipped ? "instead of the shipped template" : "" : "shipped; saving makes one of your own";
  $("place").textContent = [source.file, kind].filter(Boolean).join(" · ");
  $("save").disabled = !changed(open);
  for (const option of $("templates").querySelectorAll("option")) {
    const one = work.get(option.value);
    option.textContent = `${option.value}${one && changed(one) ? " •" : ""}`;
  }
}

async function openTemplate(wanted) {
  if (!work.has(wanted)) {
    const source = await post("/read", { name: wanted });
    work.set(wanted, { source, text: source.text, values: {} });
  }
  open = work.get(wanted);
  $("templates").value = wanted;
  $("fields").dataset.names = "";
  options($("strategy"), open.source.strategies, open.source.strategies[0], (spec) => spec.replace(/\(.*/s, "") || "alone");
  options($("against"), open.source.against, "saved", label);
  editor.open(open.text);
  showWork();
  refresh();
}

async function listTemplates() {
  state = await get("/state");
  const group = (title, found) => found.length ? element("optgroup", { label: title }, ...found.map(
    (one) => element("option", { value: one.name, textContent: one.name }))) : null;
  $("templates").replaceChildren(...[
    group(`Yours, in ${state.folder}`, state.templates.filter((one) => one.own)),
    group("Others", state.templates.filter((one) => !one.own))].filter(Boolean));
}

async function save() {
  if (!changed(open)) return say("Nothing has changed.");
  const kept = open;
  const made = await keep({ name: name(), text: kept.text, digest: kept.source.digest });
  if (made.kind === "edited on") {
    kept.seen = made.digest;
    return say("Not saved.");
  }
  kept.source = await post("/read", { name: kept.source.name });
  if (made.kind === "taken") {
    kept.text = kept.source.text;
    if (kept === open) editor.open(kept.text);
  }
  await listTemplates();
  $("templates").value = name();
  showWork();
  refresh();
  return say(made.kind === "taken" ? "The file's text was taken." : `Saved in ${kept.source.file}.`);
}

// Take over what was changed elsewhere, or ask where it would be lost.
async function look() {
  if (!open || looking || document.hidden || $("conflict").open) return;
  looking = true;
  const one = open;
  try {
    const now = await post("/read", { name: one.source.name });
    if (now.digest === one.source.digest || now.digest === one.seen) return;
    const mine = changed(one) && one.text !== now.text;
    const choice = mine ? await decide(now.name, one.text) : "theirs";
    one.seen = now.digest; // asked about once, and again when it is saved
    if (choice === "mine") one.source = now;
    if (choice === "theirs") Object.assign(one, { source: now, text: now.text });
    if (choice === "theirs" && one === open) editor.open(one.text);
    showWork();
    refresh();
    say(mine ? "" : "The file was changed elsewhere, and was read again.");
    if (choice === "mine") await save();
  } finally {
    looking = false;
  }
}

function say(text) {
  $("status").textContent = text;
}

// What goes wrong with an action is shown until it works.
async function guarded(action) {
  const wrong = alarms.get(action.name);
  try {
    await action();
    alarms.delete(action.name);
  } catch (error) {
    alarms.set(action.name, error.message);
  }
  if (wrong === alarms.get(action.name)) return;
  $("alarm").textContent = [...new Set(alarms.values())].join(" · ");
  $("alarm").hidden = !alarms.size;
}

function step(by) {
  const to = (situation().row + 1) + by;
  $("row").value = Math.min(Math.max(1, to), Number($("row").max) || 1);
  refresh();
}

function hear() {
  listen();
  $("templates").addEventListener("change", () => guarded(() => openTemplate($("templates").value)));
  $("save").addEventListener("click", () => guarded(save));
  $("previous").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("task").addEventListener("change", () => {
    $("row").value = 1;
    refresh();
  });
  for (const id of ["row", "strategy", "against", "model", "max-tokens", "temperature", "count", "limit"]) $(id).addEventListener("input", refresh);
  $("case").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key.toLowerCase() === "s") {
      event.preventDefault();
      guarded(save);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const asked = document.body.dataset.tab === "ask";
      choose("ask");
      guarded(() => asked && asking.known ? asking.ask() : asking.askIfFree());
    }
  });
  addEventListener("beforeunload", (event) => {
    if ([...work.values()].some(changed)) event.preventDefault();
  });
  addEventListener("focus", () => guarded(look));
  setInterval(() => guarded(look), EVERY);
}

await guarded(async () => {
  history.replaceState(null, "", "/"); // the token is a cookie by now
  await listTemplates();
  options($("task"), ["", ...state.tasks], state.task, (task) => task || "none");
  $("models").replaceChildren(...state.models.map((value) => element("option", { value })));
  $("model").value = state.models[0] ?? "";
  await openTemplate(state.name);
  hear();
  await comparing.watch();
});
