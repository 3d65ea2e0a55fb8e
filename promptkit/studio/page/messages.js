// The messages of a case, its inputs, and how texts differ.
import { element, plural } from "./dom.js";

export function calls(found) {
  if (!found.length) return [element("p", { className: "note", textContent: "It asks nothing." })];
  return found.map((call, i) => element("section", { className: "call" },
    element("h3", {},
      found.length > 1 || call.step ? `Call ${i + 1}${call.step ? `, ${call.step}` : ""} ` : "What is sent ",
      element("small", { textContent: `about ${plural(call.tokens, "token")}, estimated` })),
    ...(call.messages.length ? call.messages.map(message) : [element("p", { className: "note", textContent: "No message." })]),
  ));
}

function message({ role, content, tokens }) {
  return element("div", { className: `message ${role}` },
    element("p", { className: "role" }, element("b", { textContent: role }), ` ≈ ${plural(tokens, "token")}`),
    element("pre", { textContent: content }));
}

export function lines(found) {
  return found.map(({ kind, parts }) => {
    const tag = { same: "div", removed: "del", added: "ins" }[kind];
    return element(tag, { className: `difference ${kind}` },
      element("span", { className: "sign", textContent: { same: " ", removed: "−", added: "+" }[kind] }),
      element("span", {}, ...parts.map(([text, changed]) => changed ? element("mark", { textContent: text }) : text), parts.length ? "" : "\u200b"));
  });
}

const ORIGINS = { row: "the row's", typed: "typed", sample: "its sample", default: "its default", "made up": "made up", nobody: "nobody gives it" };

// A form with the inputs; `onChange` is called with all values that were typed.
export function fields(root, found, onChange) {
  const names = found.map(({ name }) => name).join("\n");
  if (root.dataset.names !== names) {
    root.dataset.names = names;
    root.replaceChildren(...found.map((one) => element("label", { className: "field" },
      element("span", { className: "name" }, element("b", { textContent: one.name }), " ",
        element("small", { className: "origin" })),
      element("textarea", { name: one.name, rows: 2, spellcheck: false, title: one.description }))));
    for (const area of root.querySelectorAll("textarea")) {
      area.addEventListener("input", () => {
        area.dataset.typed = "yes";
        onChange(typed(root));
      });
    }
  }
  found.forEach((one, i) => {
    const label = root.children[i];
    const area = label.querySelector("textarea");
    label.querySelector(".origin").textContent = `${one.type}, ${ORIGINS[one.origin]}`;
    area.readOnly = one.origin === "row";
    if (one.origin !== "typed" && area.value !== one.value) area.value = one.value;
    if (one.origin !== "typed") delete area.dataset.typed;
  });
}

const typed = (root) => Object.fromEntries(
  [...root.querySelectorAll("textarea[data-typed]")].map((area) => [area.name, area.value]));
