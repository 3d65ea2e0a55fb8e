"""Run a benchmark: every model is guarded and recorded, every reply judged; or a model is played by something else."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from promptkit.analysis.comparison import ALPHA
from promptkit.backend import Backend, Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Prepared, RefusedBefore
from promptkit.bench.guard import guarded_model
from promptkit.bench.models import Models, model_name
from promptkit.bench.preparing import prepare
from promptkit.bench.runner import run_trials
from promptkit.bench.stores import StoppingCalls
from promptkit.bench.strategies import Arm
from promptkit.bench.trials import trials_of
from promptkit.errors import InvalidRequest, Stopped, UsageError
from promptkit.grading.judging import Judging, Unjudged, judging_by
from promptkit.judges.named import asking
from promptkit.logs import kind, logger
from promptkit.outcomes import Attempt
from promptkit.record.batches import BatchLedger, RecordedBatch
from promptkit.record.preparations import Preparation
from promptkit.wrappers.cache import Calls
from promptkit.wrappers.outage import Patience, Trouble
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.waves import Waves

WINDOW = 20_000  # attempts that wait for batches at the same time

OnTrouble = Callable[[str, Trouble | None], None]
OnBatches = Callable[[Sequence[RecordedBatch]], None]

_log = logger("bench")


async def run_guarded(
    benchmark: Benchmark,
    store: Calls,
    done: Callable[[Attempt], None],
    stop: Stop | None = None,
    *,
    on_trouble: OnTrouble = lambda _model, _trouble: None,
    ledger: BatchLedger | None = None,
    on_batches: OnBatches = lambda _batches: None,
    prepared: Callable[[Preparation], None] = lambda _made: None,
    refused_before: RefusedBefore | None = None,
) -> dict[Arm, InvalidRequest]:
    """Ask, judge, and hand every attempt to `done`. Calls that `store` has are not made again.

    Call `stop`, in the event loop, to end it: nothing more is sent then, and calls in flight are finished. A model
    that answers nothing is waited for (`Outage`), which `on_trouble` is called about: with the model's name and what
    is wrong, and with `None` when it answers again. Attempts that need another model go on meanwhile.

    With `ledger` models that have a batch API are asked by batches, which are noted there; `on_batches` is called with
    those that are worked on.

    Strategies whose examples are made in the run (`few-shot(select=bootstrapped)`) come first: before any item train
    questions are asked, and `prepared` is called with what each took. One without examples is not run, and what was
    `prepared` for it tells why. Train questions that were `refused_before` are not asked again.

    Returns:
        The strategies that a model refused altogether, with its errors.

    Raises:
        PromptkitError: what stops a run (see `run_trials`), or what kept every strategy from having examples.
    """
    stop = stop or Stop()
    if benchmark.limits.batch and ledger is None:
        raise UsageError("a run by batches needs a directory, where they are recorded before they are sent; give one")
    waves = None if ledger is None else _waves(benchmark, ledger, stop, on_batches)
    names = ", ".join(model.name for model in benchmark.models)
    _log.info("a run of %d attempts begins: %s", sum(benchmark.attempts().values()), names)
    guard = _Guard(benchmark, StoppingCalls(store, stop), stop, waves, on_trouble)
    models = Models(guard, benchmark.load)
    timer = _timer(benchmark, stop)
    try:
        with guard.all_waited_for():  # no item is asked before the examples are made
            made = await prepare(benchmark, models.guarded, models.named, prepared, refused_before=refused_before)
        if len(made.ended) == len(benchmark.groups()):
            raise next(iter(made.ended.values()))
        return await run_on(
            benchmark,
            models.guarded,
            models.named,
            done,
            stop,
            prepared=made,
            wait_for_models=guard.wait_for_models,
            judging=judging_by(asking(benchmark.graders, models.named, models.guarded)),
            at_once=None if waves is None else _window(benchmark),
        )
    finally:
        timer.cancel()
        _log.info("the run ended: %s", kind(stop.reason) if stop.reason else "all was asked")
        stop(Stopped("the run is over"))  # to calls that nobody waits for any more
        if waves is not None:
            await waves.aclose()
        await models.aclose()


def _timer(benchmark: Benchmark, stop: Stop) -> asyncio.TimerHandle:
    """Stops the run when its time is over."""
    seconds = math.inf if benchmark.limits.run_seconds is None else benchmark.limits.run_seconds
    over = Stopped(f"the {seconds:g} s of `run_seconds` are over")
    return asyncio.get_running_loop().call_later(seconds, stop, over)


async def run_on(
    benchmark: Benchmark,
    change: Callable[[Model], Model],
    load_side_model: Callable[[str], Backend],
    done: Callable[[Attempt], None],
    stop: Stop | None = None,
    *,
    prepared: Prepared | None = None,
    wait_for_models: Callable[[], None] = lambda: None,
    judging: Judging | None = None,
    at_once: int | None = None,
) -> dict[Arm, InvalidRequest]:
    """The same with every model replaced by what `change` makes of it: unguarded, unrecorded and unjudged.

    `prepared` has the examples that were made for the strategies (`prepare`); without it stand-ins are shown, which is
    for forecasts. With `judging` replies are judged by it; `at_once` is how many items are tried at the same time, by
    default as many as the settings allow calls.
    """
    stopping = None
    if benchmark.settings.stop_when_decided:
        from promptkit.bench.early_stopping import EarlyStopping  # numpy and scipy, which most runs need at their end

        stopping = EarlyStopping(benchmark.tasks, benchmark.pairs(), benchmark.settings.margin, ALPHA)

    def done_and_counted(attempt: Attempt) -> None:
        if stopping is not None:
            stopping.add(attempt)
        done(attempt)

    trials = trials_of(benchmark, change, load_side_model, stopping, prepared or Prepared())
    with benchmark.wording.pinned():
        return await run_trials(
            trials,
            min(at_once or benchmark.settings.concurrency, _trials(benchmark)),
            done_and_counted,
            stop,
            wait_for_models=wait_for_models,
            judging=judging or Unjudged(),
        )


class _Guard:
    """Guards each model of a run; they share its store, its stop, and what it has spent."""

    def __init__(
        self, benchmark: Benchmark, store: Calls, stop: Stop, waves: Waves | None, on_trouble: OnTrouble
    ) -> None:
        self._benchmark, self._store, self._stop, self._waves = benchmark, store, stop, waves
        self._on_trouble, self._spent = on_trouble, Spent()
        self._only_model = _only_model(benchmark)  # nothing goes on without it: it is waited for at once
        self._all_wait = False

    def wait_for_models(self) -> None:
        """From here on every model is waited for: nothing else is left to do."""
        self._all_wait = True

    @contextmanager
    def all_waited_for(self) -> Iterator[None]:
        """Inside the block every model is waited for."""
        self._all_wait = True
        yield
        self._all_wait = False

    def __call__(self, model: Model) -> Model:
        settings = self._benchmark.settings
        patience = Patience(
            seconds=settings.patience,
            silent_seconds=settings.silent_seconds,
            on_trouble=self._on_trouble,
            postpones=lambda: model.name != self._only_model and not self._all_wait,
        )
        return guarded_model(
            model,
            settings,
            self._benchmark.limits,
            store=self._store,
            stop=self._stop,
            spent=self._spent,
            patience=patience,
            known_at=self._benchmark.known_at.get(model.name),
            waves=self._waves,
        )


def _only_model(benchmark: Benchmark) -> str | None:
    """The name of the model that all strategies are built on, when it is one."""
    names = {model_name(asked) for asked in benchmark.named().values() if not isinstance(asked, str)}
    names |= {model.name for model in benchmark.models}
    return names.pop() if len(names) == 1 else None


def _waves(benchmark: Benchmark, ledger: BatchLedger, stop: Stop, on_batches: OnBatches) -> Waves:
    seconds, attempts = benchmark.limits.batch_wait, benchmark.settings.attempts
    return Waves(ledger, attempts=attempts, stop=stop, seconds=seconds, progress=on_batches)


def _window(benchmark: Benchmark) -> int:
    """How many items wait for batches at the same time: all, as far as memory allows."""
    widest = max(len(benchmark.arms(task)) for task in benchmark.tasks)
    return max(benchmark.settings.concurrency, min(_trials(benchmark), WINDOW // max(1, widest)))


def _trials(benchmark: Benchmark) -> int:
    """How many there are: more at the same time would be workers that do nothing."""
    return max(1, sum(len(task.items) for task in benchmark.tasks) * benchmark.settings.repetitions)
