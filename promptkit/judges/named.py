"""Graders by name, judges among them: `judge(model=openai/gpt-6-luna,rubric_file=rubric.md)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from promptkit.backend import Backend, Model
from promptkit.errors import UsageError
from promptkit.grading.graders import GRADERS, GraderFunction, named_graders
from promptkit.judges.judge import FOLDER, Judge
from promptkit.specs import parse_spec
from promptkit.task_context import TaskContext
from promptkit.text_files import read_text
from promptkit.wording.templates import Templates

_FILE = "rubric_file"


def graders_by_name(given: Iterable[str], templates: Templates | None = None) -> dict[str, GraderFunction]:
    """The graders that these names and specifications mean, by the names that tables give them.

    Raises:
        UsageError: one that can't be found or made, or two of one name.
    """
    found: dict[str, GraderFunction] = {}
    for text in given:
        made = judge_of(text, templates) if is_judge(text) else None
        named = named_graders(text) if made is None else {made.name: made}
        if twice := named.keys() & found.keys():
            raise UsageError(f"two graders are called {twice.pop()}; give each once")
        found |= named
    return found


def is_by_name(name: str, grader: GraderFunction) -> bool:
    """Whether a command line can name this grader, too."""
    if isinstance(grader, Judge):
        return isinstance(grader.model, str) and name == grader.name
    return ":" in name or name in GRADERS.names()


def is_judge(text: str) -> bool:
    """Whether this is the specification of a judge."""
    return text.strip().startswith(f"{FOLDER}(")


def with_rubrics(given: Iterable[str]) -> tuple[str, ...]:
    """The same graders, with the text of a rubric in the place of its file: a run keeps by what it was judged.

    Raises:
        UsageError: a rubric that can't be read.
    """
    return tuple(_with_rubric(text) if is_judge(text) else text for text in given)


def judge_of(spec: str, templates: Templates | None = None) -> Judge:
    """The judge that `spec` describes; its model is loaded by whoever asks it.

    Raises:
        UsageError: it can't be read, or has an option that a judge has not.
    """
    options = dict(parse_spec(_with_rubric(spec))[0].options)
    for name in ("model", "rubric"):
        if not isinstance(options.get(name), str):
            raise UsageError(
                f"{spec}: a judge needs a {name}, as in judge(model=openai/gpt-6-luna,rubric_file=rubric.md)"
            )
    model, rubric = str(options.pop("model")), str(options.pop("rubric"))
    taken = TaskContext(templates=templates or Templates()).arguments(_options, options)
    try:
        return Judge(model=model, rubric=rubric, **taken)
    except UsageError as error:
        raise type(error)(f"{spec:.60}: {error}") from None


def asking(
    graders: Mapping[str, GraderFunction], load: Callable[[str], Backend], guard: Callable[[Model], Model]
) -> dict[str, GraderFunction]:
    """The same graders; judges among them ask the models that `load` finds by name, and others by way of `guard`."""
    return {name: one.asking(load, guard) if isinstance(one, Judge) else one for name, one in graders.items()}


def _options(
    spec: object,
    /,
    *,
    templates: Templates,
    highest: int = 1,
    target: bool = True,
    max_tokens: int | None = None,
    wording: str = "",
) -> None:
    """What may stand in the specification of a judge beside model and rubric."""


def _with_rubric(spec: str) -> str:
    parts = parse_spec(spec)
    if len(parts) != 1:
        raise UsageError(f"{spec}: a judge can't be joined with +; repeat --grader for another one")
    options = dict(parts[0].options)
    if _FILE not in options:
        return spec
    if "rubric" in options:
        raise UsageError(f"{spec}: give rubric or {_FILE}, not both")
    rubric = read_text(Path(str(options.pop(_FILE)))).strip()
    written = ",".join(f"{name}={value!r}" for name, value in {**options, "rubric": rubric}.items())
    return f"{FOLDER}({written})"
