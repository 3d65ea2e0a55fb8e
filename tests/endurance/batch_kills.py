"""Kill a run that asks by batches at each of its commit points: `python -m tests.endurance.batch_kills`.

Each death is a real SIGKILL. However it died, the finished run must equal one that was asked live, and the provider
must have answered each call once: nothing is paid twice, nothing is lost.
"""

from __future__ import annotations

import functools
import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from promptkit.wrappers import batch_desk, waves
from tests.endurance.dying import Mortal
from tests.endurance.oracle import Oracle
from tests.endurance.runs import KEY, Bench, result, write_questions
from tests.loopback import Server

STRATEGIES = "direct,cot+reflect,cot+self-consistency(draws=2)"
PROVIDERS = {"openai": "openai/oracle", "anthropic": "anthropic/oracle"}
HASTY: tuple[tuple[Any, str, float], ...] = (
    (waves, "QUIET_SECONDS", 0.05),
    (batch_desk, "FIRST_POLL", 0.02),
    (batch_desk, "LONGEST_POLL", 0.1),
    (batch_desk, "SETTLE_SECONDS", 0.1),
)
BEFORE_NOTED = "before a batch is noted"
NOTED = "after it is noted"
UPLOADED = "after its file is uploaded"
MADE = "after it is made, before its name is noted"
NAMED = "after its name is noted"
COLLECTING = "while its results are collected"
COLLECTED = "after they are collected, before the attempts are kept"
POINTS = (BEFORE_NOTED, NOTED, UPLOADED, MADE, NAMED, COLLECTING, COLLECTED)


def points(provider: str) -> list[str]:
    """Where a run by this provider's batches can die."""
    return [point for point in POINTS if (provider, point) != ("anthropic", UPLOADED)]


def live_fast_and_die(provider: str, point: str | None, occurrence: int = 1) -> None:
    """Wait only shortly, in this process, and die when `point` comes for this many times."""
    for module, name, seconds in HASTY:
        setattr(module, name, seconds)
    if point is not None:
        _die_at(provider, point, occurrence)


def _die_at(provider: str, point: str, occurrence: int) -> None:
    import anthropic.resources.messages.batches as of_anthropic
    import openai.resources.batches as of_openai
    import openai.resources.files as files

    from promptkit.record.batches import BatchLedger
    from promptkit.record.writer import RunWriter

    batches = of_openai.AsyncBatches if provider == "openai" else of_anthropic.AsyncBatches
    owner, name, when, nth = {
        BEFORE_NOTED: (BatchLedger, "prepare", "before", 1),
        NOTED: (BatchLedger, "prepare", "after", 1),
        UPLOADED: (files.AsyncFiles, "create", "after", 1),
        MADE: (batches, "create", "after", 1),
        NAMED: (BatchLedger, "keep", "after", 1),
        COLLECTING: (waves._Waiting, "end", "after", 3),
        COLLECTED: (RunWriter, "add", "before", 1),
    }[point]
    died = itertools.count(1)
    real: Callable[..., Any] = getattr(owner, name)

    def dying() -> bool:
        return next(died) == nth * occurrence

    @functools.wraps(real)
    def replaced(*given: Any, **options: Any) -> Any:
        if when == "before" and dying():
            os.kill(os.getpid(), signal.SIGKILL)
        done = real(*given, **options)
        if when == "after" and dying():
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    @functools.wraps(real)
    async def replaced_async(*given: Any, **options: Any) -> Any:
        done = await real(*given, **options)
        if dying():
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, replaced_async if point in (UPLOADED, MADE) else replaced)


@dataclass(frozen=True)
class BatchBench(Bench):
    """A run of few strategies by batches, or live."""

    provider: str = "openai"
    batch: bool = True

    @property
    def environment(self) -> dict[str, str]:
        """What is set for it."""
        own = {"ANTHROPIC_BASE_URL": self.url.removesuffix("/v1"), "ANTHROPIC_API_KEY": KEY}
        return {**super().environment, **own}

    def arguments(self) -> list[str]:
        """The command that starts it, or goes on."""
        words = super().arguments()
        if "--strategies" in words:
            words[words.index("--strategies") + 1] = STRATEGIES
            words[words.index("--model") + 1] = PROVIDERS[self.provider]
            words += ["--batch"] if self.batch else []
        return words


@dataclass
class Trial:
    """A provider and some questions: a live run, and runs by batches that die and must equal it."""

    server: Server
    folder: Path
    provider: str
    questions: int = 2
    runs: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Ask live."""
        self.live = self._bench("live", batch=False)
        self.oracle = self.server.answer = Oracle()
        self.result = result(*self._start(self.live).wait())
        self.asked = self.oracle.asked

    def dies(self, *deaths: tuple[str, int]) -> tuple[int, int, int]:
        """Let a run die at these points, one after the other, and finish it.

        Returns:
            How often it died, how many calls were paid twice, and how many were lost.
        """
        self.runs += 1
        bench = self._bench(f"batched-{self.runs}", batch=True)
        self.oracle = self.server.answer = Oracle()
        died = sum(self._dies(bench, *death) for death in deaths)
        again = result(*self._start(bench).wait())
        assert again == self.result, f"the result is another one: {again} instead of {self.result}"
        assert bench.tables() == self.live.tables(), "the record is another one"
        twice, lost = self.oracle.asked - self.asked, self.asked - self.oracle.asked
        return died, twice.total(), lost.total()

    def _dies(self, bench: Bench, point: str, occurrence: int) -> bool:
        code, _, err = self._start(bench, point, occurrence).wait()
        assert code in {0, -signal.SIGKILL}, err
        return code != 0

    def _start(self, bench: Bench, point: str | None = None, occurrence: int = 1) -> Mortal:
        before = functools.partial(live_fast_and_die, self.provider, point, occurrence)
        return Mortal(bench.arguments(), bench.environment, self.folder / "printed", before=before)

    def _bench(self, name: str, *, batch: bool) -> BatchBench:
        questions = write_questions(self.folder / "questions.jsonl", self.questions)
        return BatchBench(self.folder / name, questions, self.server.openai_url, provider=self.provider, batch=batch)


def main() -> None:
    """Print the table of deaths: in the first wave, and in the second."""
    sys.stdout.write(
        "| provider | killed | wave | died | paid twice | lost | result |\n|---|---|---|---|---|---|---|\n"
    )
    for provider in PROVIDERS:
        with Server() as server, tempfile.TemporaryDirectory() as folder:
            trial = Trial(server, Path(folder), provider)
            for point, wave in itertools.product(points(provider), (1, 2)):
                died, twice, lost = trial.dies((point, wave))
                row = (provider, point, wave, "yes" if died else "no", twice, lost, "that of a live run")
                sys.stdout.write(f"| {' | '.join(map(str, row))} |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
