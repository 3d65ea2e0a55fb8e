"""Run a text of Python and its tests, in a process that `confine.py` has prepared.

Reads one JSON object from standard input: `code`, `tests` and `token`. Writes `token` and what went wrong, if anything:
only a process that came to the end of the tests knows it, so that an early exit is no success.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any


def main() -> None:
    """Run them, and report."""
    asked = json.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    problem = _problem(asked["code"], asked["tests"])
    os.write(out, json.dumps({"token": asked["token"], "problem": problem}).encode())
    os._exit(0)  # without what the code left to be done at the end


def _problem(code: str, tests: str) -> str:
    """The error of the code or its tests, in a line; empty where there is none."""
    names: dict[str, Any] = {"__name__": "solution"}
    for name, source in (("code", code), ("tests", tests)):
        try:
            exec(compile(source, f"<{name}>", "exec"), names)  # noqa: S102 - its purpose
        except BaseException as error:  # noqa: BLE001 - SystemExit and all others are failures of the code
            lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename[:1] == "<"]
            where = f"{name}, line {lines[0]}: " if lines else f"{name}: "
            return where + " ".join(f"{type(error).__name__}: {error}".split())[:300].removesuffix(":")
    return ""


if __name__ == "__main__":
    main()
