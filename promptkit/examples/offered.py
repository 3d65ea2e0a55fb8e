"""The examples of a task that a strategy chooses from: as many as are to be shown, or all where it chooses itself."""

from __future__ import annotations

import random
from typing import Any

from promptkit.errors import UsageError
from promptkit.examples.one_of_each import one_of_each
from promptkit.examples.situation import Situation
from promptkit.task_context import TaskContext
from promptkit.types import Example


def of_task(
    read: tuple[Example, ...] | None, options: dict[str, Any], context: TaskContext, *, reasoned: bool
) -> tuple[tuple[Example, ...], int]:
    """The examples to choose from, and how many were left out since they have no reasoning, if `reasoned`.

    They are those that were `read`, or else the task's. `options` are those of `FewShot`, whose `n` and `seed` are set
    or used up.

    Raises:
        UsageError: there are fewer than `n`.
    """
    examples, each_first = context.examples if read is None else read, context.answer.kind == "label"
    if read is not None and context.example_set:
        examples = drawn(read, context.example_set, each_first=each_first)
    select, wanted = options.get("select", "fixed"), options.get("n")
    wanted = min(context.shots, len(examples)) or context.shots if wanted is None else wanted
    if wanted < 1:
        raise UsageError(f"n={wanted}: show at least one example")
    if wanted > len(examples):
        have = f"has {len(examples)}" if examples else "has none"
        raise UsageError(
            f"{wanted} examples are wanted and the task {have}; write train in a column split of rows that may be shown"
        )
    if select == "random":
        options.setdefault("seed", context.examples_seed)
    elif (seed := options.pop("seed", None)) is not None:
        examples = drawn(examples, seed, each_first=each_first)
    if select == "fixed":
        examples = examples[:wanted]
        options.pop("n", None)
    kept = (tuple(example for example in examples if example.reasoning) or examples) if reasoned else examples
    if select != "fixed":
        options["n"] = min(wanted, len(kept))
    return kept, len(examples) - len(kept)


def drawn(examples: tuple[Example, ...], seed: int | str, *, each_first: bool) -> tuple[Example, ...]:
    """The examples in an order drawn with `seed`, one of each answer first if `each_first`."""
    order = random.Random(seed).sample(range(len(examples)), len(examples))  # noqa: S311 - not for secrets
    if each_first:
        places = tuple(order)
        order = one_of_each(Situation(examples=examples, places=places, n=len(places), question="", first=""))
    return tuple(examples[place] for place in order)
