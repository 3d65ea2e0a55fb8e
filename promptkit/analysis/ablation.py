"""What each part of a wording is worth: the wording without it, beside the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from promptkit.analysis.comparison import ALPHA, MARGIN
from promptkit.analysis.cost import tokens
from promptkit.analysis.tally import Tally
from promptkit.formatting import points, span
from promptkit.outcomes import Group
from promptkit.stats import PairedDifference, holm, non_inferiority_p, paired_difference

Worth = Literal["earns its tokens", "better left out", "can be left out", "not enough data"]


@dataclass(frozen=True)
class PartEffect:
    """What leaving out one part of a wording does, on one task and model.

    Attributes:
        part: what is left out; `strategy` is the specification without it.
        n: items that both have judged.
        difference: accuracy without the part minus that with it, as a fraction of 1; `low` and `high` bound its 95 %
            interval.
        p_holm: two-sided, of no difference; `p_spare_holm`: one-sided, of being worse by `margin` or more. Each is
            adjusted over the parts (Holm 1979).
        tokens_saved: of prompts and replies together, an attempt; negative where it takes more. `None` if unknown.
        worth: by the first of these rules that applies: the difference is real (`p_holm` at most 0.05), so the part
            earns its tokens or is better left out; it is shown not to be worse by the margin, so it can be left out;
            else there is not enough data.
    """

    task: str
    model: str
    part: str
    strategy: str
    n: int
    difference: float
    low: float
    high: float
    p_holm: float
    p_spare_holm: float
    tokens_saved: float | None
    worth: Worth

    def sentence(self) -> str:
        """What it is worth in words, with its evidence."""
        seen = f"{points(self.difference)} points without it, 95 % interval {span(self.low, self.high)}"
        return f"{self.part}: {self.worth} ({seen})"


def part_effects(
    tallies: Mapping[Group, Tally], whole: str, parts: Mapping[str, str], margin: float = MARGIN
) -> tuple[PartEffect, ...]:
    """The effect of each part, by task and model.

    Args:
        tallies: what was counted.
        whole: the specification with the whole wording.
        parts: specifications that lack a part each, with what it is.
        margin: being worse by less than this does not matter.
    """
    found = []
    for task, model in dict.fromkeys((group.task, group.model) for group in tallies):
        base = tallies.get(Group(task, whole, model))
        arms = {s: tallies[Group(task, s, model)] for s in parts if Group(task, s, model) in tallies}
        shared = {s: arm.shared(base) for s, arm in arms.items()} if base else {}
        compared = [s for s, items in shared.items() if items]
        if base is None or not compared:
            continue
        differences, spare = [], []
        for one in compared:
            theirs, ours = base.means(shared[one]), arms[one].means(shared[one])
            clusters = base.cluster_of(shared[one])
            differences.append(paired_difference(theirs, ours, clusters=clusters))
            spare.append(non_inferiority_p(theirs, ours, margin=margin, clusters=clusters))
        adjusted = zip(compared, differences, holm([d.p for d in differences]), holm(spare), strict=True)
        for one, difference, p_holm, p_spare in adjusted:
            found.append(
                PartEffect(
                    task=task,
                    model=model,
                    part=parts[one],
                    strategy=one,
                    n=difference.n,
                    difference=difference.difference,
                    low=difference.low,
                    high=difference.high,
                    p_holm=p_holm,
                    p_spare_holm=p_spare,
                    tokens_saved=_saved(base, arms[one]),
                    worth=_worth(difference, p_holm, p_spare),
                )
            )
    return tuple(found)


def _worth(difference: PairedDifference, p_holm: float, p_spare: float) -> Worth:
    if p_holm <= ALPHA:
        return "earns its tokens" if difference.difference < 0 else "better left out"
    return "can be left out" if p_spare <= ALPHA else "not enough data"


def _saved(whole: Tally, without: Tally) -> float | None:
    if whole.usage.unmetered or without.usage.unmetered:
        return None
    return tokens(whole.usage) / whole.judged_attempts - tokens(without.usage) / without.judged_attempts
