"""`promptkit serve`: strategies as models, for programs in any language."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from promptkit.answers import AnswerType
from promptkit.backend import Backend, Model
from promptkit.bench.strategies import context_of
from promptkit.cli import options, output
from promptkit.cli.logs import LOG, log_to_stderr
from promptkit.cli.traced import traced_where
from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.hosting import is_loopback
from promptkit.providers.load import load_model
from promptkit.settings import known_answer
from promptkit.specs import build
from promptkit.task_context import TaskContext
from promptkit.tasks import load_task
from promptkit.wording.templates import Templates
from promptkit.wrappers.limit import Limit

KEYS = "PROMPTKIT_SERVE_KEYS"


def serve(
    strategies: Annotated[
        list[str],
        typer.Argument(
            help="What is served: name=specification, or a specification that is its own name.", metavar="NAME=SPEC…"
        ),
    ],
    model: options.Model = "nano",
    base_url: options.BaseUrl = None,
    fields: options.ModelOptions = None,
    host: Annotated[
        str, typer.Option(help="The address to listen at; others than 127.0.0.1 are reached by other machines.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.", metavar="N")] = 8000,
    task: Annotated[
        str | None,
        typer.Option(
            help="A task that has the examples, instructions and kind of answer.",
            metavar="TASK",
            callback=options.typed_name,
        ),
    ] = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    templates: options.TemplateFolders = None,
    concurrency: Annotated[int, typer.Option(min=1, help="The most calls in flight at each model.", metavar="N")] = 64,
    max_calls: Annotated[int | None, typer.Option(min=1, help="The most calls of one request.", metavar="N")] = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="The most US dollars of one request.", metavar="USD")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="The longest reply where a request gives no limit.", metavar="N")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.001, help="The time of one request.", metavar="S")] = 600.0,
    stop_seconds: Annotated[
        int, typer.Option(min=0, help="How long requests may go on after Ctrl-C or SIGTERM.", metavar="S")
    ] = 30,
    steps: Annotated[bool, typer.Option("--steps", help="Send the steps before the answer as reasoning text.")] = False,
    otel: options.Otel = False,
    seed: options.Seed = 0,
) -> None:
    """Serve strategies as models, by OpenAI's Chat Completions and Responses.

    A client asks http://127.0.0.1:8000/v1 for the model NAME. With keys in PROMPTKIT_SERVE_KEYS (separated by commas) a
    request needs one of them; without, only this machine is served. /health and /metrics (Prometheus) are for
    operations. Needs the extra "serve".

    Examples:
        promptkit serve asked=cot+reflect plain=direct -m openai/gpt-6-luna --max-cost 0.05 --max-tokens 2000

        promptkit serve 'vote=cot+self-consistency(draws=5)' --answer number --host 0.0.0.0
    """
    try:
        import prometheus_client  # noqa: F401 - what the extra has
        import uvicorn  # noqa: F401 - what the extra has
    except ImportError as error:
        raise UsageError(f"`serve` needs {error.name}; {pip_install('serve')}") from None
    from promptkit.serving.access import Access
    from promptkit.serving.app import Service, service_app
    from promptkit.serving.serve import serve as serve_app
    from promptkit.serving.served import Limits, parse_names

    if not os.environ.get(LOG):
        log_to_stderr("error")
    keys = tuple(key.strip() for key in os.environ.get(KEYS, "").split(",") if key.strip())
    if not keys and not is_loopback(host):
        raise UsageError(f"--host {host} is reached by other machines; set {KEYS} to the keys that let them in")
    if max_cost is not None and max_tokens is None:
        raise UsageError("--max-cost needs --max-tokens: without it one reply could exceed the limit")
    named = parse_names(strategies)
    limits = Limits(max_calls, max_cost, seconds, max_tokens)
    models = _Models(concurrency, seed)
    bare = models.load(options.model_name(model, base_url, fields))
    read = AnswerType(known_answer(answer) or "text", options.label_list(labels))
    context = _context(
        task, read if answer else None, options.templates_in(templates, ",".join(named.values())), models
    )
    built = {name: _built(name, spec, bare, context) for name, spec in named.items()}

    def announce(address: str) -> None:
        output.print_text(f"{address}/v1")
        sys.stdout.flush()  # whoever reads it through a pipe waits for it
        output.print_notice(f"serving {_listed(named)} on {bare.name}; Ctrl-C ends it")

    with traced_where(wanted=otel) as send_the_rest:

        async def close() -> None:
            await models.aclose()
            send_the_rest()  # uvicorn ends by raising the signal again

        service = Service(built, limits, Access(keys, host), shows_steps=steps, close=close)
        serve_app(service_app(service), host=host, port=port, stop_seconds=stop_seconds, announce=announce)


class _Models:
    """The models that are asked, each loaded once."""

    def __init__(self, concurrency: int, seed: int) -> None:
        self._concurrency, self._seed = concurrency, seed
        self._loaded: dict[str, Model] = {}

    def load(self, name: str) -> Model:
        if name not in self._loaded:
            self._loaded[name] = Limit(load_model(name, seed=self._seed), self._concurrency)
        return self._loaded[name]

    async def aclose(self) -> None:
        for model in self._loaded.values():
            await model.aclose()


def _context(task: str | None, read: AnswerType | None, found: Templates, models: _Models) -> TaskContext:
    if task is None:
        return TaskContext(read or AnswerType("text"), templates=found, load_model=models.load)
    loaded = load_task(task, answer=read.kind if read else None, labels=read.labels if read else ())
    return context_of(loaded, None, found, models.load)


def _built(name: str, spec: str, model: Model, context: TaskContext) -> Backend:
    try:
        return build(spec, model, context)
    except UsageError as error:
        raise UsageError(f"{name}={spec}: {error}") from None


def _listed(named: Mapping[str, str]) -> str:
    return ", ".join(name if name == spec else f"{name}={spec}" for name, spec in named.items())
