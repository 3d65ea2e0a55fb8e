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

BASELINES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
DIFFERENCES = (0.0, 0.03, 0.1, 0.2)
STYLES = ("same", "own")
# The share of the items lost, of what independent strategies would lose.
AGREEMENTS = {"independent": 1.0, "alike": 0.4, "nested": 0.0}

type_of_sample = tuple[FloatArray, FloatArray]
Samples = Callable[[int, float], Iterator[type_of_sample]]
