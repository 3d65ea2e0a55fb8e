"""`promptkit task init | check`: look at a file of questions, and at what of it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import promptkit.by_path as by_path
from promptkit.cli import exit_codes, options, output
from promptkit.cli.messages import print_heading, print_message
from promptkit.cli.settings_options import with_settings
from promptkit.cli.task_from_feedback import from_feedback
from promptkit.errors import UsageError
from promptkit.formatting import counted
from promptkit.settings import DataSettings, known_answer
from promptkit.tasks import Item, Task, load_task
from promptkit.tasks.draft import draft_task
from promptkit.tasks.records import stem_of

_SHOWN = 3  # prompts

app = typer.Typer(
    help="Describe a file of questions as a task, and check what is read from it.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.command("from-feedback")(from_feedback)
Shown = Annotated[int, typer.Option(min=0, help="How many prompts to show.", metavar="N")]


@app.command()
@with_settings(DataSettings)
def init(
    file: Annotated[Path, typer.Argument(help="A file of rows.", metavar="FILE")],
    given: dict[str, Any],
    *,
    answer: options.Answer = None,
    labels: options.Labels = None,
    to: Annotated[
        Path | None, typer.Option("--output", help="The YAML file to write; by default next to FILE.", metavar="YAML")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    show: Shown = _SHOWN,
    json: options.Json = False,
) -> None:
    """Write the YAML of a task for a file of rows, and show its first prompts.

    What the file does not show (which columns, how answers are read) is guessed, and marked in the YAML: check it. What
    was recognised is written down too, so that the file is read in the same way under another name.

    Example:
        promptkit task init tickets.csv
    """
    place = to or file.with_name(f"{stem_of(file)}.yaml")
    if place.exists() and not force:
        raise UsageError(f"{place} exists; give --force to write over it, or another --output")
    if place.parent.resolve() != file.parent.resolve():
        raise UsageError(f"{place} is not in the folder of {file}, where its YAML has to be; choose another --output")
    settings = DataSettings(**given)
    read = settings.reading()
    draft = draft_task(
        file,
        answer=known_answer(answer),
        labels=options.label_list(labels),
        columns=read["columns"],
        tolerance=read["tolerance"],
        shuffle_options=read["shuffle_options"],
    )
    if not json:
        options.report_notes(draft.task)
    try:
        place.write_text(draft.text(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{place} can't be written: {error.strerror}") from None
    if json:
        found = {"file": str(place), "text": draft.text(), "guessed": dict(draft.guessed)}
        return output.print_json({**found, "task": _to_json(draft.task, show)})
    output.print_text(draft.text().rstrip("\n"))
    _print_prompts(draft.task, show)
    guessed = f"; look at what is guessed: {', '.join(draft.guessed)}" if draft.guessed else ""
    return output.print_notice(f"written to {place}{guessed}")


@app.command()
@with_settings(DataSettings)
def check(
    file: Annotated[str, typer.Argument(help="A task: a YAML, a file of rows, or a shipped one.", metavar="TASK")],
    given: dict[str, Any],
    *,
    answer: options.Answer = None,
    labels: options.Labels = None,
    grader: options.Grader = None,
    show: Shown = _SHOWN,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Read a task as `promptkit bench` would, and show what is asked and what is not used.

    Items need no target when a grader or judge will score them. The exit code is 1 when rows can't be used.

    Example:
        promptkit task check tickets.yaml
    """
    by_path.trust_files(trust)
    by_path.typed(file)
    reading = DataSettings(**given).reading()
    graded = options.is_graded(grader)
    task = load_task(file, answer=known_answer(answer), labels=options.label_list(labels), graded=graded, **reading)
    if json:
        output.print_json(_to_json(task, show))
    else:
        options.report_notes(task)
        output.print_text(_summary(task))
        _print_prompts(task, show)
    if task.unusable:
        raise typer.Exit(exit_codes.INCOMPLETE)


def _summary(task: Task) -> str:
    items = counted(len(task.items), "item")
    examples = counted(len(task.train), "example")
    labels = f" ({', '.join(task.answer.labels)})" if task.answer.labels else ""
    return f"{task.name}: {items}, {examples}, answers of kind {task.answer.kind}{labels}"


def _print_prompts(task: Task, count: int) -> None:
    for item in task.items[:count]:
        output.print_text("")
        target = f", target {' '.join(item.target.split())}" if item.target else ""
        print_heading(f"item {item.id}{target}")
        for message in item.prompt().messages:
            print_message(message)


def _to_json(task: Task, count: int) -> dict[str, Any]:
    return {
        "name": task.name,
        "answer": task.answer.kind,
        "labels": task.answer.labels,
        "items": len(task.items),
        "examples": len(task.train),
        "unusable": task.unusable,
        "notes": task.notes,
        "prompts": [_item_json(item) for item in task.items[:count]],
    }


def _item_json(item: Item) -> dict[str, Any]:
    messages = [{"role": message.role, "content": message.text} for message in item.prompt().messages]
    return {"id": item.id, "target": item.target, "messages": messages}
