"""`promptkit score`: compare strategies on recorded outputs, without calling anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from promptkit.analysis.comparison import MARGIN
from promptkit.analysis.recorded import score_files
from promptkit.analysis.regrade import replies_in_files
from promptkit.analysis.summary import summarize
from promptkit.cli import options, output
from promptkit.cli.recorded_files import Unjudged
from promptkit.cli.regrade import grade_again, print_grades
from promptkit.cli.tables import print_summary


def score(
    files: Annotated[list[Path], typer.Argument(help="Recorded outputs: .jsonl or .jsonl.gz.", metavar="FILE…")],
    by: Annotated[Literal["task", "model"], typer.Option(help="One table a task, or one a model.")] = "task",
    baseline: Annotated[
        str | None, typer.Option(help="The strategy to compare with; the first when not given.")
    ] = None,
    margin: options.Margin = None,
    answer: options.Answer = None,
    grader: options.Grader = None,
    labels: options.Labels = None,
    think_tags: options.ThinkTags = None,
    allow_code: options.AllowCode = False,
    strict: options.Strict = False,
    json: options.Json = False,
) -> None:
    """Score recorded outputs.

    A line is a JSON object with `question`, `target`, `output` (or `outputs`: several draws of one prompt, or one a
    step with `steps`), `strategy`, and if known `task`, `model`, `item`, `answer_type` and `labels`. Strategies are
    compared on the items that they share. Rows whose target is not an answer of its kind are counted, named and left
    out, and the exit code is 1.

    Examples:
        promptkit score few_shot.jsonl.gz cot.jsonl.gz --baseline few_shot

        promptkit score answers.jsonl --answer number --json
    """
    unjudged = Unjudged()
    if grader:
        replies = replies_in_files(
            files, unjudged.reading(answer, labels, think_tags, allow_code=allow_code, strict=strict)
        )
        kept = MARGIN if margin is None else margin
        summary, _ = grade_again(replies, grader, baseline=baseline, margin=kept)
        print_grades(summary, [], run=None, json=json)
        return unjudged.report()
    attempts = score_files(files, unjudged.reading(answer, labels, think_tags, allow_code=allow_code, strict=strict))
    summary = summarize(attempts, baseline=baseline, margin=MARGIN if margin is None else margin)
    if json:
        output.print_json(summary.to_json(run=None, complete=not unjudged.count))
    else:
        print_summary(summary, by=by)
    return unjudged.report()
