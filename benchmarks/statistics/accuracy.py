"""Coverage of `accuracy_interval`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.stats import binom

from benchmarks.statistics.candidates import plain_t
from benchmarks.statistics.tables import ITEMS, ROOM, Table, contains, percent, worst_and_mean, worst_by_chance
from benchmarks.statistics.worlds import (
    CLUSTERINGS,
    CORRELATIONS,
    SPREADS,
    FloatArray,
    averaged,
    chances,
    precision_of,
)
from promptkit.stats import accuracy_interval
from promptkit.stats.accuracy import effective_interval
from promptkit.stats.clusters import Grouped

ACCURACIES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
HALF = (0.02, 0.1, 0.3, 0.5)  # scores s and 1 - s give mirrored intervals, so 0.7, 0.9 and 0.98 are covered as these
DRAWS = (2, 3, 8)
Samples = Callable[[int, float], Iterator[tuple[FloatArray, FloatArray]]]  # sums and sizes, one row a repetition


def right_or_wrong() -> Table:
    """Exact coverage of Wilson's interval, by summing over every possible number of right answers."""
    accuracies = np.array([*ACCURACIES, *np.linspace(0.005, 0.995, 199)])
    rows = []
    for n in ITEMS:
        right = np.arange(n + 1)[:, None]
        intervals = [accuracy_interval((np.arange(n) < count).astype(np.float64)) for count in range(n + 1)]
        low, high = np.array([(interval.low, interval.high) for interval in intervals]).T[:, :, None]
        held = (low - ROOM <= accuracies) & (accuracies <= high + ROOM)
        coverage = (binom.pmf(right, n, accuracies) * held).sum(axis=0)
        at, over = coverage[: len(ACCURACIES)], coverage[len(ACCURACIES) :]
        rows.append([str(n), *map(percent, at), percent(over.mean()), percent(over.min())])
    return Table(
        "Accuracy, right-or-wrong items: Wilson",
        "Coverage in % of the 95 % interval by true accuracy; exact, no simulation. The last columns are the mean and "
        "the worst over accuracies 0.005, 0.010, …, 0.995.",
        ["items", *map(str, ACCURACIES), "mean", "worst"],
        rows,
    )


def averages(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage for items averaged over draws."""

    def samples(n: int, accuracy: float) -> Iterator[tuple[FloatArray, FloatArray]]:
        for precision in SPREADS.values():
            for draws in DRAWS:
                scores = averaged(random, chances(random, accuracy, precision, (repetitions, n)), draws)
                yield scores, np.ones_like(scores)

    return _table(
        "Accuracy, items averaged over 2, 3 or 8 draws",
        f"Difficulties {', '.join(SPREADS)}: 9 patterns a column. {repetitions} repetitions a pattern.",
        samples,
        repetitions,
    )


def clustered(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage for right-or-wrong items in clusters."""

    def samples(n: int, accuracy: float) -> Iterator[tuple[FloatArray, FloatArray]]:
        for clustering in CLUSTERINGS:
            if n // clustering.size < 4:
                continue
            for correlation in CORRELATIONS:
                sizes = clustering.sizes(random, n, repetitions)
                chance = chances(random, accuracy, precision_of(correlation), sizes.shape)
                yield random.binomial(sizes.astype(int), chance).astype(np.float64), sizes

    return _table(
        "Accuracy, clustered items",
        "Clusters of 2, 5 and 20 items, even or uneven (geometric), correlation within a cluster 0.1, 0.3 or 0.7, at "
        f"least 4 clusters: up to 18 patterns a column. {repetitions} repetitions a pattern.",
        samples,
        repetitions,
    )


def _table(title: str, note: str, samples: Samples, repetitions: int) -> Table:
    rows = []
    for n in ITEMS:
        ours: list[list[float]] = []
        plain: list[float] = []
        for accuracy in HALF:
            cells = [_coverage(*sample, accuracy) for sample in samples(n, accuracy)]
            ours.append([cell[0] for cell in cells])
            plain.extend(cell[1] for cell in cells)
        flat = [coverage for column in ours for coverage in column]
        chance = worst_by_chance(len(flat), repetitions)
        rows.append([str(n), *map(worst_and_mean, ours), worst_and_mean(flat), chance, worst_and_mean(plain)])
    return Table(
        title,
        f"Coverage in % of the 95 % interval by true accuracy: worst pattern (mean over patterns). {note} "
        "“By chance” is the worst that nominal coverage would show in so many simulations. “Plain t” is the usual "
        "cluster-robust t interval on the same data.",
        ["items", *map(str, HALF), "all", "by chance", "plain t"],
        rows,
    )


def _coverage(sums: FloatArray, sizes: FloatArray, truth: float) -> tuple[float, float]:
    ours = plain = 0
    for unit_sums, unit_sizes in zip(sums, sizes, strict=True):
        interval = effective_interval(Grouped(unit_sums, unit_sizes), 0.95)
        ours += contains(interval.low, interval.high, truth)
        plain += contains(*plain_t(unit_sums, unit_sizes), truth)
    return ours / len(sums), plain / len(sums)
