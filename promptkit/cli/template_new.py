"""`promptkit template new`: a file to begin with, which is checked and tested from its first line on."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import options, output
from promptkit.errors import UsageError
from promptkit.strategies import technique_of
from promptkit.wording.folders import SUFFIX
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant

_NAME = re.compile(r"\w[\w-]*(?:\.[\w-]+)*(?:/\w[\w-]*(?:\.[\w-]+)*)*")
_START = """\
---
description: What it is for, in one line.
language: en
version: 1
source: own wording
inputs:
  question: {type: text, sample: "Anna has 3 pens. She buys 4 more. How many pens does she have?"}
tests:
  - name: the question is shown, apart from the instructions
    given: {question: "How far is it?"}
    has: "How far is it?"
    roles: [system, user]
    at_most: 200
---
{% system %}
Answer the question. Use nothing but what it states.
{% endsystem %}
{% user %}
{{ question }}
{% enduser %}
"""
_TEST = """\
tests:
  - name: the question is shown
    given: {question: "How far is it?"}
    has: "How far is it?"
"""


def new(
    name: Annotated[str, typer.Argument(help="The template's name, such as support/reply.", metavar="NAME")],
    shipped: Annotated[
        str | None, typer.Option("--from", help="Start from this shipped template.", metavar="SHIPPED")
    ] = None,
    templates: options.TemplateFolders = None,
    json: options.Json = False,
) -> None:
    """Write a template to start with: header, sample, test. An existing file is never overwritten.

    It is written to the folder of --templates, by default to the current one. With the name of a shipped template it
    replaces that one, and starts from its text. With the name of a wording of it, such as chain_of_thought/think.short,
    it starts from the same text, and can be compared with it as cot@short.

    Examples:
        promptkit template new support/reply --templates prompts

        promptkit template new chain_of_thought/think.short --templates prompts

        promptkit template new mine/think --from chain_of_thought/think
    """
    if not _NAME.fullmatch(name) or name.endswith(SUFFIX):
        raise UsageError(f"{name!r} is not a name for a template; write letters, digits and / as in support/reply")
    known = Templates.shipped()
    base, variant = base_and_variant(name)
    source = shipped or next((one for one in (name, base) if known.find(one)), None)
    text = _START if source is None else _with_test(known, source)
    folder = templates[0] if templates else Path()
    file = folder / f"{name}{SUFFIX}"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError:
        raise UsageError(f"{file} already exists; choose another name, or edit it") from None
    if json:
        return output.print_json({"name": name, "file": str(file)})
    output.print_text(str(file))
    where = f"{name} --templates {shlex.quote(str(folder))}" if templates else shlex.quote(str(file))
    output.print_notice(f"look at it: promptkit template render {where}")
    technique = technique_of(base)
    if known.find(name) and not variant:
        output.print_notice(f"it is used where --templates {shlex.quote(str(folder))} is given")
        return None
    spec = f"{technique},{technique}@{variant}" if technique and variant else f"direct,wrap(template={name})"
    on = f"{shlex.quote(spec)} --templates {shlex.quote(str(folder))}"
    output.print_notice(f"compare it: promptkit bench stories -s {on}")
    return None


def _with_test(known: Templates, source: str) -> str:
    """The text of a shipped template; with a test where it has none and shows a question."""
    text, header = known.read(source), known.header(source)
    if header.tests or "question" not in header.inputs:
        return text
    front_matter, end, body = text.partition("\n---\n")
    return f"{front_matter}\n{_TEST.rstrip()}{end}{body}"
