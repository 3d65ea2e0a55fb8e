"""Type-I error of the tests: how often they find a difference where there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.stats import binom

from benchmarks.statistics.candidates import mid_p
from benchmarks.statistics.tables import ITEMS, Table, percent
from benchmarks.statistics.worlds import FloatArray, averaged, chances, precision_of
from promptkit.stats import holm
from promptkit.stats.clusters import Grouped
from promptkit.stats.mcnemar import mcnemar_p
from promptkit.stats.signflip import sign_flip_p
from promptkit.stats.tinterval import AdjustedT

ALPHA = 0.05
DISCORDANCES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
Test = Callable[[int, int], float]
Sample = tuple[
    FloatArray, FloatArray
]  # sums of the differences in every unit, one row a repetition; sizes of the units
World = Callable[[np.random.Generator, int, int], Sample]


def mcnemar() -> Table:
    """Exact level of the exact McNemar test and of its mid-p version."""
    everywhere = np.linspace(0.005, 1, 200)
    rows = []
    for n in ITEMS:
        exact, mid = (level_of(test, n) for test in (mcnemar_p, mid_p))
        worst = [(percent(max(map(level, everywhere)))) for level in (exact, mid)]
        over = [share for share in everywhere if mid(share) > ALPHA]
        at = [f"{percent(exact(share))} / {percent(mid(share))}" for share in DISCORDANCES]
        rows.append([str(n), *at, " / ".join(worst), f"{over[0]:.2f}" if over else "never"])
    return Table(
        "McNemar test: exact / mid-p",
        "Type-I error in % at level 5 % by discordance; exact, by summing over all outcomes. “Worst” is over "
        "discordances 0.005, 0.01, …, 1; the last column is the smallest discordance at which mid-p exceeds its "
        "level, which is why `mcnemar_p` is not the mid-p version.",
        ["items", *map(str, DISCORDANCES), "worst", "mid-p over from"],
        rows,
    )


def level_of(test: Test, n: int) -> Callable[[float], float]:
    """The chance that a test of the discordant items rejects at 5 %, as a function of the discordance; exact."""
    discordant, rejecting = np.arange(n + 1), _rejecting(test, n)
    return lambda discordance: float(binom.pmf(discordant, n, discordance) @ rejecting)


@cache
def _rejecting(test: Test, most: int) -> FloatArray:
    """The chance to reject a true null hypothesis, for every number of discordant items."""
    critical, chance = -1, np.zeros(most + 1)
    for discordant in range(1, most + 1):  # one more discordant item raises the critical value by at most one
        while critical + 1 <= discordant // 2 and test(discordant - critical - 1, critical + 1) <= ALPHA:
            critical += 1
        while critical >= 0 and test(discordant - critical, critical) > ALPHA:
            critical -= 1
        chance[discordant] = 2 * binom.cdf(critical, discordant, 0.5)
    return chance


def sign_flip(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated level of the sign-flip test, and of it together with the adjusted t."""
    rows = []
    for n in (20, 50, 100, 200, 500):
        row = [str(n)]
        for world in WORLDS.values():
            sums, sizes = world(random, n, repetitions)
            flip = np.array([sign_flip_p(units) for units in sums])
            both = np.maximum(flip, [AdjustedT.of(Grouped(units, sizes)).p for units in sums])
            row.append(" / ".join(percent(float(np.mean(p <= ALPHA))) for p in (flip, both)))
        rows.append(row)
    return Table(
        "Averaged or clustered items: sign-flip / with the adjusted t",
        f"Type-I error in % at level 5 %; {repetitions} repetitions, standard error "
        f"{100 * np.sqrt(ALPHA * (1 - ALPHA) / repetitions):.1f}. The second figure, the larger of the two p-values, "
        "is the test of `paired_difference`. Averaged: over 8 draws, accuracy 0.3, each strategy with its own hard "
        "items. Clusters: of 5 items, correlation 0.5. One against 8: equal accuracies, but one strategy is right on "
        "whole items and the other on some of 8 draws of each.",
        ["items", *WORLDS],
        rows,
    )


def _averaged(random: np.random.Generator, n: int, times: int) -> Sample:
    scores = [averaged(random, chances(random, 0.3, 0.3, (times, n)), 8) for _ in range(2)]
    return np.asarray(scores[0] - scores[1]), np.ones(n)


def _in_clusters(random: np.random.Generator, n: int, times: int) -> Sample:
    right = [random.binomial(5, chances(random, 0.3, precision_of(0.5), (times, n // 5))) for _ in range(2)]
    return np.asarray(right[0] - right[1], dtype=np.float64), np.full(n // 5, 5.0)


def _one_against_eight(accuracy: float) -> World:
    def world(random: np.random.Generator, n: int, times: int) -> Sample:
        sampled = averaged(random, np.full((times, n), accuracy), 8)
        return np.asarray(random.binomial(1, accuracy, (times, n)) - sampled), np.ones(n)

    return world


WORLDS: dict[str, World] = {
    "averaged": _averaged,
    "clusters": _in_clusters,
    **{f"one against 8, accuracy {accuracy}": _one_against_eight(accuracy) for accuracy in (0.02, 0.1, 0.5)},
}


def family(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated chance of any false rejection among five strategies compared with one baseline."""
    rows = []
    for n in ITEMS:
        raw = adjusted = 0
        for _ in range(repetitions):
            baseline, *others = random.binomial(1, chances(random, 0.5, 2.0, (n,)), (6, n))
            p = [mcnemar_p(int(np.sum(other > baseline)), int(np.sum(other < baseline))) for other in others]
            raw += min(p) <= ALPHA
            adjusted += min(holm(p)) <= ALPHA
        rows.append([str(n), percent(raw / repetitions), percent(adjusted / repetitions)])
    return Table(
        "Five comparisons with one baseline: Holm",
        f"Chance in % of any false rejection at level 5 % when all six strategies are alike; {repetitions} "
        "repetitions.",
        ["items", "without Holm", "with Holm"],
        rows,
    )
