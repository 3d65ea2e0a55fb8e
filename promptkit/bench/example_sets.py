"""Several sets of examples for each item: whether there is anything to draw; who chooses examples by the question."""

from __future__ import annotations

from collections.abc import Mapping

from promptkit.backend import Backend
from promptkit.bench.strategies import Arm
from promptkit.bench.used_wording import held_inside
from promptkit.errors import UsageError
from promptkit.examples import BY_QUESTION
from promptkit.strategies.few_shot import FewShot
from promptkit.strategy import Strategy


def check_example_sets(built: Mapping[Arm, Backend], named: Mapping[str, str | Backend]) -> None:
    """See that there are examples to draw from, where every item is to have several sets of them.

    Raises:
        UsageError: no strategy shows examples, or one is an object, which holds its own.
    """
    showing = [arm.strategy for arm, strategy in built.items() if _shows_examples(strategy)]
    if not showing:
        raise UsageError("`example_sets` draws examples, and no strategy shows any; leave it out")
    if fixed := [name for name in showing if not isinstance(named.get(name, name), str)]:
        raise UsageError(
            f"`example_sets` draws no examples for {fixed[0]!r}, an object that holds its own; give it as a "
            "specification, such as few-shot(n=4), with a `model`"
        )


def choose_by_question(strategy: Backend) -> bool:
    """Whether a strategy shows other questions other examples."""
    return any(isinstance(one, FewShot) and one.select in BY_QUESTION for one in held_inside(strategy))


def _shows_examples(strategy: Backend) -> bool:
    """Whether a strategy shows examples, as far as it is known: one of somebody else's may."""
    held = tuple(held_inside(strategy))
    others = any(isinstance(one, Strategy) and not type(one).__module__.startswith("promptkit.") for one in held)
    return others or any(getattr(one, "examples", ()) for one in held)
