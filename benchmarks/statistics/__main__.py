"""Measure what `promptkit.stats` promises, by simulation, and write RESULTS.md beside this file (about 11 minutes).

python -m benchmarks.statistics                         all studies
python -m benchmarks.statistics --only votes mcnemar    these alone, on standard output
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import scipy

from benchmarks.statistics import accuracy, differences, graded, judges, levels, planning, stopping, votes
from benchmarks.statistics.tables import Table

SEED = 20250101
RESULTS = Path(__file__).with_name("RESULTS.md")

STUDIES: Mapping[str, Callable[[np.random.Generator], Table]] = {
    "accuracy": lambda _: accuracy.right_or_wrong(),
    "accuracy-averages": lambda random: accuracy.averages(random, 2000),
    "accuracy-clusters": lambda random: accuracy.clustered(random, 1000),
    "difference": lambda random: differences.right_or_wrong(random, 10_000),
    "difference-averages": lambda random: differences.averages(random, 1000),
    "difference-clusters": lambda random: differences.clustered(random, 500),
    "bootstrap": lambda random: differences.beside_bootstrap(random, 1000),
    "mcnemar": lambda _: levels.mcnemar(),
    "sign-flip": lambda random: levels.sign_flip(random, 2000),
    "family": lambda random: levels.family(random, 4000),
    "items-needed": lambda random: planning.needed(random, 20_000),
    "detectable": lambda random: planning.detectable(random, 20_000),
    "false-decisions": lambda random: stopping.false_decisions(random, 2000),
    "savings": lambda random: stopping.savings(random, 500),
    "votes": lambda random: votes.curve(random, 500),
    "components": lambda random: votes.components(random, 2000),
    "stopped-intervals": lambda random: stopping.intervals(random, 400),
    "judge-accuracy": lambda random: judges.accuracies(random, 600),
    "judge-difference": lambda random: judges.differences(random, 600),
    "graded-intervals": lambda random: graded.intervals(random, 1000),
    "graded-levels": lambda random: graded.levels(random, 400),
}


def main() -> None:
    """Run every study, each from its own seed, and write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statistics", description="Measure promptkit.stats.")
    parser.add_argument("--only", choices=STUDIES, nargs="+", metavar="STUDY", help=f"of {', '.join(STUDIES)}")
    only = parser.parse_args().only
    started = time.process_time()
    tables = []
    for number, (name, study) in enumerate(STUDIES.items()):
        if only and name not in only:
            continue
        begun = time.process_time()
        tables.append(study(np.random.default_rng([SEED, number])))
        sys.stderr.write(f"{tables[-1].title}: {time.process_time() - begun:.0f} s\n")
    if only:
        sys.stdout.write("\n\n".join(table.markdown() for table in tables) + "\n")
        return
    head = HEAD.format(
        python=platform.python_version(),
        numpy=np.__version__,
        scipy=scipy.__version__,
        seed=SEED,
        minutes=(time.process_time() - started) / 60,
    )
    RESULTS.write_text("\n\n".join([head, *(table.markdown() for table in tables)]) + "\n", encoding="utf-8")


HEAD = """# What the statistics promise, measured

Written by `python -m benchmarks.statistics` with Python {python}, numpy {numpy}, scipy {scipy} and seed {seed},
in {minutes:.0f} minutes on one core.

- **Averaged and clustered items**: the intervals keep their coverage within the error of the simulation, and are too
  wide where there are few units. The usual t interval and the bootstrap fall far short near accuracies of 0 and 1.
- **Right-or-wrong items**: Wilson's and Tango's intervals are nominal on average. At single accuracies they fall a few
  points short, as every interval for counts does that is not too wide everywhere else.
- **Tests**: the exact tests reject less often than they may when few items tell the strategies apart. The test for
  averaged items exceeds its level by no more than the error of the simulation, also where one strategy samples and the
  other does not; the sign-flip test alone does not keep it there.
- **Stopping when decided**: fewer false decisions than stated, at whatever time one looks.
- **Judges, corrected by people's labels**: the intervals keep their coverage for good and for useless judges, and are
  too wide where a judge hardly errs and labels are few; one that only guesses makes them no narrower than labels alone.
- **Scores between 0 and 1 by graders**: the intervals keep their coverage, and the test its level, also where one
  strategy is all or nothing, and where a rare loss pays for small gains, where the permutation test alone errs; they
  are too careful where the scores of an item are close.
- A worst figure over many patterns looks worse than it is: compare it with the column “by chance”."""


if __name__ == "__main__":
    main()
