"""`promptkit preview`: the exact prompts of a strategy, unsent."""

from __future__ import annotations

from typing import Annotated

import typer

from promptkit.answers import AnswerType
from promptkit.cli import options, output
from promptkit.previewing import preview as previewed
from promptkit.providers.function import FunctionModel
from promptkit.settings import known_answer
from promptkit.specs import build
from promptkit.task_context import TaskContext


def preview(
    question: Annotated[str, typer.Argument(help="The question that would be asked.")],
    strategy: options.Strategy,
    answer: options.Answer = None,
    labels: options.Labels = None,
    templates: options.TemplateFolders = None,
    json: options.Json = False,
) -> None:
    """Show what a strategy would send. Nothing is sent and no key is needed.

    Where a later prompt holds an earlier reply, a placeholder stands for it.

    Example:
        promptkit preview "How many legs do 3 spiders have?" --strategy cot+reflect
    """
    stub_model = FunctionModel(lambda _: "")
    read = AnswerType(known_answer(answer) or "text", options.label_list(labels))
    context = TaskContext(read, templates=options.templates_in(templates), load_model=lambda _: stub_model)
    calls = previewed(build(strategy, stub_model, context), question)
    if json:
        return output.print_json({"strategy": strategy, "calls": [c.model_dump(mode="json") for c in calls]})
    for number, call in enumerate(calls, start=1):
        output.print_text(f"── call {number}{f', {call.step}' if call.step else ''} " + "─" * 40)
        for message in call.prompt.messages:
            output.print_text(f"[{message.role}]\n{message.shown}\n")
    return None
