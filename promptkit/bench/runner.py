"""Run strategies on items: many at the same time, every outcome accounted for."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from promptkit.analysis.latency import latency
from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.bench.models import model_name
from promptkit.errors import (
    AnswerNotFound,
    PromptkitError,
    PromptTooLong,
)
from promptkit.outcomes import Attempt, Outcome, judge
from promptkit.strategy import gather
from promptkit.tasks import Item
from promptkit.types import DRAWS_PER_REPLICATE, Completion, Prompt, Usage
from promptkit.wrappers.deadline import time_limit
from promptkit.wrappers.stop import Stop, ends_the_run


@dataclass(frozen=True, slots=True)
class Trial:
    """One item, and the strategies that compete on it: built strategies by their specification."""

    task: str
    item: Item
    answer: AnswerType
    strategies: dict[str, Backend]
    temperature: float | None = None
    max_tokens: int | None = None
    replicate: int = 0
    independent: bool = False
    seconds: float | None = None

    def prompt(self, spec: str) -> Prompt:
        """What the strategy `spec` is asked: the same for all, unless their draws are to be independent."""
        stream = self.replicate + (_own_stream(spec) if self.independent else 0)
        asked = self.item.prompt(temperature=self.temperature, max_tokens=self.max_tokens)
        return asked.with_draw(stream * DRAWS_PER_REPLICATE)


def _own_stream(spec: str) -> int:
    """A number for a specification, so that no other one has its draws: 28 bits of a hash, above all replicates."""
    return int(hashlib.sha256(spec.encode()).hexdigest()[:7], 16) << 20


async def run_trials(
    trials: Iterable[Trial], concurrency: int, done: Callable[[Attempt], None], stop: Stop | None = None
) -> None:
    """Run all trials, `concurrency` items at a time, and hand every attempt to `done`.

    When something ends the run, `stop` is called; then no further trial begins, and attempts that need no further call
    are finished.

    Raises:
        PromptkitError: what no other item would survive either: a wrong key, an unknown model, an exceeded budget, a
            record that can't be written, a strategy that can't be used on an item; or the reason why `stop` was called.
            Other failures are outcomes.
    """
    waiting, stop = iter(trials), stop or Stop()

    async def worker() -> None:
        for trial in waiting:  # shared: each worker takes the next one
            for attempt in await _run_trial(trial, stop):
                done(attempt)
            if stop.reason:
                break

    await gather(worker() for _ in range(concurrency))
    stop.check()


async def _run_trial(trial: Trial, stop: Stop) -> Iterator[Attempt]:
    """All strategies on one item. A call that several made is paid by the first of them in the order listed."""
    results = await gather(_attempt(trial, spec, strategy, stop) for spec, strategy in trial.strategies.items())
    paid_for: set[object] = set()
    return iter([_attempt_of(trial, result, paid_for) for result in results if result])


@dataclass(frozen=True, slots=True)
class _Result:
    strategy: str
    outcome: Outcome
    answer: str | None
    rule: str
    calls: tuple[tuple[str, Completion], ...]
    seconds: float
    text: str | None = None
    error: str = ""


async def _attempt(trial: Trial, spec: str, strategy: Backend, stop: Stop) -> _Result | None:
    """One strategy on one item, or nothing when the run ended before it was answered."""
    prompt = trial.prompt(spec)
    try:
        with time_limit(trial.seconds):
            reply = await strategy.complete(prompt)
    except AnswerNotFound as error:
        return _Result(spec, _unanswered(error), None, "", _calls(error.completions), latency(error.completions))
    except PromptTooLong as error:  # of the strategy's own making, and no retry helps: what it asks outgrew the model
        return _Result(spec, "truncated", None, "", _calls(error.completions), latency(error.completions))
    except PromptkitError as error:
        if ends_the_run(error):
            stop(error)
            return None
        seconds, calls = latency(error.completions), _calls(error.completions)
        return _Result(spec, "error", None, "", calls, seconds, error=_error_text(error))
    outcome, answer, rule = judge(reply.text, reply.finish_reason, trial.answer, trial.item.target, trial.item.question)
    return _Result(spec, outcome, answer, rule, _calls([reply]), latency([reply]), reply.text)


def _attempt_of(trial: Trial, result: _Result, paid_for: set[object]) -> Attempt:
    paid = Usage()
    for _, call in result.calls:
        identity = call.key or (call.by, call.prompt)  # an unrecorded call has no key
        if identity not in paid_for:
            paid_for.add(identity)
            paid += call.usage
    return Attempt(
        task=trial.task,
        strategy=result.strategy,
        model=model_name(trial.strategies[result.strategy]),
        item=trial.item.id,
        outcome=result.outcome,
        replicate=trial.replicate,
        answer=result.answer,
        rule=result.rule,
        usage=sum((call.usage for _, call in result.calls), Usage()),
        paid=paid,
        seconds=result.seconds,
        error=result.error,
        cluster=trial.item.cluster,
        calls=tuple((path, call.key) for path, call in result.calls),
        reply=next((call.key for _, call in reversed(result.calls) if call.text == result.text), ""),
    )


def _calls(completions: Iterable[Completion], above: str = "") -> tuple[tuple[str, Completion], ...]:
    """The calls of models, in the order asked, each with the path of steps that leads to it: `draft/draw 0`."""
    found: list[tuple[str, Completion]] = []
    for completion in completions:
        path = "/".join(part for part in (above, completion.step) if part)
        found += _calls(completion.steps, path) if completion.steps else [(path, completion)]
    return tuple(found)


def _unanswered(error: AnswerNotFound) -> Outcome:
    """A vote without an answer is truncated or refused when most of its draws were."""
    reasons = Counter(c.finish_reason for c in error.completions)
    commonest = reasons.most_common(1)[0][0] if reasons else "stop"
    return {"length": "truncated", "refusal": "refused"}.get(commonest, "unparsed")  # type: ignore[return-value]


def _error_text(error: PromptkitError) -> str:
    return f"{type(error).__name__}: {error}"
