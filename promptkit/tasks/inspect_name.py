"""Tasks of Inspect by name, as its own command takes them: `inspect:PACKAGE/TASK` and `inspect:FILE.py@TASK`."""

from __future__ import annotations

import importlib.util

import promptkit.by_path as by_path
from promptkit.answers import AnswerKind
from promptkit.errors import UsageError
from promptkit.plugins import import_object
from promptkit.tasks.task import Task

PREFIX = "inspect:"
_FINDS = "promptkit.interop.inspect_task:task_of_inspect"  # by name: only who asks for one needs Inspect


def is_of_inspect(name: str) -> bool:
    """Whether it names a task of Inspect."""
    return name.startswith(PREFIX)


def load_named(name: str, answer: AnswerKind | None) -> Task:
    """The task of Inspect of this name, whose code runs to make it; `answer` as of `load_inspect_task`.

    Raises:
        UsageError: Inspect is not installed, there is no such task, or it can't be one of ours.
    """
    if importlib.util.find_spec("inspect_ai") is None:
        raise UsageError(f"the task {name} needs the package inspect-ai; pip install inspect-ai")
    by_path.allow(name)
    found: Task = import_object(_FINDS)(name.removeprefix(PREFIX), answer=answer)
    return found
