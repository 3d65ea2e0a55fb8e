"""Compare two wordings on a task: a recorded run like those of `promptkit bench`, whose progress the page shows."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import promptkit.formatting as formatting
from promptkit.analysis.summary import Summary, Tallies
from promptkit.bench.benchmark import Benchmark, select_items
from promptkit.bench.checking import check_benchmark
from promptkit.bench.counted_run import run_counted
from promptkit.bench.forecast import expected_calls, forecast
from promptkit.bench.meter import Meter
from promptkit.bench.recording import recording
from promptkit.errors import PromptkitError, Stopped, UsageError
from promptkit.report.write import write_report
from promptkit.settings import RunLimits, RunSettings
from promptkit.specs import parse_spec, with_wording
from promptkit.studio.asking import Estimate
from promptkit.studio.cases import ALONE, Tasks, filled, specification
from promptkit.studio.models import Models
from promptkit.studio.requests import SAVED, SHIPPED, Comparing
from promptkit.wording.folders import SUFFIX
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant, variant_name
from promptkit.wrappers.stop import Stop

EDITED = "edited"
FOLDER = "wordings"  # in the run's directory
REPORT = "report.html"
PATIENCE = 3.0  # seconds


@dataclass(frozen=True)
class Wordings:
    """Two wordings of a template, laid out as variants of it.

    Attributes:
        specs: the specification that asks in each, the one to compare with first.
        files: the texts, by their paths in a folder.
    """

    specs: tuple[str, str]
    files: Mapping[str, str]

    @classmethod
    def of(cls, wanted: Comparing, other: str, templates: Templates, tasks: Tasks) -> Wordings:
        """Those of the text that is edited, and of the `other` one; what else is in its wording stays as it is.

        Raises:
            UsageError: no strategy asks with the template, or the texts are the same.
        """
        if wanted.case.strategy == ALONE:
            raise UsageError("nobody asks with these messages alone; choose who asks, a technique or wrap(…)")
        if wanted.text == other:
            raise UsageError("both wordings are the same; edit the text, or compare it with another wording")
        spec = specification(wanted.case, filled(templates, wanted.name, wanted.case, tasks))
        if len(parse_spec(spec)) != 1:
            raise UsageError(f"{spec} has several parts; choose the one that asks with {wanted.name}")
        base, variant = base_and_variant(wanted.name)
        texts = {_label(wanted.against): other, EDITED: wanted.text}
        files = dict[str, str]()
        for label, text in texts.items():
            files |= {
                variant_name(step, label): templates.read(name) for name, step in _worded(templates, base, variant)
            }
            files[variant_name(base, label)] = text
        theirs, ours = (with_wording(spec, 0, label) for label in texts)
        return cls((theirs, ours), {f"{name}{SUFFIX}": text for name, text in files.items()})

    def write(self, folder: Path) -> Path:
        """Write them into `folder`, which is made."""
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # a run is its owner's
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        return folder


def _label(against: str) -> str:
    """The name that another wording has in tables."""
    if against in (SAVED, SHIPPED):
        return against
    base, variant = base_and_variant(against)
    label = re.sub(r"[^\w-]+", "_", variant or base.rpartition("/")[2])
    return "other" if label == EDITED else label


def _worded(templates: Templates, base: str, variant: str) -> list[tuple[str, str]]:
    """The templates beside `base` in its wording, with their steps: they are asked in it as well."""
    folder = base.rpartition("/")[0]
    found = ((name, *base_and_variant(name)) for name in templates.names())
    return [(name, step) for name, step, of in found if variant and of == variant and step.rpartition("/")[0] == folder]


def planned(
    wordings: Wordings, wanted: Comparing, folder: Path, path: tuple[Path, ...], tasks: Tasks, models: Models
) -> Benchmark:
    """The comparison of wordings that are in `folder`, checked.

    Raises:
        UsageError: it names no task, or can't be made.
    """
    if not wanted.case.task:
        raise UsageError("a comparison needs rows with targets; choose a task")
    task = tasks.get(wanted.case.task)
    settings = RunSettings(
        tasks=(wanted.case.task,),
        model=(wanted.model,),
        strategies=wordings.specs,
        baseline=wordings.specs[0],
        limit=wanted.limit,
        max_tokens=wanted.max_tokens,
        temperature=wanted.temperature,
        answer=tasks.answer,
        labels=tasks.labels,
        template_folders=tuple(str(one.resolve()) for one in (folder, *path)),
    )
    model = models.load(wanted.model)
    made = Benchmark((select_items(task, settings),), (model,), (), settings, RunLimits())
    check_benchmark(made)
    return made


async def estimated(benchmark: Benchmark) -> Estimate:
    """What a comparison will about take. Nothing is sent."""
    found = await forecast(benchmark)
    known = [one.paid_usd for one in found if one.paid_usd is not None]
    least, most = (sum(one.output_tokens[i] for one in found) for i in (0, 1))
    return Estimate(
        calls=sum(one.paid[1] for one in found),
        input_tokens=sum(one.input_tokens[1] for one in found),
        output_tokens=(least, most),
        usd=(sum(usd[0] for usd in known), sum(usd[1] for usd in known)) if len(known) == len(found) else None,
    )


class Comparison:
    """A comparison that runs, or has ended.

    Args:
        benchmark: what is compared.
        directory: where it is recorded.
    """

    def __init__(self, benchmark: Benchmark, directory: Path) -> None:
        self.directory = directory
        self._benchmark = benchmark
        self._counted, self._stop = Tallies(), Stop()
        self._meter = Meter(benchmark.attempts())
        self._summary: Summary | None = None
        self._problem = ""
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it has begun, and not ended."""
        return self._task is not None and not self._task.done()

    def begin(self) -> None:
        """Run it in the event loop that is running."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """Send nothing more; calls in flight are finished and recorded."""
        self._stop(Stopped("it was stopped from the page"))

    async def end(self) -> None:
        """End it: calls in flight have some seconds to be answered, and are then cancelled."""
        if self._task is not None:
            self.stop()
            await asyncio.wait([self._task], timeout=PATIENCE)
            self._task.cancel()
            await asyncio.wait([self._task])

    def state(self) -> dict[str, Any]:
        """How far it is, and what came of it."""
        meter = self._meter
        return {
            "running": self.running,
            "stopping": self.running and self._stop.reason is not None,
            "done": meter.done.total(),
            "of": sum(meter.attempts.values()),
            "calls": meter.calls,
            "seconds_left": meter.seconds_left(),
            "usd": meter.cost(),
            "troubles": [f"{trouble.model}: {trouble.error}" for trouble in tuple(meter.troubles.values())],
            "problem": self._problem,
            "directory": str(self.directory),
            "result": None if self._summary is None else _shown(self._summary),
            "page": f"/run/{REPORT}" if self._summary and importlib.util.find_spec("vl_convert") else None,
        }

    async def _run(self) -> None:
        try:
            await self._ask()
        except PromptkitError as error:
            self._problem = str(error)
        except Exception as error:
            self._problem = f"{type(error).__name__}: {error}"
            raise
        finally:
            for model in self._benchmark.models:
                await model.aclose()
            if self._counted.groups:
                self._summary = await asyncio.to_thread(self._benchmark.summary, self._counted)

    async def _ask(self) -> None:
        with recording(self._benchmark, self.directory) as record, contextlib.ExitStack() as ending:
            ending.callback(record.flush)
            self._meter = Meter(self._benchmark.attempts(), await expected_calls(self._benchmark))
            refused = await run_counted(self._benchmark, record, self._counted, self._meter, self._stop)
            self._problem = "; ".join(f"{arm.strategy} is refused: {error}" for arm, error in refused.items())

    def page(self, path: str) -> Path:
        """A file of the run's page, which is written when it is first looked at.

        Raises:
            UsageError: there is no such file, or the page can't be written.
        """
        if self.running:
            raise UsageError("the comparison is running; its page is there when it has ended")
        file = (self.directory / path).resolve()
        inside = self.directory.resolve()
        if path == REPORT and not file.exists():
            write_report(self.directory)
        if file.suffix != ".html" or not file.is_relative_to(inside) or not file.is_file():
            raise UsageError(f"the run has no page {path}")
        return file


def _shown(summary: Summary) -> dict[str, Any]:
    return {
        "comparisons": [
            {**asdict(pair), "sentence": pair.sentence(), "interval": formatting.span(pair.low, pair.high)}
            for pair in summary.comparisons
        ],
        "rows": [
            {
                "strategy": row.strategy,
                "items": row.n,
                "accuracy": formatting.percent(row.accuracy),
                "interval": formatting.interval(row.low, row.high),
                "tokens": f"{row.input_tokens + row.output_tokens:,}",
                "cost": formatting.dollars(row.cost_usd),
            }
            for row in summary.rows
        ],
    }
