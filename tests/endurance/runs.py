"""`promptkit bench` as a process of its own, and what it left behind."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptkit.record.reader import read_configuration

STRATEGIES = "direct,cot,cot+reflect,plan,cot+self-consistency(draws=3)"
WIDTH = 6  # the most calls that these strategies have in the air for one item, shared ones counted once
KEY = "sk-planted-0123456789abcdef"
PROMPTKIT = (sys.executable, "-c", "from promptkit.cli.app import main; main()")


@dataclass(frozen=True)
class Bench:
    """A run of `STRATEGIES` on a file of questions, by a server at `url`, in `directory`, with `more` options."""

    directory: Path
    questions: Path
    url: str
    concurrency: int = 4
    more: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What is set for it."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1"}

    def arguments(self) -> list[str]:
        """The command that starts it, also again when it was killed before it began, or goes on."""
        planned = ("--answer", "number", "--model", "openai/oracle", "--strategies", STRATEGIES)
        first = () if read_configuration(self.directory) else (str(self.questions), *planned)
        return [
            "bench",
            *first,
            "--run",
            str(self.directory),
            "--json",
            f"--concurrency={self.concurrency}",
            *self.more,
        ]

    def start(self, **options: Any) -> subprocess.Popen[str]:
        """Start or go on."""
        return subprocess.Popen(
            [*PROMPTKIT, *self.arguments()],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def finish(self) -> str:
        """Run to the end; its result."""
        process = self.start()
        out, err = process.communicate(timeout=600)
        return result(process.returncode, out, err)

    def texts(self) -> str:
        """All replies on record."""
        return "\n".join(text for (text,) in self._read("SELECT text FROM calls"))

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """The attempts in the order kept and the calls, without times."""
        attempts = "task, strategy, model, item, outcome, draw, answer, how, usage, paid, error, cluster, calls"
        calls = "key, model, endpoint, prompt, text, finish_reason, usage"
        return {
            "attempts": self._read(f"SELECT {attempts} FROM attempts ORDER BY task, strategy, model, item, draw"),
            "calls": self._read(f"SELECT {calls} FROM calls ORDER BY key"),
            "items": self._read("SELECT * FROM items ORDER BY rowid"),
        }

    def _read(self, query: str) -> list[tuple[Any, ...]]:
        if not (self.directory / "run.sqlite").exists():
            return []
        connection = sqlite3.connect(self.directory / "run.sqlite")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def result(code: int | None, out: str, err: str) -> str:
    """What a run that ended says as `--json`, without times, its directory, and what was paid by batches."""
    if code:
        raise AssertionError(f"exit code {code}: {err}")
    return json.dumps(_timeless(json.loads(out)))


def write_questions(path: Path, count: int) -> Path:
    """Questions with a target that about a third of the replies hit."""
    rows = [{"question": f"What is {i} modulo 3?", "target": i % 3} for i in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(inner) for name, inner in value.items() if name not in {"seconds", "run", "batched"}}
    return [_timeless(inner) for inner in value] if isinstance(value, list) else value
