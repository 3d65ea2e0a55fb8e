"""Graders of one's own: functions of a reply and its item, whatever they think of it."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple, TypeAlias

from promptkit.answers import AnswerType
from promptkit.answers.grader import Grader as AnswerGrader
from promptkit.errors import PromptkitError, UsageError
from promptkit.foreign import explain
from promptkit.grading.threads import in_own_thread
from promptkit.outcomes import Grade, Judged
from promptkit.plugins import Registry
from promptkit.tasks import Item
from promptkit.types import FinishReason, Usage


@dataclass(frozen=True)
class Score:
    """What a grader thinks of a reply.

    Attributes:
        value: between 0 (wrong) and 1 (right); `True` and `False` are 1 and 0.
        reason: why, in words; kept in the record, and shown on the page of the run.
        usage: what grading it took, where a model was asked, which is `by`; reported apart from the strategies.
    """

    value: float
    reason: str = ""
    usage: Usage = dataclasses.field(default=Usage(), kw_only=True, repr=False)
    by: str = dataclasses.field(default="", kw_only=True, repr=False)


class Read(NamedTuple):
    """What a reply is worth by the answer that was read from it.

    Attributes:
        judged: its outcome, with the answer and the rule that found it.
        reason: what the model wrote that read it, where one was asked; `usage` is what that took, and `by` the model.
    """

    judged: Judged
    reason: str = ""
    usage: Usage = Usage()
    by: str = ""


ByRules: TypeAlias = "Callable[[str, FinishReason], Awaitable[Judged]]"


class ReadsAnswers(ABC):
    """A grader by the answers that replies give: it needs to know how they are read, and why a reply ended."""

    @abstractmethod
    async def read(
        self, reply: str, finish_reason: FinishReason, answer: AnswerType, item: Item, by_rules: ByRules
    ) -> Read:
        """What `reply` to `item` is worth; it comes with its thinking, and with how answers to the item are read.

        `by_rules` is what any text in its place would be worth by the answer that it states, found without a model.
        """


Graded: TypeAlias = "bool | float | Score"
ScoreFunction: TypeAlias = "Callable[[str, Item], Graded | Awaitable[Graded]]"
GraderFunction: TypeAlias = "ScoreFunction | ReadsAnswers"
Graders: TypeAlias = "GraderFunction | str | Iterable[GraderFunction | str] | Mapping[str, GraderFunction | str]"

GRADERS: Registry[GraderFunction] = Registry("promptkit.graders", "grader", {})


class Grader:
    """A function that grades replies, called so that its mistakes are part of what is recorded.

    A function that is not `async` is called in a thread, one reply after the other, so that it need not be safe in
    several threads and may take its time; an `async` one is called for many replies at the same time.

    Attributes:
        name: what its scores are called.
    """

    def __init__(self, name: str, function: ScoreFunction) -> None:
        self.name, self._function = name, function
        self._is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
            getattr(function, "__call__", None)  # noqa: B004 - that of an object, to see whether it is async
        )
        self._turn = asyncio.Lock()

    async def grade(self, text: str, item: Item) -> Grade:
        """The score of a reply. What the function raises, or a value that is no score, is the grade's `error`."""
        try:
            given = await self._called(text, item)
        except PromptkitError as error:
            return Grade(self.name, None, error=error_of(self.name, error))
        except Exception as error:  # noqa: BLE001 - of code of others
            return Grade(self.name, None, error=storable(f"{self.name} failed with {explain(error)}"))
        score = given if isinstance(given, Score) else Score(given)
        value = _number(score.value)
        if value is None:
            shown = storable(f"{self.name} returned {given!r:.80}")
            return Grade(self.name, None, error=f"{shown}; a score is True, False, or a number between 0 and 1")
        return Grade(self.name, value, storable(score.reason), usage=score.usage, by=score.by)

    async def _called(self, text: str, item: Item) -> Any:  # noqa: ANN401 - whatever it returns
        if self._is_async:
            return await self._function(text, item)  # type: ignore[misc]
        async with self._turn:
            given = await in_own_thread(self._function, text, item)
        return await given if inspect.isawaitable(given) else given


def named_graders(given: Graders | None) -> dict[str, GraderFunction]:
    """The graders by the names that tables give them: a name or path as it is written, a function by its own.

    Raises:
        UsageError: one that can't be found, or is no function of a reply and its item; or two of one name.
    """
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {str(name): _function(one, str(name)) for name, one in given.items()}
    listed = [given] if isinstance(given, (str, ReadsAnswers)) or callable(given) else given
    if not isinstance(listed, Iterable):
        raise UsageError(f"`grader` is {given!r:.80}; give a function of (reply, item), or its name")
    found: dict[str, GraderFunction] = {}
    for one in listed:
        name = one if isinstance(one, str) else _name(one)
        if name in found:
            raise UsageError(f"two graders are called {name}; name them: grader={{'name': function, …}}")
        found[name] = _function(one, name)
    return found


def _name(function: object) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _function(given: GraderFunction | str, name: str) -> GraderFunction:
    found = GRADERS.get(given) if isinstance(given, str) else given
    if isinstance(found, type):
        if issubclass(found, AnswerGrader):
            raise UsageError(f"{name} is an answer type, not a function of (reply, item); give it as `answer`")
        raise UsageError(f"the grader {name} is a class; name a function of (reply, item), or an object that is one")
    if isinstance(found, ReadsAnswers):
        return found
    if not callable(found):
        raise UsageError(f"the grader {name} is {found!r:.80}; name a function of (reply, item)")
    try:
        inspect.signature(found).bind("", None)
    except TypeError as error:
        raise UsageError(f"the grader {name} can't be called with (reply, item): {error}") from None
    except ValueError:
        pass  # a function written in C shows nothing
    return found


def error_of(name: str, error: PromptkitError) -> str:
    """What the grader called `name` failed with, in one line."""
    return storable(f"{name}: {' '.join(str(error).split())}")


def storable(text: object) -> str:
    """A text as a record can hold it."""
    return str(text).encode("utf-8", "replace").decode("utf-8")


def _number(value: object) -> float | None:
    """A score as a number; `None` where it is none."""
    if not isinstance(value, Real) and callable(item := getattr(value, "item", None)):
        value = item()  # a scalar of numpy or torch
    if not isinstance(value, Real):
        return None
    number = float(value)
    return number if math.isfinite(number) and 0 <= number <= 1 else None
