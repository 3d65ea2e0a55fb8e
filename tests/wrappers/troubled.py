"""A provider on virtual time that does not answer for a while, in one of the ways in which providers don't."""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from promptkit import BackendError, Completion, FunctionModel, Prompt, PromptkitError, RateLimited, Retry, Usage
from promptkit.errors import TimedOut, Unavailable
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.outage import CONTROL, Patience
from promptkit.wrappers.stop import Stop
from tests import virtual_time
from tests.virtual_time import now

LATENCY = 0.5  # seconds, half as much to one and a half as much
FAST = 0.02  # how soon a provider refuses


@dataclass
class Failure:
    """How a call fails: after how long, with what, and how often."""

    error: Callable[[], BackendError]
    after: float = FAST
    share: float = 1.0


FAILURES = {
    "529": Failure(lambda: Unavailable("overloaded (529)", status=529)),
    "503": Failure(lambda: Unavailable("loading model (503)", status=503)),
    "429": Failure(lambda: RateLimited("too many requests (429)", status=429)),
    "connection refused": Failure(lambda: Unavailable("could not reach http://host (connection refused)")),
    "connection reset": Failure(lambda: Unavailable("the connection was reset"), after=LATENCY / 2),
    "time-out": Failure(lambda: TimedOut("did not answer within 10 s"), after=10),
    "silent server": Failure(lambda: TimedOut("did not answer within 600 s"), after=600),
    "malformed body": Failure(lambda: Unavailable("sent no usable reply", status=200)),
    "50 % random 500s": Failure(lambda: Unavailable("internal error (500)", status=500), share=0.5),
}


@dataclass
class Troubled:
    """Answers after a while, except from `start` on, for so many `seconds`, and never the questions `always`."""

    failure: Failure
    start: float = 0.0
    seconds: float = math.inf
    always: frozenset[str] = frozenset()
    latency: float = LATENCY
    sent: list[float] = field(default_factory=list)
    during: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    answered: Counter[Prompt] = field(default_factory=Counter)
    in_flight: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def __call__(self, prompt: Prompt) -> Completion:
        self.sent.append(now())
        troubled = self.start <= now() < self.start + self.seconds
        self.during += troubled
        self.in_flight += 1
        try:
            if prompt.question in self.always or (troubled and self.chance.random() < self.failure.share):
                self.failed[prompt.question] += 1
                await asyncio.sleep(self.failure.after)
                raise self.failure.error()
            await asyncio.sleep(self.latency * self.chance.uniform(0.5, 1.5))
        finally:
            self.in_flight -= 1
        self.answered[prompt] += 1
        return Completion(text="ok", prompt=prompt, by="m", usage=Usage(calls=1, input_tokens=60, output_tokens=40))

    def sent_between(self, start: float, end: float) -> int:
        return sum(start <= t < end for t in self.sent)

    @property
    def controls(self) -> int:
        """How many control questions were answered."""
        return self.answered[CONTROL]

    @property
    def paid_twice(self) -> int:
        return sum(times - 1 for prompt, times in self.answered.items() if prompt != CONTROL)


@dataclass
class Played:
    """What came of the calls, in the order asked, and how many seconds it took."""

    results: list[str | PromptkitError]
    seconds: float

    @property
    def errors(self) -> list[PromptkitError]:
        return [result for result in self.results if isinstance(result, PromptkitError)]


def guarded(
    provider: Troubled, concurrency: int, attempts: int, patience: Patience | None = None, stop: Stop | None = None
) -> Retry:
    """The provider as a run asks it."""
    model, stop = FunctionModel(provider, name="m", endpoint="http://host"), stop or Stop()
    limit = Limit(model, concurrency, patience=patience or Patience(), stop=stop)
    return Retry(limit, attempts=attempts, total_seconds=math.inf, clock=now, sleep=stop.sleep)


async def asked(model: Retry, questions: Iterable[str], at_once: int) -> list[str | PromptkitError]:
    """Ask them, so many at the same time."""
    results: dict[str, str | PromptkitError] = {}
    waiting = iter(list(questions))

    async def worker() -> None:
        for question in waiting:
            try:
                results[question] = (await model.complete(question)).text
            except PromptkitError as error:
                results[question] = error

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return [results[question] for question in sorted(results, key=int)]


def play(
    provider: Troubled,
    calls: int,
    *,
    concurrency: int = 64,
    attempts: int = 10,
    patience: Patience | None = None,
    stop: Stop | None = None,
) -> Played:
    """Ask `calls` questions of the provider, on virtual time."""

    async def all_of_them() -> Played:
        model = guarded(provider, concurrency, attempts, patience, stop)
        return Played(await asked(model, map(str, range(calls)), concurrency), now())

    return virtual_time.run(all_of_them())
