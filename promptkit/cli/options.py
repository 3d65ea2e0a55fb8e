"""Options that commands share, and what their values mean."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import promptkit.by_path as by_path
from promptkit.analysis.comparison import MARGIN
from promptkit.cli import output
from promptkit.errors import UsageError
from promptkit.judges.named import graders_by_name, with_rubrics, without_answers
from promptkit.lint.gate import require_sound
from promptkit.providers.model_options import read_value, with_options
from promptkit.settings import RunLimits, RunSettings, flag_of
from promptkit.specs import split_specs, wordings_of
from promptkit.tasks import Task
from promptkit.types import MOST_TOKENS
from promptkit.types import Effort as EffortValue
from promptkit.wording.revisions import with_revisions
from promptkit.wording.templates import Templates


def _finite(value: float | None) -> float | None:
    if value is not None and math.isinf(value):
        raise typer.BadParameter("it should be a finite number")
    return value


def typed_name(name: str | None) -> str | None:
    """A name that was typed: what it names may be imported."""
    by_path.typed(name)
    return name


def meaning(name: str) -> str:
    """What the setting of a run of this name means, for a command that has it as an option of its own."""
    return RunSettings.model_fields[name].description or ""


Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        help="The model as provider/name, or module:name; promptkit models lists providers.",
        metavar="MODEL",
        callback=typed_name,
    ),
]
Strategy = Annotated[
    str,
    typer.Option(
        "--strategy",
        "-s",
        help="How to ask: parts joined by +, innermost first.",
        metavar="SPEC",
        callback=typed_name,
    ),
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Import what the record or a task file names as module:name, which runs that module's code."
    ),
]
ModelOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="A field of the requests to the model as name=value, such as top_p=0.9; may be repeated. Short for "
        "-m 'MODEL?name=value'.",
        metavar="K=V",
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option(help="Another address for the model's provider, such as a gateway.", metavar="URL")
]
Effort = Annotated[
    str | None,
    typer.Option(
        help="How much the model reasons: none … max, or tokens; by default the model's own.", metavar="LEVEL"
    ),
]
NewRun = Annotated[Path | None, typer.Option(help="The run's directory; an existing run is resumed.", metavar="DIR")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show calls, tokens and price beforehand; send nothing.")]
Otel = Annotated[
    bool,
    typer.Option("--otel", help="Send traces and metrics with OpenTelemetry, as its OTEL_… environment variables say."),
]
Host = Annotated[
    str, typer.Option(help="The address to listen on; any other than 127.0.0.1 can be reached from other machines.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.", metavar="N")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Details = Annotated[
    bool,
    typer.Option("--details", help="Print the tables of each task below the overview: intervals, outcomes, p-values."),
]
OpenPage = Annotated[
    bool, typer.Option("--open", help="Write the run as a page, and open it in the browser (extra `report`).")
]
Temperature = Annotated[
    float | None,
    typer.Option(min=0, help=meaning("temperature"), metavar="T", callback=_finite),
]
MaxTokens = Annotated[
    int | None, typer.Option(min=1, max=MOST_TOKENS, help="The longest reply, in tokens.", metavar="N")
]
TemplateFolders = Annotated[
    list[Path] | None,
    typer.Option("--templates", help=meaning("template_folders"), metavar="DIR"),
]
Margin = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help=f"{meaning('margin')} Default: {MARGIN:g}.",
        metavar="FRACTION",
    ),
]
Answer = Annotated[
    str | None,
    typer.Option(help=meaning("answer"), metavar="KIND", callback=typed_name),
]
Grader = Annotated[
    list[str] | None,
    typer.Option(
        help="Grade replies by a function of (reply, item), module:function, instead of reading answers; or by a "
        "model, 'judge(model=…,rubric=…)' or 'read(model=…)'. If repeated, the first decides and the others are shown "
        "beside it.",
        metavar="GRADER",
    ),
]
Labels = Annotated[
    str | None, typer.Option(help="The labels, separated by commas, for --answer label.", metavar="A,B,…")
]
Items = Annotated[
    str | None,
    typer.Option(
        help="The task whose items were asked: targets by custom_id, id or question, for logs that have none.",
        metavar="TASK",
        callback=typed_name,
    ),
]
ThinkTags = Annotated[
    str | None,
    typer.Option(
        help=meaning("think_tags"),
        metavar="A,B,…",
    ),
]
AllowCode = Annotated[
    bool,
    typer.Option("--allow-code", help="Run code that a model wrote, with limits, to grade answers of type code."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first row that can't be judged.")]
Seed = Annotated[int, typer.Option(help="Seeds the sampling of local models.", metavar="N")]


def with_models(given: dict[str, Any], base_url: str | None, fields: Sequence[str] | None) -> dict[str, Any]:
    """What a run was given, its models with the values of `--base-url` and `--set`."""
    if not fields and not base_url:
        return given
    named = given.get("model") or RunSettings.model_fields["model"].default
    return {**given, "model": [model_name(name, base_url, fields) for name in named]}


def model_name(model: str, base_url: str | None, fields: Sequence[str] | None) -> str:
    """The value of `--model` with those of `--base-url` and `--set` behind it."""
    options: dict[str, object] = {} if base_url is None else {"base_url": base_url}
    for text in fields or ():
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            raise UsageError(f"--set {text}: write name=value")
        options[name.strip()] = read_value(value)
    return with_options(model, options) if options else model


def effort_level(text: str | None) -> EffortValue | None:
    """The value of `--effort`."""
    return next(iter(RunSettings(effort=text).effort), None)  # type: ignore[arg-type]  # a text is read


def as_typed(message: str) -> str:
    """An error of the library in the words of the command line: `max_tokens` is --max-tokens there.

    A name of several words is known wherever it stands, another one between backticks; not in `name=value`, which is
    a part of a specification.
    """
    for name, flag in _flags():
        quotes = "`?" if "_" in name else "`"
        message = re.sub(rf"(?<![\w/.-]){quotes}{name}{quotes}(?![\w/=-])", flag, message)
    return message


def _flags() -> Iterator[tuple[str, str]]:
    for settings in (RunSettings, RunLimits):
        for name, _, option in settings.options():
            yield name, "TASK" if option.argument else flag_of(name, option)
    yield "directory", "--run"
    yield "items", "--items"


def label_list(text: str | None) -> tuple[str, ...]:
    """The value of `--labels`, split."""
    return tuple(label.strip() for label in (text or "").split(",") if label.strip())


def templates_in(folders: Sequence[Path] | None, strategies: str | None = None) -> Templates:
    """The value of `--templates` as the files are now, with wordings that `strategies` names.

    Raises:
        TemplateError: a folder does not exist, or has files that nearly have the name of a template and are never read.
    """
    named = [wording for spec in split_specs(strategies or "") for wording in wordings_of(spec)]
    templates = with_revisions(Templates(tuple(folders or ()), reload=False), named)
    require_sound(templates)
    return templates


def is_graded(graders: list[str] | None) -> bool:
    """Whether replies are to be scored without reading answers, by functions or judges, so that items need no target.

    Raises:
        UsageError: one of them can't be found or made.
    """
    by_path.typed(*(graders or ()))
    return without_answers(graders_by_name(with_rubrics(graders or ())).values())


def report_notes(task: Task) -> None:
    """Report what was found out to read a task's file, and what of it is not used."""
    for note in task.notes:
        output.print_notice(as_typed(note))
