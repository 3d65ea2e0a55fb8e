"""A strategy against the baseline on the same items: the difference, how sure it is, and the verdict in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from promptkit.analysis.tally import Tally
from promptkit.formatting import confidence, p_equals, points, span
from promptkit.stats import (
    PairedDifference,
    holm,
    paired_difference,
    smallest_detectable,
    verdict,
)

Group = tuple[str, str, str]  # task, strategy, model
MARGIN = 0.02  # differences up to this size do not matter, unless a user sets another
ALPHA = 0.05


@dataclass(frozen=True)
class Comparison:
    """A strategy against the baseline on the items that both have judged.

    Attributes:
        difference: accuracy of the strategy minus that of the baseline, as a fraction of 1; `low` and `high` bound its
            interval at `confidence`: 0.95, and more where the run was stopped when decided.
        p: two-sided, of no difference; `p_holm` adjusted for the comparisons on the same task (Holm 1979).
        gained: items on which the strategy scored more than the baseline; `lost`: on which it scored less.
        verdict: better, worse, equivalent, or not_enough_data (`promptkit.stats.verdict`).
        discordance: the mean squared difference of an item; for right or wrong the share of items that differ.
        largest_difference: the largest that the interval leaves, in either direction.
        items_needed: items in all that would settle it, for not_enough_data.
        detectable: the smallest true difference that so many items with such disagreement show in 4 of 5 runs.
        fragile: whether better or worse would not stand if all replies of the loser without a readable answer
            (unparsed or truncated) were right: look at those before believing it.
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
    discordance: float
    verdict: str
    largest_difference: float
    items_needed: int | None
    detectable: float | None
    fragile: bool
    confidence: float = 0.95

    def sentence(self) -> str:
        """The verdict in words, with its evidence."""
        pair = f"{self.strategy} and {self.baseline}"
        seen = f"{points(self.difference)} points, {confidence(self.confidence)} interval {span(self.low, self.high)}"
        match self.verdict:
            case "better" | "worse":
                alarm = "; but unreadable answers could decide it, look at those first" if self.fragile else ""
                return (
                    f"{self.strategy} is {self.verdict} than {self.baseline}: {seen}, {p_equals(self.p_holm)} adjusted"
                    f"{alarm}."
                )
            case "equivalent":
                return f"{pair} differ by no more than {points(self.largest_difference, sign=False)} points: {seen}."
            case _:
                return f"{pair}: not enough data to tell{self._although()} ({seen}); {self._wanted()} would be enough."

    def _although(self) -> str:
        return ", adjusted for the other comparisons" if self.p <= ALPHA else ""

    def _wanted(self) -> str:
        """`items_needed` ignores the adjustment: where only that is missing, it is too low to be shown."""
        return "more items" if self.p <= ALPHA else f"about {self.items_needed:,} items"


def interval_heading(comparisons: Iterable[Comparison]) -> str:
    """What the intervals of these comparisons are called: `95 % interval`.

    In a run that was stopped when decided it has more per cent: all its comparisons share the chance of an error.
    """
    return f"{confidence(next((c.confidence for c in comparisons), 0.95))} interval"


Order = Mapping[str, Mapping[str, int]]  # the place of each item of a task in the order they were fed


def compare(
    tallies: Mapping[Group, Tally], baseline: str, margin: float = MARGIN, fed: Order | None = None
) -> tuple[Comparison, ...]:
    """Every strategy against the baseline on the same task and model.

    Where each strategy of a task was run on one model alone, and these differ, against the baseline on its own model.
    The comparisons on one task and model are one family (Holm 1979): choosing a strategy for a task is one decision.
    With `fed` the run was stopped when decided: intervals and p-values are then those that hold at any
    stopping time, adjusted by Bonferroni over all comparisons of the run, as the decisions were.
    """
    against = _across_models(tallies, baseline)
    pairs: list[tuple[Group, Tally, Tally, list[str], PairedDifference]] = []
    for (task, strategy, model), tally in tallies.items():
        base = tallies.get((task, baseline, against.get(task, model)))
        if strategy == baseline or base is None:
            continue
        shared = tally.shared(base)
        if fed is not None:
            shared.sort(key=fed[task].__getitem__)
        if shared:
            pair = paired_difference(base.means(shared), tally.means(shared), clusters=tally.cluster_of(shared))
            pairs.append(((task, strategy, model), tally, base, shared, pair))
    if fed is not None:
        return tuple(
            _stopped(group, baseline, (tally, base), shared, pair, margin, family=len(pairs))
            for group, tally, base, shared, pair in pairs
        )
    families: dict[tuple[str, str], list[float]] = {}
    for (task, _, model), *_, pair in pairs:
        families.setdefault((task, against.get(task, model)), []).append(pair.p)
    adjusted = {place: iter(holm(p_values)) for place, p_values in families.items()}
    return tuple(
        _comparison(
            group,
            baseline,
            (tally, base),
            shared,
            pair,
            next(adjusted[group[0], against.get(group[0], group[2])]),
            margin,
        )
        for group, tally, base, shared, pair in pairs
    )


def _across_models(tallies: Iterable[Group], baseline: str) -> dict[str, str]:
    """The model of the baseline, for every task on which each strategy was run on one model alone."""
    models: dict[str, dict[str, list[str]]] = {}
    for task, strategy, model in tallies:
        models.setdefault(task, {}).setdefault(strategy, []).append(model)
    return {
        task: by_strategy[baseline][0]
        for task, by_strategy in models.items()
        if baseline in by_strategy and all(len(of_strategy) == 1 for of_strategy in by_strategy.values())
    }


def _stopped(
    group: Group,
    baseline: str,
    arms: tuple[Tally, Tally],
    shared: list[str],
    pair: PairedDifference,
    margin: float,
    *,
    family: int,
) -> Comparison:
    from promptkit.stats import anytime_interval, anytime_p  # numpy, which most runs do without

    ours, theirs = (arm.means(shared) for arm in arms)
    differences = [our - their for our, their in zip(ours, theirs, strict=True)]
    interval, p = anytime_interval(differences, confidence=1 - ALPHA / family), anytime_p(differences)
    valid = replace(pair, low=interval.low, high=interval.high, p=p, confidence=1 - ALPHA / family)
    return _comparison(group, baseline, arms, shared, valid, min(1.0, p * family), margin)


def _comparison(
    group: Group,
    baseline: str,
    arms: tuple[Tally, Tally],
    shared: list[str],
    pair: PairedDifference,
    p_holm: float,
    margin: float,
) -> Comparison:
    task, strategy, model = group
    ruling = verdict(pair, margin=margin, adjusted_p=p_holm, alpha=ALPHA)
    return Comparison(
        task=task,
        strategy=strategy,
        baseline=baseline,
        model=model,
        n=pair.n,
        difference=pair.difference,
        low=pair.low,
        high=pair.high,
        p=pair.p,
        p_holm=p_holm,
        gained=pair.gained,
        lost=pair.lost,
        discordance=pair.discordance,
        verdict=ruling.kind.value,
        largest_difference=ruling.largest_difference,
        items_needed=ruling.items_needed,
        detectable=smallest_detectable(pair.n / pair.design_effect, pair.discordance),
        fragile=ruling.kind.value in {"better", "worse"} and _is_fragile(*arms, shared, better=pair.difference > 0),
        confidence=pair.confidence,
    )


def _is_fragile(ours: Tally, theirs: Tally, shared: list[str], *, better: bool) -> bool:
    """Whether the winner would no longer be seen to win, had the loser's unreadable replies been right."""
    winner, loser = (ours, theirs) if better else (theirs, ours)
    if not loser.any_unreadable(shared):
        return False
    kindly = loser.means_if_unreadable_correct(shared)
    pair = paired_difference(kindly, winner.means(shared), clusters=winner.cluster_of(shared))
    return pair.difference <= 0 or pair.p > ALPHA
