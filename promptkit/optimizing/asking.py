"""The calls of an optimisation: those on record are free, every request is noted, and none exceeds the budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from promptkit.backend import Backend, Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.guard import guarded_model
from promptkit.bench.models import Models
from promptkit.bench.running import run_on
from promptkit.bench.stores import CountedCalls, StoppingCalls
from promptkit.errors import PromptkitError, Stopped
from promptkit.grading.judging import judging_by
from promptkit.judges.named import asking
from promptkit.optimizing.plan import Plan
from promptkit.optimizing.reflecting import Tried
from promptkit.optimizing.requests import Noted, Requests
from promptkit.outcomes import UNJUDGED, Attempt
from promptkit.settings import RunLimits
from promptkit.types import Completion, Prompt
from promptkit.wrappers.cache import Calls
from promptkit.wrappers.outage import Patience, Trouble
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop


class Asking:
    """Asks for one phase of an optimisation, until it has sent `limit` requests in all.

    Args:
        plan: whose models are asked.
        store: where calls are looked up and recorded.
        requests: what all processes of the run have sent.
        limit: the most requests that may have been sent when it ends.
        stop: ends the phase.
        answered: called with each call that is answered now.
        on_trouble: called about a model that answers nothing, and when it answers again.
    """

    def __init__(
        self,
        plan: Plan,
        store: Calls,
        requests: Requests,
        limit: int,
        stop: Stop,
        *,
        answered: Callable[[Completion], None] = lambda _: None,
        on_trouble: Callable[[str, Trouble | None], None] = lambda _model, _trouble: None,
    ) -> None:
        self._plan, self._stop = plan, stop
        self._store = StoppingCalls(CountedCalls(store, answered), stop)
        self._spent = Spent(calls=requests.count)
        self._limits = RunLimits(max_calls=limit)
        self._requests, self._on_trouble = requests, on_trouble
        self._models = Models(self._guarded, plan.benchmark.load)
        self._asked = Counter[Prompt]()

    async def run(self, benchmark: Benchmark, done: Callable[[Attempt], None]) -> None:
        """Run a benchmark with these models, and hand every attempt to `done`.

        Raises:
            PromptkitError: what stops a run (`promptkit.bench.runner.run_trials`), or a model refuses the strategy
                altogether.
        """
        judging = judging_by(asking(benchmark.graders, self._models.named, self._models.guarded))
        refused = await run_on(benchmark, self._models.guarded, self._models.named, done, self._stop, judging=judging)
        for error in refused.values():
            raise error

    async def tried(self, benchmark: Benchmark) -> list[Tried]:
        """What became of each item of a benchmark of one strategy, in the order of its items.

        Raises:
            PromptkitError: as `run` does; or an attempt failed for good, so that nobody knows what it is worth.
        """
        attempts: dict[str, Attempt] = {}
        await self.run(benchmark, lambda attempt: attempts.__setitem__(attempt.item, attempt))
        found = []
        for item in benchmark.tasks[0].items:
            attempt = attempts[item.id]
            if attempt.outcome in UNJUDGED:
                raise NotScored(f"item {item.id} could not be scored: {attempt.error}")
            reply = self._store.get(attempt.reply) if attempt.reply else None
            found.append(Tried(item, attempt, reply.text if reply else ""))
        return found

    async def reflect(self, prompt: Prompt) -> str:
        """The reflection model's reply; to the same prompt another one each time.

        Raises:
            PromptkitError: it could not be asked.
        """
        draw = self._asked[prompt]
        self._asked[prompt] += 1
        answer = await self._reflecting.complete(prompt.with_draw(draw))
        return answer.text

    @property
    def _reflecting(self) -> Backend:
        return self._models.guarded(self._plan.reflection)

    async def aclose(self) -> None:
        """Nothing more is sent; wait for the calls in flight."""
        self._stop(Stopped("the phase is over"))
        await self._models.aclose()

    def _guarded(self, model: Model) -> Model:
        settings = self._plan.benchmark.settings
        patience = Patience(
            seconds=settings.patience, silent_seconds=settings.silent_seconds, on_trouble=self._on_trouble
        )
        return guarded_model(
            Noted(model, self._requests),
            settings,
            self._limits,
            store=self._store,
            stop=self._stop,
            spent=self._spent,
            patience=patience,
        )


class NotScored(PromptkitError):
    """An attempt failed for good: a score of 0 would not be true."""
