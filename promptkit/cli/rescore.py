"""`promptkit rescore`: judge recorded replies again, and see whether a conclusion depends on how answers are read."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Self

import typer

import promptkit.by_path as by_path
from promptkit.analysis.comparison import MARGIN
from promptkit.analysis.regrade import replies_of_run
from promptkit.analysis.rescore import Audit, RejudgedReply, audit, rejudge_files, rejudge_run
from promptkit.analysis.summary import summarize_run, tally
from promptkit.cli import options, output
from promptkit.cli.recorded_files import Unjudged
from promptkit.cli.regrade import grade_again, print_grades
from promptkit.cli.tables import print_readings
from promptkit.errors import UsageError
from promptkit.judges.named import asks_a_model
from promptkit.record.reader import open_run

_SHOWN = 160  # characters of a reply's end


def rescore(
    paths: Annotated[
        list[Path], typer.Argument(help="A run's directory, or files as for `promptkit score`.", metavar="RUN|FILE…")
    ],
    answer: options.Answer = None,
    grader: options.Grader = None,
    labels: options.Labels = None,
    items: options.Items = None,
    baseline: Annotated[str | None, typer.Option(help="The strategy to compare with; by default the first.")] = None,
    margin: options.Margin = None,
    think_tags: options.ThinkTags = None,
    show: Annotated[int, typer.Option(min=0, help="How many disagreements to show.")] = 5,
    allow_code: options.AllowCode = False,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Judge recorded replies again, without calling anything.

    It compares the strict reading (only announced answers count), the lenient one (as in every table) and, where a file
    has it, the source's own (of a run whose answers a model read, the run's): what each finds, where they disagree, and
    whether a verdict changes. With a grader, the replies of a run are graded by it instead, and verdicts that differ
    from the run's are listed.

    Examples:
        promptkit rescore runs/mini

        promptkit rescore few_shot.jsonl.gz cot.jsonl.gz --show 20

        promptkit rescore runs/mini --answer number --json

        promptkit rescore runs/mini --grader mine:polite
    """
    by_path.trust_files(trust)
    if grader:
        return _grade(paths, grader, baseline, margin, options.label_list(think_tags), json=json)
    unjudged = Unjudged()
    reading = unjudged.reading(answer, labels, think_tags, allow_code=allow_code, strict=False, items=items)
    with ExitStack() as opened:
        runs = {path: opened.enter_context(open_run(path)) for path in paths if path.is_dir()}
        rejudged = itertools.chain.from_iterable(
            rejudge_run(runs[path], reading) if path in runs else rejudge_files([path], reading) for path in paths
        )
        fed = runs[paths[0]].fed() if len(paths) == 1 and runs else None
        kept = opened.enter_context(_Disagreements(_to_json if json else _to_text, None if json else show))
        kept_margin = MARGIN if margin is None else margin
        found = audit(rejudged, baseline=baseline, margin=kept_margin, fed=fed, disagreed=kept.add)
        if json:
            _print_json(found, kept)
        else:
            _print(found, kept)
    return unjudged.report()


def _grade(
    paths: list[Path],
    graders: list[str],
    baseline: str | None,
    margin: float | None,
    think_tags: tuple[str, ...],
    *,
    json: bool,
) -> None:
    if len(paths) != 1 or not paths[0].is_dir():
        raise UsageError("rescore --grader grades one run; grade files by promptkit score FILE --grader")
    if asking := next(filter(asks_a_model, graders), None):
        fact = f"{asking:.40}… asks a model, and rescore asks nothing"
        raise UsageError(f"{fact}; have a model judge or read a run by: promptkit judge RUN")
    with open_run(paths[0]) as run:
        before = summarize_run(run, tally(run.attempts()))
        given = baseline or next((c.baseline for c in before.comparisons), None)
        kept = float(run.configuration.get("margin", MARGIN)) if margin is None else margin
        replies = replies_of_run(run, think_tags)
        summary, changed = grade_again(replies, graders, baseline=given, margin=kept, fed=run.fed(), recorded=before)
    print_grades(summary, changed, run=str(paths[0]), json=json)


class _Disagreements:
    """The first `most` replies on which readings disagree, written as a line each: in a file, as there may be many."""

    def __init__(self, written: Callable[[RejudgedReply], str], most: int | None) -> None:
        self._written, self._left = written, most

    def __enter__(self) -> Self:
        self._file = TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, reply: RejudgedReply) -> None:
        if self._left != 0:
            self._file.write(self._written(reply) + "\n")
        if self._left:
            self._left -= 1

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        return (line.removesuffix("\n") for line in self._file)


def _print(found: Audit, disagreements: Iterable[str]) -> None:

    print_readings(found)
    output.print_text(f"\n{found.disagreements:,} of {found.total:,} replies are judged differently.")
    for line in disagreements:
        output.print_text(line)
    output.print_text("\nNo verdict changes." if not found.flips else "\nVerdicts that change:")
    for flip in found.flips:
        output.print_text(f"  {flip.comparison.task}, read by {flip.reading}: {flip.comparison.sentence()}")
        output.print_text(f"  {flip.comparison.task}, read leniently: {flip.lenient.sentence()}")


def _print_json(found: Audit, disagreements: Iterable[str]) -> None:
    """One object, with its list of disagreements a line at a time."""
    readings = {
        name: {"rows": [asdict(r) for r in s.rows], "comparisons": [asdict(c) for c in s.comparisons]}
        for name, s in found.summaries.items()
    }
    first = {"total": found.total, "readings": readings, "flips": [asdict(flip) for flip in found.flips]}
    sys.stdout.write(output.json_text(first, indent=2).removesuffix("\n}") + ',\n  "disagreements": [')
    separator = "\n    "
    for line in disagreements:
        sys.stdout.write(separator + line)
        separator = ",\n    "
    sys.stdout.write("\n  ]\n}\n")


def _to_text(reply: RejudgedReply) -> str:
    ours = reply.lenient
    source = f", source: {reply.source.outcome}" if reply.source else ""
    found = f"{ours.answer!r} ({ours.rule})" if ours.answer is not None else ours.rule or "no answer"
    end = " ".join(reply.text.split())[-_SHOWN:]
    verdicts = f"lenient: {ours.outcome}, strict: {reply.strict.outcome}{source}"
    return f"\n{ours.strategy}, {ours.item}, target {reply.target}: read {found}; {verdicts}\n  …{end}"


def _to_json(reply: RejudgedReply) -> str:
    ours = reply.lenient
    fields = {
        **{name: getattr(ours, name) for name in ("task", "strategy", "model", "item")},
        "target": reply.target,
        "text": reply.text,
        "answer": ours.answer,
        "rule": ours.rule,
        "lenient": ours.outcome,
        "strict": reply.strict.outcome,
        "source": reply.source.outcome if reply.source else None,
    }
    return output.json_text(fields)
