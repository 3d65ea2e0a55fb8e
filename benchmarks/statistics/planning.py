"""Power at the numbers of items that `items_needed` and `smallest_detectable` name."""

from __future__ import annotations

import numpy as np

from benchmarks.statistics.tables import ITEMS, Table, percent
from promptkit.stats import items_needed, smallest_detectable
from promptkit.stats.mcnemar import mcnemar_p

PLANS = [
    (difference, discordance)
    for difference in (0.03, 0.05, 0.1, 0.2)
    for discordance in (0.1, 0.2, 0.3, 0.5)
    if discordance >= difference
]


def needed(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated power with as many items as `items_needed` says."""
    rows = []
    for difference, discordance in PLANS:
        n = items_needed(difference, discordance)
        rows.append(
            [str(difference), str(discordance), str(n), _power(random, n, difference, discordance, repetitions)]
        )
    return Table(
        "Items needed for power 80 %",
        f"The exact McNemar test at level 5 %; power in % from {repetitions} simulated comparisons, standard error "
        f"{100 * np.sqrt(0.16 / repetitions):.1f}.",
        ["difference", "discordance", "items", "power"],
        rows,
    )


def detectable(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated power for the difference that `smallest_detectable` says."""
    rows = []
    for n in ITEMS:
        row = [str(n)]
        for discordance in (0.1, 0.2, 0.3, 0.5):
            difference = smallest_detectable(n, discordance)
            if difference is None:
                row.append("–")
                continue
            power = _power(random, n, difference, max(difference, discordance), repetitions)
            row.append(f"{100 * difference:.1f} ({power})")
        rows.append(row)
    return Table(
        "Smallest detectable difference",
        f"In percentage points by discordance, and in brackets the power in % from {repetitions} simulated "
        "comparisons.",
        ["items", "0.1", "0.2", "0.3", "0.5"],
        rows,
    )


def _power(random: np.random.Generator, n: int, difference: float, discordance: float, repetitions: int) -> str:
    shares = [(discordance + difference) / 2, (discordance - difference) / 2, 1 - discordance]
    counts = random.multinomial(n, np.maximum(shares, 0), repetitions)
    found = [gained > lost and mcnemar_p(int(gained), int(lost)) <= 0.05 for gained, lost, _ in counts]
    return percent(float(np.mean(found)))
