"""Tasks of Inspect (`inspect-ai`) as ours: samples are items, a scorer says how answers are read."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from promptkit.answers import AnswerKind
from promptkit.answers.targets import any_of
from promptkit.errors import UsageError
from promptkit.foreign import guarded
from promptkit.interop.inspect import CHOICE_FORM, turn_of, with_options
from promptkit.plugins import import_object
from promptkit.tasks.task import Item, Task
from promptkit.types import Message

try:
    from inspect_ai import Task as InspectTask
    from inspect_ai._util.registry import registry_lookup, registry_params  # told nowhere else
    from inspect_ai.dataset import Sample
    from inspect_ai.util import registry_info
except ModuleNotFoundError as error:
    raise UsageError(f"promptkit.interop.inspect_task needs {error.name}; pip install inspect-ai") from None

_OF_INSPECT = "inspect_ai/"
_ASKS_ONCE = ("generate", "multiple_choice")  # solvers that a strategy takes the place of, without a loss
_MATCHES: dict[str, AnswerKind] = {"end": "text", "exact": "text", "any": "contains"}


def load_inspect_task(path: str, *, answer: AnswerKind | None = None, **arguments: object) -> Task:
    """The task of Inspect that the function at `module:name` makes, as a task of promptkit.

    Choices stand below the question as options. Its scorer becomes a kind of answer (`promptkit.answers`): `choice` is
    `choice`, `includes` and `match(location="any")` are `contains`, `match(numeric=True)` is `number`, and `match` and
    `exact` are `text`. They read alike and not the same: promptkit looks for the answer that a reply presents. What of
    the task is not used, such as a solver, is in `Task.notes`.

    Args:
        path: of a function, such as one under `@task`, or of a task itself.
        answer: how answers are read, instead of by the scorer.
        arguments: what the function is called with.

    Raises:
        UsageError: there is no such task, its scorer has no kind of ours, a target is no answer of that kind, or a
            sample needs a sandbox, files, tools or images.
    """
    found = import_object(path)
    return _as_ours(found(**arguments) if callable(found) else found, path, answer)


def task_of_inspect(name: str, *, answer: AnswerKind | None = None) -> Task:
    """The same of a task by the name that Inspect knows it by.

    `PACKAGE/TASK` is of a package that registers its tasks, `FILE.py@TASK` of a file.

    Raises:
        UsageError: there is no such task, or as `load_inspect_task` does.
    """
    file, at, attribute = name.rpartition("@")
    found = guarded(name, lambda: _in_file(Path(file), attribute) if at else registry_lookup("task", name))
    if found is None:
        where = f"the file {file} has none" if at else "no installed package registers it"
        raise UsageError(f"there is no task {name}: {where}; write inspect:PACKAGE/TASK or inspect:FILE.py@TASK")
    return _as_ours(guarded(name, lambda: found() if callable(found) else found), name, answer)


def _in_file(file: Path, name: str) -> object:
    """What is called `name` in a Python file, which is run; it may import what is beside it."""
    if not file.is_file():
        return None
    spec = importlib.util.spec_from_file_location(f"promptkit_task_{file.stem}", file.resolve())
    if spec is None or spec.loader is None:
        raise UsageError("it is not a Python file; its name ends in .py")
    module = importlib.util.module_from_spec(spec)
    with _importable(file.resolve().parent):
        spec.loader.exec_module(module)
    return getattr(module, name, None)


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Inside the block, Python looks for modules in `folder` as well, after all others."""
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _as_ours(made: object, path: str, answer: AnswerKind | None) -> Task:
    if not isinstance(made, InspectTask):
        raise UsageError(f"{path} made a {type(made).__name__}; name a function that returns a Task of inspect_ai")
    kind = answer or _kind(made, path)
    items = [_item(sample, number, kind, path) for number, sample in enumerate(made.dataset, start=1)]
    task = Task.of(items, answer=kind, name=made.name)
    return replace(task, notes=tuple(_notes(made, kind)))


def _item(sample: Sample, number: int, kind: AnswerKind, path: str) -> Item:
    place = f"sample {number if sample.id is None else sample.id} of {path}"
    if needs := [name for name in ("sandbox", "files", "setup") if getattr(sample, name)]:
        raise UsageError(f"{place} needs {needs[0]}, and strategies only write text; leave the sample out")
    given = [("user", sample.input)] if isinstance(sample.input, str) else [turn_of(m) for m in sample.input]
    *before, (role, question) = given or [("", "")]
    if role != "user" or not question:
        raise UsageError(f"{place} does not end with a question of the user")
    targets = [sample.target] if isinstance(sample.target, str) else list(sample.target)
    if kind == "choice" and not sample.choices:
        raise UsageError(f"{place} has no choices, and its scorer is choice; give answer=…, such as answer='text'")
    if kind == "choice" and len(targets) > 1:
        raise UsageError(f"{place} has several right choices, {', '.join(targets)}; only one is read")
    return Item(
        id=str(number if sample.id is None else sample.id),
        question=with_options(question, sample.choices) if sample.choices else question,
        target=any_of(targets) if targets else "",
        form=CHOICE_FORM if kind == "choice" else "",
        before=tuple(Message.model_validate({"role": who, "content": text}) for who, text in before),
        row=sample.metadata or {},
    )


def _kind(task: InspectTask, path: str) -> AnswerKind:
    scorers = task.scorer or []
    if len(scorers) != 1:
        raise UsageError(f"{path} has {len(scorers)} scorers{_named(scorers)}; give answer=…, such as answer='text'")
    name, options = _name(scorers[0]), registry_params(scorers[0])
    kind: AnswerKind | None = {"choice": "choice", "exact": "text", "includes": "contains"}.get(name)
    if name == "match":
        location = options.get("location", "end")
        kind = "number" if options.get("numeric") and location in ("end", "exact") else _MATCHES.get(location)
    if kind is None or not options.get("ignore_case", True):
        told = ", ".join(f"{option}={value!r}" for option, value in options.items())
        fact = f"the scorer {name}({told}) of {path} has no kind of answer that is the same"
        raise UsageError(f"{fact}; give answer=…, such as answer='text', or evaluate with strategy_solver in Inspect")
    return kind


def _notes(task: InspectTask, kind: AnswerKind) -> Iterator[str]:
    yield f"{task.name}: read as a task of Inspect, answers as {kind}"
    if task.solver is not None and (name := _name(task.solver)) not in _ASKS_ONCE:
        yield f"{task.name}: its solver {name} is not used: strategies take its place"
    if task.setup is not None:
        yield f"{task.name}: its setup is not used"
    if task.epochs and task.epochs > 1:
        yield f"{task.name}: its {task.epochs} epochs are not used; give replicates"


def _named(scorers: Sequence[object]) -> str:
    return f" ({', '.join(_name(scorer) for scorer in scorers)})" if scorers else ""


def _name(thing: object) -> str:
    """What Inspect registers it as; one of its own without its package."""
    return registry_info(thing).name.removeprefix(_OF_INSPECT)
