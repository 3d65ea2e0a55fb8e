"""Techniques that are nothing but a wording: a name on the command line for a template that `Wrap` asks with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.wrap import Wrap
from promptkit.task_context import TaskContext


@dataclass(frozen=True)
class NamedWording:
    """The technique that a shipped template is: `repeat` is `wrap(template=wrap/repeat)`.

    Attributes:
        template: the template; `repeat@mine` is its wording `mine`.
    """

    template: str

    def __call__(self, backend: Backend, **options: object) -> Wrap:
        """The technique around `backend`, for code that makes techniques by their names."""
        return self.from_task(backend, options, TaskContext())

    def from_task(self, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Wrap:
        """The technique with what the task offers; `options` are inputs of the template, as of any `Wrap`.

        Raises:
            UsageError: an option that is no input of the template, or that names another template.
        """
        if "template" in options:
            raise UsageError(f"it is the template {self.template}; write wrap(template=…) for another one")
        return Wrap.from_task(backend, {**options, "template": self.template}, context)


NAMED: Mapping[str, NamedWording] = {
    "repeat": NamedWording("wrap/repeat"),
    "analogical": NamedWording("wrap/analogical"),
    "thread-of-thought": NamedWording("wrap/thread_of_thought"),
}
