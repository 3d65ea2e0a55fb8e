"""Run strategies on items: many at the same time, every outcome accounted for."""

from __future__ import annotations

import copy
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from promptkit.analysis.latency import latency
from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.bench.refusals import Refusals
from promptkit.bench.strategies import Arm
from promptkit.errors import (
    AnswerNotFound,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    PromptTooLong,
    UsageError,
)
from promptkit.gather import gather
from promptkit.grading.judging import ByAnswer, Judging
from promptkit.leaks import leaks_refused
from promptkit.outcomes import Attempt, Judged, Outcome
from promptkit.tasks import Item
from promptkit.types import DRAWS_PER_REPLICATE, Completion, Effort, Prompt, Usage
from promptkit.wrappers.deadline import time_limit
from promptkit.wrappers.outage import Postponed
from promptkit.wrappers.queue import ranked
from promptkit.wrappers.stop import Stop, ends_the_run


@dataclass(frozen=True, slots=True)
class Trial:
    """One item, and the strategies that compete on it, each built on a model.

    Attributes:
        fresh: whether a replicate has draws of its own; those that differ in their examples share the first ones.
        paid_for: the calls on this item that were accounted for; replicates that are not fresh share it.
    """

    task: str
    item: Item
    answer: AnswerType
    strategies: dict[Arm, Backend]
    temperature: float | None = None
    max_tokens: int | None = None
    efforts: Mapping[Arm, Effort] = field(default_factory=dict)
    native: frozenset[Arm] = frozenset()
    replicate: int = 0
    independent: bool = False
    seconds: float | None = None
    fresh: bool = True
    paid_for: set[object] = field(default_factory=set, compare=False)

    def prompt(self, arm: Arm) -> Prompt:
        """What a strategy is asked: the same for all, unless their draws are to be independent.

        But for its effort, and the schema of the answers, which is sent to models in `native`.
        """
        stream = self.replicate * self.fresh + (own_stream(arm.strategy) if self.independent else 0)
        effort = self.efforts.get(arm)
        asked = self.item.prompt(temperature=self.temperature, max_tokens=self.max_tokens, effort=effort)
        if arm in self.native:
            asked = asked.with_schema(self.answer.schema)
        return asked.with_draw(stream * DRAWS_PER_REPLICATE)


def own_stream(spec: str) -> int:
    """A number for a specification, so that no other one has its draws: 28 bits of a hash, above all replicates."""
    return int(hashlib.sha256(spec.encode()).hexdigest()[:7], 16) << 20


async def run_trials(
    trials: Iterable[Trial],
    concurrency: int,
    done: Callable[[Attempt], None],
    stop: Stop | None = None,
    *,
    wait_for_models: Callable[[], None] = lambda: None,
    judging: Judging | None = None,
) -> dict[Arm, InvalidRequest]:
    """Run all trials, `concurrency` items at a time, and hand every attempt to `done`.

    When something ends the run, `stop` is called; then no further trial begins, and attempts that need no further call
    are finished. A strategy that asks a model which was given up ends alone, without attempts on the items that are
    left. One whose first attempts are all refused for the same reason ends as well (`Refusals`).

    An attempt that a model postpones (`Patience`) is made after all others. When only such attempts are left, and a
    round of them brings nothing, `wait_for_models` is called: from then on models are to be waited for.

    Replies are judged by `judging`; by default by the answers that are read from them.

    Returns:
        The strategies that were refused altogether, with their errors.

    Raises:
        ModelDown: a model was given up, and everything that needs no answer of it is done.
        PromptkitError: what no other item would survive either: a wrong key, an unknown model, an exceeded budget, a
            record that can't be written, a strategy that can't be used on an item; or the reason why `stop` was called.
            Other failures are outcomes.
    """
    run = _Run(done, stop or Stop(), judging or ByAnswer())
    left: Iterable[_Left] = (_Left(trial, tuple(trial.strategies), trial.paid_for) for trial in trials)
    while True:
        made = run.made
        await run.round(left, concurrency)
        left, run.postponed = run.postponed, []
        if not left or run.stop.reason:
            break
        if run.made == made:
            wait_for_models()
    run.stop.check()
    if run.down:
        raise copy.copy(next(iter(run.down.values())))
    return run.refusals.reasons()


@dataclass(slots=True)
class _Left:
    """The strategies that are to be run on an item, and which of its calls were already accounted for."""

    trial: Trial
    arms: tuple[Arm, ...]
    paid_for: set[object]


class _Run:
    """What is made, postponed and given up."""

    def __init__(self, done: Callable[[Attempt], None], stop: Stop, judging: Judging) -> None:
        self._done, self.stop, self._judging = done, stop, judging
        self.made = 0  # attempts
        self._begun = 0  # items
        self.postponed: list[_Left] = []
        self.down: dict[Arm, ModelDown] = {}
        self.refusals, self._refused = Refusals(), set[Arm]()

    async def round(self, left: Iterable[_Left], concurrency: int) -> None:
        """Run what is left, `concurrency` items at a time."""
        waiting = iter(left)

        async def worker() -> None:
            for one in waiting:  # shared: each worker takes the next one
                if arms := [a for a in one.arms if a not in self.down and a not in self._refused]:
                    await self._item(one, arms)
                if self.stop.reason:
                    break

        await gather(worker() for _ in range(concurrency))

    async def _item(self, left: _Left, arms: list[Arm]) -> None:
        """Some strategies on one item. A call that several made is paid by the first of them in the order listed."""
        self._begun += 1
        with ranked(self._begun):
            results = await gather(_attempt(left.trial, arm, left.trial.strategies[arm], self._judging) for arm in arms)
        postponed = []
        for arm, result in zip(arms, results, strict=True):
            if isinstance(result, Postponed):
                postponed.append(arm)
            elif isinstance(result, ModelDown):
                self.down[arm] = result
            elif isinstance(result, PromptkitError):
                self.stop(result)
            else:
                if self.refusals.add(arm, result.failure):
                    self._refused.add(arm)
                self.made += 1
                self._done(_attempt_of(left.trial, result, left.paid_for))
        if postponed:
            self.postponed.append(_Left(left.trial, tuple(postponed), left.paid_for))


@dataclass(frozen=True, slots=True)
class _Result:
    arm: Arm
    judged: Judged
    made_from: tuple[Completion, ...]
    text: str | None = None
    failure: PromptkitError | None = None


async def _attempt(trial: Trial, arm: Arm, strategy: Backend, judging: Judging) -> _Result | PromptkitError:
    """One strategy on one item, or what kept it from coming to an end."""
    prompt = trial.prompt(arm)
    try:
        with time_limit(trial.seconds), leaks_refused():
            reply = await strategy.complete(prompt)
    except AnswerNotFound as error:
        return _Result(arm, judging.unanswered(_unanswered(error)), error.completions)
    except PromptTooLong as error:  # of the strategy's own making, and no retry helps: what it asks outgrew the model
        return _Result(arm, judging.unanswered("truncated"), error.completions)
    except PromptkitError as error:
        if ends_the_run(error):
            return error
        failed = Judged("error", error=f"{type(error).__name__}: {error}")
        return _Result(arm, failed, error.completions, failure=error)
    try:
        judged = await judging.judge(reply.text, reply.finish_reason, trial.answer, trial.item)
    except UsageError as error:  # of the answer type of others, or of this system: no other item would fare better
        return error
    return _Result(arm, judged, (reply,), reply.text)


def _attempt_of(trial: Trial, result: _Result, paid_for: set[object]) -> Attempt:
    paid, calls = Usage(), calls_of(result.made_from)
    for _, call in calls:
        identity = call.key or (call.by, call.prompt)  # an unrecorded call has no key
        if identity not in paid_for:
            paid_for.add(identity)
            paid += call.usage
    return Attempt(
        task=trial.task,
        strategy=result.arm.strategy,
        model=result.arm.model,
        item=trial.item.id,
        replicate=trial.replicate,
        **result.judged._asdict(),
        usage=sum((call.usage for _, call in calls), Usage()),
        paid=paid,
        seconds=latency(result.made_from),
        cluster=trial.item.cluster,
        calls=tuple((path, call.key) for path, call in calls),
        reply=next((call.key for _, call in reversed(calls) if call.text == result.text), ""),
        fallbacks=tuple(dict.fromkeys(one for made in result.made_from for one in made.all_fallbacks())),
    )


def calls_of(completions: Iterable[Completion], above: str = "") -> tuple[tuple[str, Completion], ...]:
    """The calls of models, in the order asked, each with the path of steps that leads to it: `draft/draw 0`."""
    found: list[tuple[str, Completion]] = []
    for completion in completions:
        path = "/".join(part for part in (above, completion.step) if part)
        found += calls_of(completion.steps, path) if completion.steps else [(path, completion)]
    return tuple(found)


def _unanswered(error: AnswerNotFound) -> Outcome:
    """A vote without an answer is truncated or refused when most of its draws were."""
    reasons = Counter(c.finish_reason for c in error.completions)
    commonest = reasons.most_common(1)[0][0] if reasons else "stop"
    return {"length": "truncated", "refusal": "refused"}.get(commonest, "unparsed")  # type: ignore[return-value]
