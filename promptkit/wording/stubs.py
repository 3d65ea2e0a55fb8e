"""Typed functions for templates: a type checker sees a misspelt or missing input before anything runs."""

from __future__ import annotations

import keyword
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from promptkit.errors import TemplateError
from promptkit.wording.inputs import Input
from promptkit.wording.templates import Templates

_TYPES = {"text": "str", "number": "int | float | Decimal", "flag": "bool"}
_BEGINNING = '''\
"""The prompts of {folder}, by `promptkit template stubs`. Generate it again after a change; don't edit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from promptkit import Prompt, Template

_FOLDER = Path(__file__).parent / {folder!r}


def _given(**values: object) -> dict[str, object]:
    return {{name: value for name, value in values.items() if value is not None}}
'''


def stubs(templates: Templates, folder: str) -> str:
    """The Python of a module with a function for each template that is not a shipped one.

    Each takes the declared inputs by name, with their types, and makes a `Prompt`. `folder` is where the templates are,
    as the path from the folder of the module.

    Raises:
        TemplateError: a template can't be read, or two of them, or an input, have no name of their own in Python.
    """
    shipped, made = Templates.shipped(), dict[str, str]()
    parts = [_BEGINNING.format(folder=folder)]
    for name in templates.names():
        if templates.find(name) == shipped.find(name) or name.rpartition("/")[2].startswith("_"):
            continue
        function = identifier(name)
        if function in made:
            raise TemplateError(f"templates {made[function]} and {name} would both be {function}(); rename one")
        made[function] = name
        parts += _function(templates, name, function)
    return "\n\n".join(parts)


def identifier(name: str) -> str:
    """The name of a template in Python: `support/reply.short` is `support_reply_short`."""
    plain = re.sub(r"\W+", "_", name).strip("_")
    plain = f"_{plain}" if plain[:1].isdigit() else plain
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _function(templates: Templates, name: str, function: str) -> Iterator[str]:
    header = templates.header(name)
    classes = dict[str, str]()
    parameters = list[str]()
    for key, declared in sorted(header.inputs.items(), key=lambda one: not one[1].required):
        if keyword.iskeyword(key):
            raise TemplateError(f"template {name}: {key!r} is a word of Python; rename the input")
        kind = _type(declared, _camel(f"{function}_{key}"), classes)
        parameters.append(f"{key}: {kind}" if declared.required else f"{key}: {kind} | None = None")
    yield from classes.values()
    head = f"def {function}(" + (f"*, {', '.join(parameters)}" if parameters else "") + ") -> Prompt:"
    documented = (header.description or f"The prompt of {name}.").replace("\\", "\\\\").replace('"', "'")
    passed = ", ".join(f"{key}={key}" for key in header.inputs)
    call = f"return Template({name!r}, folder=_FOLDER).prompt(**_given({passed}))"
    yield f'{head}\n    """{documented}"""\n    {call}\n'


def _type(declared: Input, name: str, classes: dict[str, str]) -> str:
    """The type of an input; of an object with fields a class of its own."""
    if declared.type == "list":
        return f"Sequence[{_type(declared.of, name, classes)}]" if declared.of else "Sequence[Any]"
    if declared.type != "object":
        return _TYPES[declared.type]
    if not declared.fields or not all(_is_plain(key) for key in declared.fields):
        return "Mapping[str, Any]"
    classes[name] = ""  # the classes of its fields stand before it
    fields = _fields(declared.fields, name, classes)
    classes.pop(name)
    classes[name] = f"class {name}(TypedDict):\n" + "\n".join(fields) + "\n"
    return name


def _fields(fields: Mapping[str, Input], name: str, classes: dict[str, str]) -> list[str]:
    found = []
    for key, one in fields.items():
        kind = _type(one, _camel(f"{name}_{key}"), classes)
        found.append(f"    {key}: {kind if one.required else f'NotRequired[{kind}]'}")
    return found


def _is_plain(key: str) -> bool:
    return key.isidentifier() and not keyword.iskeyword(key)


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def folder_from(module: Path | None, folder: Path) -> str:
    """The path from the folder of a module to that of the templates; with `/` on every system."""
    start = Path.cwd() if module is None else module.resolve().parent
    return Path(os.path.relpath(folder.resolve(), start)).as_posix()
