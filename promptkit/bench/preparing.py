"""What a benchmark asks before its first item: train questions, for strategies whose examples are made in the run."""

from __future__ import annotations

import dataclasses
import functools
from collections import defaultdict
from collections.abc import Callable, Iterator

from promptkit.backend import Backend, Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Assumed, Makings, Prepared, RefusedBefore, Wanted, made_for
from promptkit.bench.models import on_models
from promptkit.bench.runner import own_stream
from promptkit.bench.strategies import Arm
from promptkit.record.preparations import Preparation
from promptkit.types import DRAWS_PER_REPLICATE, Prompt


async def prepare(
    benchmark: Benchmark,
    change: Callable[[Model], Model],
    load_side_model: Callable[[str], Backend],
    done: Callable[[Preparation], None],
    assumed: Assumed | None = None,
    refused_before: RefusedBefore | None = None,
) -> Prepared:
    """Make the examples of strategies that show some of the model's own, and hand what it took to `done`.

    Every model is replaced by what `change` makes of it. What was `refused_before` is not asked again.

    Raises:
        PromptkitError: as `made_for` does.
    """
    with benchmark.wording.pinned():
        return await made_for(_wanted(benchmark, change, load_side_model), done, assumed, refused_before)


def _wanted(
    benchmark: Benchmark, change: Callable[[Model], Model], load_side_model: Callable[[str], Backend]
) -> Iterator[Wanted]:
    settings = benchmark.settings
    for task in benchmark.tasks:
        noted = defaultdict[Arm, Makings](Makings)
        benchmark.build(task, change, load_side_model, making=noted.__getitem__)
        for arm, (model, effort) in benchmark.places(task).items():
            if not noted[arm].requests:
                continue
            asked = Prompt.of("?", temperature=settings.temperature, max_tokens=settings.max_tokens, effort=effort)
            stream = own_stream(arm.strategy) if settings.independent else 0
            yield Wanted(
                task,
                arm,
                dataclasses.replace(task.answer, allow_code=benchmark.limits.allow_code),
                asked.with_form(task.items[0].form).with_draw(stream * DRAWS_PER_REPLICATE),
                functools.partial(benchmark.build_arm, task, arm, model, change, load_side_model),
                functools.partial(on_models, arm.strategy, change=change),
            )
