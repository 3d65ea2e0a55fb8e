"""What a wording is tried on: a row of a task or values typed by hand, and the calls that come of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from promptkit.answers import AnswerKind
from promptkit.backend import Backend
from promptkit.bench.strategies import SHOTS, context_of
from promptkit.errors import TemplateError, UsageError
from promptkit.previewing import PreviewedCall, preview
from promptkit.providers.function import FunctionModel
from promptkit.specs import build, parse_spec
from promptkit.strategies import NAMED, technique_of
from promptkit.strategies.wrap import offered
from promptkit.tasks import Item, Task, load_task, task_names
from promptkit.types import Prompt, Value
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant
from promptkit.yaml_text import YamlError, parse_yaml

QUESTION = "question"  # the input that a row of a task always gives
ALONE = ""  # the strategy that sends the messages of a template as they are
_OFFERED = frozenset({"question", "bare_question", "form", "kind"})  # which every task offers
_TYPED = "typed"  # the name of the task that a question typed by hand is


class Case(Value):
    """What a wording is tried on.

    Attributes:
        task: the rows of which are asked; empty for values typed by hand and samples.
        row: which of its rows, from 0.
        strategy: the specification that asks with the template; empty for its messages alone.
        values: of inputs, as typed: YAML but for those of the type `text`.
    """

    task: str = ""
    row: int = 0
    strategy: str = ""
    values: Mapping[str, str] = {}


class Field(Value):
    """An input of the template, and the value it has in a case.

    Attributes:
        value: as it would be typed.
        origin: who gives it: the row of the task, the person, or the template as its sample or default; where it has
            none the value is made up, and one that it does not declare nobody gives.
    """

    name: str
    type: str
    description: str
    value: str
    origin: Literal["row", "typed", "sample", "default", "made up", "nobody"]


class Tasks:
    """The tasks that can be chosen: those that ship, and the one named on the command line.

    Args:
        named: a name or path; `None` for none.
        answer: how answers of a bare file are read, with `labels`.
    """

    def __init__(
        self, named: str | None = None, *, answer: AnswerKind | None = None, labels: tuple[str, ...] = ()
    ) -> None:
        self.named, self.answer, self.labels = named, answer, labels
        self._load = functools.cache(lambda name: load_task(name, answer=answer, labels=labels))

    def names(self) -> list[str]:
        """What can be chosen, the named one first."""
        return list(dict.fromkeys([*([self.named] if self.named else []), *task_names()]))

    def get(self, name: str) -> Task:
        """The task of this name.

        Raises:
            UsageError: it is not one of `names`, or can't be read.
        """
        if name not in self.names():
            raise UsageError(f"there is no task {name!r} here; name it when you start: --task {name}")
        return self._load(name)

    def item(self, case: Case, typed: str) -> tuple[Task, Item]:
        """The row that a case asks, and the task it is of; of the question as `typed` where it names no task.

        Raises:
            UsageError: there is no such row.
        """
        task = self.get(case.task) if case.task else Task.of([(typed or "‹question›", "?")], answer="text", name=_TYPED)
        if not 0 <= case.row < len(task.items):
            raise UsageError(f"{task.name} has no row {case.row + 1}; it has {len(task.items):,}")
        return task, task.items[case.row if case.task else 0]


def strategies_of(templates: Templates, name: str) -> tuple[str, ...]:
    """The specifications that can ask with the template `name`, the likeliest first; empty is its messages alone."""
    base, variant = base_and_variant(name)
    last = base.rpartition("/")[2]
    at = f"@{variant}" if variant else ""
    technique = technique_of(base)
    if technique:
        return f"{technique}{at}", ALONE
    if last.startswith("_"):
        return (ALONE,)
    wrap = f"wrap{at}(template={base})"
    try:
        inputs = templates.header(name).inputs
    except TemplateError:  # it is shown when the template is
        return ALONE, wrap
    needed = {key for key, given in inputs.items() if given.required}
    return (wrap, ALONE) if QUESTION in inputs and needed <= _OFFERED else (ALONE, wrap)


def inputs(templates: Templates, name: str) -> Sequence[Field]:
    """The inputs of a template with their samples; without declared ones what it uses."""
    declared = templates.header(name).inputs
    if not declared:
        used = sorted(templates.variables(name)[0] or ())
        return [Field(name=one, type="text", description="", value="", origin="nobody") for one in used]
    return [
        Field(
            name=key,
            type=given.type,
            description=given.description,
            value=_as_typed(given.stand_in(key) if given.sample is not None or given.required else given.default),
            origin="sample" if given.sample is not None else "made up" if given.required else "default",
        )
        for key, given in declared.items()
    ]


def filled(templates: Templates, name: str, case: Case, tasks: Tasks) -> tuple[Field, ...]:
    """The inputs with the values that they have in a case: of a technique's template the question alone.

    The technique gives the others. A template that is a technique gets no samples, which are for its messages alone.

    Raises:
        UsageError: there is no such row, or the template can't be read.
    """
    given = _of_row(*tasks.item(case, "")) if case.task else {}
    takes: Sequence[Field] = inputs(templates, name)
    if _is_a_template(case.strategy):
        takes = [one if one.name == QUESTION else _without_sample(one, templates, name) for one in takes]
    elif case.strategy != ALONE:
        takes = [one for one in takes if one.name == QUESTION]

    def one(field: Field) -> Field:
        if field.name in case.values and not (given and field.name == QUESTION):
            return field.model_copy(update={"value": case.values[field.name], "origin": "typed"})
        if field.name in given:
            return field.model_copy(update={"value": _as_typed(given[field.name]), "origin": "row"})
        return field

    return tuple(one(field) for field in takes)


def asked_in(
    templates: Templates, name: str, case: Case, tasks: Tasks, model: Backend, load_model: Callable[[str], Backend]
) -> tuple[Backend, Prompt]:
    """Who is asked in a case, and what: with the wording of `templates`.

    Raises:
        UsageError: there is no such row, a value is not of its type, or the strategy can't be made for the task.
    """
    fields = filled(templates, name, case, tasks)
    task, item = tasks.item(case, next((one.value for one in fields if one.name == QUESTION), ""))
    if case.strategy == ALONE:
        values = _of_row(task, item) if case.task else {}
        values = {one.name: values[one.name] if one.origin == "row" else _value(one) for one in fields if _given(one)}
        return model, item.prompt().with_messages(*templates.render(name, **values))
    spec = specification(case, fields)
    return build(spec, model, context_of(task, item, templates, load_model)), item.prompt()


def specification(case: Case, fields: Sequence[Field]) -> str:
    """The strategy of a case; where it is a template, with the values that were typed for it.

    Raises:
        UsageError: a value is not of its type.
    """
    if not _is_a_template(case.strategy):
        return case.strategy
    typed = {one.name: _value(one) for one in fields if one.origin == "typed" and one.name != QUESTION}
    name, bracket, options = case.strategy.removesuffix(")").partition("(")
    given = ",".join([*filter(None, [options]), *(f"{key}={value!r}" for key, value in typed.items())])
    return f"{name}({given})" if bracket or given else name


def _is_a_template(strategy: str) -> bool:
    """Whether the strategy of a case is the template itself: its inputs are options."""
    return strategy != ALONE and parse_spec(strategy)[-1].name in {"wrap", *NAMED}


def calls(templates: Templates, name: str, case: Case, tasks: Tasks) -> tuple[PreviewedCall, ...]:
    """The calls that a case would make, unsent; later ones hold placeholders for earlier replies.

    Raises:
        UsageError: see `asked_in`; or a template that can't be rendered.
    """
    stub = FunctionModel(lambda _: "")
    return preview(*asked_in(templates, name, case, tasks, stub, lambda _: stub))


def _of_row(task: Task, item: Item) -> dict[str, Any]:
    """What a task offers to the inputs of a template."""
    examples = item.examples or task.train[:SHOTS]
    return {**(task.instructions or {}), **offered(item.prompt(), examples=examples, answer=task.answer)}


def _without_sample(field: Field, templates: Templates, name: str) -> Field:
    declared = templates.header(name).inputs.get(field.name)
    if declared is None or declared.required:
        return field.model_copy(update={"value": "", "origin": "nobody"})
    return field.model_copy(update={"value": _as_typed(declared.default), "origin": "default"})


def _given(field: Field) -> bool:
    return field.origin not in ("nobody", "default")


def _as_typed(value: object) -> str:
    """A value as it would be typed: a text, or YAML in one line."""
    return (
        value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    )


def _value(field: Field) -> object:
    if field.type == "text":
        return field.value
    try:
        return parse_yaml(field.value)
    except YamlError:
        raise UsageError(f"{field.name}: {field.value!r:.80} is not YAML; a list is written [a, b]") from None
