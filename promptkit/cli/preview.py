"""`promptkit preview`: the exact prompts of strategies, unsent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer

import promptkit.by_path as by_path
from promptkit.answers import AnswerType
from promptkit.bench.strategies import context_of, default_strategies
from promptkit.cli import options, output
from promptkit.cli.messages import print_heading, print_message, tokens_of
from promptkit.cli.settings_options import with_settings
from promptkit.errors import UsageError
from promptkit.previewing import Noting, PreviewedCall, runs
from promptkit.previewing import preview as previewed
from promptkit.providers.function import FunctionModel
from promptkit.settings import DataSettings, known_answer
from promptkit.specs import build, split_specs
from promptkit.task_context import TaskContext
from promptkit.tasks import Task, load_task
from promptkit.tasks.load import task_names
from promptkit.tasks.records import is_records


@dataclass(frozen=True)
class _Shown:
    """The calls of one strategy for one question, with where the text of each message comes from."""

    of: str
    strategy: str
    question: str
    calls: tuple[PreviewedCall, ...]
    templates: Noting


@with_settings(DataSettings)
def preview(
    *,
    question: Annotated[str | None, typer.Argument(help="The question that would be asked.")] = None,
    strategy: Annotated[
        str | None,
        typer.Option(
            "--strategy",
            "-s",
            help="How to ask: parts joined by +, innermost first; several, by commas. With --task by default all that "
            "a benchmark would compare.",
            metavar="SPEC",
            callback=options.typed_name,
        ),
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Show rows of this task instead of a question.", metavar="TASK")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many rows, from the first.", metavar="N")] = 1,
    answer: options.Answer = None,
    labels: options.Labels = None,
    grader: options.Grader = None,
    templates: options.TemplateFolders = None,
    given: dict[str, Any],
    json: options.Json = False,
) -> None:
    """Show what strategies would send. Nothing is sent and no key is needed.

    Where a later prompt contains an earlier reply, it shows a placeholder. Each message names the templates that its
    text comes from, with file and line. Token counts are estimates. Rows of a task need no target when a grader or
    judge will score them.

    Examples:
        promptkit preview "How many legs do 3 spiders have?" --strategy cot+reflect

        promptkit preview --task stories --rows 3
    """
    by_path.typed(task)
    if (question is None) == (task is None):
        raise UsageError('name what is asked: a question, as in preview "How many?", or --task')
    found = options.templates_in(templates, strategy)
    if question is not None:
        if strategy is None:
            raise UsageError("name the --strategy, such as cot; with --task there are default ones")
        if _is_task(question):
            raise UsageError(f"{question} names a task and is no question; write --task {question}")
        read = AnswerType(known_answer(answer) or "text", options.label_list(labels))
        shown = list(_of_question(question, split_specs(strategy), read, Noting.of(found)))
    else:
        reading = DataSettings(**given).reading()
        reading["graded"] = options.is_graded(grader)
        loaded = load_task(str(task), answer=known_answer(answer), labels=options.label_list(labels), **reading)
        options.report_notes(loaded)
        shown = list(_of_task(loaded, rows, strategy, Noting.of(found)))
    if json:
        return output.print_json(_as_json(shown, task))
    for one in shown:
        if one.of or len(shown) > 1:
            print_heading(" · ".join(filter(None, [one.of, one.strategy])))
        _print(one)
    return None


def _is_task(question: str) -> bool:
    """Whether what stands in the place of a question is the name of a task or of its file."""
    named = question in task_names() or is_records(question) or question.lower().endswith((".yaml", ".yml"))
    return named and len(question.split()) == 1


def _of_question(question: str, specs: tuple[str, ...], read: AnswerType, found: Noting) -> Iterator[_Shown]:
    for spec in specs:
        noting = found.anew()
        context = TaskContext(read, templates=noting, load_model=lambda _: _STUB)
        yield _Shown("", spec, question, previewed(build(spec, _STUB, context), question), noting)


def _of_task(task: Task, rows: int, strategy: str | None, found: Noting) -> Iterator[_Shown]:
    specs = split_specs(strategy) if strategy else default_strategies(task, is_greedy=False)
    for item in task.items[:rows]:
        for spec in specs:
            noting = found.anew()
            context = context_of(task, item if item.examples else None, noting, lambda _: _STUB)
            calls = previewed(build(spec, _STUB, context), item.prompt())
            yield _Shown(f"{task.name} {item.id}", spec, item.question, calls, noting)


_STUB = FunctionModel(lambda _: "")


def _as_json(shown: list[_Shown], task: str | None) -> dict[str, Any]:
    rows = [
        {"of": one.of, "strategy": one.strategy, "calls": [_call_as_json(call, one.templates) for call in one.calls]}
        for one in shown
    ]
    if task is not None:
        return {"task": task, "prompts": rows}
    first = {key: value for key, value in rows[0].items() if key != "of"}
    return first if len(rows) == 1 else {"prompts": [{k: v for k, v in row.items() if k != "of"} for row in rows]}


def _call_as_json(call: PreviewedCall, templates: Noting) -> dict[str, Any]:
    messages = call.prompt.messages
    return {
        **call.model_dump(mode="json"),
        "tokens": tokens_of(messages),
        "sources": [[str(source) for source in templates.sources(message)] for message in messages],
    }


def _print(one: _Shown) -> None:
    for first, last, call in runs(one.calls):
        numbers = f"call {first}" if first == last else f"calls {first} to {last}"
        tokens = tokens_of(call.prompt.messages)
        print_heading(f"{numbers}{f', {call.step}' if call.step else ''} · about {tokens} tokens")
        for message in call.prompt.messages:
            print_message(message, sources=map(str, one.templates.sources(message)), question=one.question)
