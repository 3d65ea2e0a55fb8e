"""Prompty files: YAML front matter, and a Jinja body in which a line such as `system:` begins a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError
from promptkit.importers.made import ROLES, Imported, Turn, made
from promptkit.text_files import read_text
from promptkit.yaml_text import YamlError, parse_yaml

_PARTS = re.compile(r"\A\s*---[ \t]*\n(?P<header>.*?)^---[ \t]*\n(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
_ROLE = re.compile(
    r"^[ \t]*+#?[ \t]*+(?P<role>system|user|assistant|developer|function|tool)[ \t]*+(?P<more>\[.*\])?:[ \t]*$",
    re.IGNORECASE,
)
_ROLE_OF_DATA = re.compile(r"^[ \t]*+#?[ \t]*+\{\{[^\n]*\}\}[ \t]*+:[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"\{%[-+]?\s*(\w+)")
_BEGIN = frozenset({"for", "if", "filter", "with", "macro", "call"})
_BETWEEN = frozenset({"else", "elif"})
_BODY_ALONE = re.compile(r"\A(?!\s*---)(?P<header>)(?P<body>.*)\Z", re.DOTALL)
_THREAD = "![thread]"  # where the runtime inserts earlier turns
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^)]*\)")
_TYPES = {
    **dict.fromkeys(("string", "str", "text"), "text"),
    **dict.fromkeys(("number", "integer", "int", "float"), "number"),
    **dict.fromkeys(("boolean", "bool"), "flag"),
    **dict.fromkeys(("array", "list"), "list"),
    **dict.fromkeys(("object", "dict"), "object"),
}
_CARRIED = frozenset({"name", "description", "inputs", "inputSchema", "sample", "template", "$schema", "version"})
_MARKS = ("$" + "{env:", "$" + "{file:")


def from_text(text: str, origin: str, folder: Path) -> Imported:
    """A Prompty file as a template.

    Raises:
        UsageError: it is no Prompty file, or has what a template can't hold.
    """
    text = text.replace("\r\n", "\n")
    found = _PARTS.match(text) or _BODY_ALONE.match(text)
    if not found:
        raise UsageError(f"{origin} is not a Prompty file: its front matter has no end; end it with a line of ---")
    try:
        header = parse_yaml(found["header"] or "") or {}
    except YamlError as error:
        raise UsageError(f"{origin}: its front matter is not YAML: {error}") from None
    if not isinstance(header, Mapping):
        raise UsageError(f"{origin}: its front matter is not a mapping")
    _check_engine(header.get("template"), origin)
    body, changes = _body(found["body"], origin)
    samples = _samples(header.get("sample"), origin, folder)
    inputs, unknown = _inputs(_declared(header), samples, origin)
    left_out = [*changes, *unknown, *_left_out(header)]
    return made(
        body,
        origin=origin,
        name=str(header.get("name") or ""),
        description=" ".join(str(header.get("description") or "").split()),
        inputs=inputs,
        left_out=left_out,
    )


def _check_engine(template: object, origin: str) -> None:
    engine = template
    if isinstance(template, Mapping):
        form = template.get("format", template.get("type", "jinja2"))
        engine = form.get("kind", "jinja2") if isinstance(form, Mapping) else form
    if engine not in (None, "jinja2", "nunjucks"):
        raise UsageError(f"{origin} is a {engine} template; only jinja2 is carried over")


def _left_out(header: Mapping[str, Any]) -> Iterator[str]:
    for key, value in header.items():
        if key == "model" and isinstance(value, Mapping):
            parameters = value.get("parameters") or value.get("options") or {}
            if isinstance(parameters, Mapping):
                for name, setting in parameters.items():
                    yield f"model parameter {name}: {setting!r:.60}; give it to the command or the `Prompt`"
            rest = [inner for inner in value if inner not in ("parameters", "options")]
            if rest:
                yield f"model: {', '.join(rest)}; name the model with --model"
        elif key not in _CARRIED and value:
            yield f"{key}: {value!r:.60}"
    if header.get("version"):
        yield f"version: {header['version']!r:.60}; it is 1 here"


def _samples(sample: object, origin: str, folder: Path) -> Mapping[str, Any]:
    if sample is None:
        return {}
    if isinstance(sample, Mapping):
        return sample
    path = re.fullmatch(r"(?:\$\{file:)?([^${}]+)\}?", str(sample))
    file = folder / path[1] if path else None
    if file is None or not file.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{origin}: sample {sample!r:.60} is neither a mapping nor a file next to it")
    try:
        read = parse_yaml(read_text(file))  # JSON is YAML
    except YamlError as error:
        raise UsageError(f"{file} is not JSON: {error}") from None
    return read if isinstance(read, Mapping) else {}


def _declared(header: Mapping[str, Any]) -> object:
    """The inputs: under `inputs`, or in newer files as the properties of `inputSchema`."""
    schema = header.get("inputSchema")
    return header.get("inputs") or (schema.get("properties") if isinstance(schema, Mapping) else schema)


def _inputs(given: object, samples: Mapping[str, Any], origin: str) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The inputs as our headers declare them, and what of them is not carried over."""
    listed: Mapping[str, Any] = {}
    if isinstance(given, Mapping):
        listed = given
    elif isinstance(given, list):  # a list of properties with names
        listed = {str(one["name"]): one for one in given if isinstance(one, Mapping) and "name" in one}
    found, left_out = dict[str, dict[str, Any]](), list[str]()
    for name, one in listed.items():
        declared: dict[str, Any] = {}
        if isinstance(one, Mapping) and not {"type", "kind", "description", "default", "sample", "example"}.isdisjoint(
            one
        ):
            kind = one.get("type", one.get("kind"))
            if kind == "thread":
                raise UsageError(f"{origin}: the input {name} is earlier turns; write them as a loop with role tags")
            declared["type"] = _TYPES.get(str(kind), "text")
            if kind is not None and str(kind) not in _TYPES:
                left_out.append(f"inputs.{name}: type {kind!r}; it is a text here")
            declared |= {key: one[key] for key in ("description", "default") if one.get(key) is not None}
            sample = one.get("sample", one.get("example"))
        else:  # short for a sample
            declared["type"], sample = type_of(one), one
        sample = samples.get(name, sample)
        if sample is not None:
            declared["sample"] = sample
            if type_of(sample) != declared["type"]:
                left_out.append(f"inputs.{name}: its sample {sample!r:.40} is no {declared['type']}")
                del declared["sample"]
        found[name] = declared
    for name, sample in samples.items():
        found.setdefault(name, {"type": type_of(sample), "sample": sample})
    return found, left_out


def type_of(value: object) -> str:
    """The type of an input whose sample this is."""
    match value:
        case bool():
            return "flag"
        case int() | float():
            return "number"
        case list():
            return "list"
        case Mapping():
            return "object"
    return "text"


def _body(text: str, origin: str) -> tuple[str, list[str]]:
    """The body with role tags, and what is another thing in it."""
    if found := _ROLE_OF_DATA.search(text):
        shown = found[0].strip()
        raise UsageError(f"{origin}: {shown} lets data choose a role; write {{% if %}} with role tags instead")
    if _THREAD in text:
        raise UsageError(f"{origin}: {_THREAD} stands for earlier turns; write them as a loop with role tags")
    for mark in _MARKS:
        if mark in text:
            raise UsageError(f"{origin}: {mark}…}} is not filled here; make it an input")
    changes = []
    lines = text.strip("\n").split("\n")
    if not any(_ROLE.match(line) for line in lines):
        turn = Turn("system", text)
        changes.append("a body without roles is a system message in Prompty, and so it is here")
        return f"{{% {turn.role} %}}\n{turn.text.strip()}\n{{% end{turn.role} %}}\n", changes
    if _PICTURE.search(text):
        changes.append("pictures, ![…](…), remain text")
    written = list(_with_roles(lines, origin, changes))
    return "\n".join(written) + "\n", changes


def _with_roles(lines: list[str], origin: str, changes: list[str]) -> Iterator[str]:
    """The lines with a tag for each role line; a message ends where the next begins, or the block around it ends."""
    open_role, open_depth, depth = "", 0, 0
    first = next(n for n, line in enumerate(lines) if _ROLE.match(line))
    if "".join(lines[:first]).strip() and not all(_TAG.match(line.strip()) for line in lines[:first] if line.strip()):
        yield "{% system %}"
        open_role = "system"
        changes.append("text above the first role is a system message")
    for number, line in enumerate(lines):
        role = _ROLE.match(line)
        if role:
            if role["role"].lower() in ("function", "tool"):
                raise UsageError(
                    f"{origin}: a message of {role['role']} is not carried over; templates have no such role"
                )
            if role["more"]:
                changes.append(f"{role[0].strip()}: what stands in its brackets")
            if role["role"].lower() == "developer":
                changes.append("developer: is system here")
            if open_role:
                yield f"{{% end{open_role} %}}"
            open_role, open_depth = ROLES[role["role"].lower()], depth
            yield f"{{% {open_role} %}}"
            continue
        for tag in _TAG.findall(line):
            if open_role and (
                (tag in _BEGIN and depth == open_depth and _has_role(lines, number))
                or ((tag in _BETWEEN or tag.startswith("end")) and depth == open_depth and depth > 0)
            ):
                yield f"{{% end{open_role} %}}"
                open_role = ""
            depth += (tag in _BEGIN) - (tag.startswith("end") and tag[3:] in _BEGIN)
        if line.strip() or open_role:
            yield line
    if open_role:
        yield f"{{% end{open_role} %}}"


def _has_role(lines: list[str], start: int) -> bool:
    """Whether a role begins inside of the block that begins on a line."""
    depth = 0
    for line in lines[start:]:
        if depth and _ROLE.match(line):
            return True
        for tag in _TAG.findall(line):
            depth += (tag in _BEGIN) - (tag.startswith("end") and tag[3:] in _BEGIN)
        if depth <= 0:
            return False
    return False
