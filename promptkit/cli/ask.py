"""`promptkit ask`: one question, one answer, and how it came to be."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from typing import Annotated

import typer

from promptkit.answers import AnswerType
from promptkit.backend import Backend, Model
from promptkit.cli import options, output
from promptkit.cli.interrupts import immediate_shutdown
from promptkit.cli.live import shown_live
from promptkit.errors import BackendError, UsageError
from promptkit.image_files import read_image
from promptkit.providers.load import load_model
from promptkit.random_draws import require_possible
from promptkit.settings import known_answer
from promptkit.specs import build
from promptkit.task_context import TaskContext
from promptkit.trace import trace_rows, trace_tree
from promptkit.types import Completion, Prompt
from promptkit.wrappers.retry import Retry

_Images = Annotated[
    list[str] | None,
    typer.Option(
        help="Show the model an image: a PNG, JPEG, GIF or WebP file, or a URL; may be repeated.",
        metavar="FILE",
    ),
]


_DEFAULT_ANSWERED = "nano answered, a tiny model to try promptkit with; -m names yours (promptkit models lists them)"


def ask(
    invoked: typer.Context,
    question: Annotated[str, typer.Argument(help="What to ask; - reads it from standard input.")],
    strategy: options.Strategy = "direct",
    model: options.Model = "nano",
    temperature: options.Temperature = None,
    max_tokens: options.MaxTokens = None,
    effort: options.Effort = None,
    fields: options.ModelOptions = None,
    base_url: options.BaseUrl = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    image: _Images = None,
    templates: options.TemplateFolders = None,
    seed: options.Seed = 0,
    trace: Annotated[bool, typer.Option("--trace", help="Show every call on standard error.")] = False,
    json: options.Json = False,
) -> None:
    """Ask a question. On a terminal, the reply is shown as it is written.

    Examples:
        promptkit ask "Anna has 3 pens. She buys 4 more. How many pens does Anna have?" --strategy cot

        promptkit ask "…" -s "cot+self-consistency(draws=5,temperature=0.8)" --answer number --trace

        promptkit ask "…" -m openai/gpt-6-luna -s 'instructions(language="French")'

        promptkit ask "What does this sign say?" -m openai/gpt-6-luna --image sign.jpg
    """
    tried_again = _notice_once()
    read = AnswerType(known_answer(answer) or "text", options.label_list(labels))
    context = TaskContext(
        read,
        templates=options.templates_in(templates, strategy),
        load_model=lambda n: Retry(load_model(n, seed=seed), on_retry=tried_again),
    )
    model = options.model_name(model, base_url, fields)
    bare = Retry(load_model(model, seed=seed), on_retry=tried_again)
    level = options.effort_level(effort)
    images = tuple(read_image(name) for name in image or ())
    asked = Prompt.of(_text(question), temperature=temperature, max_tokens=max_tokens, effort=level, images=images)
    built = build(strategy, bare, context)
    require_possible(strategy, built, asked)

    with shown_live(wanted=not json):
        reply = asyncio.run(_complete(built, asked, bare))
    if trace:
        output.print_notice(trace_tree(reply))
    if not json:
        output.print_text(reply.text)
    for notice in _cut_off(reply):
        output.print_notice(notice)
    source = invoked.get_parameter_source("model")
    if not json and source is not None and source.name == "DEFAULT":
        output.print_notice(_DEFAULT_ANSWERED)
    if json:
        found = read.find(reply.text, question=asked.question) if answer else None
        asked_how = {"question": asked.question, "strategy": strategy, "model": model}
        output.print_json({**asked_how, "text": reply.text, "answer": found.text if found else None, **_facts(reply)})


async def _complete(built: Backend, asked: Prompt, model: Model) -> Completion:
    with immediate_shutdown():
        try:
            return await built.complete(asked)
        finally:
            await model.aclose()


def _facts(reply: Completion) -> dict[str, object]:
    """What the JSON object has beside the text."""
    return {
        "finish_reason": reply.finish_reason,
        "seconds": reply.seconds,
        "usage": reply.usage.model_dump(),
        "trace": list(trace_rows(reply)),
    }


def _notice_once() -> Callable[[BackendError, float], None]:
    """Shows the first failure of each model at once, instead of the last one half a minute later."""
    shown: set[str] = set()

    def notice(error: BackendError, _seconds: float) -> None:
        if error.model not in shown:
            shown.add(error.model)
            output.print_notice(f"{error}; trying again for a while; Ctrl-C stops it")

    return notice


def _cut_off(reply: Completion) -> list[str]:
    """Which calls were cut off, and what can be done: one line for each cause."""
    calls = reply.calls()
    causes = Counter(
        call.note or f"it reached {call.usage.output_tokens:,} tokens; raise --max-tokens"
        for call in calls
        if call.finish_reason == "length"
    )
    which = (
        "the reply was" if len(calls) == 1 else f"{times} of {len(calls)} replies were" for times in causes.values()
    )
    return [f"{these} cut off: {cause}" for these, cause in zip(which, causes, strict=True)]


def _text(question: str) -> str:
    text = sys.stdin.read() if question == "-" else question
    if not text.strip():
        where = "standard input is empty" if question == "-" else "the question is empty"
        raise UsageError(f"{where}; nothing was asked")
    return text
