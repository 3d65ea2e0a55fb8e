"""Choose: the cheapest strategy that is not worse than the best by more than a margin, with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil

from promptkit.analysis.comparison import ALPHA, Order
from promptkit.analysis.cost import Costs, Unit, costs
from promptkit.analysis.tally import Tally
from promptkit.formatting import cost, counted, joined, percent
from promptkit.outcomes import Group
from promptkit.stats import paired_difference
from promptkit.types import Usage


@dataclass(frozen=True)
class Candidate:
    """One strategy beside the one with the highest accuracy.

    Attributes:
        n: items judged; `unjudged`: attempts that could not be (error, ungraded, missing).
        cost: of a judged attempt, deployed alone, in the unit of `Choice.unit` (`promptkit.analysis.cost`).
        once: what was asked before the first item to make its examples, in the same unit: no part of `cost`.
        behind: how much its accuracy lies below the best one's, as a fraction of 1; the interval `low` to `high` holds
            for all candidates together (Bonferroni), and at any stopping time for a run that was stopped when decided.
        admitted: the whole interval lies within the margin, so it is not worse by more.
    """

    strategy: str
    n: int
    unjudged: int
    accuracy: float
    cost: float
    behind: float
    low: float
    high: float
    admitted: bool
    once: float = 0.0


@dataclass(frozen=True)
class Choice:
    """The chosen strategy for one task and model, and the candidates it was chosen from, the cheapest first.

    The cheapest is the one of which an answer costs least. What was asked `once` decides where answers cost the same;
    else the sentence tells after how many answers it is saved.

    Or, with an empty `model`, the chosen strategy and model: candidates are then called `strategy on model`.

    The best strategy is the best *seen*; where several are close, which one that is partly luck, and the comparison
    with it errs on the side of more candidates being called worse.

    Attributes:
        place: the task; and the model, where the task was run on several.
        unit: of the costs.
        chosen: `None` where another strategy might be chosen if the attempts that could not be judged were all right,
            or all wrong; `could_be` are those.
    """

    task: str
    model: str
    place: str
    margin: float
    unit: Unit
    best: str
    chosen: str | None
    could_be: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    def sentence(self) -> str:
        """What was chosen, or why nothing was, in words."""
        margin = f"{100 * self.margin:g} points"
        if self.chosen is None:
            return f"{self.place}: no choice, for it depends on {self._failures()}: {joined(list(self.could_be))}."
        if self.chosen == self.best:
            return (
                f"{self.place}: {self.best}, the best seen; none that costs less is shown to be within {margin} of it."
                f"{self._once()}"
            )
        each = {c.strategy: c.cost for c in self.candidates}
        share = percent(each[self.chosen] / each[self.best], digits=0)
        noun = "cost" if self.unit == "US$" else self.unit
        return f"{self.place}: {self.chosen}, within {margin} of {self.best} at {share} of its {noun}.{self._once()}"

    def _once(self) -> str:
        """What the chosen strategy took before its first answer, and after how many answers that is saved."""
        of = {c.strategy: c for c in self.candidates}
        chosen, best = of[self.chosen or self.best], of[self.best]
        if not chosen.once:
            return ""
        amount = cost(chosen.once, self.unit).replace(".0 ", " ")
        more, saved = chosen.once - best.once, best.cost - chosen.cost
        after = (
            f", which it saves beside {self.best} in {counted(ceil(more / saved), 'answer')}"
            if more > 0 < saved
            else ""
        )
        return f" Its examples took {amount} once{after}."

    def warning(self) -> str:
        """What was left out; empty when everything was judged."""
        if self.chosen is None or not any(c.unjudged for c in self.candidates):
            return ""
        return f"{self.place}: {self._failures()}; whatever they would have been, the choice is the same."

    def _failures(self) -> str:
        failures = [f"{c.unjudged:,} of {c.strategy}" for c in self.candidates if c.unjudged]
        return f"attempts that could not be judged ({joined(failures)})"


def choose(
    tallies: Mapping[Group, Tally], margin: float, fed: Order | None = None, once: Mapping[Group, Usage] | None = None
) -> tuple[Choice, ...]:
    """A choice for each task and model, among the strategies compared on the same items; then one over all models.

    There is none for a task on which nothing could be judged, and none over models whose costs do not compare: those
    without a price. `fed` is the order of the items of a run that was stopped when decided (see `compare`), `once` what
    was used before the first item.
    """
    before = once or {}
    judged = [group for group, tally in tallies.items() if tally.judged_attempts]
    found = []
    for task in dict.fromkeys(group.task for group in judged):
        order = None if fed is None else fed[task]
        models = list(dict.fromkeys(group.model for group in judged if group.task == task))
        for model in models:
            arms = {group.strategy: tally for group, tally in tallies.items() if group[::2] == (task, model)}
            place = f"{task} on {model}" if len(models) > 1 else task
            of_model = {group.strategy: usage for group, usage in before.items() if group[::2] == (task, model)}
            found.append(_choice(task, model, place, margin, arms, order, once=of_model))
        if across := _across_models(task, tallies, margin, order, before):
            found.append(across)
    return tuple(found)


def _across_models(
    task: str,
    tallies: Mapping[Group, Tally],
    margin: float,
    order: Mapping[str, int] | None,
    once: Mapping[Group, Usage],
) -> Choice | None:
    groups = {f"{group.strategy} on {group.model}": group for group in tallies if group.task == task}
    models = {name: group.model for name, group in groups.items()}
    arms = {name: tallies[group] for name, group in groups.items()}
    if len(set(models.values())) == 1 or costs(models, arms).unit != "US$":
        return None
    before = {name: once[group] for name, group in groups.items() if group in once}
    return _choice(task, "", f"{task} on any model", margin, arms, order, models, once=before)


def _choice(
    task: str,
    model: str,
    place: str,
    margin: float,
    arms: Mapping[str, Tally],
    order: Mapping[str, int] | None,
    models: Mapping[str, str] | None = None,
    *,
    once: Mapping[str, Usage],
) -> Choice:
    found = costs(models or model, arms, once)
    judged = {strategy: arms[strategy] for strategy in found.by_strategy}
    best, candidates = _candidates(judged, found, margin, order)
    others = dict.fromkeys(_chosen(_candidates(arms, found, margin, order)[1]) for arms in _had_failures_been(judged))
    could_be = tuple(dict.fromkeys([_chosen(candidates), *others]))
    decided = len(could_be) == 1 and len(judged) == len(arms)
    chosen = could_be[0] if decided else None
    if len(judged) < len(arms):
        could_be += tuple(s for s in arms if s not in judged)
    return Choice(task, model, place, margin, found.unit, best, chosen, () if decided else could_be, candidates)


def _chosen(candidates: tuple[Candidate, ...]) -> str:
    return next(c.strategy for c in candidates if c.admitted)


def _had_failures_been(arms: Mapping[str, Tally]) -> Iterator[dict[str, Tally]]:
    """The arms, were the failures of one strategy all right and those of the others wrong, and the other way round."""
    if any(tally.judged_attempts < tally.attempts for tally in arms.values()):
        for favoured in arms:
            for right in (True, False):
                yield {s: t.had_failures_been(right=right == (s == favoured)) for s, t in arms.items()}


def _candidates(
    arms: Mapping[str, Tally], found: Costs, margin: float, order: Mapping[str, int] | None
) -> tuple[str, tuple[Candidate, ...]]:
    """The best strategy seen, and all of them beside it, the cheapest first."""
    accuracy = {strategy: tally.accuracy() or 0.0 for strategy, tally in arms.items()}
    each, once = found.by_strategy, found.once
    best = max(accuracy, key=lambda s: (accuracy[s], -each[s], -once[s]))
    candidates = [replace(_candidate(s, arms, best, accuracy[s], each[s], margin, order), once=once[s]) for s in arms]
    return best, tuple(sorted(candidates, key=lambda c: (c.cost, c.once, c.behind)))


def _candidate(
    strategy: str,
    arms: Mapping[str, Tally],
    best: str,
    accuracy: float,
    cost: float,
    margin: float,
    order: Mapping[str, int] | None,
) -> Candidate:
    tally = arms[strategy]
    judged = (strategy, len(tally.judged()), tally.attempts - tally.judged_attempts, accuracy, cost)
    shared = tally.shared(arms[best])
    if order is not None:
        shared.sort(key=order.__getitem__)
    if strategy == best or not shared:
        return Candidate(*judged, 0.0, 0.0, 0.0, admitted=strategy == best)
    confidence = 1 - 2 * ALPHA / max(1, len(arms) - 1)  # one-sided: only being worse matters
    ours, theirs = tally.means(shared), arms[best].means(shared)
    if order is None:
        pair = paired_difference(ours, theirs, clusters=arms[best].cluster_of(shared), confidence=confidence)
        return Candidate(*judged, pair.difference, pair.low, pair.high, admitted=pair.high <= margin)
    from promptkit.stats import anytime_interval  # numpy, which most runs do without

    behind = [their - our for our, their in zip(ours, theirs, strict=True)]
    interval = anytime_interval(behind, confidence=confidence)
    return Candidate(*judged, sum(behind) / len(behind), interval.low, interval.high, admitted=interval.high <= margin)
