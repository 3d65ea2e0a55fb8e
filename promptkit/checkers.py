"""Checks from outside, for `SelfReflection(checker=…)`: what is wrong with an answer, found without asking a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from promptkit.answers import AnswerType
from promptkit.answers.code import CodeReader, problem_in_tests
from promptkit.answers.schemas import schema_fault
from promptkit.calculator import wrong_sums
from promptkit.errors import UsageError
from promptkit.types import schema_text

Fault: TypeAlias = str | bool | None
Checker: TypeAlias = Callable[[str], Fault | Awaitable[Fault]]


def arithmetic(text: str) -> str | None:
    """The sums in a text whose stated result is wrong, such as "7 x 8 = 54"; `None` where all are right.

    A result may be rounded. Only sums of numbers alone are checked: not "3 boxes x 12 = 36".

    Raises:
        UsageError: `simpleeval`, of the extra `calc`, is not installed.
    """
    return "; ".join(wrong_sums(text)) or None


@dataclass(frozen=True)
class FollowsSchema:
    """Whether an answer has JSON that follows a schema. Needs `jsonschema`, of the extra `bench`.

    Attributes:
        schema: a JSON schema, as JSON text.
    """

    schema: str

    @classmethod
    def of(cls, schema: object) -> FollowsSchema:
        """The check of a schema given as an object, as JSON text, or as a type such as a pydantic model."""
        return cls(str(schema_text(schema)))

    def __call__(self, text: str) -> str | None:
        """The first fault, with its place."""
        found = AnswerType("json").find(text)
        return "there is no JSON in it" if found is None else schema_fault(self.schema, found.text) or None


@dataclass(frozen=True)
class PassesTests:
    """Whether the Python code in an answer passes tests, which are run with it in a process with limits.

    To use it is to allow that code which a model wrote runs on this machine (`docs/security.md`).

    Attributes:
        tests: Python, such as `assert add(1, 2) == 3`.
    """

    tests: str

    def __call__(self, text: str) -> str | None:
        """The error of the code or its tests, with its line.

        Raises:
            UsageError: this system has no way to limit a process.
            NotGraded: no process could be started.
        """
        found = CodeReader().find(text)
        return "there is no Python code in it" if found is None else problem_in_tests(found.text, self.tests) or None


def ready(name: str, answer: AnswerType) -> Checker:
    """The check that a specification names: `arithmetic`, or `schema` of a task whose answers have one.

    Raises:
        UsageError: there is none of that name, or the task has no schema.
    """
    if name == "arithmetic":
        arithmetic("")  # so that what is not installed is known now
        return arithmetic
    if name == "schema" and answer.schema is None:
        raise UsageError("checker=schema: the task's answers have no schema; give one in its file, as schema: …")
    if name == "schema":
        return FollowsSchema(str(answer.schema))
    raise UsageError(f"checker={name!r}: give arithmetic, schema, or the path of a function, as module:name")
