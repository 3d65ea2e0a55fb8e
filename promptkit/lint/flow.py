"""Rules about the order of what is sent: constant text and values, as they follow one another in the messages."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from promptkit.lint.rule import Hit, rule
from promptkit.lint.subject import Subject
from promptkit.lint.types import Known, walk
from promptkit.token_counts import approximate_tokens
from promptkit.wording.roles import role_of

CACHED = 1000  # characters of constant text from which its place matters; providers cache from 1,024 tokens on
_NEAR = 5_000  # characters before and behind a value in which a delimiter is looked for
_HARMLESS = frozenset({"number", "flag"})  # types whose values can close nothing
_GUARDS = frozenset({"replace", "tojson", "escape", "e", "forceescape", "urlencode", "indent", "length", "count"})
_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w.-]*)(?:\s[^<>]*)?>")
_DEEPEST = 20  # elements in elements
_FENCES = ("```", '"""', "'''", "~~~", "<<<")


@dataclass(frozen=True)
class Part:
    """Constant text, or a value that is shown; and the message that it is in."""

    line: int
    message: int
    text: str = ""
    known: Known | None = None


def parts(subject: Subject) -> list[Part]:
    """What the body writes, in the order of the file."""
    found, message = list[Part](), 0
    ends: dict[int, int] = {}
    for known in walk(subject.tree, dict(subject.header.inputs)):
        if isinstance(known.node, nodes.CallBlock) and role_of(known.node):
            message += 1
            ends |= {id(inner): message for inner in known.node.find_all(nodes.Output)}
        if isinstance(known.node, nodes.Output):
            place = ends.get(id(known.node), 0)
            for node in known.node.nodes:
                if isinstance(node, nodes.TemplateData):
                    found.append(Part(node.lineno, place, text=node.data))
                else:
                    found.append(Part(node.lineno, place, known=Known(node, known.scope)))
    return found


@rule(
    "closable-delimiter",
    "warning",
    reason="Whoever writes the value can write the closing sign too, and what follows it is read as the author's "
    "own words.",
    fix="take the closing sign out of the value, or show it with `tojson`",
)
def closable_delimiter(subject: Subject) -> Iterator[Hit]:
    """A text between signs that it may contain: a fence, quotes of three, or the tags of an element."""
    texts, places = _constant_texts(parts(subject))
    for part, at in places:
        if part.known is None or _is_harmless(part.known):
            continue
        text = texts[part.message]
        if closing := _closing(text[max(0, at - _NEAR) : at], text[at : at + _NEAR]):
            name = _name_of(part.known.node)
            column = subject.column_of(part.line, name)
            shown = _path_of(part.known.node)
            fix = f"take it out, as in {{{{ {shown} | replace({json.dumps(closing)}, '') }}}}, or show it with `tojson`"
            yield Hit(part.line, f"the value of `{shown}` can have {closing} in it", column, fix)


def _constant_texts(written: list[Part]) -> tuple[dict[int, str], list[tuple[Part, int]]]:
    """The constant text of each message, and where in it the values stand."""
    pieces, lengths, places = dict[int, list[str]](), Counter[int](), list[tuple[Part, int]]()
    for part in written:
        if part.known is not None:
            places.append((part, lengths[part.message]))
        pieces.setdefault(part.message, []).append(part.text)
        lengths[part.message] += len(part.text)
    return {message: "".join(found) for message, found in pieces.items()}, places


def _is_harmless(known: Known) -> bool:
    node = known.node
    while isinstance(node, nodes.Filter):
        if node.name in _GUARDS:
            return True
        if node.node is None:
            return True
        node = node.node
    if isinstance(node, nodes.Call):  # `super()`, a macro: its own text
        return True
    if isinstance(node, (nodes.Const, nodes.Compare)) or _name_of(node) in ("loop", ""):
        return True
    declared = known.type_of(node)
    return declared is not None and declared.type in _HARMLESS


def _closing(before: str, after: str) -> str:
    """The sign that ends what is open between two texts; empty where nothing is."""
    for fence in _FENCES:
        if fence == "<<<":
            if before.rfind("<<<") > before.rfind(">>>") and ">>>" in after:
                return ">>>"
        elif before.count(fence) % 2 and fence in after:
            return fence
    around = list[str]()
    for element in _ELEMENT.finditer(before):
        if not element["end"]:
            around = [*around[1 - _DEEPEST :], element["name"]]
        elif element["name"] in around:
            around.reverse()
            around.remove(element["name"])
            around.reverse()
    return next((f"</{name}>" for name in reversed(around) if f"</{name}>" in after), "")


def _path_of(node: nodes.Node) -> str:
    """The value that an expression shows, as it is written: `step.answer`."""
    match node:
        case nodes.Getattr():
            return f"{_path_of(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=value)):
            return f"{_path_of(node.node)}[{value!r}]"
        case nodes.Filter() if node.node is not None:
            return _path_of(node.node)
    return _name_of(node)


def _name_of(node: nodes.Node) -> str:
    """The variable that an expression begins with."""
    while not isinstance(node, nodes.Name):
        inner = getattr(node, "node", None)
        if not isinstance(inner, nodes.Node):
            return ""
        node = inner
    return node.name


@rule(
    "changing-before-constant",
    "warning",
    reason="Providers cache the beginning of a prompt that is the same as in an earlier call, at about a tenth of the "
    "price. Nothing after the first value that changes is cached, however long it is.",
    fix="put the constant text first, such as in the system message, and the values after it",
)
def changing_before_constant(subject: Subject) -> Iterator[Hit]:
    """Much constant text behind a value that is another one in every call."""
    written = parts(subject)
    changing = next((n for n, part in enumerate(written) if part.known and _changes(subject, part.known)), None)
    if changing is None:
        return
    behind = " ".join("".join(part.text for part in written[changing:]).split())
    if len(behind) >= CACHED:
        first = written[changing]
        name = _name_of(first.known.node) if first.known else ""
        message = f"about {approximate_tokens(behind)} tokens of constant text come after `{name}`, which changes"
        yield Hit(first.line, message, subject.column_of(first.line, name))


def _changes(subject: Subject, known: Known) -> bool:
    """Whether a value is another one in each call: a required input, or a part of one."""
    name = _name_of(known.node)
    declared = subject.header.inputs.get(name)
    if declared is None:  # a variable of a loop over one
        return name not in ("", "loop") and name in known.scope
    return declared.required and declared.type not in _HARMLESS


@rule(
    "too-long",
    "error",
    reason="A test of the template allows fewer tokens than its constant text has, whatever its inputs.",
    fix="shorten the text, or raise `at_most`",
)
def too_long(subject: Subject) -> Iterator[Hit]:
    """More constant text than a test's `at_most`."""
    tokens = approximate_tokens(subject.constant_text)
    for number, test in enumerate(subject.own.tests):
        if test.at_most is not None and tokens > test.at_most and not subject.tree.find(nodes.If):
            line = subject.parsed.line("tests", number, "at_most") or 1
            message = f"the constant text is about {tokens} tokens, and a test allows {test.at_most}"
            yield Hit(line, message, subject.column_of(line, "at_most"))


RULES = (closable_delimiter, changing_before_constant, too_long)
