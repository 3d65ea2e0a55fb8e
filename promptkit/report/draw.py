"""Draw charts: specifications of Vega-Lite as SVG text.

vl-convert, which draws, takes about 120 MB. It works in a process of its own, so that a report of a large run does not
need both at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_AT_ONCE = 50  # charts: the memory of the process grows slowly with them


def drawn(charts: Sequence[dict[str, Any]]) -> list[str]:
    """The SVG text of each chart.

    Raises:
        ModuleNotFoundError: vl-convert is not installed.
        RuntimeError: a specification can't be drawn.
    """
    import vl_convert  # imported when a page is written; the engine in it starts with the first chart

    place = Path(vl_convert.__file__).parents[1]
    return [svg for first in range(0, len(charts), _AT_ONCE) for svg in _drawn(charts[first : first + _AT_ONCE], place)]


def _drawn(charts: Sequence[dict[str, Any]], packages: Path) -> list[str]:
    """Run this file: `-P` keeps the modules beside it and in the current folder out of its way."""
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-P", __file__],
        input=json.dumps(charts).encode(),
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"vl-convert could not draw a chart: {done.stderr.decode(errors='replace')[-2000:]}")
    return list(json.loads(done.stdout))


def _main() -> None:
    """Draw what is asked for on standard input, as JSON."""
    import vl_convert

    charts = json.load(sys.stdin.buffer)
    json.dump([vl_convert.vegalite_to_svg(chart) for chart in charts], sys.stdout)


if __name__ == "__main__":
    _main()
