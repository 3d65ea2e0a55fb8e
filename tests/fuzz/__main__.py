"""Run the property tests longer, and count: `python -m tests.fuzz --examples 10000`."""

import argparse
import os
import re
import subprocess
import sys

TESTS = (
    "tests/fuzz",
    "tests/answers/test_any_text.py",
    "tests/providers/test_streams.py",
    "tests/providers/test_errors.py",
    "tests/providers/test_raw_http.py",
)
_TEST = re.compile(r"^(tests/\S+?::.+):$", re.MULTILINE)
_COUNTS = re.compile(r"during generate phase.*?\n.*?\n *- (\d+) passing, (\d+) failing, and (\d+) invalid", re.DOTALL)


def main() -> int:
    """Run, print how many examples each test ran, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=1000, help="how many each test runs")
    parser.add_argument("tests", nargs="*", default=TESTS, help="files, or tests by their pytest names")
    given = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-q", "--hypothesis-show-statistics", *given.tests]
    done = subprocess.run(
        command, env={**os.environ, "PROMPTKIT_EXAMPLES": str(given.examples)}, stdout=subprocess.PIPE, text=True
    )
    before, _, told = done.stdout.partition("Hypothesis Statistics")
    passing = failing = 0
    names = [*_TEST.finditer(told)]
    for name, following in zip(names, [*names[1:], None], strict=True):
        counts = _COUNTS.search(told, name.end(), following.start() if following else len(told))
        ran = int(counts[1]) if counts else 0
        passing, failing = passing + ran, failing + (int(counts[2]) if counts else 0)
        sys.stdout.write(f"{ran:>9,}  {name[1]}\n")
    sys.stdout.write(f"{passing:>9,}  examples passed, {failing:,} failed, in {len(names)} tests\n")
    if done.returncode:
        sys.stdout.write(before)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
