"""`promptkit` that kills itself at a commit: `python -m tests.endurance.dying 7 before bench …`."""

from __future__ import annotations

import functools
import itertools
import os
import signal
import sqlite3
import sys
from typing import Any

from promptkit.cli.app import main


def die_at(commit: int, moment: str) -> None:
    """SIGKILL this process `before` or `after` its n-th commit of whichever connection."""
    commits = itertools.count(1)

    class Dying(sqlite3.Connection):
        def __exit__(self, *raised: Any) -> Any:
            now = next(commits) == commit
            if now and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = super().__exit__(*raised)
            if now:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

    sqlite3.connect = functools.partial(sqlite3.connect, factory=Dying)  # type: ignore[assignment]


if __name__ == "__main__":
    die_at(int(sys.argv[1]), sys.argv[2])
    sys.argv[1:3] = []
    main()
