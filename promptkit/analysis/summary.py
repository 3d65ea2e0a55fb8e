"""From attempts to the comparison: one row per strategy, one comparison per pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import sqrt

from promptkit.analysis.choose import Choice, choose
from promptkit.analysis.comparison import MARGIN, Comparison, Order, compare
from promptkit.analysis.pairs import with_baseline, with_first_model, with_inner
from promptkit.analysis.tally import Tally
from promptkit.errors import UsageError
from promptkit.formatting import counted, dollars, inline
from promptkit.outcomes import OUTCOMES, Attempt, Group
from promptkit.prices import cost_usd, price_list
from promptkit.record.preparations import Preparation
from promptkit.record.reader import Run
from promptkit.stats import accuracy_interval
from promptkit.types import Usage


@dataclass(frozen=True)
class Row:
    """One strategy on one task.

    Attributes:
        n: items with a judged attempt, on which the accuracy stands; `items`: all that were tried.
        correct: how many attempts were; so partial, wrong, unparsed, truncated, refused, error, ungraded and missing.
            They add up to the attempts: `items`, or more when items were drawn several times.
        accuracy: the mean over judged items, as a fraction of 1; `None` when none was judged. `low` and `high` bound
            its 95 % interval.
        worst: the accuracy if everything that could not be judged (error, ungraded, missing) were wrong; `best`: if
            right.
        error_from_items: the part of the accuracy's standard error that comes from which items there are, as a fraction
            of 1; `error_from_sampling`: from which replies were drawn. `None` unless every item was drawn twice.
        calls: of models, as if this strategy had run alone; `calls_paid` counts a call that strategies share once.
        cost_usd: of `calls`; `None` when unknown.
        seconds: mean of a judged attempt (`promptkit.outcomes.Attempt.seconds`); `None` when none was judged.
        beside: attempts of kind text that were not right although the target stands in their reply.
        fallbacks: what the strategy did instead of what it is for, with the number of attempts in which it did.
        not_graded: why the first ungraded reply was not graded; empty where all were.
    """

    task: str
    strategy: str
    model: str
    n: int
    items: int
    correct: int
    partial: int
    wrong: int
    unparsed: int
    truncated: int
    refused: int
    error: int
    ungraded: int
    missing: int
    accuracy: float | None
    low: float | None
    high: float | None
    worst: float
    best: float
    error_from_items: float | None
    error_from_sampling: float | None
    calls: int
    calls_paid: int
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: float | None
    seconds: float | None
    beside: int = 0
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    not_graded: str = ""

    @property
    def attempts(self) -> int:
        """How many were made."""
        return sum(getattr(self, outcome) for outcome in OUTCOMES)

    @property
    def judged_attempts(self) -> int:
        """How many of them have a score."""
        return self.attempts - self.error - self.ungraded - self.missing

    @property
    def group(self) -> Group:
        """What it is about."""
        return Group(self.task, self.strategy, self.model)

    @property
    def reasoning_usd(self) -> float | None:
        """How much of `cost_usd` is for hidden reasoning, which is billed as output; `None` when unknown."""
        return cost_usd(self.model, Usage(output_tokens=self.reasoning_tokens))


@dataclass(frozen=True)
class Grading:
    """What grading by a model took, apart from the strategies: of all attempts, as if none had been graded before.

    Attributes:
        metric: the grader; `model` is the one that it asked, empty where it asked none.
        cost_usd: `None` when unknown.
        by_model, by_rules: of a grader that reads answers, how many replies the model read, and how many it took as
            rules read them, without a call; `None` for others.
    """

    metric: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    by_model: int | None = None
    by_rules: int | None = None

    def sentence(self) -> str:
        """It in words."""
        tokens = f"{self.input_tokens:,} tokens in, {self.output_tokens:,} out"
        price = "price unknown" if self.cost_usd is None else dollars(self.cost_usd)
        took = f"took {counted(self.calls, 'call')}, {tokens}, {price}; not part of the strategies' cost"
        if self.by_model is None:
            return f"grading by {self.model} {took}"
        read = f"{self.metric}: {self.by_model:,} of {self.by_model + (self.by_rules or 0):,} replies read by the model"
        return f"{read}, the others by rules; that {took}" if self.by_model else f"{read}, all by rules"


@dataclass(frozen=True)
class Batched:
    """What a run asked of a model by batches: what that cost is not what asking live costs, as rows have it.

    Attributes:
        cost_usd: at the price of batches; `None` when unknown.
    """

    model: str
    calls: int
    cost_usd: float | None

    def sentence(self) -> str:
        """It in words."""
        price = "at a price that is not known" if self.cost_usd is None else f"for {dollars(self.cost_usd)}"
        asked = f"{counted(self.calls, 'call')} of {inline(self.model)} went by batches, {price}"
        return f"{asked}; the dollars of strategies are what asking live costs."


@dataclass(frozen=True)
class Summary:
    """The rows and comparisons of a run, and whether every item was judged under every strategy.

    Attributes:
        comparisons: of strategies with the baseline; `across_models`: of models with the first one, a strategy each.
        metric: the grader by which all of this is; empty where it is by the answers that were read.
        others: the same by each further grader of the run.
        grading: what graders took that ask a model.
        prepared: what was asked before the first item, for strategies whose examples the run made: no part of rows.
        batched: what was asked by batches, at their price, a model each.
        added: of strategies of several parts with what stands inside their outermost one, a family of their own.
    """

    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    across_models: tuple[Comparison, ...] = ()
    metric: str = ""
    others: Mapping[str, Summary] = field(default_factory=dict)
    grading: tuple[Grading, ...] = ()
    added: tuple[Comparison, ...] = ()
    prepared: tuple[Preparation, ...] = ()
    batched: tuple[Batched, ...] = ()

    @property
    def complete(self) -> bool:
        """No attempt ended in an error, every reply was graded, and every strategy had the examples that it shows."""
        if any(made.ended for made in self.prepared):
            return False
        return not any(row.error or row.ungraded for one in (self, *self.others.values()) for row in one.rows)

    @property
    def models(self) -> tuple[str, ...]:
        """The models, in the order they first appear."""
        return tuple(dict.fromkeys(row.model for row in self.rows))

    def to_json(self, *, run: str | None, complete: bool) -> dict[str, object]:
        """The object that `--json` prints. `model` is there where all rows have the same one."""
        return {
            "run": run,
            "model": self.models[0] if len(self.models) == 1 else None,
            "models": list(self.models),
            "complete": complete and self.complete,
            "prices": price_list(),
            "rows": [asdict(row) for row in self.rows],
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
            "across_models": [asdict(comparison) for comparison in self.across_models],
            **({"prepared": [made.to_json() for made in self.prepared]} if self.prepared else {}),
            **({"batched": [asdict(one) for one in self.batched]} if self.batched else {}),
            **(self._metrics() if self.metric else {}),
        }

    def _metrics(self) -> dict[str, object]:
        others = {
            name: {"rows": [asdict(row) for row in of.rows], "comparisons": [asdict(c) for c in of.comparisons]}
            for name, of in self.others.items()
        }
        return {"metric": self.metric, "metrics": others, "grading": [asdict(one) for one in self.grading]}


class Tallies:
    """Tallies by task, strategy and model, in the order they first appear."""

    def __init__(self) -> None:
        self._tallies: dict[Group, Tally] = {}
        self._shared: dict[str, tuple[dict[str, int], dict[str, int]]] = {}  # by the strategies of each task
        self._metric = ""
        self._others: dict[str, Tallies] = {}  # by each grader but the first
        self._grading: dict[tuple[str, str], Usage] = {}  # by grader and model
        self._read: dict[str, Counter[bool]] = {}  # by grader that reads answers: whether a model was asked
        self._prepared: dict[Group, Preparation] = {}
        self._batched: Mapping[str, Usage] = {}

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        group = attempt.group
        if group not in self._tallies:
            self._tallies[group] = Tally(*self._shared.setdefault(attempt.task, ({}, {})))
        self._tallies[group].add(attempt)
        if attempt.grades:
            self._metric = attempt.grades[0].metric
            for grade in attempt.grades:
                if grade.by:
                    place = (grade.metric, grade.by)
                    self._grading[place] = self._grading.get(place, Usage()) + grade.usage
                if grade.outcome:
                    self._read.setdefault(grade.metric, Counter())[bool(grade.by)] += 1
            for grade in attempt.grades[1:]:
                self._others.setdefault(grade.metric, Tallies()).add(attempt.by(grade))

    def prepare(self, made: Preparation) -> None:
        """Note what was asked before the first item."""
        self._prepared[made.group] = made

    def batch(self, used: Mapping[str, Usage]) -> None:
        """Note what was `used` by batches, by model (`Run.batched`)."""
        self._batched = used

    @property
    def batched(self) -> tuple[Batched, ...]:
        """What was asked by batches, at their price."""
        return tuple(
            Batched(model, usage.calls, cost_usd(model, usage, batch=True)) for model, usage in self._batched.items()
        )

    @property
    def prepared(self) -> tuple[Preparation, ...]:
        """What was asked before the first item, for strategies whose examples the run made."""
        return tuple(self._prepared.values())

    @property
    def grading(self) -> tuple[Grading, ...]:
        """What graders took that may ask a model."""
        asked = {metric for metric, _ in self._grading}
        unasked = {(metric, ""): Usage() for metric in self._read if metric not in asked}
        return tuple(
            _grading(metric, model, usage, self._read.get(metric))
            for (metric, model), usage in {**self._grading, **unasked}.items()
        )

    @property
    def groups(self) -> Mapping[Group, Tally]:
        """The tallies by task, strategy and model."""
        return self._tallies

    def arms(self, task: str, model: str) -> dict[str, Tally]:
        """The tallies of one task and model by strategy."""
        return {s: tally for (t, s, m), tally in self._tallies.items() if (t, m) == (task, model)}

    def strategies(self) -> list[str]:
        """Their names, in the order they first appear."""
        return list(dict.fromkeys(strategy for _, strategy, _ in self._tallies))

    def choices(self, margin: float = MARGIN, fed: Order | None = None) -> tuple[Choice, ...]:
        """The cheapest strategy that is not worse than the best by more than `margin`, for each task and model.

        `fed` is the order of the items of a run that was stopped when decided (see `compare`).
        """
        return choose(self._tallies, margin, fed, {made.group: made.usage for made in self.prepared})

    def summary(self, *, baseline: str | None = None, margin: float = MARGIN, fed: Order | None = None) -> Summary:
        """Rows, and comparisons to `baseline` (the first strategy when not given).

        Differences up to `margin` do not matter for the verdicts. `fed` is the order of the items of a run that was
        stopped when decided (see `compare`).

        Raises:
            UsageError: the baseline is not one of the strategies.
        """
        strategies = self.strategies()
        reference = baseline or (strategies[0] if strategies else "")
        if strategies and reference not in strategies:
            raise UsageError(f"the baseline {reference!r} is not one of the strategies: {', '.join(strategies)}")
        rows = tuple(_row(group, kept) for group, kept in self._tallies.items())
        pairs, across = with_baseline(self._tallies, reference), with_first_model(self._tallies)
        compared = compare(self._tallies, [*pairs, *across], margin, fed)
        return Summary(
            rows,
            tuple(c for c in compared if c.strategy != c.baseline),
            tuple(c for c in compared if c.strategy == c.baseline),
            self._metric,
            {name: others.summary(baseline=reference, margin=margin, fed=fed) for name, others in self._others.items()},
            self.grading,
            compare(self._tallies, with_inner(self._tallies, reference), margin, fed),
            self.prepared,
            self.batched,
        )


def _grading(metric: str, model: str, usage: Usage, read: Counter[bool] | None) -> Grading:
    taken = (usage.calls, usage.input_tokens, usage.output_tokens)
    price = cost_usd(model, usage) if model else 0.0
    return Grading(metric, model, *taken, price, *(None if read is None else read[by] for by in (True, False)))


def summarize_run(run: Run, counted: Tallies) -> Summary:
    """The summary of a recorded run's tallies, by what the run was given: baseline, margin, and how it was stopped."""
    given = run.configuration
    baseline = given.get("baseline")
    return counted.summary(
        baseline=baseline if baseline in counted.strategies() else None,
        margin=float(given.get("margin", MARGIN)),
        fed=run.fed(),
    )


def summarize(
    attempts: Iterable[Attempt], *, baseline: str | None = None, margin: float = MARGIN, fed: Order | None = None
) -> Summary:
    """The summary of `attempts`."""
    return tally(attempts).summary(baseline=baseline, margin=margin, fed=fed)


def tally(
    attempts: Iterable[Attempt],
    prepared: Iterable[Preparation] = (),
    batched: Mapping[str, Usage] | None = None,
) -> Tallies:
    """All `attempts`, counted, and what was `prepared` for them and `batched`."""
    counted = Tallies()
    counted.batch(batched or {})
    for made in prepared:
        counted.prepare(made)
    for attempt in attempts:
        counted.add(attempt)
    return counted


def _row(group: Group, kept: Tally) -> Row:
    task, strategy, model = group
    judged = kept.judged()
    interval = accuracy_interval(kept.means(judged), clusters=kept.cluster_of(judged)) if judged else None
    worst, best = kept.bounds()
    from_items, from_sampling = _standard_errors(kept)
    return Row(
        task=task,
        strategy=strategy,
        model=model,
        n=len(judged),
        items=kept.items,
        **{outcome: kept.outcomes[outcome] for outcome in OUTCOMES},
        accuracy=kept.accuracy(),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        worst=worst,
        best=best,
        error_from_items=from_items,
        error_from_sampling=from_sampling,
        calls=kept.usage.calls,
        calls_paid=kept.paid.calls,
        input_tokens=kept.usage.input_tokens,
        output_tokens=kept.usage.output_tokens,
        reasoning_tokens=kept.usage.reasoning_tokens,
        cost_usd=cost_usd(model, kept.usage),
        seconds=kept.mean_seconds,
        beside=kept.beside,
        fallbacks=dict(kept.fallbacks),
        not_graded=kept.not_graded,
    )


def _standard_errors(kept: Tally) -> tuple[float, float] | tuple[None, None]:
    if len(kept.judged()) < 2 or kept.fewest_draws < 2:
        return None, None
    from promptkit.stats import variance_components  # numpy: imported when first needed

    parts = variance_components(kept.draws())
    return sqrt(parts.items), sqrt(parts.sampling)
