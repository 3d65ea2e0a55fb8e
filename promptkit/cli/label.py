"""`promptkit label`: a person labels some replies of a run, and the scores of the others are corrected by these."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from promptkit.analysis.labelled import FEWEST, Labelled, LabelledStrategy, labelled
from promptkit.analysis.to_label import ITEMS, ToLabel, replies_to_label
from promptkit.cli import options, output
from promptkit.cli.grid import Grid, table_console
from promptkit.errors import UsageError
from promptkit.formatting import counted, interval, percent, points, span
from promptkit.record.labels import Place, append_labels, read_labels
from promptkit.record.reader import Run, open_run
from promptkit.report.csv_file import harmless
from promptkit.tasks.records import read_records
from promptkit.tasks.records.record import Record

_COLUMNS = ("id", "question", "target", "reply", "label")
_ANSWERS = {"y": 1.0, "n": 0.0, "h": 0.5}
_WORDS = {**_ANSWERS, "yes": 1.0, "no": 0.0, "half": 0.5, "right": 1.0, "wrong": 0.0, "true": 1.0, "false": 0.0}


def label(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="RUN")],
    *,
    items: Annotated[
        int, typer.Option(min=1, help="Label the replies to N items, drawn at random.", metavar="N")
    ] = ITEMS,
    seed: Annotated[int, typer.Option(help="Seeds the draw of the items.", metavar="N")] = 0,
    hide_target: Annotated[bool, typer.Option("--hide-target", help="Don't show the right answers.")] = False,
    results: Annotated[
        bool, typer.Option("--results", help="Label nothing; show the results of the labels so far.")
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(help="Write the replies to a CSV file, to be labelled in a spreadsheet.", metavar="FILE"),
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", help="Read the labels from such a file.", metavar="FILE")
    ] = None,
    json: options.Json = False,
) -> None:
    """Label some replies of a run, and correct its scores with the labels.

    Replies are shown in random order, without their strategy and score; one that several strategies gave is shown once.
    Each label is saved at once: stop at any time, and continue later. From the labels, and the scores of all other
    replies, it estimates the accuracies and differences that people would have found (prediction-powered inference),
    and shows how far the scores agree with people.

    Examples:
        promptkit label runs/mini --items 50

        promptkit label runs/mini --export replies.csv

        promptkit label runs/mini --import replies.csv

        promptkit label runs/mini --results --json
    """
    if (export is not None) + (import_ is not None) + results > 1:
        raise UsageError("give one of --export, --import and --results")
    with open_run(run) as opened:
        if not results:
            replies = replies_to_label(opened, items, seed=seed)
            if not any(replies):
                raise UsageError(f"no reply of {run} has a score that labels could be compared with; resume the run")
            if any(item.has_images for item in opened.items()):
                output.print_notice("questions of this run show images; promptkit report shows them")
            if export is not None:
                return _export(replies, export, read_labels(run))
            if import_ is not None:
                imported = dict(_imported(import_, opened, seed))
                append_labels(run, imported)
                output.print_notice(f"{import_}: labels for {counted(len(imported), 'attempt')}")
            else:
                _ask(replies, run, hide_target=hide_target)
        labels = read_labels(run)
        if not labels:
            raise UsageError(f"no reply of {run} is labelled yet; label some by: promptkit label {run}")
        given = opened.configuration.get("baseline")
        found = labelled(opened.attempts(), labels, given if isinstance(given, str) else None)
    return output.print_json({"run": str(run), **asdict(found)}) if json else print_labelled(found)


def _ask(replies: Sequence[Sequence[ToLabel]], run: Path, *, hide_target: bool) -> None:
    """Ask for the labels that are missing, until the person has enough."""
    if not sys.stdin.isatty():
        raise UsageError("labels are asked for on a terminal; use --export and --import for a spreadsheet")
    known = read_labels(run)
    left = [one for of_item in replies for one in of_item if one.known(known) is None]
    for number, one in enumerate(left, start=1):
        output.print_text(f"\n── {number} of {len(left)} " + "─" * 50 + f"\n{one.question}")
        if one.target and not hide_target:
            output.print_text(f"\nright answer: {one.target}")
        output.print_text(f"\nreply:\n{one.reply or '(nothing)'}\n")
        given = _answer()
        if given == "q":
            return
        if given in _ANSWERS:
            append_labels(run, dict.fromkeys(one.places, _ANSWERS[given]))


def _answer() -> str:
    while True:
        try:
            given = input("right? y yes, n no, h half, s skip, q stop: ").strip().lower()[:1]
        except EOFError:
            return "q"
        if given in {*_ANSWERS, "s", "q"}:
            return given


def _export(replies: Sequence[Sequence[ToLabel]], file: Path, known: Mapping[Place, float]) -> None:
    if file.exists():
        raise UsageError(f"{file} exists; name another file, or labels in it could be lost")
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(_COLUMNS)
        count = 0
        for one in (one for of_item in replies for one in of_item):
            label = one.known(known)
            cells = (one.id, one.question, one.target, one.reply, "" if label is None else f"{label:g}")
            writer.writerow([harmless(cell) for cell in cells])
            count += 1
    wrote = "1 reply" if count == 1 else f"{count:,} replies"
    output.print_notice(f"{wrote} in {file}; write y, n, h or a number from 0 to 1 below `label`")


def _imported(file: Path, run: Run, seed: int) -> Iterator[tuple[Place, float]]:
    """The labels of a file.

    Raises:
        UsageError: a column that is missing, something that is not a label, or a reply that is not in the run.
    """
    records = read_records(file)
    named = {column.lower() for column in records.columns}
    if lacking := [name for name in ("id", "label") if records.columns and name not in named]:
        raise UsageError(f"{file} has no column {' and no column '.join(lacking)}; export the replies again")
    known = {one.id: one for of_item in replies_to_label(run, sys.maxsize, seed=seed) for one in of_item}
    for record in records.rows:
        where = f"{file}, {record.place}"
        if record.problem:
            raise UsageError(f"{where}: {record.problem}")
        row = _columns(record)
        given = str(row.get("label", "")).strip().lower()
        if not given:
            continue
        one = known.get(str(row.get("id", "")).strip().removeprefix("'"))
        if one is None:
            raise UsageError(f"{where}: no reply of the run has this id; export the replies again")
        score = _score(given)
        if score is None:
            raise UsageError(f"{where}: {given!r:.40} is not a label; write y, n, h or a number from 0 to 1")
        yield from dict.fromkeys(one.places, score).items()


def _columns(record: Record) -> dict[str, object]:
    """What a record has, by names of columns in small letters; empty cells are left out."""
    row = record.value if isinstance(record.value, dict) else {}
    return {str(name).strip().lower(): value for name, value in row.items() if value is not None}


def _score(given: str) -> float | None:
    if given in _WORDS:
        return _WORDS[given]
    try:
        number = float(given.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def print_labelled(found: Labelled) -> None:
    """Print how far the scores agree with the labels, and the strategies by these."""
    out = table_console()
    out.print(Text("\nthe scores beside people's labels", "bold"))
    out.print(Text(f"  alike: {found.agreement.agree}"))
    out.print(Text(f"  right replies accepted: {found.agreement.accepts_right}"))
    out.print(Text(f"  wrong replies rejected: {found.agreement.rejects_wrong}"))
    if warning := found.agreement.warning():
        out.print(Text(f"  warning: {warning}", "bold"))
    for place in dict.fromkeys((one.group.task, one.group.model) for one in found.strategies):
        out.print(Text(f"\ntask {place[0]}, model {place[1]}", "bold"))
        grid = Grid(
            "strategy", ["labels", "scored"], ["corrected", "95 % interval"], [f"− {found.baseline}", "interval"]
        )
        for one in (one for one in found.strategies if (one.group.task, one.group.model) == place):
            grid.add(one.group.strategy, str(one.labels), *_estimates(one))
        grid.print(out)
    out.print(Text("scored: by the run. corrected: as people would have found it, from labels and scores together"))


def _estimates(one: LabelledStrategy) -> tuple[str, ...]:
    if one.accuracy is None:
        return ("", f"{FEWEST} labels needed", "", "", "")
    found, beside = one.accuracy, one.difference
    own = (percent(found.judge_alone), percent(found.estimate), interval(found.low, found.high))
    return (*own, "", "") if beside is None else (*own, points(beside.estimate), span(beside.low, beside.high))
