"""`promptkit serve`: strategies as models, for programs in any language."""

from __future__ import annotations

from typing import Annotated

import typer

from promptkit.cli import options
from promptkit.cli.served import Served, serve_strategies
from promptkit.types import MOST_TOKENS

_Names = Annotated[
    list[str],
    typer.Argument(
        help="What to serve: name=specification, or a specification that is also the name.", metavar="NAME=SPEC…"
    ),
]
_Task = Annotated[
    str | None,
    typer.Option(
        help="A task to take the examples, instructions and answer type from.",
        metavar="TASK",
        callback=options.typed_name,
    ),
]
_Concurrency = Annotated[int, typer.Option(min=1, help="At most N calls in flight to each model.", metavar="N")]
_MaxCalls = Annotated[int | None, typer.Option(min=1, help="At most N calls per request.", metavar="N")]
_MaxCost = Annotated[float | None, typer.Option(min=0, help="At most this many US dollars per request.", metavar="USD")]
_MaxTokens = Annotated[
    int | None,
    typer.Option(
        min=1, max=MOST_TOKENS, help="The longest reply, in tokens, where a request gives no limit.", metavar="N"
    ),
]
_Seconds = Annotated[float, typer.Option(min=0.001, help="The longest a request may take.", metavar="S")]
_StopSeconds = Annotated[
    int, typer.Option(min=0, help="How long open requests may take after Ctrl-C or SIGTERM.", metavar="S")
]
_Steps = Annotated[bool, typer.Option("--steps", help="Send the steps before the answer as reasoning text.")]


def serve(
    strategies: _Names,
    model: options.Model = "nano",
    base_url: options.BaseUrl = None,
    fields: options.ModelOptions = None,
    host: options.Host = "127.0.0.1",
    port: options.Port = 8000,
    task: _Task = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    templates: options.TemplateFolders = None,
    concurrency: _Concurrency = 64,
    max_calls: _MaxCalls = None,
    max_cost: _MaxCost = None,
    max_tokens: _MaxTokens = None,
    seconds: _Seconds = 600.0,
    stop_seconds: _StopSeconds = 30,
    steps: _Steps = False,
    otel: options.Otel = False,
    seed: options.Seed = 0,
) -> None:
    """Serve strategies as models, over OpenAI's Chat Completions and Responses APIs.

    A client asks http://127.0.0.1:8000/v1 for the model NAME. With keys in PROMPTKIT_SERVE_KEYS (separated by commas) a
    request needs one of them; without keys, only this machine is served. /health and /metrics (Prometheus) are for
    monitoring. Needs the extra "serve".

    Examples:
        promptkit serve asked=cot+reflect plain=direct -m openai/gpt-6-luna --max-cost 0.05 --max-tokens 2000

        promptkit serve 'vote=cot+self-consistency(draws=5)' --answer number --host 0.0.0.0
    """
    serve_strategies(
        Served(
            strategies=strategies,
            model=options.model_name(model, base_url, fields),
            host=host,
            port=port,
            task=task,
            answer=answer,
            labels=options.label_list(labels),
            templates=templates,
            concurrency=concurrency,
            max_calls=max_calls,
            max_cost=max_cost,
            max_tokens=max_tokens,
            seconds=seconds,
            stop_seconds=stop_seconds,
            shows_steps=steps,
            otel=otel,
            seed=seed,
        )
    )
