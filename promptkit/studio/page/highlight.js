// Colours for a template: front matter as YAML, the rest as Jinja. It is only for the eye; the server parses.

const WORDS = new Set(("and as block break call continue do else elif endblock endcall endfilter endfor endif endmacro endraw " +
  "endset endwith extends false filter for from if ignore import in include is loop macro missing none not or raw recursive " +
  "required scoped set true with without context False None True system endsystem user enduser assistant endassistant part endpart").split(" "));
const FRONT = /^---[ \t]*\n(?:[\s\S]*?\n)??---[ \t]*(?:\n|$)/;
const YAML = /(#.*)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')|([\w.-]+)(?=[ \t]*:(?:[ \t\n]|$))|(-?\d+(?:\.\d+)?\b)|([{}[\],:])/g;
const JINJA = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|(\|\s*\w+)|([A-Za-z_]\w*)/g;
const ENDS = { "{{": "}}", "{%": "%}", "{#": "#}" };
const RAW = /^\{%[-+]?\s*raw\s*[-+]?%\}/;
const ENDRAW = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;

// The lines of a text, each a list of [class, piece]; the class is "" for plain text.
export function highlighted(text) {
  const lines = [[]];
  const emit = (kind, piece) => {
    piece.split("\n").forEach((part, i) => {
      if (i) lines.push([]);
      if (part) lines.at(-1).push([kind, part]);
    });
  };
  const front = FRONT.exec(text);
  if (front) pieces(front[0], YAML, ["comment", "string", "key", "number", "mark"], "front", emit);
  body(text.slice(front ? front[0].length : 0), emit);
  return lines;
}

function pieces(text, pattern, kinds, other, emit) {
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > end) emit(other, text.slice(end, found.index));
    const kind = kinds[found.slice(1).findIndex((group) => group !== undefined)];
    emit(kind === "name" && WORDS.has(found[0]) ? "word" : kind, found[0]);
    end = found.index + found[0].length;
  }
  if (end < text.length) emit(other, text.slice(end));
}

function body(text, emit) {
  let end = 0;
  const never = new Set(); // endings that come no more, so that they are not looked for again
  for (let at = text.indexOf("{"); at >= 0; at = text.indexOf("{", Math.max(at + 1, end))) {
    const opened = text.slice(at, at + 2);
    const closing = ENDS[opened];
    if (!closing || never.has(closing)) continue;
    const close = text.indexOf(closing, at + 2);
    if (close < 0) {
      never.add(closing);
      continue;
    }
    emit("", text.slice(end, at));
    end = close + 2;
    if (opened === "{#") {
      emit("comment", text.slice(at, end));
    } else {
      emit("mark", opened);
      pieces(text.slice(at + 2, close), JINJA, ["string", "number", "filter", "name"], "mark", emit);
      emit("mark", closing);
      if (RAW.test(text.slice(at, end))) {
        ENDRAW.lastIndex = end;
        const over = ENDRAW.exec(text)?.index ?? text.length;
        emit("", text.slice(end, over));
        end = over;
      }
    }
  }
  emit("", text.slice(end));
}
