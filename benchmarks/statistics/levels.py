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
from promptkit.stats.mcnemar import mcnemar_p
from promptkit.stats.signflip import sign_flip_p

ALPHA = 0.05
DISCORDANCES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
Test = Callable[[int, int], float]


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
    """Simulated level of the sign-flip test."""
    worlds: dict[str, Callable[[int, int], FloatArray]] = {
        "averaged": lambda n, times: _averaged(random, n, times),
        "graded": lambda n, times: random.beta(0.5, 0.5, (times, n)) - random.beta(0.5, 0.5, (times, n)),
        "clusters of 5": lambda n, times: _in_clusters(random, n, times),
        "skewed": lambda n, times: _skewed(random, n, times),
    }
    rows = []
    for n in (20, 50, 100, 200, 500):
        levels = [np.mean([sign_flip_p(row) <= ALPHA for row in world(n, repetitions)]) for world in worlds.values()]
        rows.append([str(n), *map(percent, map(float, levels))])
    error = np.sqrt(ALPHA * (1 - ALPHA) / repetitions)
    return Table(
        "Sign-flip test",
        f"Type-I error in % at level 5 %; {repetitions} repetitions, standard error {100 * error:.1f}. Averaged: over "
        "8 draws, accuracy 0.3, own hard items. Graded: real-valued scores, so random flips. Skewed: equal accuracies "
        "of 0.1, but one strategy is right on whole items and the other on a tenth of the draws of each; here the "
        "level is promised for many items only.",
        ["items", *worlds],
        rows,
    )


def _averaged(random: np.random.Generator, n: int, times: int) -> FloatArray:
    return np.asarray(
        averaged(random, chances(random, 0.3, 0.3, (times, n)), 8)
        - averaged(random, chances(random, 0.3, 0.3, (times, n)), 8)
    )


def _in_clusters(random: np.random.Generator, n: int, times: int) -> FloatArray:
    chance = [chances(random, 0.3, precision_of(0.5), (times, n // 5)) for _ in range(2)]
    return np.asarray(random.binomial(5, chance[0]) - random.binomial(5, chance[1]), dtype=np.float64)


def _skewed(random: np.random.Generator, n: int, times: int) -> FloatArray:
    return np.asarray(random.binomial(1, 0.1, (times, n)) - averaged(random, np.full((times, n), 0.1), 8))


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
