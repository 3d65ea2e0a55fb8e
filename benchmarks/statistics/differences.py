"""Coverage of the interval of `paired_difference`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from benchmarks.statistics.candidates import bootstrap, newcombe, plain_t
from benchmarks.statistics.tables import ITEMS, Table, contains, percent, worst_and_mean, worst_by_chance
from benchmarks.statistics.worlds import (
    CLUSTERINGS,
    CORRELATIONS,
    SPREADS,
    STYLES,
    Averaged,
    Clustering,
    FloatArray,
    InClusters,
    precision_of,
)
from promptkit.stats.accuracy import Interval
from promptkit.stats.clusters import Grouped
from promptkit.stats.mcnemar import tango_interval
from promptkit.stats.tinterval import AdjustedT

BASELINES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9)
DIFFERENCES = (0.0, 0.03, 0.1, 0.2)
AGREEMENTS = {"independent": 1.0, "alike": 0.4, "nested": 0.0}  # items lost, as a share of what independence would lose
Sample = tuple[FloatArray, FloatArray]  # sums and sizes of the units, one row a repetition
Samples = Callable[[int, float], Iterator[Sample]]

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
        f"{', '.join(map(str, (*BASELINES, 0.98)))}; strategies independent, alike, or nested (none lost). "
        f"{repetitions} repetitions a pattern. “By chance” is the worst that nominal coverage would show in so many "
        "simulations.",
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

    def samples(n: int, difference: float) -> Iterator[Sample]:
        for baseline in _possible(difference):
            for precision in SPREADS.values():
                for style in STYLES if precision else ("same",):
                    for draws in (2, 8):
                        world = Averaged(baseline, difference, precision, style, draws)
                        yield world.sample(random, n, repetitions)

    return _table(
        "Paired difference, items averaged over 2 or 8 draws",
        f"Difficulties {', '.join(SPREADS)}; the candidate finds the same items hard, or its own.",
        samples,
        repetitions,
    )


def clustered(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage for right-or-wrong items in clusters."""

    def samples(n: int, difference: float) -> Iterator[Sample]:
        for clustering in CLUSTERINGS:
            for baseline in _possible(difference) if n // clustering.size >= 4 else ():
                for correlation in CORRELATIONS:
                    for style in STYLES:
                        world = InClusters(baseline, difference, precision_of(correlation), style, clustering)
                        yield world.sample(random, n, repetitions)

    return _table(
        "Paired difference, clustered items",
        "Clusters of 2, 5 and 20 items, even or uneven (geometric), correlation within a cluster 0.1, 0.3 or 0.7, at "
        "least 4 clusters; the candidate finds the same clusters hard, or its own.",
        samples,
        repetitions,
    )


def beside_bootstrap(random: np.random.Generator, repetitions: int) -> Table:
    """The chosen interval, the plain t and a bootstrap on three worlds."""
    worlds: dict[str, Averaged | InClusters] = {
        "8 draws, accuracy 0.9, polarised": Averaged(0.9, 0.03, SPREADS["polarised"], "same", 8),
        "2 draws, accuracy 0.5, mixed": Averaged(0.5, 0.1, SPREADS["mixed"], "own", 2),
        "clusters of 5, accuracy 0.1": InClusters(0.1, 0.1, precision_of(0.3), "own", Clustering(5, uneven=False)),
    }
    rows = []
    for n in (20, 50, 100, 200):
        row = [str(n)]
        for world in worlds.values():
            sums, sizes = world.sample(random, n, repetitions)
            pairs = list(zip(sums, sizes, strict=True))
            resampled = np.mean([contains(*bootstrap(random, *pair), world.difference) for pair in pairs])
            ours, plain = _coverage(sums, sizes, world.difference)
            row.append(" / ".join(map(percent, (ours, plain, float(resampled)))))
        rows.append(row)
    return Table(
        "Paired difference: chosen / plain t / bootstrap",
        "Coverage in % of three 95 % intervals: `AdjustedT`, the usual cluster-robust t, and the percentile "
        f"interval of a bootstrap of whole clusters. {repetitions} repetitions.",
        ["items", *worlds],
        rows,
    )


def _possible(difference: float) -> list[float]:
    return [baseline for baseline in BASELINES if baseline + difference < 1]


def _table(title: str, note: str, samples: Samples, repetitions: int) -> Table:
    rows = []
    for n in ITEMS:
        columns = [[_coverage(*sample, truth) for sample in samples(n, truth)] for truth in DIFFERENCES]
        each = [worst_and_mean([ours for ours, _ in column]) for column in columns]
        ours, plain = zip(*(cell for column in columns for cell in column), strict=True)
        rows.append(
            [str(n), *each, worst_and_mean(ours), worst_by_chance(len(ours), repetitions), worst_and_mean(plain)]
        )
    return Table(
        title,
        "Coverage in % of the 95 % interval by true difference: worst pattern (mean over patterns). Baselines "
        f"{', '.join(map(str, BASELINES))}. {note} {repetitions} repetitions a pattern. “By chance” is the worst that "
        "nominal coverage would show in so many simulations. “Plain t” is the usual cluster-robust t interval on the "
        "same data.",
        ["items", *map(str, DIFFERENCES), "all", "by chance", "plain t"],
        rows,
    )


def _coverage(sums: FloatArray, sizes: FloatArray, truth: float) -> tuple[float, float]:
    ours = plain = 0
    for unit_sums, unit_sizes in zip(sums, sizes, strict=True):
        ours += _holds(AdjustedT.of(Grouped(unit_sums, unit_sizes)).interval(0.95), truth)
        plain += contains(*plain_t(unit_sums, unit_sizes), truth)
    return ours / len(sums), plain / len(sums)


def _holds(interval: Interval, truth: float) -> bool:
    return contains(interval.low, interval.high, truth)
