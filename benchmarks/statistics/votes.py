"""The self-consistency curve and the variance components against their truth."""

from __future__ import annotations

import numpy as np

from benchmarks.statistics.tables import Table, contains, percent
from benchmarks.statistics.worlds import FloatArray, averaged, chances
from promptkit.stats import RecordedDraws, self_consistency_curve, variance_components

ANSWERS = 6  # key 0 is right, key 5 stands for "no answer"
DRAWS = 16
SHOWN = (1, 2, 3, 5, 8, 16)


def curve(random: np.random.Generator, repetitions: int) -> Table:
    """The curve from 16 recorded draws against votes over fresh draws."""
    truth = {k: float(np.mean(fresh_votes(random, k, 400_000))) for k in SHOWN}
    rows = []
    for n in (20, 100, 500):
        estimates, held = np.zeros(len(SHOWN)), np.zeros(len(SHOWN))
        for _ in range(repetitions):
            points = self_consistency_curve(recorded(random, n))
            for column, k in enumerate(SHOWN):
                point = points[k - 1]
                estimates[column] += point.accuracy
                held[column] += contains(point.interval.low, point.interval.high, truth[k])
        cells = zip(estimates / repetitions, held / repetitions, strict=True)
        rows.append([str(n), *(f"{percent(mean)} ({percent(share)})" for mean, share in cells)])
    rows.append(["truth", *(percent(truth[k]) for k in SHOWN)])
    return Table(
        "Self-consistency curve",
        f"Mean estimate in % of the accuracy of a vote over k of {DRAWS} recorded draws, and in brackets the coverage "
        f"of its 95 % interval, by k; {repetitions} repetitions. The truth is from 400,000 votes over fresh draws.",
        ["items", *map(str, SHOWN)],
        rows,
    )


def _preferences(random: np.random.Generator, items: int) -> FloatArray:
    """How likely every item's reply is each of the answers; the right one most of all."""
    return random.dirichlet([1.6, 0.4, 0.4, 0.4, 0.4, 0.2], items)


def _draw(random: np.random.Generator, items: int, draws: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    limits = np.cumsum(_preferences(random, items), axis=1)[:, None, :-1]
    return np.asarray((random.random((items, draws))[:, :, None] > limits).sum(axis=2))


def recorded(random: np.random.Generator, items: int) -> list[RecordedDraws]:
    """Draws of items whose replies differ in how sure they are."""
    keys = _draw(random, items, DRAWS).tolist()
    return [RecordedDraws([None if key == ANSWERS - 1 else key for key in row], {0}) for row in keys]


def fresh_votes(random: np.random.Generator, k: int, items: int) -> FloatArray:
    """Whether the vote of `k` draws is right, ties by the earliest draw."""
    keys = _draw(random, items, k)
    votes = (keys[:, :, None] == np.arange(ANSWERS - 1)).sum(axis=1)
    first = np.stack(
        [np.where((keys == key).any(axis=1), (keys == key).argmax(axis=1), k) for key in range(ANSWERS - 1)]
    )
    rank = votes * (k + 1) - first.T  # more votes first, then the earlier draw
    return np.asarray((rank.argmax(axis=1) == 0) & (votes.max(axis=1) > 0), dtype=np.float64)


def components(random: np.random.Generator, repetitions: int) -> Table:
    """The variance components against their truth."""
    rows = []
    for n in (20, 100, 500):
        for accuracy, precision in ((0.3, 2.0), (0.9, 0.5)):
            draws = 4
            found = [
                variance_components(list(_replicates(random, accuracy, precision, n, draws)))
                for _ in range(repetitions)
            ]
            spread = accuracy * (1 - accuracy) / (precision + 1)
            noise = (accuracy * (1 - accuracy) - spread) / draws
            items, sampling = np.mean([f.items for f in found]) * n, np.mean([f.sampling for f in found]) * n
            values = (items, spread, sampling, noise)
            rows.append([str(n), str(accuracy), *(f"{value:.4f}" for value in values)])
    return Table(
        "Variance components",
        f"Mean estimates against the truth, times the number of items; 4 draws an item, {repetitions} repetitions.",
        ["items", "accuracy", "from items", "truth", "from sampling", "truth"],
        rows,
    )


def _replicates(random: np.random.Generator, accuracy: float, precision: float, n: int, draws: int) -> FloatArray:
    chance = np.repeat(chances(random, accuracy, precision, (n, 1)), draws, axis=1)
    return averaged(random, chance, 1)
