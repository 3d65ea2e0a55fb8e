"""Strategies as models behind an address, as `promptkit serve` was asked for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from promptkit.wrappers.limit import Limit

KEYS = "PROMPTKIT_SERVE_KEYS"


@dataclass(frozen=True, kw_only=True)
class Served:
    """What is served, where, and within which limits: the options of the command."""

    strategies: Sequence[str]
    model: str
    host: str
    port: int
    task: str | None
    answer: str | None
    labels: tuple[str, ...]
    templates: Sequence[Path] | None
    concurrency: int
    max_calls: int | None
    max_cost: float | None
    max_tokens: int | None
    seconds: float
    stop_seconds: int
    shows_steps: bool
    otel: bool
    seed: int


def serve_strategies(asked: Served) -> None:
    """Serve until a signal ends it.

    Raises:
        UsageError: the extra is not installed, keys are missing, or something can't be used.
    """
    _require_extra()
    from promptkit.serving.access import Access
    from promptkit.serving.app import Service, service_app
    from promptkit.serving.serve import serve as serve_app
    from promptkit.serving.served import Limits, parse_names

    if not os.environ.get(LOG):
        log_to_stderr("error")
    keys = _keys(asked)
    named = parse_names(asked.strategies)
    limits = Limits(asked.max_calls, asked.max_cost, asked.seconds, asked.max_tokens)
    models = _Models(asked.concurrency, asked.seed)
    bare = models.load(asked.model)
    context = _context(asked, named, models)
    built = {name: _built(name, spec, bare, context) for name, spec in named.items()}

    def announce(address: str) -> None:
        output.print_text(f"{address}/v1")
        sys.stdout.flush()  # whoever reads it through a pipe waits for it
        output.print_notice(f"serving {_listed(named)} on {bare.name}; Ctrl-C stops it")

    with traced_where(wanted=asked.otel) as send_the_rest:

        async def close() -> None:
            await models.aclose()
            send_the_rest()  # uvicorn ends by raising the signal again

        service = Service(built, limits, Access(keys, asked.host), shows_steps=asked.shows_steps, close=close)
        app = service_app(service)
        serve_app(app, host=asked.host, port=asked.port, stop_seconds=asked.stop_seconds, announce=announce)


def _require_extra() -> None:
    try:
        import prometheus_client  # noqa: F401 - what the extra has
        import uvicorn  # noqa: F401 - what the extra has
    except ImportError as error:
        raise UsageError(f"`serve` needs {error.name}; {pip_install('serve')}") from None


def _keys(asked: Served) -> tuple[str, ...]:
    """The keys that let a client in; none where only this machine is served."""
    keys = tuple(key.strip() for key in os.environ.get(KEYS, "").split(",") if key.strip())
    if not keys and not is_loopback(asked.host):
        raise UsageError(
            f"--host {asked.host} can be reached from other machines; set {KEYS} to the keys that let them in"
        )
    if asked.max_cost is not None and asked.max_tokens is None:
        raise UsageError("--max-cost needs --max-tokens: without it one reply could exceed the limit")
    return keys


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


def _context(asked: Served, named: Mapping[str, str], models: _Models) -> TaskContext:
    """What strategies are built with: the task's examples and instructions, where one is named."""
    kind = known_answer(asked.answer)
    read = AnswerType(kind or "text", asked.labels)
    found = options.templates_in(asked.templates, ",".join(named.values()))
    if asked.task is None:
        return TaskContext(read, templates=found, load_model=models.load)
    return context_of(load_task(asked.task, answer=kind, labels=read.labels), None, found, models.load)


def _built(name: str, spec: str, model: Model, context: TaskContext) -> Backend:
    try:
        return build(spec, model, context)
    except UsageError as error:
        raise UsageError(f"{name}={spec}: {error}") from None


def _listed(named: Mapping[str, str]) -> str:
    return ", ".join(name if name == spec else f"{name}={spec}" for name, spec in named.items())
