"""`promptkit` that dies: killed from outside, or by its own hand before or after its n-th commit.

Each is a process of its own, forked from one that has imported everything: hundreds of them take minutes, not an hour.
"""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from promptkit.cli.app import main

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *(
            "tests.endurance.runs",
            "tests.loopback",
            "promptkit.cli.bench",
            "promptkit.bench.progress",
            "promptkit.cli.tables",
        ),
        *("promptkit.bench.running", "promptkit.analysis.summary", "genai_prices", "openai", "anthropic"),
    ]
)


class Mortal:
    """`promptkit` with these arguments and this environment; what it prints is in `out` and `err` of `folder`.

    Its `death` is a moment, `before` or `after`, and the number of a commit of whichever connection. `before` is called
    in the process before it begins.
    """

    def __init__(
        self,
        arguments: list[str],
        environment: dict[str, str],
        folder: Path,
        death: tuple[str, int] | None = None,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self.process: BaseProcess = _FORKS.Process(target=_live, args=(arguments, environment, folder, death, before))
        self.process.start()

    def wait(self) -> tuple[int | None, str, str]:
        """The exit code, minus the signal where it was killed, and what was printed."""
        self.process.join(600)
        return self.process.exitcode, (self._folder / "out").read_text(), (self._folder / "err").read_text()


def _live(
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    death: tuple[str, int] | None,
    before: Callable[[], None] | None,
) -> None:
    for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream.fileno())
    os.environ.update(environment)
    sys.argv = ["promptkit", *arguments]
    if death:
        _die_at(*death)
    if before:
        before()
    main()


def _die_at(moment: str, commit: int) -> None:
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
