"""Read the list of sub-questions out of a plan, however the model wrote it: numbered, bulleted or JSON."""

from __future__ import annotations

import itertools
import json
import re

SHORT_PLAN = "1. One thing."
LONG_PLAN = "\n".join(f"{number}. Thing {number}." for number in range(1, 9))  # longer ones are rare

_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_NUMBERED = re.compile(
    r"^[ \t]*+(?:\*\*|__|\#{1,6}[ \t])?[ \t]*+"  # possessive: a line of blanks is tried once, not in all its partitions
    r"(?:(?:step|sub-?question|sub-?problem|question|part|task|q)[ \t]*+\#?[ \t]*+)?"
    r"(?:\(?[0-9]{1,3}[.):、．）](?![0-9])|[0-9]{1,3}[ \t]*+[-–—][ \t]|\([0-9]{1,3}\)|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}[、．])(?:\*\*|__)?[ \t]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[ \t]*[-*+•‣◦·–—][ \t]+(?:\[[ xX]\][ \t]+)?")
_LETTERED = re.compile(r"^[ \t]*\(?[a-z][.)][ \t]+", re.IGNORECASE)
_KEYS = ("question", "sub_question", "subquestion", "sub_problem", "subproblem", "step", "task", "text", "description")
_LONGEST = 50_000  # characters of a reply that are read; a plan is short
MOST = 1_000  # items: each may need all before it
_ANSWER = re.compile(
    r"(?:so,? |thus,? |therefore,? )?(?:the )?(?:final )?answer(?: is\b|:| ?=)"
    r"|[-+*/x×÷·−()$€£%\d\s.,=]{1,200}=\s?[-−$€£]{0,2}\d[\d.,]{0,20}\s?%?\.?\Z",  # "7 x 8 = 56"
    re.IGNORECASE,
)
_CIRCLE = 4  # times in a row: a story may well ask the same after two or three equal steps


def parse_plan(reply: str, *, cut_off: bool = False) -> tuple[str, ...]:
    """The sub-questions in the order listed, without their numbers or bullets; empty when there is no list.

    An item that gives an answer is none ("The answer is 12", "7 x 8 = 56"). Of a reply that was `cut_off` the last item
    is left out, since its end is missing, and so is what it repeats: a model that goes round in circles is cut off
    sooner or later, while one that ends by itself may well ask "How many are left?" after each of several steps. Four
    times the same in a row is a circle, too.

    A JSON array (of texts, or of objects with a text) is looked for first, then numbered lines, bulleted lines,
    lettered lines. Lines indented below an item belong to it when they carry no mark of the list. Items of a nested
    list are left to the item they stand under.
    """
    return tuple(item for item in listed(reply, cut_off=cut_off) if not is_answer(item))


def is_answer(item: str) -> bool:
    """Whether an item of a plan gives an answer instead of asking for one."""
    return _ANSWER.match(item) is not None


def listed(reply: str, *, cut_off: bool = False) -> tuple[str, ...]:
    """The items of the list in `reply`, as `parse_plan` finds them, those that give an answer too."""
    text = reply[:_LONGEST]
    items = _from_json(text) or _from_lines(_FENCE.sub("", text))
    if cut_off or len(reply) > _LONGEST:
        items = tuple(dict.fromkeys(items[:-1]))
    elif any(len(list(same)) >= _CIRCLE for _, same in itertools.groupby(items)):
        items = tuple(dict.fromkeys(items))
    return items[:MOST]


def _from_json(text: str) -> tuple[str, ...]:
    decoder = json.JSONDecoder()
    for start in [m.start() for m in re.finditer(r"[\[{]", text)][:20]:
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if items := _texts(value):
            return items
    return ()


def _texts(value: object) -> tuple[str, ...]:
    """The texts of a JSON plan: a list of texts or objects, or the first such list inside an object."""
    if isinstance(value, dict):
        return next((found for inner in value.values() if isinstance(inner, list) and (found := _texts(inner))), ())
    if not isinstance(value, list):
        return ()
    texts = [_text(item) for item in value]
    return tuple(t for t in texts if t) if all(texts) else ()


def _text(item: object) -> str:
    if isinstance(item, str):
        return item.strip()
    if isinstance(item, dict):
        return next((str(item[k]).strip() for k in _KEYS if isinstance(item.get(k), str)), "")
    return ""


def _from_lines(text: str) -> tuple[str, ...]:
    lines = text.splitlines()
    for mark in (_NUMBERED, _BULLET, _LETTERED):
        marked = [(i, m) for i, line in enumerate(lines) if (m := mark.match(line)) and line[m.end() :].strip(" *_")]
        if not marked:
            continue
        margin = min(_indent(lines[i]) for i, _ in marked)
        return tuple(_clean(lines[i][m.end() :]) for i, m in marked if _indent(lines[i]) <= margin + 1)
    return ()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _clean(item: str) -> str:
    return item.strip().replace("**", "").strip()
