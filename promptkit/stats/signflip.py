"""The sign-flip test: were the two strategies alike, each difference could as well have had the other sign."""

from __future__ import annotations

import numpy as np

from promptkit.stats.scores import ROUNDING, FloatArray

FLIPS = 19_999  # the Monte-Carlo error of a p-value of 0.05 is then 0.0015
CHUNK = 1_000  # flips at the same time; fewer where there are more than 10,000 items, which bounds the memory
CELLS = 10_000_000
LARGEST_DENOMINATOR = 1_000  # 840 is the smallest that divides evenly by every number of draws up to 8
LARGEST_TABLE = 200_000_000  # additions, about a quarter of a second


def sign_flip_p(differences: FloatArray, *, seed: int = 0) -> float:
    """The two-sided p-value of the permutation test on the sum of paired differences.

    Fisher 1935, "The Design of Experiments", section 21. Where items are clustered give one sum per cluster: a cluster
    flips as a whole. On right-or-wrong scores this is the exact McNemar test.

    Exact where the differences are multiples of a common fraction, as averages of a few draws are, by the shift
    algorithm of Streitberg & Röhmel 1986, "Exact distributions for permutation and rank tests". Otherwise 19,999 random
    flips from `seed` and the p-value (b + 1) / (m + 1) of Phipson & Smyth 2010, "Permutation p-values should never be
    zero". Of many multiples of a common fraction those of one size are flipped together: how many of them come out
    positive is binomial.

    The level holds if the strategies' scores are exchangeable within a unit. If only their means are equal and the
    differences are skewed, it holds only as the number of units grows: see `paired_difference`.
    """
    moved = differences[np.abs(differences) > ROUNDING]
    if moved.size == 0:
        return 1.0
    steps = _as_multiples(moved)
    if steps is None:
        return _sampled(moved, seed)
    return _of_sizes(steps, seed) if steps.size * np.abs(steps).sum() > LARGEST_TABLE else _exact(steps)


def _as_multiples(differences: FloatArray) -> FloatArray | None:
    """The differences as whole numbers of a common step, when there is one."""
    for denominator in range(1, LARGEST_DENOMINATOR + 1):
        multiples = differences * denominator
        if np.all(np.abs(multiples - np.rint(multiples)) < ROUNDING * denominator):
            return np.asarray(np.rint(multiples))
    return None


def _exact(steps: FloatArray) -> float:
    sizes = np.abs(steps).astype(np.int64)
    reach = int(sizes.sum())
    chance = np.zeros(2 * reach + 1)  # of every sum from -reach to reach
    chance[reach] = 1.0
    spread = 0
    for size in sizes:
        before = chance[reach - spread : reach + spread + 1] / 2
        spread += int(size)
        chance[reach - spread : reach + spread + 1] = 0
        chance[reach - spread : reach + spread + 1 - 2 * size] += before
        chance[reach - spread + 2 * size : reach + spread + 1] += before
    observed = int(abs(steps.sum()))
    return 1.0 if observed == 0 else min(1.0, 2 * float(chance[reach + observed :].sum()))


def _of_sizes(steps: FloatArray, seed: int) -> float:
    """Random flips of all steps of one size at once."""
    random = np.random.default_rng(seed)
    sums = np.zeros(FLIPS, dtype=np.int64)
    for size, count in zip(*np.unique(np.abs(steps).astype(np.int64), return_counts=True), strict=True):
        sums += size * (2 * random.binomial(count, 0.5, FLIPS) - count)
    as_extreme = int(np.count_nonzero(np.abs(sums) >= abs(int(steps.sum()))))
    return (as_extreme + 1) / (FLIPS + 1)


def _sampled(differences: FloatArray, seed: int) -> float:
    random = np.random.default_rng(seed)
    observed = abs(differences.sum()) - ROUNDING * np.abs(differences).sum()
    as_extreme, chunk = 0, min(CHUNK, max(1, CELLS // differences.size))
    for start in range(0, FLIPS, chunk):
        signs = random.integers(0, 2, size=(min(chunk, FLIPS - start), differences.size), dtype=np.int8)
        sums = signs @ (2 * differences) - differences.sum()
        as_extreme += int(np.count_nonzero(np.abs(sums) >= observed))
    return (as_extreme + 1) / (FLIPS + 1)
