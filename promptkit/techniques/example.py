"""One question on which every technique is shown: the exact prompts, unsent, and the Python that makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass

from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.previewing import Noting, PreviewedCall, preview
from promptkit.providers.function import FunctionModel
from promptkit.specs import build
from promptkit.strategy import Strategy
from promptkit.task_context import TaskContext
from promptkit.techniques.facts import Facts
from promptkit.types import Example, Prompt
from promptkit.wording.templates import Templates

QUESTION = "Anna has 3 boxes of 12 pens. She gives 5 pens away. How many pens has she left?"
FORM = 'Finish with "The answer is <number>."'
EXAMPLES = (
    Example(
        question=f"Ben has 2 bags of 6 nuts. He eats 4 nuts. How many nuts has he left?\n{FORM}",
        answer="The answer is 8.",
        reasoning="2 bags of 6 nuts are 12 nuts. 12 - 4 = 8.",
    ),
    Example(
        question=f"Mia has 9 cards. She buys 3 packs of 5 cards. How many cards has she now?\n{FORM}",
        answer="The answer is 24.",
        reasoning="3 packs of 5 cards are 15 cards. 9 + 15 = 24.",
    ),
)
INSTRUCTIONS = {"task": "You are a careful assistant.", "rules": ("Use only facts from the question.",)}
_MODEL = "model"  # what the base model is called in code
_NOT_SHOWN = (Templates,)


@dataclass(frozen=True)
class Shown:
    """A technique on the example: its calls, the templates that their text is from, and the strategy itself."""

    question: str
    calls: tuple[PreviewedCall, ...]
    templates: tuple[str, ...]
    strategy: Strategy


def shown(facts: Facts) -> Shown:
    """What the specification of `facts` sends for the example. Nothing is asked."""
    noting = Noting.of(Templates())
    strategy = example_strategy(facts, noting)
    question = facts.question or QUESTION
    calls = preview(strategy, Prompt.of(question).with_form(FORM))
    used = {source.name: None for call in calls for m in call.prompt.messages for source in noting.sources(m)}
    return Shown(f"{question}\n{FORM}", calls, tuple(used), strategy)


def example_strategy(facts: Facts, templates: Templates) -> Strategy:
    """The strategy of `facts`, built with what the example offers, around a model that is never asked."""
    made = build(facts.spec, _unasked(_MODEL), example_context(templates, _unasked))
    assert isinstance(made, Strategy), f"{facts.spec} is no strategy"  # noqa: S101 - a facts file names one
    return made


def example_context(templates: Templates, load_model: Callable[[str], Backend]) -> TaskContext:
    """What the example offers to the strategies that are built for it."""
    return TaskContext(
        answer=AnswerType("number"),
        examples=EXAMPLES,
        shots=len(EXAMPLES),
        instructions=INSTRUCTIONS,
        templates=templates,
        load_model=load_model,
    )


def _unasked(name: str) -> FunctionModel:
    return FunctionModel(lambda _: "", name=name)


def as_python(strategy: Strategy) -> tuple[str, set[str]]:
    """The expression that makes `strategy` around `model`, and the names of `promptkit` that it takes."""
    names = set[str]()
    return _expression(strategy, names), names


def _expression(value: object, names: set[str]) -> str:
    if isinstance(value, FunctionModel):
        if value.name == _MODEL:
            return _MODEL
        names.add("load_model")
        return f"load_model({value.name!r})"
    if isinstance(value, (tuple, list)) and any(isinstance(one, Example) for one in value):
        return "(\n" + "".join(f"    {_expression(one, names)},\n" for one in value) + ")"
    if isinstance(value, (tuple, list)):
        inner = ", ".join(_expression(one, names) for one in value)
        return f"({inner},)" if len(value) == 1 and isinstance(value, tuple) else f"({inner})"
    if isinstance(value, Example):
        names.add("Example")
        given = {name: part for name, part in value if part is not None}
        return f"Example({', '.join(f'{name}={part!r}' for name, part in given.items())})"
    if isinstance(value, AnswerType):
        names.add("AnswerType")
        return f"AnswerType({value.kind!r})"
    if isinstance(value, Strategy) and is_dataclass(value):
        names.add(type(value).__name__)
        return f"{type(value).__name__}({', '.join(_arguments(value, names))})"
    return repr(value)


def _arguments(strategy: Strategy, names: set[str]) -> list[str]:
    """Its backend, and the options that are not what they are when left out."""
    given = [_expression(strategy.backend, names)]
    for field in fields(strategy):
        value = getattr(strategy, field.name)
        if field.name == "backend" or field.name.startswith("_") or isinstance(value, _NOT_SHOWN):
            continue
        if not _is_default(field, value):
            given.append(f"{field.name}={_expression(value, names)}")
    return given


def _is_default(field: object, value: object) -> bool:
    default, factory = getattr(field, "default", None), getattr(field, "default_factory", None)
    return bool(value == default) or (callable(factory) and value == factory())
