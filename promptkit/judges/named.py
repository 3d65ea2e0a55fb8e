"""Graders by name, those that ask a model among them: `judge(model=…,rubric_file=rubric.md)`, `read(model=…)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from promptkit.backend import Backend, Model
from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.grading.graders import GRADERS, GraderFunction, ReadsAnswers, named_graders
from promptkit.judges.asks_model import AsksModel
from promptkit.judges.judge import Judge
from promptkit.judges.reader import AnswerReader
from promptkit.specs import Options, parse_spec
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
        if (kind := _kind(text)) and kind not in _MADE and ":" not in kind:
            meant = did_you_mean(kind, _MADE, f"{' and '.join(_MADE)} take options; name a function as module:name")
            raise UsageError(f"unknown grader {kind}(…); {meant}")
        made = _MADE[_kind(text)](text, templates) if asks_a_model(text) else None
        named = named_graders(text) if made is None else {made.name: made}
        if twice := named.keys() & found.keys():
            raise UsageError(f"two graders are called {twice.pop()}; give each once")
        found |= named
    return found


def is_by_name(name: str, grader: object) -> bool:
    """Whether a command line can name this grader, too."""
    if isinstance(grader, AsksModel):
        return isinstance(grader.model, str) and name == grader.name
    return ":" in name or name in GRADERS.names()


def asks_a_model(text: str) -> bool:
    """Whether this is the specification of a grader that asks a model."""
    return _kind(text) in _MADE


def asking_graders(graders: Mapping[str, object]) -> dict[str, AsksModel]:
    """Those of these graders that ask a model, at most once about a reply."""
    return {name: one for name, one in graders.items() if isinstance(one, AsksModel)}


def without_answers(graders: Iterable[GraderFunction | str]) -> bool:
    """Whether replies are graded without reading their answers by the task's kind: then items need no target."""
    given = tuple(graders)
    read = (_kind(one) == AnswerReader.kind if isinstance(one, str) else isinstance(one, ReadsAnswers) for one in given)
    return bool(given) and not any(read)


def with_rubrics(given: Iterable[str]) -> tuple[str, ...]:
    """The same graders, with the text of a rubric in the place of its file: a run keeps by what it was judged.

    Raises:
        UsageError: a rubric that can't be read.
    """
    return tuple(_with_rubric(text) if _kind(text) == Judge.kind else text for text in given)


def judge_of(spec: str, templates: Templates | None = None) -> Judge:
    """The judge that `spec` describes; its model is loaded by whoever asks it.

    Raises:
        UsageError: it can't be read, or has an option that a judge has not.
    """
    options = dict(_only_part(_with_rubric(spec)))
    needed = {name: options.pop(name, None) for name in ("model", "rubric")}
    taken = TaskContext(templates=templates or Templates()).arguments(_judge_options, options)
    for name, value in needed.items():
        if not isinstance(value, str):
            raise UsageError(
                f"{spec}: a judge needs a {name}, as in judge(model=openai/gpt-6-luna,rubric_file=rubric.md)"
            )
    try:
        return Judge(model=str(needed["model"]), rubric=str(needed["rubric"]), **taken)
    except UsageError as error:
        raise type(error)(f"{spec:.60}: {error}") from None


def reader_of(spec: str, templates: Templates | None = None) -> AnswerReader:
    """The reader that `spec` describes; its model is loaded by whoever asks it.

    Raises:
        UsageError: it can't be read, or has an option that a reader has not.
    """
    options = dict(_only_part(spec))
    model = options.pop("model", None)
    taken = TaskContext(templates=templates or Templates()).arguments(_reader_options, options)
    if not isinstance(model, str):
        raise UsageError(f"{spec}: a reader needs a model, as in read(model=openai/gpt-6-luna)")
    try:
        return AnswerReader(model=model, **taken)
    except UsageError as error:
        raise type(error)(f"{spec:.60}: {error}") from None


def asking(
    graders: Mapping[str, GraderFunction], load: Callable[[str], Backend], guard: Callable[[Model], Model]
) -> dict[str, GraderFunction]:
    """The same graders; what asks a model asks the one that `load` finds by its name, and others by way of `guard`."""
    return {name: one.asking(load, guard) if isinstance(one, AsksModel) else one for name, one in graders.items()}


def _judge_options(
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


def _reader_options(spec: object, /, *, templates: Templates, max_tokens: int | None = None, wording: str = "") -> None:
    """What may stand in the specification of a reader beside its model."""


_MADE: Mapping[str, Callable[[str, Templates | None], Judge | AnswerReader]] = {
    Judge.kind: judge_of,
    AnswerReader.kind: reader_of,
}


def _kind(text: str) -> str:
    """What a specification begins with; empty for the name of a function."""
    name, bracket, _ = text.strip().partition("(")
    return name if bracket else ""


def _only_part(spec: str) -> Options:
    parts = parse_spec(spec)
    if len(parts) != 1:
        raise UsageError(f"{spec}: {_kind(spec)}(…) can't be joined with +; repeat --grader for another one")
    return parts[0].options


def _with_rubric(spec: str) -> str:
    options = dict(_only_part(spec))
    if _FILE not in options:
        return spec
    if "rubric" in options:
        raise UsageError(f"{spec}: give rubric or {_FILE}, not both")
    rubric = read_text(Path(str(options.pop(_FILE)))).strip()
    written = ",".join(f"{name}={value!r}" for name, value in {**options, "rubric": rubric}.items())
    return f"{Judge.kind}({written})"
