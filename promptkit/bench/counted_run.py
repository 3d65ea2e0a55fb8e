"""Run a benchmark, and keep, count and show what comes of it: what every run does, wherever it was started."""

from __future__ import annotations

from typing import Protocol

from promptkit.analysis.summary import Tallies
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import RefusedBefore
from promptkit.bench.meter import Meter
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory, CountedCalls
from promptkit.bench.strategies import Arm
from promptkit.errors import InvalidRequest
from promptkit.outcomes import Attempt
from promptkit.record.batches import BatchLedger
from promptkit.record.preparations import Preparation
from promptkit.record.reader import open_run
from promptkit.wrappers.cache import Calls
from promptkit.wrappers.stop import Stop


class Keeper(Protocol):
    """Where a run is kept: `RunWriter` on disk, `KeptInMemory`."""

    @property
    def calls(self) -> Calls:
        """Its calls."""
        ...

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt."""
        ...

    def prepare(self, made: Preparation) -> None:
        """Keep what was asked before the first item."""
        ...

    def refused_before(self) -> RefusedBefore:
        """The train questions without which examples were made for a strategy of the run, as it was refused them."""
        ...


class KeptInMemory:
    """Keeps a run as long as this object lives.

    Attributes:
        attempts: all of them, in the order they ended.
    """

    def __init__(self) -> None:
        self.calls: Calls = CallsInMemory()
        self.attempts = list[Attempt]()

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt."""
        self.attempts.append(attempt)

    def prepare(self, made: Preparation) -> None:
        """Nothing: it is counted."""

    def refused_before(self) -> RefusedBefore:
        """None: a run in memory starts from nothing."""
        return {}


async def run_counted(
    benchmark: Benchmark,
    keeper: Keeper,
    counted: Tallies,
    meter: Meter,
    stop: Stop | None = None,
    *,
    ledger: BatchLedger | None = None,
) -> dict[Arm, InvalidRequest]:
    """Run it (`run_guarded`): whatever comes of it is kept first, then counted, then shown by `meter`.

    Returns:
        The strategies that a model refused altogether, with its errors.

    Raises:
        PromptkitError: what stops a run.
    """

    def done(attempt: Attempt) -> None:
        keeper.add(attempt)
        counted.add(attempt)
        meter.attempt(attempt)

    def prepared(made: Preparation) -> None:
        keeper.prepare(made)
        counted.prepare(made)
        meter.prepare(made)

    refused = await run_guarded(
        benchmark,
        CountedCalls(keeper.calls, meter.call),
        done,
        stop,
        on_trouble=meter.trouble,
        ledger=ledger,
        on_batches=meter.waits_for,
        prepared=prepared,
        refused_before=keeper.refused_before(),
    )
    if ledger is not None:
        with open_run(ledger.directory, may_be_empty=True) as run:
            counted.batch(run.batched())
    return refused
