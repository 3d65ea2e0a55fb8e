"""What a majority vote over fewer draws would have scored, from the draws recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np

from promptkit.errors import UsageError
from promptkit.stats.accuracy import Interval, accuracy_interval
from promptkit.stats.clusters import Clusters
from promptkit.stats.scores import FloatArray


@dataclass(frozen=True)
class RecordedDraws:
    """The answers drawn for one item.

    Attributes:
        answers: one key per draw, equal where the answers count as the same; `None` for a draw without an answer.
        right: the keys that are right; one that was never drawn does no harm.
    """

    answers: Sequence[Hashable | None]
    right: AbstractSet[Hashable]


@dataclass(frozen=True)
class CurvePoint:
    """The expected accuracy of a majority vote over this many draws, and its confidence interval over items."""

    draws: int
    accuracy: float
    interval: Interval


def self_consistency_curve(
    items: Sequence[RecordedDraws], *, clusters: Clusters | None = None, confidence: float = 0.95
) -> tuple[CurvePoint, ...]:
    """The expected accuracy of a majority vote over 1, 2, ... draws, up to the fewest recorded for any item.

    See `majority_accuracy` for one item. The points share their draws, so neighbours are alike; the interval is
    `accuracy_interval` of the items' expected scores, and covers new items as well as new draws.

    Raises:
        UsageError: no items, or an item without draws.
    """
    if not items:
        raise UsageError("a self-consistency curve needs at least one item")
    most = min(len(item.answers) for item in items)
    scores = np.array([majority_accuracy(item)[:most] for item in items])
    return tuple(
        CurvePoint(draws, float(column.mean()), accuracy_interval(column, clusters=clusters, confidence=confidence))
        for draws, column in enumerate(scores.T, start=1)
    )


def majority_accuracy(item: RecordedDraws) -> tuple[float, ...]:
    """The chance that the majority of k of the recorded draws is right, for k = 1 to all of them.

    The mean over all subsets of k draws in all orders, which is the unbiased estimate of the accuracy of a vote over k
    new draws: Hoeffding 1948, "A class of statistics with asymptotically normal distribution". The vote is that of
    Wang et al. 2022, "Self-Consistency Improves Chain of Thought Reasoning in Language Models": a draw without an
    answer has no vote, a tie goes to the earliest draw (over all orders: to each tied answer alike), and no vote at all
    is wrong. Exact, by the multivariate hypergeometric distribution of the votes.

    Raises:
        UsageError: there are no draws.
    """
    if not item.answers:
        raise UsageError("an item without draws has no majority; leave it out")
    votes = Counter(answer for answer in item.answers if answer is not None)
    silent = len(item.answers) - votes.total()
    chance = np.zeros(len(item.answers))
    for answer in item.right & votes.keys():
        rivals = sorted(count for other, count in votes.items() if other != answer)
        chance += _chance_to_win(votes[answer], tuple(rivals), silent)
    return tuple(np.minimum(1.0, chance).tolist())


@lru_cache(maxsize=4096)  # many items share their counts of votes
def _chance_to_win(own: int, rivals: tuple[int, ...], silent: int) -> FloatArray:
    """The chance that an answer with `own` of the draws wins, for every number of draws.

    Counts the subsets with `votes` for the answer by multiplying polynomials whose power is the number of draws, one
    for each rival with fewer votes, or as many. A tie with t rivals is won with chance 1 / (t + 1), the integral of u^t
    from 0 to 1: so each tied rival brings a factor u, and Gauss-Legendre quadrature integrates the polynomial exactly.
    """
    draws = own + sum(rivals) + silent
    nodes, weights = np.polynomial.legendre.leggauss(len(rivals) // 2 + 1)
    ways = np.zeros(draws + 1)
    for votes in range(1, own + 1):
        for u, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
            others = _subsets(silent)
            for rival in rivals:
                others = np.convolve(others, _subsets(rival, most=votes, factor=u))
            reach = min(others.size, draws + 1 - votes)
            ways[votes : votes + reach] += weight * comb(own, votes) * others[:reach]
    return np.asarray(ways[1:] / _subsets(draws)[1:])


def _subsets(size: int, *, most: int | None = None, factor: float = 1.0) -> FloatArray:
    """The number of subsets of each size, up to `most`; those of size `most` times `factor`."""
    counts = np.array([comb(size, chosen) for chosen in range(size + 1)], dtype=np.float64)
    if most is None or most > size:
        return counts
    counts[most] *= factor
    return counts[: most + 1]
