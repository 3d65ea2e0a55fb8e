"""`promptkit rescore`: judge recorded replies again, and see whether a conclusion depends on how answers are read."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promptkit.cli import options, output
from promptkit.settings import known_answer

if TYPE_CHECKING:
    from promptkit.analysis.rescore import Audit, RejudgedReply

_SHOWN = 160  # characters of a reply's end


def rescore(
    paths: Annotated[
        list[Path], typer.Argument(help="A run's directory, or files as for `promptkit score`.", metavar="RUN|FILE…")
    ],
    answer: options.Answer = None,
    labels: options.Labels = None,
    baseline: Annotated[
        str | None, typer.Option(help="The strategy to compare with; the first when not given.")
    ] = None,
    margin: options.Margin = None,
    show: Annotated[int, typer.Option(min=0, help="How many disagreements to show.")] = 5,
    json: options.Json = False,
) -> None:
    """Judge recorded replies again, without calling anything.

    Strict (only announced answers count), lenient (as in every table) and, where a file has it, the source's own
    verdict stand side by side: what each reading finds, where they disagree, and whether a verdict changes.

    Examples:
        promptkit rescore runs/mini

        promptkit rescore few_shot.jsonl.gz cot.jsonl.gz --show 20

        promptkit rescore runs/mini --answer number --json
    """
    from promptkit.analysis.comparison import MARGIN
    from promptkit.analysis.rescore import audit, rejudge_files, rejudge_run
    from promptkit.record.reader import open_run

    kind, names = known_answer(answer), options.label_list(labels)
    with ExitStack() as opened:
        rejudged = itertools.chain.from_iterable(
            rejudge_run(opened.enter_context(open_run(path)), answer=kind, labels=names)
            if path.is_dir()
            else rejudge_files([path], answer=kind, labels=names)
            for path in paths
        )
        found = audit(rejudged, baseline=baseline, margin=MARGIN if margin is None else margin)
    if json:
        return output.print_json(_to_json(found))
    return _print(found, show)


def _print(found: Audit, show: int) -> None:
    from promptkit.cli.tables import print_readings

    print_readings(found)
    output.print_text(f"\n{len(found.disagreements):,} of {found.total:,} replies are judged differently.")
    for reply in found.disagreements[:show]:
        output.print_text("\n" + _format_reply(reply))
    output.print_text("\nNo verdict changes." if not found.flips else "\nVerdicts that change:")
    for flip in found.flips:
        output.print_text(f"  {flip.comparison.task}, read by {flip.reading}: {flip.comparison.sentence()}")
        output.print_text(f"  {flip.comparison.task}, read leniently: {flip.lenient.sentence()}")


def _format_reply(reply: RejudgedReply) -> str:
    ours = reply.lenient
    source = f", source: {reply.source.outcome}" if reply.source else ""
    found = f"{ours.answer!r} ({ours.rule})" if ours.answer is not None else "no answer"
    end = " ".join(reply.text.split())[-_SHOWN:]
    verdicts = f"lenient: {ours.outcome}, strict: {reply.strict.outcome}{source}"
    return f"{ours.strategy}, {ours.item}, target {reply.target}: read {found}; {verdicts}\n  …{end}"


def _to_json(found: Audit) -> dict[str, object]:
    return {
        "total": found.total,
        "readings": {
            name: {"rows": [asdict(r) for r in s.rows], "comparisons": [asdict(c) for c in s.comparisons]}
            for name, s in found.summaries.items()
        },
        "flips": [asdict(flip) for flip in found.flips],
        "disagreements": [
            {
                "task": r.lenient.task,
                "strategy": r.lenient.strategy,
                "model": r.lenient.model,
                "item": r.lenient.item,
                "target": r.target,
                "text": r.text,
                "answer": r.lenient.answer,
                "rule": r.lenient.rule,
                "lenient": r.lenient.outcome,
                "strict": r.strict.outcome,
                "source": r.source.outcome if r.source else None,
            }
            for r in found.disagreements
        ],
    }
