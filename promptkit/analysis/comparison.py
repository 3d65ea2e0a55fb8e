"""Two strategies, or two models, on the same items: the difference, how sure it is, and the verdict in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from promptkit.analysis.pairs import Pair
from promptkit.analysis.tally import Tally
from promptkit.formatting import confidence, p_equals, points, span
from promptkit.outcomes import Group
from promptkit.stats import (
    PairedDifference,
    holm,
    paired_difference,
    smallest_detectable,
    verdict,
)

MARGIN = 0.02  # differences up to this size do not matter, unless a user sets another
ALPHA = 0.05


@dataclass(frozen=True)
class Comparison:
    """A strategy against the baseline on the items that both have judged; or against itself on another model.

    Attributes:
        baseline: the strategy that it is compared with, on `baseline_model`.
        difference: accuracy of the strategy minus that of the baseline, as a fraction of 1; `low` and `high` bound its
            interval at `confidence`: 0.95, and more where the run was stopped when decided.
        p: two-sided, of no difference; `p_holm` adjusted for the comparisons on the same task (Holm 1979).
        gained: items on which the strategy scored more than the baseline; `lost`: on which it scored less.
        verdict: better, worse, equivalent, or not_enough_data (`promptkit.stats.verdict`).
        discordance: the mean squared difference of an item; for right or wrong the share of items that differ.
        largest_difference: the largest that the interval leaves, in either direction.
        items_needed: items in all that would settle it, for not_enough_data; `None` where there are too few to plan
            from. They would show a difference as large as the one seen, or, where they are `nearer_equivalence`, that
            there is none larger than `margin`.
        detectable: the smallest true difference that so many items with such disagreement show in 4 of 5 runs.
        fragile: whether better or worse would not stand if all replies of the loser without a readable answer
            (unparsed or truncated) were right: look at those before believing it.
    """

    task: str
    strategy: str
    baseline: str
    model: str
    baseline_model: str
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
    margin: float = MARGIN
    nearer_equivalence: bool = False

    @property
    def group(self) -> Group:
        """What was compared."""
        return Group(self.task, self.strategy, self.model)

    @property
    def is_near(self) -> bool:
        """Whether p without adjustment, or the interval, would tell a difference."""
        return self.p <= ALPHA or self.low > 0 or self.high < 0

    def sentence(self) -> str:
        """The verdict in words, with its evidence."""
        ours, theirs = self.strategy, self.baseline
        if self.model != self.baseline_model:
            ours, theirs = f"{ours} on {self.model}", f"{theirs} on {self.baseline_model}"
        pair = f"{ours} and {theirs}"
        seen = f"{points(self.difference)} points, {confidence(self.confidence)} interval {span(self.low, self.high)}"
        match self.verdict:
            case "better" | "worse":
                alarm = "; but unreadable answers could decide it, look at those first" if self.fragile else ""
                return f"{ours} is {self.verdict} than {theirs}: {seen}, {p_equals(self.p_holm)} adjusted{alarm}."
            case "equivalent":
                return f"{pair} differ by no more than {points(self.largest_difference, sign=False)} points: {seen}."
            case _:
                return f"{pair}: not enough data to tell{self._although()} ({seen}); {self._wanted()}."

    def _although(self) -> str:
        """Why it is not told, although the interval or p by itself would tell it."""
        if not self.is_near:
            return ""
        beside = ", adjusted for the other comparisons" if self.p_holm > self.p else ""
        return f": {p_equals(self.p_holm)}{beside}"

    def _wanted(self) -> str:
        """`items_needed` ignores the adjustment: where only that is missing, it is too low to be shown."""
        if self.is_near:
            return "more items would be enough"
        if self.items_needed is None:
            were = "1 item is" if self.n == 1 else f"{self.n} items are"
            return f"{were} too few to tell how many would be enough"
        most = points(self.margin, sign=False)
        what = f"that they differ by no more than {most} points" if self.nearer_equivalence else "such a difference"
        return f"about {self.items_needed:,} items would be enough to show {what}"


def interval_heading(comparisons: Iterable[Comparison]) -> str:
    """What the intervals of these comparisons are called: `95 % interval`.

    In a run that was stopped when decided it has more per cent: all its comparisons share the chance of an error.
    """
    return f"{confidence(next((c.confidence for c in comparisons), 0.95))} interval"


Order = Mapping[str, Mapping[str, int]]  # the place of each item of a task in the order they were fed


def compare(
    tallies: Mapping[Group, Tally], pairs: Iterable[Pair], margin: float = MARGIN, fed: Order | None = None
) -> tuple[Comparison, ...]:
    """The comparisons of `pairs`, of those that have judged some of the same items.

    Those that answer one question together are one family (Holm 1979; `Pair.family`): choosing a strategy for a task is
    one decision. With `fed` the run was stopped when decided: intervals and p-values are then those that hold at any
    stopping time, adjusted by Bonferroni over all comparisons of the run, as the decisions were.
    """
    found = [_Compared.of(pair, tallies, fed) for pair in pairs]
    compared = [one for one in found if one is not None]
    if fed is not None:
        return tuple(one.stopped(margin, family=len(compared)) for one in compared)
    families: dict[tuple[str, str, str], list[float]] = {}
    for one in compared:
        families.setdefault(one.pair.family, []).append(one.difference.p)
    adjusted = {family: iter(holm(p_values)) for family, p_values in families.items()}
    return tuple(one.comparison(one.difference, next(adjusted[one.pair.family]), margin) for one in compared)


@dataclass(frozen=True)
class _Compared:
    """Two tallies on the items that both have judged."""

    pair: Pair
    ours: Tally
    theirs: Tally
    shared: list[str]
    difference: PairedDifference

    @classmethod
    def of(cls, pair: Pair, tallies: Mapping[Group, Tally], fed: Order | None) -> _Compared | None:
        """`None` where they have judged none of the same items."""
        ours, theirs = tallies[pair.group], tallies[pair.reference]
        shared = ours.shared(theirs)
        if fed is not None:
            shared.sort(key=fed[pair.group.task].__getitem__)
        if not shared:
            return None
        found = paired_difference(theirs.means(shared), ours.means(shared), clusters=ours.cluster_of(shared))
        return cls(pair, ours, theirs, shared, found)

    def stopped(self, margin: float, *, family: int) -> Comparison:
        """The comparison by what holds at any stopping time."""
        from promptkit.stats import anytime_interval, anytime_p  # numpy, which most runs do without

        means = zip(self.ours.means(self.shared), self.theirs.means(self.shared), strict=True)
        differences = [our - their for our, their in means]
        sure = 1 - ALPHA / family
        interval, p = anytime_interval(differences, confidence=sure), anytime_p(differences)
        valid = replace(self.difference, low=interval.low, high=interval.high, p=p, confidence=sure)
        return self.comparison(valid, min(1.0, p * family), margin)

    def comparison(self, found: PairedDifference, p_holm: float, margin: float) -> Comparison:
        """The comparison by this difference and adjusted p."""
        ruling = verdict(found, margin=margin, adjusted_p=p_holm, alpha=ALPHA)
        decided = ruling.kind.value in {"better", "worse"}
        return Comparison(
            task=self.pair.group.task,
            strategy=self.pair.group.strategy,
            baseline=self.pair.reference.strategy,
            model=self.pair.group.model,
            baseline_model=self.pair.reference.model,
            n=found.n,
            difference=found.difference,
            low=found.low,
            high=found.high,
            p=found.p,
            p_holm=p_holm,
            gained=found.gained,
            lost=found.lost,
            discordance=found.discordance,
            verdict=ruling.kind.value,
            largest_difference=ruling.largest_difference,
            items_needed=ruling.items_needed,
            detectable=smallest_detectable(found.n / found.design_effect, found.discordance),
            fragile=decided and _is_fragile(self.ours, self.theirs, self.shared, better=found.difference > 0),
            confidence=found.confidence,
            margin=margin,
            nearer_equivalence=ruling.nearer_equivalence,
        )


def _is_fragile(ours: Tally, theirs: Tally, shared: list[str], *, better: bool) -> bool:
    """Whether the winner would no longer be seen to win, had the loser's unreadable replies been right."""
    winner, loser = (ours, theirs) if better else (theirs, ours)
    if not loser.any_unreadable(shared):
        return False
    kindly = loser.means_if_unreadable_correct(shared)
    pair = paired_difference(kindly, winner.means(shared), clusters=winner.cluster_of(shared))
    return pair.difference <= 0 or pair.p > ALPHA
