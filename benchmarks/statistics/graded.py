"""Scores between 0 and 1, as graders give them: coverage of the intervals, and type-I error of the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.statistics.levels import ALPHA
from benchmarks.statistics.tables import Table, contains, percent
from benchmarks.statistics.worlds import FloatArray, chances
from promptkit.stats import accuracy_interval
from promptkit.stats.clusters import Grouped
from promptkit.stats.signflip import sign_flip_p
from promptkit.stats.tinterval import AdjustedT

ITEMS = (20, 50, 100, 200, 500)
DIFFERENCES = (0.0, 0.05)
BASELINE = 0.6
Pair = tuple[FloatArray, FloatArray]  # scores of the baseline and of the candidate, one row a repetition
World = Callable[[np.random.Generator, float, tuple[int, int]], Pair]


def intervals(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage of the interval of a mean score, and of that of a paired difference."""
    rows = []
    for n in ITEMS:
        row = [str(n)]
        for world in WORLDS.values():
            cells = []
            for difference in DIFFERENCES:
                ours, theirs = world(random, difference, (repetitions, n))
                pairs = [_adjusted(b - a).interval(0.95) for a, b in zip(ours, theirs, strict=True)]
                if not difference:
                    means = [accuracy_interval(scores) for scores in ours]
                    cells.append(percent(float(np.mean([contains(i.low, i.high, BASELINE) for i in means]))))
                cells.append(percent(float(np.mean([contains(p.low, p.high, difference) for p in pairs]))))
            row.append(" / ".join(cells))
        rows.append(row)
    return Table(
        "Graded scores: mean / difference of 0 / difference of 0.05",
        f"Coverage in % of the 95 % intervals of `accuracy_interval` and `paired_difference`; mean score {BASELINE}, "
        f"{repetitions} repetitions, standard error {100 * np.sqrt(0.05 * 0.95 / repetitions):.1f}. {_EXPLAINED}",
        ["items", *WORLDS],
        rows,
    )


def levels(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated type-I error of the paired permutation test, and of it together with the adjusted t."""
    rows = []
    for n in ITEMS[:-1]:
        row = [str(n)]
        for world in WORLDS.values():
            ours, theirs = world(random, 0.0, (repetitions, n))
            flip = np.array([sign_flip_p(b - a) for a, b in zip(ours, theirs, strict=True)])
            both = np.maximum(flip, [_adjusted(b - a).p for a, b in zip(ours, theirs, strict=True)])
            row.append(" / ".join(percent(float(np.mean(p <= ALPHA))) for p in (flip, both)))
        rows.append(row)
    return Table(
        "Graded scores: permutation test / with the adjusted t",
        f"Type-I error in % at level 5 %; {repetitions} repetitions, standard error "
        f"{100 * np.sqrt(ALPHA * (1 - ALPHA) / repetitions):.1f}. The second figure is the test of "
        f"`paired_difference`. {_EXPLAINED}",
        ["items", *WORLDS],
        rows,
    )


def _adjusted(differences: FloatArray) -> AdjustedT:
    """What `paired_difference` takes interval and p from; the test is measured apart, for it takes longer."""
    return AdjustedT.of(Grouped.of(differences, None))


def _fine(random: np.random.Generator, difference: float, size: tuple[int, int]) -> Pair:
    """Any number: both scores of an item lie around what it is worth."""
    worth = chances(random, BASELINE, 4.0, size)
    better = worth + difference * (1 - worth) / (1 - BASELINE)
    return _around(random, worth), _around(random, better)


def _fifths(random: np.random.Generator, difference: float, size: tuple[int, int]) -> Pair:
    """Points from 0 to 5, as rubrics have them; rounded so that the mean stays."""
    ours, theirs = _fine(random, difference, size)
    return tuple(np.floor(5 * scores + random.random(size)) / 5 for scores in (ours, theirs))  # type: ignore[return-value]


def _close(random: np.random.Generator, difference: float, size: tuple[int, int]) -> Pair:
    """Nearly the same on every item."""
    worth = random.uniform(BASELINE - 0.2, BASELINE + 0.2, size)
    return worth, np.asarray(worth + difference + random.uniform(-0.05, 0.05, size))


def _halves(random: np.random.Generator, difference: float, size: tuple[int, int]) -> Pair:
    """All or nothing by the baseline, in between by the candidate."""
    whole = random.binomial(1, BASELINE, size).astype(np.float64)
    return whole, np.asarray(_around(random, np.full(size, BASELINE + difference)))


def _rarely_lost(random: np.random.Generator, difference: float, size: tuple[int, int]) -> Pair:
    """A little better on most items, and worth nothing on one in twenty."""
    lost = random.random(size) < _LOST
    kept = (BASELINE + difference) / (1 - _LOST)
    return np.full(size, BASELINE) + random.uniform(-0.02, 0.02, size), np.where(lost, 0.0, kept)


def _around(random: np.random.Generator, mean: FloatArray) -> FloatArray:
    inside = np.clip(mean, 1e-6, 1 - 1e-6)
    return np.asarray(random.beta(6 * inside, 6 * (1 - inside)))


_LOST = 0.05
WORLDS: Mapping[str, World] = {
    "any number": _fine,
    "fifths": _fifths,
    "close": _close,
    "all or nothing against in between": _halves,
    "rarely lost": _rarely_lost,
}
_EXPLAINED = (
    "Any number: both scores of an item lie around what it is worth. Fifths: the same, in points from 0 to 5. Close: "
    "the scores of an item differ by at most 0.05. All or nothing against in between: one is 0 or 1, the other around "
    "its mean. Rarely lost: the candidate is a little better on most items and gets 0 on one in twenty."
)
