"""The strategies of a benchmark: named by who compares them, or the usual ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.examples.offered import drawn
from promptkit.specs import split_specs
from promptkit.task_context import Making, TaskContext
from promptkit.tasks import Item, Task
from promptkit.wording.templates import Templates

SHOTS = 4  # examples of the train split that `few-shot` shows; an item's own are shown all

DEFAULT_STRATEGIES = (
    "direct",
    "instructions",
    "few-shot",
    "cot",
    "plan",
    "cot+reflect",
)
DEFAULT_VOTE, DEFAULT_VOTE_OF_GREEDY = "cot+self-consistency(draws=5)", "cot+self-consistency(draws=5,temperature=0.8)"


def context_of(
    task: Task,
    item: Item | None,
    templates: Templates,
    load_model: Callable[[str], Backend],
    *,
    example_set: int | None = None,
    making: Making | None = None,
) -> TaskContext:
    """What a task offers to the strategies that are built for `item`, or for all of its items that have no examples.

    With `example_set` the examples are in an order that is drawn for this item and this set. `making` makes examples of
    the model's own replies, in a run.
    """
    own = item.examples if item else next((i.examples for i in task.items if i.examples), ())
    examples, seed = own or task.train, ""
    if example_set is not None and item:
        seed = f"{task.examples_seed}/{item.id}/{example_set}"
        examples = drawn(examples, seed, each_first=task.answer.kind == "label")
    return TaskContext(
        answer=task.answer,
        examples=examples,
        shots=len(own) or SHOTS,
        examples_seed=task.examples_seed,
        example_set=seed,
        instructions=task.instructions or {},
        templates=templates,
        load_model=load_model,
        making=making,
    )


class Arm(NamedTuple):
    """A strategy, by the name that tables give it, on the model of this name."""

    strategy: str
    model: str


Strategies = Mapping[str, str | Backend] | Iterable[str]  # by name, or specifications that are their own names


def named_strategies(given: Strategies) -> dict[str, str | Backend]:
    """The strategies by name; a specification is its own name.

    Raises:
        UsageError: an object without a name, or something that is neither a specification nor a backend.
    """
    if isinstance(given, str):
        given = split_specs(given)
    if not isinstance(given, Mapping):
        listed = given if isinstance(given, Iterable) else (given,)
        unnamed = [one for one in listed if not isinstance(one, str)]
        if unnamed:
            kind = type(unnamed[0]).__name__
            raise UsageError(f'a strategy given as an object needs a name: strategies={{"{kind.lower()}": {kind}(…)}}')
        given = {spec: spec for spec in given}
    for name, asked in given.items():
        if not isinstance(asked, (str, Backend)) or isinstance(asked, type):
            raise UsageError(f"the strategy {name!r} is {asked!r}; give a strategy, a model, or a specification")
    return dict(given)


def default_strategies(task: Task, *, is_greedy: bool) -> tuple[str, ...]:
    """The specifications that suit `task`, for a model that answers greedily or one that samples."""
    vote = DEFAULT_VOTE_OF_GREEDY if is_greedy else DEFAULT_VOTE  # many hosted models refuse a temperature
    return (*(s for s in DEFAULT_STRATEGIES if _suits(s, task)), vote)


def _suits(spec: str, task: Task) -> bool:
    if spec == "instructions":
        return bool(task.instructions)
    if spec == "few-shot":
        return bool(task.train) or any(item.examples for item in task.items)
    return True
