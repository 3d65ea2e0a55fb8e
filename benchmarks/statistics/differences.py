"""Coverage of the interval of `paired_difference`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from benchmarks.statistics.candidates import bootstrap, newcombe, plain_t
from benchmarks.statistics.tables import ITEMS, Table, contains, worst_and_mean, worst_by_chance
from benchmarks.statistics.worlds import (
    CLUSTERINGS,
    CORRELATIONS,
    SPREADS,
    FloatArray,
    averaged,
    better_by,
    chances,
    precision_of,
)
from promptkit.stats.accuracy import Interval
from promptkit.stats.clusters import Grouped
from promptkit.stats.mcnemar import tango_interval
from promptkit.stats.tinterval import adjusted_t_interval

BASELINES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9)
DIFFERENCES = (0.0, 0.03, 0.1, 0.2)
STYLES = ("same", "own")
AGREEMENTS = {"independent": 1.0, "alike": 0.4, "nested": 0.0}  # items lost, as a share of what independence would lose
BOOTSTRAPPED = 200  # repetitions; a bootstrap is a thousand times as slow
Samples = Callable[[int, float], Iterator[tuple[FloatArray, FloatArray]]]  # sums and sizes, one row a repetition

_tango = cache(tango_interval)
_newcombe = cache(newcombe)


def right_or_wrong(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage of Tango's interval, and of Newcombe's."""
    rows = []
    for n in ITEMS:
        columns = [_pairs(random, n, difference, repetitions) for difference in DIFFERENCES]
        tango = [coverage for column in columns for coverage, _ in column]
        newcombes = [coverage for column in columns for _, coverage in column]
        each = [worst_and_mean([coverage for coverage, _ in column]) for column in columns]
        chance = worst_by_chance(len(tango), repetitions)
        rows.append([str(n), *each, worst_and_mean(tango), chance, worst_and_mean(newcombes)])
        _tango.cache_clear()
        _newcombe.cache_clear()
    return Table(
        "Paired difference, right-or-wrong items: Tango",
        "Coverage in % of the 95 % interval by true difference: worst pattern (mean over patterns). Baselines "
        f"{', '.join(map(str, (*BASELINES, 0.98)))}; strategies independent, alike, or nested (none lost). {repetitions} "
        "repetitions a pattern. “By chance” is the worst that nominal coverage would show in so many simulations.",
        ["items", *map(str, DIFFERENCES), "all", "by chance", "Newcombe 10"],
        rows,
    )


def _pairs(random: np.random.Generator, n: int, difference: float, repetitions: int) -> list[tuple[float, float]]:
    """The coverage of Tango's and of Newcombe's interval, for every baseline and agreement that are possible."""
    cells = []
    for baseline in (*BASELINES, 0.98):
        for agreement in AGREEMENTS.values():
            lost = agreement * baseline * (1 - baseline - difference)
            gained = difference + lost
            if baseline + difference >= 1 or gained + lost == 0:
                continue
            shares = [baseline - lost, gained, lost, 1 - baseline - gained]
            counts = random.multinomial(n, shares, repetitions).tolist()
            tango = sum(_holds(_tango(gain, loss, n), difference) for _, gain, loss, _ in counts)
            newcombes = sum(contains(*_newcombe(*count), difference) for count in counts)
            cells.append((tango / repetitions, newcombes / repetitions))
    return cells


def averages(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage for items averaged over draws."""

    def samples(n: int, difference: float) -> Iterator[tuple[FloatArray, FloatArray]]:
        for baseline in BASELINES:
            for precision in SPREADS.values():
                for style in (
                    STYLES if precision and baseline + difference < 1 else ("same",)[baseline + difference >= 1 :]
                ):
                    chance = chances(random, baseline, precision, (repetitions, n))
                    better = better_by(random, chance, baseline, difference, style, precision)
                    for draws in (2, 8):
                        sums = averaged(random, better, draws) - averaged(random, chance, draws)
                        yield sums, np.ones_like(sums)

    return _table(
        random,
        "Paired difference, items averaged over 2 or 8 draws",
        f"Difficulties {', '.join(SPREADS)}; the candidate finds the same items hard, or its own.",
        samples,
        repetitions,
    )


def clustered(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage for right-or-wrong items in clusters."""

    def samples(n: int, difference: float) -> Iterator[tuple[FloatArray, FloatArray]]:
        for clustering in CLUSTERINGS:
            if n // clustering.size < 4:
                continue
            for baseline in BASELINES:
                if baseline + difference >= 1:
                    continue
                for correlation in CORRELATIONS:
                    for style in STYLES:
                        sizes = clustering.sizes(random, n, repetitions)
                        precision = precision_of(correlation)
                        chance = chances(random, baseline, precision, sizes.shape)
                        better = better_by(random, chance, baseline, difference, style, precision)
                        whole = sizes.astype(int)
                        yield (random.binomial(whole, better) - random.binomial(whole, chance)).astype(float), sizes

    return _table(
        random,
        "Paired difference, clustered items",
        "Clusters of 2, 5 and 20 items, even or uneven (geometric), correlation within a cluster 0.1, 0.3 or 0.7, at least "
        "4 clusters; the candidate finds the same clusters hard, or its own.",
        samples,
        repetitions,
    )


def _table(random: np.random.Generator, title: str, note: str, samples: Samples, repetitions: int) -> Table:
    rows = []
    for n in ITEMS:
        columns = [[_coverage(random, *sample, truth) for sample in samples(n, truth)] for truth in DIFFERENCES]
        each = [worst_and_mean([cell[0] for cell in column]) for column in columns]
        cells = [cell for column in columns for cell in column]
        ours, plain, resampled = zip(*cells, strict=True)
        chance = worst_by_chance(len(cells), repetitions)
        rows.append([str(n), *each, worst_and_mean(ours), chance, worst_and_mean(plain), worst_and_mean(resampled)])
    return Table(
        title,
        "Coverage in % of the 95 % interval by true difference: worst pattern (mean over patterns). Baselines "
        f"{', '.join(map(str, BASELINES))}. {note} {repetitions} repetitions a pattern. “By chance” is the worst that "
        "nominal coverage would show in so many simulations. “Plain t” is the usual cluster-robust t interval, "
        f"“bootstrap” the percentile interval of a cluster bootstrap (first {min(BOOTSTRAPPED, repetitions)} repetitions, "
        "at most 200 items; its worst is partly chance), on the same data.",
        ["items", *map(str, DIFFERENCES), "all", "by chance", "plain t", "bootstrap"],
        rows,
    )


def _coverage(
    random: np.random.Generator, sums: FloatArray, sizes: FloatArray, truth: float
) -> tuple[float, float, float]:
    ours = plain = 0
    for unit_sums, unit_sizes in zip(sums, sizes, strict=True):
        ours += _holds(adjusted_t_interval(Grouped(unit_sums, unit_sizes), 0.95), truth)
        plain += contains(*plain_t(unit_sums, unit_sizes), truth)
    tried = list(zip(sums, sizes, strict=True))[:BOOTSTRAPPED]
    resampled = sum(contains(*bootstrap(random, *units), truth) for units in tried) / len(tried)
    return ours / len(sums), plain / len(sums), resampled


def _holds(interval: Interval, truth: float) -> bool:
    return contains(interval.low, interval.high, truth)
