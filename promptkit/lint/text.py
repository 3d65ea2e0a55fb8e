"""Rules about the text: what is sent to the model in another way than it looks in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import nodes

from promptkit.lint.rule import Hit, rule
from promptkit.lint.subject import Subject
from promptkit.lint.types import field_name
from promptkit.wording.roles import ROLES, role_of

_USUAL = frozenset({"question", "query", "input", "context", "text", "answer", "prompt", "document", "topic"})
_PLACEHOLDER = re.compile(
    r"(?<![{$\\\w]){(?P<braces>[a-z_]\w*)}(?!})|\$(?:{(?P<dollars>[a-z_]\w*)}|(?P<dollar>[a-z_]\w*)\b)"
    r"|(?<![<\w])<<?(?P<angles>[a-z_]\w*)>>?|(?<![\[\w])\[\[?(?P<brackets>[a-z_]\w*)\]\]?(?![(\w])"
    r"|%(?P<percents>[a-z_]\w*)%|%\((?P<percent>[a-z_]\w*)\)s",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^[ \t]*(?:#+[ \t]*|\*\*|\[|<)?"
    r"(?:system|user|assistant|human|系統|系统|使用者|用户|助理|助手)(?:\*\*|\]|>)?[ \t]*[:：]"
    r"|<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id|eot_id|endoftext)\|>|\[/?INST\]|<</?SYS>>"
    r"|^[ \t]*###[ \t]*(?:instruction|response|human|assistant|user|system)\b",
    re.IGNORECASE | re.MULTILINE,
)
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LAST_TAG = re.compile(r"\{%(?:(?!%\}).)*%\}$|\{#(?:(?!#\}).)*#\}$")
_BOUND = re.compile(rf"\{{%[-+]?\s*(?:end)?(?:{'|'.join(ROLES)}|block|macro|extends|include|import|from)\b")
_RAW = re.compile(r"\{%-?\s*raw.*?endraw\s*-?%\}", re.DOTALL)


@rule(
    "foreign-placeholder",
    "error",
    reason="Another template language marks a value like this; here it is sent to the model as it is.",
    fix="write {{ name }}; put braces that are meant as text between {% raw %} and {% endraw %}",
)
def foreign_placeholder(subject: Subject) -> Iterator[Hit]:
    """`{question}`, `$question`, `<question>`, `[question]` or `%(question)s` of an input."""
    inputs = {*subject.header.inputs, *(subject.used or ())}
    for line, column, found in subject.find_in_text(_PLACEHOLDER):
        name = next(text for text in found.groups() if text)
        known = name in inputs or (name in _USUAL and found["angles"] is None and found["brackets"] is None)
        if known and not _is_element(subject, found, name):
            fix = f"write {{{{ {name} }}}}" if name in inputs else ""
            yield Hit(line, f"{found[0]} is not a place for a value here", column, fix)


def _is_element(subject: Subject, found: re.Match[str], name: str) -> bool:
    """Whether `<name>` is the tag of an element that ends with `</name>`."""
    return found["angles"] is not None and f"</{name}>" in subject.constant_text


@rule(
    "role-as-text",
    "error",
    reason="Providers take the role as a field of each message. Written as text, it is part of the question, and "
    "whoever writes the data can write it too.",
    fix="write {% system %}…{% endsystem %}, {% user %}…{% enduser %} and {% assistant %}…{% endassistant %}",
)
def role_as_text(subject: Subject) -> Iterator[Hit]:
    """`System:`, `User:` and `Assistant:`, or a chat model's own control tokens, in the text."""
    for line, column, found in subject.find_in_text(_ROLE):
        yield Hit(line, f"{found[0].strip()} makes no message of that role", column)


@rule(
    "role-from-data",
    "error",
    reason="Whoever writes the data chooses the role it seems to come from: a question can pass for a system message.",
    fix="write the roles of the messages into the template, and show the data inside them",
)
def role_from_data(subject: Subject) -> Iterator[Hit]:
    """A role that is a value: shown as text, or as the condition of a system message."""
    for output in subject.tree.find_all(nodes.Output):
        for node in output.nodes:
            if _is_role(node) or (isinstance(node, nodes.Filter) and node.node is not None and _is_role(node.node)):
                yield Hit(node.lineno, "the role is a value of the data", subject.column_of(node.lineno, "role"))
    for condition in subject.tree.find_all(nodes.If):
        tests = [condition.test, *(other.test for other in condition.elif_)]
        if any(_is_role(node) for test in tests for node in _all(test)):
            for call in condition.find_all(nodes.CallBlock):
                if role_of(call) == "system":
                    message = "a system message is made where the data asks for it"
                    yield Hit(call.lineno, message, subject.column_of(call.lineno, "system"))


def _is_role(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.Getattr, nodes.Getitem)):
        return field_name(node) == "role"
    return isinstance(node, nodes.Name) and node.name == "role"


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    yield from node.find_all(nodes.Node)


@rule(
    "eaten-newline",
    "warning",
    reason="The line break after a tag is not sent, so that tags on lines of their own leave no empty lines. After a "
    "tag at the end of a line of text it is missing: two lines become one.",
    fix="put the tag on a line of its own, or end it with +%} (a comment with +#})",
)
def eaten_newline(subject: Subject) -> Iterator[Hit]:
    """A line of text that ends in a tag, followed by another one."""
    if not subject.tree.body:
        return
    body = _RAW.sub(lambda raw: "\n".join("…" * bool(line) for line in raw[0].split("\n")), subject.parsed.body)
    lines = body.split("\n")
    for number, line in enumerate(lines):
        last = _LAST_TAG.search(line)
        if last is None or last[0][-3] in "+-" or _BOUND.match(last[0]) or not _TAG.sub("", line).strip():
            continue
        for below in lines[number + 1 :]:
            if _BOUND.search(below):
                break
            if _TAG.sub("", below).strip():
                message = f"the line break after {last[0]} is not sent: the next line is joined to it"
                yield Hit(number + 1, message, last.start() + 1)
                break


RULES = (foreign_placeholder, role_as_text, role_from_data, eaten_newline)
