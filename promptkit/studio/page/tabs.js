// Tabs by the pattern that screen readers and keyboards know: arrows choose, Home and End go to the ends.
import { $ } from "./dom.js";

const narrow = matchMedia("(max-width: 56rem)");

export function tabs(onChange) {
  const all = [...document.querySelectorAll("[role=tab]")];
  const shown = () => all.filter((tab) => narrow.matches || tab.dataset.tab !== "text");

  function choose(name, { focus = false } = {}) {
    const chosen = shown().find((tab) => tab.dataset.tab === name) ?? shown()[0];
    document.body.dataset.tab = chosen.dataset.tab;
    for (const tab of all) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    if (focus) chosen.focus();
    onChange(chosen.dataset.tab);
  }

  $("tabs").addEventListener("click", ({ target }) => target.dataset.tab && choose(target.dataset.tab));
  $("tabs").addEventListener("keydown", (event) => {
    const tabs = shown();
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length].dataset.tab, { focus: true });
  });
  narrow.addEventListener("change", () => choose(document.body.dataset.tab));
  choose(narrow.matches ? "text" : "messages");
  return choose;
}
