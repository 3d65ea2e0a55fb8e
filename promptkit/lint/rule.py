"""A rule: a function from a template to the places where it is broken, with its name, reason and fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from promptkit.lint.finding import Severity
from promptkit.lint.subject import Subject


@dataclass(frozen=True)
class Hit:
    """A place where a rule is broken. Without a `fix` of its own the rule's holds."""

    line: int
    message: str
    column: int = 1
    fix: str = ""


Check = Callable[[Subject], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """A rule about templates.

    Attributes:
        name: by which it is shown and silenced.
        severity: what its findings are.
        reason: why what it finds is a mistake, as a sentence.
        fix: the way out, in half a sentence.
        check: finds the places in one template.
        with_task: whether it needs a task, and finds nothing without one.
    """

    name: str
    severity: Severity
    reason: str
    fix: str
    check: Check
    with_task: bool = False


def rule(name: str, severity: Severity, *, reason: str, fix: str, with_task: bool = False) -> Callable[[Check], Rule]:
    """Make a rule of the function that checks it."""

    def made(check: Check) -> Rule:
        return Rule(name, severity, reason, fix, check, with_task)

    return made
