"""What a report shows of a run, gathered in one pass over its attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from promptkit.analysis import verdicts
from promptkit.analysis.comparison import Comparison, interval_heading
from promptkit.analysis.glance import Glance, glance
from promptkit.analysis.overview import Overview, overviews
from promptkit.analysis.pareto import CostAccuracy, by_cost, by_latency
from promptkit.analysis.reflection import Reflection, reflections
from promptkit.analysis.summary import Batched, Grading, Row, Summary, Tallies, summarize_run
from promptkit.analysis.wordings import WordingDifference, wording_differences
from promptkit.outcomes import OUTCOMES, RARE, Group, Outcome
from promptkit.prices import cost_usd
from promptkit.record.preparations import Preparation
from promptkit.record.reader import Run
from promptkit.types import Usage

LETTERS: dict[Outcome, str] = {  # one character an outcome: a matrix of 50,000 cells travels inside the page
    "correct": "c",
    "partial": "p",
    "wrong": "w",
    "unparsed": "u",
    "truncated": "t",
    "refused": "r",
    "error": "e",
    "ungraded": "g",
    "missing": "m",
}
_SHOWN = 90  # characters of a question in the matrix


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item in the matrix: its number in the order of the report, its outcomes by strategy, a letter a draw."""

    number: int
    item: str
    question: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Measured:
    """What one grader finds about the strategies of a section; `metric` is empty for answers that were read.

    Attributes:
        comparisons: with the baseline, by strategy.
    """

    metric: str
    rows: tuple[Row, ...]
    comparisons: dict[str, Comparison]

    @property
    def measure(self) -> str:
        """What the mean over items is called."""
        return verdicts.measure(self.rows)

    @property
    def not_graded(self) -> list[str]:
        """What its grader failed on."""
        return [verdicts.not_graded_of(row) for row in self.rows if row.ungraded]


@dataclass(frozen=True)
class Section:
    """One task asked of one model.

    Attributes:
        rows: one a strategy, in the order they were given.
        comparisons: with the baseline, by strategy.
        paid_usd: what each strategy's calls cost in this run, after sharing; `None` when unknown.
        reflections: what reflection changed, for each strategy that reflects.
        cost: accuracy against the cost of an answer; `latency`: against the seconds it takes.
        measured: the results by each grader, the headline first.
    """

    task: str
    model: str
    baseline: str
    rows: tuple[Row, ...]
    comparisons: dict[str, Comparison]
    paid_usd: dict[str, float | None]
    reflections: tuple[Reflection, ...]
    cost: CostAccuracy
    latency: CostAccuracy
    measured: tuple[Measured, ...]
    items: tuple[ItemRow, ...]

    @property
    def outcomes(self) -> list[Outcome]:
        """Those that have a column: what only graders give only where there is any."""
        rare = RARE - {"missing"}
        return [o for o in OUTCOMES if o not in rare or any(getattr(row, o) for row in self.rows)]

    @property
    def sentence(self) -> str:
        """The verdict on the task."""
        return verdicts.task_sentence(self.baseline, self.rows, self.comparisons.values())

    @property
    def warnings(self) -> list[str]:
        """What could overturn it."""
        return verdicts.warnings(self.rows, self.comparisons.values())

    @property
    def interval(self) -> str:
        """What intervals of differences are called: `95 % interval`."""
        return interval_heading(self.comparisons.values())

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number that stands for each strategy in charts, from 1."""
        return {row.strategy: number for number, row in enumerate(self.rows, start=1)}


@dataclass(frozen=True)
class Findings:
    """Everything that a report shows beside the transcripts.

    Attributes:
        glance: of a run of several tasks, all of them at one glance.
        overviews: of tasks that several models were asked.
        wordings: how the wordings of a technique differ, where several were compared.
        grading: what graders took that ask a model.
        prepared: what was asked before the first item, for strategies whose examples the run made.
        batched: what was asked by batches, at their price.
        items: how many were tried, of those `planned`.
    """

    sections: tuple[Section, ...]
    glance: Glance | None
    overviews: tuple[Overview, ...]
    wordings: tuple[WordingDifference, ...]
    grading: tuple[Grading, ...]
    prepared: tuple[Preparation, ...]
    batched: tuple[Batched, ...]
    attempts: int
    items: int
    errors: int
    planned: int

    @property
    def gaps(self) -> str:
        """What is missing in the run; empty when it is complete."""
        return verdicts.gaps(attempts=self.attempts, errors=self.errors, items=self.items, planned=self.planned)


@dataclass
class _Gathering:
    tallies: Tallies = field(default_factory=Tallies)
    items: dict[tuple[str, str], list[ItemRow]] = field(default_factory=dict)
    by_batch: dict[Group, Usage] = field(default_factory=dict)

    def paid_usd(self, group: Group, paid: Usage) -> float | None:
        """What was paid for attempts that used `paid` in all, some of it by batches."""
        batch = self.by_batch.get(group)
        if batch is None:
            return cost_usd(group.model, paid)
        live = Usage(**{name: value - getattr(batch, name) for name, value in paid.model_dump().items()})
        prices = cost_usd(group.model, live), cost_usd(group.model, batch, batch=True)
        known = [price for price in prices if price is not None]
        return sum(known) if len(known) == len(prices) else None


def findings_of(run: Run, *, matrix: bool = True) -> Findings:
    """Read all attempts of `run` once; without the `matrix` no section has items, of which there may be millions."""
    gathered = _Gathering()
    asked = attempts = 0
    for asked, item in enumerate(run.item_attempts(), start=1):
        cells: dict[str, dict[str, str]] = {}
        attempts += len(item.attempts)
        for attempt in item.attempts:
            gathered.tallies.add(attempt)
            if run.by_batch(attempt):
                gathered.by_batch[attempt.group] = gathered.by_batch.get(attempt.group, Usage()) + attempt.paid
            row = cells.setdefault(attempt.model, {})
            row[attempt.strategy] = row.get(attempt.strategy, "") + LETTERS[attempt.outcome]
        for model, outcomes in cells.items():
            shown = gathered.items.setdefault((item.task, model), [])
            if matrix:
                shown.append(ItemRow(asked - 1, item.item, _shortened(item.question), outcomes))
    for made in run.preparations():
        gathered.tallies.prepare(made)
    gathered.tallies.batch(run.batched())
    summary = summarize_run(run, gathered.tallies)
    sections = _sections(gathered, run, summary)
    return Findings(
        sections=sections,
        glance=glance(summary) if len({row.task for row in summary.rows}) > 1 else None,
        overviews=overviews(summary),
        grading=summary.grading,
        prepared=summary.prepared,
        batched=summary.batched,
        wordings=wording_differences(run, dict.fromkeys(row.strategy for row in summary.rows)),
        attempts=attempts,
        items=asked,
        errors=sum(row.error for section in sections for row in section.rows),
        planned=run.planned(),
    )


def _sections(gathered: _Gathering, run: Run, summary: Summary) -> tuple[Section, ...]:
    reference = next((c.baseline for c in summary.comparisons), summary.rows[0].strategy)
    reflecting = reflections(run, gathered.tallies)
    arms = {place: gathered.tallies.arms(*place) for place in gathered.items}
    return tuple(
        Section(
            task=task,
            model=model,
            baseline=reference,
            rows=tuple(row for row in summary.rows if (row.task, row.model) == (task, model)),
            comparisons={c.strategy: c for c in summary.comparisons if (c.task, c.model) == (task, model)},
            paid_usd={s: gathered.paid_usd(Group(task, s, model), t.paid) for s, t in arms[task, model].items()},
            reflections=tuple(r for r in reflecting if (r.task, r.model) == (task, model)),
            cost=by_cost(model, arms[task, model]),
            latency=by_latency(arms[task, model]),
            measured=tuple(
                _measured(metric, of, task, model) for metric, of in {summary.metric: summary, **summary.others}.items()
            ),
            items=tuple(items),
        )
        for (task, model), items in gathered.items.items()
    )


def _measured(metric: str, summary: Summary, task: str, model: str) -> Measured:
    return Measured(
        metric,
        tuple(row for row in summary.rows if (row.task, row.model) == (task, model)),
        {c.strategy: c for c in summary.comparisons if (c.task, c.model) == (task, model)},
    )


def _shortened(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
