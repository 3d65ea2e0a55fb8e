"""`promptkit examples bootstrap`: make examples of a model's own right reasoning."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import promptkit.by_path as by_path
from promptkit.backend import CanClose, Model
from promptkit.bench.benchmark import named_model
from promptkit.bench.guard import guarded_model, require_keys
from promptkit.bench.strategies import context_of
from promptkit.bootstrap import Bootstrapped, bootstrapped
from promptkit.cli import exit_codes, options, output
from promptkit.cli.advancing import advancing
from promptkit.cli.settings_options import with_settings
from promptkit.errors import UsageError
from promptkit.examples.files import write_examples
from promptkit.formatting import counted
from promptkit.random_draws import require_possible
from promptkit.record.calls import CallStore
from promptkit.settings import DataSettings, RunLimits, RunSettings, known_answer
from promptkit.specs import build
from promptkit.tasks import Task, load_task
from promptkit.types import Prompt
from promptkit.wording.templates import Templates
from promptkit.wrappers.outage import Patience
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop

app = typer.Typer(help="Make examples for few-shot.", no_args_is_help=True, rich_markup_mode="markdown")


@app.callback()
def _examples() -> None:
    """Make examples for `few-shot` from a model's own correct reasoning.

    Examples:
        promptkit examples bootstrap stories -n 4 --output made.jsonl
    """


@app.command()
@with_settings(DataSettings)
def bootstrap(
    task: Annotated[str, typer.Argument(help="A task with train rows.", metavar="TASK")],
    given: dict[str, Any],
    *,
    to: Annotated[Path, typer.Option("--output", "-o", help="The file to write the examples to.", metavar="JSONL")],
    model: options.Model = "nano",
    strategy: options.Strategy = "cot",
    n: Annotated[int, typer.Option("-n", min=1, help="How many examples to make.", metavar="N")] = 8,
    draws: Annotated[
        int, typer.Option(min=1, help="Ask a question up to N times until a reply is right.", metavar="N")
    ] = 1,
    temperature: options.Temperature = None,
    max_tokens: options.MaxTokens = None,
    concurrency: Annotated[int, typer.Option(min=1, help="At most N questions at the same time.", metavar="N")] = 8,
    max_calls: Annotated[int | None, typer.Option(min=0, help="Send at most N requests.", metavar="N")] = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    templates: options.TemplateFolders = None,
    seed: options.Seed = 0,
    fields: options.ModelOptions = None,
    base_url: options.BaseUrl = None,
    json: options.Json = False,
) -> None:
    """Make examples with reasoning from the train rows of a task that a model answers right.

    The model is asked train questions in order until enough of its replies are right; each of these becomes an example
    with its reasoning. Calls are kept next to the output, in a file that ends in .calls.sqlite, so that the same
    command continues where it stopped and pays for nothing twice. Test rows are not read.

    Examples:
        promptkit examples bootstrap stories -m openai/gpt-6-luna --output made.jsonl

        promptkit bench stories -m openai/gpt-6-luna -s "cot,few-shot(examples=made.jsonl)+cot"
    """
    by_path.typed(task)
    if to.exists():
        raise UsageError(f"{to} exists; name another file")
    settings = RunSettings(model=(options.model_name(model, base_url, fields),), concurrency=concurrency, seed=seed)
    data = DataSettings(**given)
    read = load_task(task, answer=known_answer(answer), labels=options.label_list(labels), seed=seed, **data.reading())
    options.report_notes(read)
    if not read.train:
        raise UsageError(f"the task {read.name} has no train rows; examples are made of those alone")
    if not json:
        output.print_notice(
            f"train questions that may be asked: {len(read.train):,}" + f", up to {draws} times each" * (draws > 1)
        )
    asked = Prompt.of("?", temperature=temperature, max_tokens=max_tokens)
    calls = to.with_name(f"{to.name}.calls.sqlite")
    maker = _Maker(read, strategy, settings, RunLimits(max_calls=max_calls), calls)
    made = asyncio.run(maker.made(n, draws, asked.model_copy(update={"form": read.items[0].form}), templates))
    if made.examples:
        write_examples(to, made.examples)
    if json:
        output.print_json(_as_json(made))
    else:
        _report(made, to, maker.calls)
    if len(made.examples) < n:
        output.print_notice(f"{n} were wanted and no train row is left; raise --draws, or add train rows")
        raise typer.Exit(exit_codes.INCOMPLETE)


class _Maker:
    """A model that is asked within its limits, and its calls kept."""

    def __init__(self, task: Task, strategy: str, settings: RunSettings, limits: RunLimits, calls: Path) -> None:
        self._task, self._strategy, self._settings, self._limits = task, strategy, settings, limits
        self.calls = calls

    async def made(self, n: int, draws: int, asked: Prompt, folders: list[Path] | None) -> Bootstrapped:
        templates = options.templates_in(folders, self._strategy)
        settings, task = self._settings, self._task
        loaded = functools.cache(lambda name: named_model(name, settings))
        self._check(draws, asked, templates, loaded)
        with CallStore(self.calls) as store:
            stop, spent = Stop(), Spent()

            def guarded(name: str) -> Model:
                patience = Patience(seconds=settings.patience)
                return guarded_model(
                    loaded(name), settings, self._limits, store=store, stop=stop, spent=spent, patience=patience
                )

            context = context_of(task, None, templates, guarded)
            built = build(self._strategy, guarded(settings.model[0]), context)
            try:
                with advancing("asking train questions", len(task.train)) as advance:
                    return await bootstrapped(
                        built,
                        task.train,
                        answer=task.answer,
                        n=n,
                        draws=draws,
                        prompt=asked,
                        concurrency=settings.concurrency,
                        advance=advance,
                    )
            finally:
                if isinstance(built, CanClose):
                    await built.aclose()

    def _check(self, draws: int, asked: Prompt, templates: Templates, load: Callable[[str], Model]) -> None:
        """Find what is wrong before a file is made for calls that could not be asked."""
        models: list[Model] = []

        def noted(name: str) -> Model:
            models.append(load(name))
            return models[-1]

        model = noted(self._settings.model[0])
        if draws > 1:
            _require_random(model, asked)
        built = build(self._strategy, model, context_of(self._task, None, templates, noted))
        require_possible(self._strategy, built, asked)
        if not self.calls.exists():
            require_keys(models)


def _require_random(model: Model, asked: Prompt) -> None:
    default = getattr(model, "default_temperature", None)
    if (default if asked.temperature is None else asked.temperature) == 0:
        raise UsageError(f"{model.name} answers at temperature 0, so that all `draws` are the same; give --temperature")


def _report(made: Bootstrapped, to: Path, calls: Path) -> None:
    usage = made.usage
    tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
    refused = f", refused {len(made.refused):,}" if made.refused else ""
    wrote = f"{to}: {counted(len(made.examples), 'example')}" if made.examples else "no example was made"
    output.print_notice(f"{wrote}; train questions asked {made.asked:,}, answered right {made.right:,}{refused}")
    output.print_notice(
        f"it took {counted(usage.calls, 'call')}, {tokens}; {made.paid.calls:,} are new, and kept in {calls}"
    )


def _as_json(made: Bootstrapped) -> dict[str, Any]:
    lists = {"examples": len(made.examples), "refused": len(made.refused)}
    counts = {**lists, "usage": made.usage.model_dump(), "paid": made.paid.model_dump()}
    return {**asdict(made), **counts}
