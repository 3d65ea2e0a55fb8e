// The text: a plain textarea, behind which a mirror shows the same in colours, with numbers and marks by line.
import { element } from "./dom.js";
import { highlighted } from "./highlight.js";

const INDENT = "  ";
const LARGE = 200_000; // characters: from here on there are no colours

export class Editor {
  constructor(root, onInput) {
    this.area = root.querySelector("textarea");
    this.mirror = root.querySelector(".mirror");
    this.flags = root.querySelector(".flags");
    this.marks = [];
    this.shown = []; // the lines of the mirror, each as the JSON of its pieces
    this.leaving = false;
    this.inserting = false; // by ourselves: the browser then tells of every line
    this.changed = () => {
      if (this.inserting) return;
      this.paint();
      onInput();
    };
    this.area.addEventListener("input", this.changed);
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("blur", () => { this.leaving = false; });
    new ResizeObserver(() => this.place()).observe(this.mirror);
  }

  get text() {
    return this.area.value;
  }

  // Another text, which begins a history of its own.
  open(text) {
    this.area.value = text;
    this.area.setSelectionRange(0, 0);
    this.paint();
  }

  // Go to a line, numbered from 1.
  go(line) {
    const start = this.area.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const end = this.area.value.indexOf("\n", start);
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(start, end < 0 ? this.area.value.length : end);
    this.mirror.children[line - 1]?.scrollIntoView({ block: "center" });
  }

  mark(marks) {
    this.marks = marks;
    this.place();
  }

  paint() {
    const text = this.area.value;
    const lines = text.length > LARGE ? text.split("\n").map((line) => [["", line]]) : highlighted(text);
    const made = lines.map((line) => JSON.stringify(line));
    const old = this.shown;
    let first = 0;
    while (first < made.length && first < old.length && made[first] === old[first]) first += 1;
    let last = 0;
    while (last < Math.min(made.length, old.length) - first && made.at(-1 - last) === old.at(-1 - last)) last += 1;
    const following = this.mirror.children[old.length - last] ?? null;
    for (let i = first; i < old.length - last; i += 1) this.mirror.children[first].remove();
    for (const line of lines.slice(first, made.length - last)) this.mirror.insertBefore(painted(line), following);
    this.shown = made;
    this.place();
  }

  // Put the marks beside the lines as they are now.
  place() {
    const byLine = new Map();
    for (const mark of this.marks) {
      if (mark.line !== null) byLine.set(mark.line, [...(byLine.get(mark.line) ?? []), mark]);
    }
    [...this.mirror.children].forEach((line, i) => { // numbers by CSS's counters take time by the square of the lines
      const kind = `line ${byLine.has(i + 1) ? worst(byLine.get(i + 1)) : ""}`.trim();
      if (line.className !== kind) line.className = kind;
      if (line.dataset.number !== String(i + 1)) line.dataset.number = i + 1;
    });
    const focused = document.activeElement?.dataset?.line;
    this.flags.replaceChildren(...[...byLine].filter(([line]) => line <= this.shown.length).map(([line, marks]) => this.flag(line, marks)));
    if (focused) this.flags.querySelector(`[data-line="${focused}"]`)?.focus();
  }

  flag(line, marks) {
    const kind = worst(marks);
    const id = `fault-of-line-${line}`;
    const button = element("button", {
      type: "button", className: `flag ${kind}`, textContent: kind === "error" ? "✕" : "!",
      "aria-label": `Line ${line}: ${kind}`, "aria-describedby": id, "data-line": line,
    });
    button.addEventListener("click", () => this.go(line));
    const tip = element("span", { role: "tooltip", id, className: "tip" }, ...marks.map(
      (mark) => element("span", {}, [mark.message, mark.fix].filter(Boolean).join("; "))));
    const place = element("div", { className: line > 3 && line > this.shown.length - 3 ? "at up" : "at" }, button, tip);
    place.style.top = `${this.mirror.children[line - 1].offsetTop}px`;
    return place;
  }

  key(event) {
    if (event.key === "Escape") {
      this.leaving = true;
      return;
    }
    if (event.key === "Tab" && !this.leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.indent(event.shiftKey);
      return;
    }
    if (event.key !== "Shift") this.leaving = event.key === "Tab" && this.leaving;
  }

  indent(back) {
    const { value, selectionStart: from, selectionEnd: to } = this.area;
    if (from === to && !back) {
      this.insert(INDENT);
      return;
    }
    const start = from ? value.lastIndexOf("\n", from - 1) + 1 : 0;
    const lines = value.slice(start, to).split("\n");
    const moved = lines.map((line) => back ? line.replace(/^( {1,2}|\t)/, "") : line && INDENT + line);
    const made = moved.join("\n");
    if (made === lines.join("\n")) return;
    this.area.setSelectionRange(start, to);
    this.insert(made);
    if (from === to) {
      const caret = Math.max(start, from + made.length - (to - start));
      this.area.setSelectionRange(caret, caret);
    } else {
      this.area.setSelectionRange(start, start + made.length);
    }
  }

  // Insert at the selection so that undo takes it back. The command is old, and the only one that does.
  insert(text) {
    this.inserting = true;
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!done) this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.inserting = false;
    this.changed();
  }
}

const worst = (marks) => marks.some((mark) => mark.severity === "error") ? "error" : "warning";

function painted(line) {
  const made = element("div", { className: "line" }, ...line.map(
    ([kind, text]) => kind ? element("span", { className: kind, textContent: text }) : text));
  if (!line.length) made.append("\u200b"); // an empty line is as high as any
  return made;
}
