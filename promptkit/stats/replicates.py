"""How much of the doubt in an accuracy comes from the items, and how much from sampling the replies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from promptkit.errors import UsageError
from promptkit.stats.scores import Scores, as_scores


@dataclass(frozen=True)
class VarianceComponents:
    """The variance of an accuracy, split by cause; its square root is the standard error.

    Attributes:
        items: from which items the benchmark happens to hold. More draws do not reduce it.
        sampling: from which replies the model happened to give. More draws do.
    """

    items: float
    sampling: float

    @property
    def total(self) -> float:
        """The variance of the accuracy over new items and new draws."""
        return self.items + self.sampling


def variance_components(draws: Iterable[Scores]) -> VarianceComponents:
    """Split the variance of an accuracy averaged over items, each drawn at least twice.

    The unbiased analysis-of-variance estimates of the one-way random model: Searle, Casella & McCulloch 1992, "Variance
    Components"; for language models Miller 2024, "Adding Error Bars to Evals".
    The part of the items is a difference of two estimates: where it comes out below 0 it is set to 0.

    Args:
        draws: for every item the scores of its draws, between 0 and 1.

    Raises:
        UsageError: fewer than two items, an item with fewer than two draws, or a score outside [0, 1].
    """
    alike = Counter(map(tuple, draws))  # of a million items few differ in their scores
    scores, items = [as_scores(item, "the draws of an item") for item in alike], alike.total()
    if items < 2 or min(item.size for item in scores) < 2:
        raise UsageError("variance components need at least two items, and two draws of every item")
    counts, means = np.array(list(alike.values())), np.array([item.mean() for item in scores])
    within = np.array([item.var(ddof=1) / item.size for item in scores])
    between = np.square(means - np.average(means, weights=counts))
    sampling = float(counts @ within) / items**2
    total = float(counts @ between) / (items - 1) / items
    return VarianceComponents(items=max(0.0, total - sampling), sampling=sampling)
