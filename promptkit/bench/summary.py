"""From attempts to the comparison: one row a strategy, one comparison a pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from promptkit.bench.outcomes import OUTCOMES, Attempt, Outcome
from promptkit.bench.prices import cost_usd
from promptkit.errors import UsageError
from promptkit.types import Usage

Group = tuple[str, str, str]  # task, strategy, model


@dataclass
class Tally:
    """What is kept of the attempts of one strategy on one task: counts, sums, and the scores of each item's draws."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    scores: dict[str, list[float]] = field(default_factory=dict)
    clusters: dict[str, str] = field(default_factory=dict)
    usage: Usage = Usage()
    paid: Usage = Usage()
    seconds: float = 0.0

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        self.outcomes[attempt.outcome] += 1
        self.usage += attempt.usage
        self.paid += attempt.paid
        self.seconds += attempt.seconds
        judged = self.scores.setdefault(attempt.item, [])
        if attempt.score is not None:
            judged.append(attempt.score)
        if attempt.cluster:
            self.clusters[attempt.item] = attempt.cluster

    def means(self) -> dict[str, float]:
        """The mean score of each item that was judged: draws are averaged within their item."""
        return {item: sum(scores) / len(scores) for item, scores in self.scores.items() if scores}


@dataclass(frozen=True)
class Row:
    """One strategy on one task.

    Attributes:
        n: items, those without a judged attempt included.
        correct: how many attempts were; so wrong, unparsed, truncated, refused, error and missing. They add up to the
            attempts: `n`, or more when items were drawn several times.
        accuracy: the mean over judged items, as a fraction of 1; `None` when none was judged. `low` and `high` bound
            its 95 % interval.
        calls: of models, as if this strategy had run alone; `calls_paid` counts a call that strategies share once.
        cost_usd: of `calls`; `None` when unknown.
        seconds: mean wall time of an attempt.
    """

    task: str
    strategy: str
    model: str
    n: int
    correct: int
    wrong: int
    unparsed: int
    truncated: int
    refused: int
    error: int
    missing: int
    accuracy: float | None
    low: float | None
    high: float | None
    calls: int
    calls_paid: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    seconds: float


@dataclass(frozen=True)
class Comparison:
    """A strategy against the baseline on the items that both have judged.

    Attributes:
        difference: accuracy of the strategy minus that of the baseline, as a fraction of 1; `low` and `high` bound its
            95 % interval.
        p: two-sided, of no difference; `p_holm` adjusted for all comparisons shown together (Holm 1979).
        gained: items on which the strategy scored more than the baseline; `lost`: on which it scored less.
    """

    task: str
    strategy: str
    baseline: str
    model: str
    n: int
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    gained: int
    lost: int


@dataclass(frozen=True)
class Summary:
    """The rows and comparisons of a run, and whether every item was judged under every strategy."""

    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def complete(self) -> bool:
        """No attempt ended in an error."""
        return not any(row.error for row in self.rows)

    def to_json(self, *, run: str | None, model: str | None, complete: bool) -> dict[str, object]:
        """The object that `--json` prints."""
        return {
            "run": run,
            "model": model,
            "complete": complete and self.complete,
            "rows": [asdict(row) for row in self.rows],
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
        }


class Tallies:
    """Tallies by task, strategy and model, in the order they first appear."""

    def __init__(self) -> None:
        self._tallies: dict[Group, Tally] = {}

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        group = (attempt.task, attempt.strategy, attempt.model)
        self._tallies.setdefault(group, Tally()).add(attempt)

    def summary(self, *, baseline: str | None = None) -> Summary:
        """Rows, and comparisons to `baseline` (the first strategy when not given).

        Raises:
            UsageError: the baseline is none of the strategies.
        """
        strategies = list(dict.fromkeys(strategy for _, strategy, _ in self._tallies))
        reference = baseline or (strategies[0] if strategies else "")
        if strategies and reference not in strategies:
            raise UsageError(f"the baseline {reference!r} is none of the strategies: {', '.join(strategies)}")
        rows = tuple(_row(group, tally) for group, tally in self._tallies.items())
        return Summary(rows, tuple(_comparisons(self._tallies, reference)))


def summarize(attempts: Iterable[Attempt], *, baseline: str | None = None) -> Summary:
    """The summary of `attempts`."""
    tallies = Tallies()
    for attempt in attempts:
        tallies.add(attempt)
    return tallies.summary(baseline=baseline)


def _row(group: Group, tally: Tally) -> Row:
    from promptkit.stats import accuracy_interval  # scipy: imported when first used

    task, strategy, model = group
    means = tally.means()
    interval = accuracy_interval(list(means.values()), clusters=_clusters(tally, means)) if means else None
    return Row(
        task=task,
        strategy=strategy,
        model=model,
        n=len(tally.scores),
        **{outcome: tally.outcomes[outcome] for outcome in OUTCOMES},
        accuracy=sum(means.values()) / len(means) if means else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        calls=tally.usage.calls,
        calls_paid=tally.paid.calls,
        input_tokens=tally.usage.input_tokens,
        output_tokens=tally.usage.output_tokens,
        cost_usd=cost_usd(model, tally.usage),
        seconds=tally.seconds / max(1, sum(tally.outcomes.values())),
    )


def _comparisons(tallies: dict[Group, Tally], reference: str) -> list[Comparison]:
    """Every strategy against the reference on the same task and model; p adjusted over all of them."""
    from promptkit.stats import holm, paired_difference

    made: list[Comparison] = []
    for (task, strategy, model), tally in tallies.items():
        base = tallies.get((task, reference, model))
        if strategy == reference or base is None:
            continue
        ours, theirs = tally.means(), base.means()
        shared = [item for item in ours if item in theirs]
        if not shared:
            continue
        pair = paired_difference(
            [theirs[i] for i in shared], [ours[i] for i in shared], clusters=_clusters(tally, shared)
        )
        made.append(
            Comparison(
                task=task,
                strategy=strategy,
                baseline=reference,
                model=model,
                n=len(shared),
                difference=pair.difference,
                low=pair.low,
                high=pair.high,
                p=pair.p,
                p_holm=pair.p,
                gained=pair.gained,
                lost=pair.lost,
            )
        )
    adjusted = holm([c.p for c in made])
    return [replace(c, p_holm=p) for c, p in zip(made, adjusted, strict=True)]


def _clusters(tally: Tally, items: Iterable[str]) -> list[str] | None:
    """The cluster of each item, or nothing when the task has no clusters; an item without one is its own."""
    return [tally.clusters.get(item, f"item {item}") for item in items] if tally.clusters else None
