"""`promptkit score`: compare strategies on recorded outputs, without calling anything but what is to grade them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from promptkit.analysis.comparison import MARGIN
from promptkit.analysis.recorded import Reading, score_files
from promptkit.analysis.regrade import replies_in_files
from promptkit.analysis.summary import Summary, summarize
from promptkit.bench.given import split_options
from promptkit.cli import options, output
from promptkit.cli.options import meaning
from promptkit.cli.recorded_files import Unjudged
from promptkit.cli.regrade import Asking, grade_again, print_grades
from promptkit.cli.results import print_results
from promptkit.cli.settings_options import with_settings
from promptkit.errors import UsageError
from promptkit.record.calls import CallStore
from promptkit.settings import RunLimits, RunSettings

_MORE = ("tables with intervals, outcomes, p-values: the same with --details",)


def _column(help_text: str, *flag: str) -> Any:  # noqa: ANN401 - what typer takes
    return typer.Option(*flag, help=help_text, metavar="COLUMN")


_Files = Annotated[
    list[Path],
    typer.Argument(help="Recorded outputs, logs of others, directories of runs, or report.csv.", metavar="FILE…"),
]
_By = Annotated[
    Literal["task", "model"] | None, typer.Option(help="One table per task, or one per model; implies --details.")
]
_Baseline = Annotated[str | None, typer.Option(help="The strategy to compare with; by default the first.")]


@with_settings(RunSettings, RunLimits, only=("concurrency", "max_calls", "max_cost"))
def score(
    files: _Files,
    *,
    by: _By = None,
    baseline: _Baseline = None,
    margin: options.Margin = None,
    answer: options.Answer = None,
    grader: options.Grader = None,
    labels: options.Labels = None,
    think_tags: options.ThinkTags = None,
    items: options.Items = None,
    question: Annotated[str | None, _column(meaning("question_column"))] = None,
    target: Annotated[str | None, _column(meaning("target_column"))] = None,
    output_: Annotated[str | None, _column("The column of the reply.", "--output")] = None,
    id_: Annotated[str | None, _column(meaning("id_column"), "--id")] = None,
    cluster: Annotated[str | None, _column(meaning("cluster_column"))] = None,
    strategy: Annotated[str | None, _column("The column of the strategy.")] = None,
    allow_code: options.AllowCode = False,
    strict: options.Strict = False,
    calls: Annotated[
        Path | None,
        typer.Option(help="Keep the calls of a model that grades in this file: each is paid once.", metavar="SQLITE"),
    ] = None,
    given: dict[str, Any],
    details: options.Details = False,
    json: options.Json = False,
) -> None:
    """Score recorded outputs, and compare their strategies on the items that they share.

    A row has `question`, `target`, `output` (or `outputs`: several draws of one prompt, or one per step with `steps`),
    `strategy`, and if known `task`, `model`, `item`, `answer_type` and `labels`. Files may be of any kind that tasks
    may be. With `--grader`, rows need no target, except for `read(…)`. It also reads logs of Inspect (.eval, .json),
    samples of lm-eval, outputs of promptfoo and of OpenAI's batches, tables of Langfuse and Phoenix, and runs of
    promptkit, whose verdicts hold unless `--answer` is given. Rows that can't be judged are counted, named and left
    out, and the exit code is 1.

    Examples:
        promptkit score few_shot.jsonl.gz cot.jsonl.gz --baseline few_shot

        promptkit score answers.jsonl --answer number --json

        promptkit score logs/2026-01-02_gpqa.eval

        promptkit score batch_output.jsonl --items questions.csv --answer number

        promptkit score answers.jsonl --answer number --grader "read(model=openai/gpt-6-luna)" --calls read.sqlite
    """
    unjudged = Unjudged()
    columns = {"question": question, "target": target, "output": output_, "item": id_}
    columns |= {"cluster": cluster, "strategy": strategy}
    reading = unjudged.reading(
        answer,
        labels,
        think_tags,
        allow_code=allow_code,
        strict=strict,
        columns=columns,
        items=items,
        graded=options.is_graded(grader),
    )
    kept = MARGIN if margin is None else margin
    if grader:
        others, limits = split_options(given)
        with CallStore(calls) if calls else nullcontext() as store:
            asking = Asking(RunSettings(**others), RunLimits(**limits), store)
            graded = _graded(files, reading, grader, unjudged, asking, baseline=baseline, margin=kept)
        print_grades(graded, [], run=None, json=json, details=details)
        return unjudged.report()
    summary = summarize(score_files(files, reading), baseline=baseline, margin=kept)
    if json:
        output.print_json(summary.to_json(run=None, complete=not unjudged.count))
    else:
        print_results(summary, by=by or "task", details=details or by is not None, more=_MORE)
    return unjudged.report()


def _graded(
    files: Sequence[Path],
    reading: Reading,
    graders: Sequence[str],
    unjudged: Unjudged,
    asking: Asking,
    *,
    baseline: str | None,
    margin: float,
) -> Summary:
    """What graders make of the recorded replies; where they can use none, rows that were left out are named first."""
    try:
        replies = replies_in_files(files, reading)
        return grade_again(replies, graders, baseline=baseline, margin=margin, asking=asking)[0]
    except UsageError:
        unjudged.name()
        raise
