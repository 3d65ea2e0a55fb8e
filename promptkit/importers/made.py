"""A template made of somebody else's prompt: its header from what is known, its body in Jinja."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import yaml
from jinja2 import meta, nodes

from promptkit.errors import UsageError
from promptkit.types import Role
from promptkit.wording.environment import environment
from promptkit.wording.folders import Folders

_PARSER = environment(Folders(()))
_TAGS = {"{%": "%}", "{#": "#}"}
ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
}


@dataclass(frozen=True)
class Imported:
    """A template, as it would be written to a file.

    Attributes:
        name: what it is called where it comes from, as a name for a file; empty where it has none.
        text: of the template.
        left_out: what is not carried over, and what is another thing here; one sentence each.
    """

    name: str
    text: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """One message, its text in Jinja."""

    role: Role
    text: str


def made(
    turns: Iterable[Turn] | str,
    *,
    origin: str,
    name: str = "",
    description: str = "",
    inputs: Mapping[str, Mapping[str, Any]] | None = None,
    left_out: Iterable[str] = (),
) -> Imported:
    """The template with these messages, or with this body, which has its own role tags.

    `inputs` are what is known about them, as a header declares them; others are declared as they are used: what a loop
    goes over is a list, what has fields is an object, anything else a text.

    Raises:
        UsageError: it uses what there is not in our templates.
    """
    body = turns if isinstance(turns, str) else _body(list(turns))
    body = kept_line_ends(body)
    declared = _declared(body, origin, inputs or {})
    header: dict[str, Any] = {"description": description or "Imported.", "version": 1, "source": origin}
    header |= {"inputs": declared} if declared else {}
    written = yaml.safe_dump(header, allow_unicode=True, sort_keys=False, width=110)
    return Imported(file_name(name), f"---\n{written}---\n{body}", tuple(left_out))


def file_name(name: str) -> str:
    """A name as one for a file: `Basic Prompt` is `basic_prompt`."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def kept_line_ends(body: str) -> str:
    """The body in which a tag or comment at the end of a line of text keeps the line break, as with other tools."""
    return "\n".join(map(_with_line_end, body.split("\n")))


def _with_line_end(line: str) -> str:
    """The line; where text comes before a tag that ends it, with a tag that keeps the line break."""
    text, place, ends_in_tag = "", 0, False
    while begins := [at for at in (line.find(tag, place) for tag in _TAGS) if at >= 0]:
        start = min(begins)
        end = line.find(_TAGS[line[start : start + 2]], start + 2)
        if end < 0:
            return line
        text += line[place:start]
        place = end + 2
        ends_in_tag = place == len(line) and line[end - 1] not in "+-"
    return f"{line[:-2]}+{line[-2:]}" if ends_in_tag and text.strip() else line


def _body(turns: list[Turn]) -> str:
    if [turn.role for turn in turns] == ["user"]:
        return turns[0].text.strip() + "\n"
    return "".join(f"{{% {turn.role} %}}\n{turn.text.strip()}\n{{% end{turn.role} %}}\n" for turn in turns)


def _declared(body: str, origin: str, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    try:
        tree = _PARSER.parse(body)
    except RecursionError:
        raise UsageError(f"{origin} can't be carried over: its blocks or brackets are nested too deeply") from None
    except jinja2.TemplateSyntaxError as error:
        line = body.splitlines()[error.lineno - 1].strip() if body else ""
        raise UsageError(f"{origin} can't be carried over: {error.message}, in {line!r}") from None
    if foreign := sorted(_unknown(tree)):
        way_out = "write it another way first"
        raise UsageError(f"{origin} can't be carried over: there is no {', no '.join(foreign)} here; {way_out}")
    loops = {node.iter.name for node in tree.find_all(nodes.For) if isinstance(node.iter, nodes.Name)}
    fields = [*tree.find_all(nodes.Getattr), *tree.find_all(nodes.Getitem)]
    owners = {owner.name for node in fields if isinstance(owner := getattr(node, "node", None), nodes.Name)}
    used = meta.find_undeclared_variables(tree)
    found: dict[str, Any] = {name: dict(one) for name, one in known.items()}
    for name in sorted(used - known.keys()):
        found[name] = {"type": "list" if name in loops else "object" if name in owners else "text"}
    return found


def _unknown(tree: nodes.Template) -> set[str]:
    """Filters and tests that Jinja does not have."""
    filters = {f"filter {node.name}" for node in tree.find_all(nodes.Filter) if node.name not in _PARSER.filters}
    tests = {f"test {node.name}" for node in tree.find_all(nodes.Test) if node.name not in _PARSER.tests}
    return filters | tests


def literal(text: str) -> str:
    """Text that is sent as it stands, in Jinja: its braces begin no tag."""
    return re.sub(r"\{(?=[{%#])|\{$", '{{ "{" }}', text)
