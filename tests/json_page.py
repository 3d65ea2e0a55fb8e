"""docs/json.md as a schema: a real output has what stands there, with its type, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

TEXT = (Path(__file__).parents[1] / "docs" / "json.md").read_text(encoding="utf-8")
OPTIONAL = ", optional"
PLAIN: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "null": (type(None),),
    "number": (int, float),
    "whole number": (int,),
    "true or false": (bool,),
    "any": (object,),
}


def objects() -> dict[str, dict[str, str]]:
    """The fields of each object with their types; a command is an object by its name."""
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^##+ ", TEXT, flags=re.MULTILINE)[1:]:
        heading = section.splitlines()[0]
        rows = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", section, re.MULTILINE)
        named = [(name, kind) for names, kind in rows for name in re.findall(r"`(\w+)`", names)]
        fields = {name: re.sub(r"\[([\w ]+)\]\([^)]*\)", r"\1", kind.strip()) for name, kind in named}
        for name in re.findall(r"`([^`]+)`", heading) or [heading]:
            found[name] = fields
    return found


OBJECTS = objects()


def faults(value: object, kind: str, path: str = "") -> Iterator[str]:
    """What of a value is not as its type on the page; one a line."""
    if kind in PLAIN:
        if not is_plain(value, kind):
            yield f"{path}: {value!r:.60} is no {kind}"
    elif kind.endswith(" or null"):
        yield from () if value is None else faults(value, kind.removesuffix(" or null"), path)
    elif kind.startswith("list of ") and isinstance(value, list):
        for one in value:
            yield from faults(one, kind.removeprefix("list of "), f"{path}[]")
    elif kind.startswith("object of ") and isinstance(value, dict):
        for name, one in value.items():
            yield from faults(one, kind.removeprefix("object of "), f"{path}.{name}")
    elif isinstance(value, dict) and kind in OBJECTS:
        yield from faults_of_fields(value, OBJECTS[kind], path)
    else:
        yield f"{path}: {value!r:.60} is no {kind}"


def is_plain(value: object, kind: str) -> bool:
    """Whether a value is of a type without a name."""
    if isinstance(value, bool):
        return kind in ("true or false", "any")
    return isinstance(value, PLAIN[kind])


def faults_of_fields(value: Mapping[str, object], fields: Mapping[str, str], path: str) -> Iterator[str]:
    """The same of an object and its fields."""
    for name in (name for name in fields if name not in value and not fields[name].endswith(OPTIONAL)):
        yield f"{path}.{name} stands on the page alone"
    for name, one in value.items():
        if name not in fields:
            yield f"{path}.{name} does not stand on the page"
        else:
            yield from faults(one, fields[name].removesuffix(OPTIONAL), f"{path}.{name}")
