"""False decisions of `SequentialComparison`, and the calls it saves."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from benchmarks.statistics.tables import Table, contains, percent
from benchmarks.statistics.worlds import FloatArray
from promptkit.stats import VerdictKind, anytime_interval
from promptkit.stats.mcnemar import tango_interval
from promptkit.stats.sequential import decide, log_payoffs, log_wealth, signed_bounds

ITEMS = 2000
MARGIN = 0.05
ALPHA = 0.05
FAMILY = 5
DISCORDANCES = (0.1, 0.3)
Stop = tuple[VerdictKind, int]


def stops(differences: FloatArray, *, margin: float, families: Sequence[int] = (1,)) -> list[Stop]:
    """The decision and the item it came at, for each size of family: `SequentialComparison`, all items at once."""
    peaks = np.maximum.accumulate(_wealth(differences, margin), axis=0)
    return [_stop(peaks, log(2 * family / ALPHA)) for family in families]


def _stop(peaks: FloatArray, limit: float) -> Stop:
    reached = peaks >= limit
    decided = reached[:, 0] | reached[:, 1] | (reached[:, 2] & reached[:, 3])
    if not decided.any():
        return VerdictKind.NOT_ENOUGH_DATA, len(peaks)
    when = int(decided.argmax())
    return decide(reached[when]), when + 1


def _wealth(differences: FloatArray, margin: float) -> FloatArray:
    signs, bounds = signed_bounds(margin)
    return log_wealth(np.cumsum(log_payoffs(differences[:, None] * signs, bounds), axis=0))


def false_decisions(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated chance of a false decision, at any of 2,000 looks."""
    rows = []
    for truth in (0.0, 0.02, MARGIN, -MARGIN, 0.1):
        for discordance in DISCORDANCES:
            differences = _differences(random, truth, discordance, repetitions)
            found = [stops(row, margin=MARGIN, families=(1, FAMILY)) for row in differences]
            alone, each = np.array([[_is_false(kind, truth) for kind, _ in row] for row in found]).T
            together = each.reshape(-1, FAMILY).any(axis=1)
            rows.append(
                [str(truth), str(discordance), percent(float(np.mean(alone))), percent(float(np.mean(together)))]
            )
    return Table(
        "Stopping when decided: false decisions",
        f"Chance in % of a false decision with a look after each of {ITEMS} items, stated level 5 %, margin {MARGIN}; "
        f"{repetitions} repetitions, for the family {repetitions // FAMILY} families of {FAMILY} alike. False is "
        "“better” or “worse” against the true sign or at 0, and “no larger difference” at or beyond the margin.",
        ["true difference", "discordance", "one comparison", f"any of {FAMILY}"],
        rows,
    )


def savings(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated share of the calls saved."""
    rows = []
    for truth in (0.0, 0.03, 0.05, 0.1, 0.2):
        for discordance in DISCORDANCES:
            discordance = max(discordance, truth)
            differences = _differences(random, truth, discordance, repetitions)
            row = [str(truth), str(discordance)]
            found = [stops(walk, margin=MARGIN, families=(1, FAMILY)) for walk in differences]
            for items in (500, ITEMS):
                for family in range(2):
                    stopped = [each[family] for each in found]
                    decided = [kind is not VerdictKind.NOT_ENOUGH_DATA and when <= items for kind, when in stopped]
                    saved = 1 - np.mean([min(when, items) for _, when in stopped]) / items
                    row.append(f"{100 * saved:.0f} ({100 * np.mean(decided):.0f})")
            rows.append(row)
    return Table(
        "Stopping when decided: calls saved",
        f"Share of the calls saved in %, and in brackets the share of comparisons decided in %, margin {MARGIN}, level "
        f"5 %; {repetitions} repetitions. A family of {FAMILY} decides at a fifth of the level.",
        ["true difference", "discordance", *(f"{n} items, {k}" for n in (500, ITEMS) for k in ("alone", "family"))],
        rows,
    )


def intervals(random: np.random.Generator, repetitions: int) -> Table:
    """Simulated coverage after stopping, of the interval made for that and of one that is not."""
    rows = []
    for truth in (0.0, 0.03, 0.1):
        for discordance in DISCORDANCES:
            discordance = max(discordance, truth)
            held = np.zeros(2)
            for walk in _differences(random, truth, discordance, repetitions):
                [(_, when)] = stops(walk, margin=MARGIN)
                gained, lost = (int(np.sum(walk[:when] == sign)) for sign in (1, -1))
                for column, interval in enumerate((anytime_interval(walk[:when]), tango_interval(gained, lost, when))):
                    held[column] += contains(interval.low, interval.high, truth)
            rows.append([str(truth), str(discordance), *(percent(share) for share in held / repetitions)])
    return Table(
        "Stopping when decided: intervals",
        f"Coverage in % of 95 % intervals at the item where the comparison stopped; {repetitions} repetitions. Tango's "
        "interval, as every interval for a number of items fixed beforehand, promises nothing there.",
        ["true difference", "discordance", "anytime", "Tango"],
        rows,
    )


def _differences(random: np.random.Generator, truth: float, discordance: float, repetitions: int) -> FloatArray:
    shares = [(discordance - truth) / 2, 1 - discordance, (discordance + truth) / 2]
    return random.choice([-1.0, 0.0, 1.0], p=np.maximum(shares, 0), size=(repetitions, ITEMS))


def _is_false(kind: VerdictKind, truth: float) -> bool:
    return (
        (kind is VerdictKind.BETTER and truth <= 0)
        or (kind is VerdictKind.WORSE and truth >= 0)
        or (kind is VerdictKind.EQUIVALENT and abs(truth) >= MARGIN)
    )
