"""Coverage of scores of a judge that are corrected by people's labels, and how often a difference is seen in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.statistics.tables import Table, contains, percent
from benchmarks.statistics.worlds import FloatArray
from promptkit.stats import Corrected, corrected_accuracy, corrected_difference

SIZES = ((20, 200), (50, 200), (50, 1000), (200, 1000))  # labels, items
JUDGES = ((0.99, 0.99), (0.95, 0.8), (0.8, 0.6), (0.5, 0.5))  # chance of accepting a right reply, of rejecting a wrong
ACCURACIES = (0.5, 0.8, 0.95)
PAIRS = ((0.5, 0.5), (0.9, 0.9), (0.7, 0.8))
SAME = 0.7  # share of items on which one luck decides both strategies


def judged(random: np.random.Generator, right: FloatArray, judge: tuple[float, float]) -> FloatArray:
    """What a judge makes of right and wrong replies."""
    sensitivity, specificity = judge
    luck = random.random(right.shape)
    return np.where(right == 1, luck < sensitivity, luck > specificity).astype(np.float64)


def pairs(random: np.random.Generator, accuracies: tuple[float, float], items: int) -> Iterator[FloatArray]:
    """Two strategies on the same items."""
    first = random.random(items)
    second = np.where(random.random(items) < SAME, first, random.random(items))
    yield from ((luck < share).astype(np.float64) for luck, share in zip((first, second), accuracies, strict=True))


def accuracies(random: np.random.Generator, repetitions: int) -> Table:
    """Coverage and width of `corrected_accuracy`."""

    def one(share: float, judge: tuple[float, float], labels: int, items: int) -> tuple[Corrected, float]:
        right = (random.random(items) < share).astype(np.float64)
        seen = judged(random, right, judge)
        return corrected_accuracy(seen[labels:], seen[:labels], right[:labels]), share

    return Table(
        "Judges, corrected by labels: accuracy",
        "Coverage in % of the 95 % interval, and in brackets its mean width in points, by the judge's chances of "
        f"accepting a right and of rejecting a wrong reply; {repetitions} repetitions. Columns: labels of items.",
        ["judge", "accuracy", *(f"{labels} of {items}" for labels, items in SIZES)],
        [
            [f"{judge[0]} / {judge[1]}", str(share), *_cells(partial(one, share, judge), repetitions)]
            for judge in JUDGES
            for share in ACCURACIES
        ],
    )


def differences(random: np.random.Generator, repetitions: int) -> Table:
    """Coverage and width of `corrected_difference`."""

    def one(
        shares: tuple[float, float], judge: tuple[float, float], labels: int, items: int
    ) -> tuple[Corrected, float]:
        first, second = pairs(random, shares, items)
        seen = judged(random, first, judge), judged(random, second, judge)
        found = corrected_difference(
            (seen[0][labels:], seen[1][labels:]),
            (seen[0][:labels], seen[1][:labels]),
            (first[:labels], second[:labels]),
        )
        return found, shares[1] - shares[0]

    return Table(
        "Judges, corrected by labels: difference of two strategies",
        "As above, for the difference. Where both accuracies are equal, 100 less the coverage is how often a "
        f"difference is seen in vain; {repetitions} repetitions.",
        ["judge", "accuracies", *(f"{labels} of {items}" for labels, items in SIZES)],
        [
            [f"{judge[0]} / {judge[1]}", f"{shares[0]}, {shares[1]}", *_cells(partial(one, shares, judge), repetitions)]
            for judge in JUDGES
            for shares in PAIRS
        ],
    )


def _cells(once: Callable[[int, int], tuple[Corrected, float]], repetitions: int) -> Iterator[str]:
    """Coverage and mean width for each number of labels and items; `once` gives an interval and the truth."""
    for labels, items in SIZES:
        found = [once(labels, items) for _ in range(repetitions)]
        held = sum(contains(interval.low, interval.high, truth) for interval, truth in found) / repetitions
        width = sum(interval.high - interval.low for interval, _ in found) / repetitions
        yield f"{percent(held)} ({percent(width)})"
