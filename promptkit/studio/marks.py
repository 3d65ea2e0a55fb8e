"""What is wrong with a wording, line by line: what lint finds, and why it can't be rendered."""

from __future__ import annotations

import re
from typing import Literal

from promptkit.errors import PromptkitError, TemplateError
from promptkit.lint import lint
from promptkit.tasks import Task
from promptkit.types import Value
from promptkit.wording.templates import Templates

_PLACE = re.compile(r" \([^()\n]{1,4000}\.j2(?:, line \d+)?\)")  # which the mark itself shows


class Mark(Value):
    """A fault at a line of a template, or of the whole (`line` is `None`), with the way out where one is known."""

    severity: Literal["error", "warning"]
    message: str
    line: int | None = None
    rule: str = ""
    fix: str = ""


def marks(templates: Templates, name: str, task: Task | None) -> tuple[Mark, ...]:
    """What lint finds in the template `name`, for `task` where one is chosen."""
    return tuple(
        Mark(severity=one.severity, message=one.message, line=one.line, rule=one.rule, fix=one.fix)
        for one in lint(templates, name, task=task)
    )


def mark_of(error: PromptkitError, templates: Templates, name: str) -> Mark:
    """An error that came of rendering the template `name`, at its line where it is in this file."""
    message, line = str(error).removeprefix(f"template {name}: "), None
    if isinstance(error, TemplateError) and error.file == str(templates.find(name)):
        line, message = error.line, _PLACE.sub("", message)
    return Mark(severity="error", message=message, line=line)
