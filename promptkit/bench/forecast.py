"""What a benchmark will likely take, known before anything is sent: calls, tokens and price, as a range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Assumed
from promptkit.bench.models import Models
from promptkit.bench.preparing import prepare
from promptkit.bench.running import run_on
from promptkit.bench.stores import OnRecord, Recorded
from promptkit.outcomes import Attempt, Group
from promptkit.prices import cost_usd
from promptkit.providers.function import FunctionModel
from promptkit.providers.hosted.effort import most_tokens
from promptkit.record.preparations import Preparation
from promptkit.strategies.critique import ACCEPTING, REJECTING
from promptkit.strategies.plan_list import LONG_PLAN, SHORT_PLAN
from promptkit.strategies.self_ask import ASKS
from promptkit.tracing import untraced
from promptkit.types import Completion, Prompt, Usage
from promptkit.wrappers.cache import Cache

SAMPLE = 30  # items of each task that are tried; the rest is scaled
LONGEST_TEXT = 10**6  # characters of an example's reasoning
CHARACTERS_PER_TOKEN = 4  # a usual rule for English; the real count is the provider's
IMAGE_TOKENS = 1_500  # of one of a megapixel: Anthropic a pixel in 750, OpenAI a patch of 32 by 32 each
SHORT_REPLY, LONG_REPLY = 10, 500  # tokens, where nothing limits a reply
QUICKEST = f"{SHORT_PLAN}\nThe answer is 1. {ACCEPTING}"
LONGEST = f"{LONG_PLAN}\n{ASKS}How many?\nThe answer is 1. {REJECTING}"


@dataclass(frozen=True)
class Once:
    """What a run asks at most before the first item, so that a strategy has examples to show: all train questions.

    `None` is a price that is not known. What another strategy of the run asks too is counted with the first one.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    usd: float | None


@dataclass(frozen=True)
class Forecast:
    """What one strategy likely takes on one task, deployed alone (`calls`) and in this run (`paid`), as a range.

    Least: every reply is short, plans have one step, critics accept. Most: replies are as long as allowed (500 tokens
    when nothing limits them), plans have eight steps, critics never accept, and reasoning models think as long as the
    effort asked for, or their own, suggests. Input tokens are estimated at four characters a token. Reasoning that a
    provider hides is billed as output and may exceed this; `Ceiling` can't be exceeded. A price that is not known is
    `None`. What is asked `once` comes on top, where examples are made in the run.
    """

    task: str
    strategy: str
    model: str
    attempts: int
    calls: tuple[int, int]
    paid: tuple[int, int]
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]
    reasoning_tokens: tuple[int, int]
    paid_usd: tuple[float, float] | None
    once: Once | None = None


async def forecast(
    benchmark: Benchmark, *, sample: int = SAMPLE, recorded: Recorded | None = None
) -> tuple[Forecast, ...]:
    """The forecast of every strategy on every task, from `sample` items of each. Nothing is sent.

    With `recorded`, which finds calls on record, it is what is left to ask, from all items.
    """
    settings = benchmark.settings
    if recorded:
        sample = max(len(task.items) for task in benchmark.tasks)
    sampled = replace(benchmark, tasks=tuple(task.limited(sample, settings.seed) for task in benchmark.tasks))
    shortest = min(SHORT_REPLY, settings.max_tokens or SHORT_REPLY)
    rows = None if recorded else sample
    least, _ = await _tried(sampled, QUICKEST, shortest, recorded, rows)
    most, made = await _tried(sampled, LONGEST, settings.max_tokens or LONG_REPLY, recorded, rows)
    once = {one.group: _once(benchmark, one) for one in made if one.paid.calls}
    sizes = {task.name: (len(task.items), min(sample, len(task.items))) for task in benchmark.tasks}
    return tuple(
        replace(_forecast(benchmark, place, sizes[place.task], least[place], most[place]), once=once.get(place))
        for place in least
    )


async def expected_calls(benchmark: Benchmark) -> dict[Group, float]:
    """Calls that an attempt will pay for, midway from least to most, by task, strategy and model. Nothing is sent.

    Empty unless all strategies are made of shipped techniques: what others do when they are asked is not known.
    """
    if not benchmark.is_shipped():
        return {}
    settings = benchmark.settings.updated({"stop_when_decided": False, "replicates": 1})
    found = await forecast(replace(benchmark, settings=settings), sample=2)
    return {Group(f.task, f.strategy, f.model): sum(f.paid) / 2 / max(1, f.attempts) for f in found}


@dataclass(frozen=True)
class _Totals:
    """What the attempts of a strategy on a task used, deployed alone and paid in this run."""

    alone: Usage = Usage()
    paid: Usage = Usage()


async def _tried(
    benchmark: Benchmark, reply: str, reply_tokens: int, recorded: Recorded | None, rows: int | None
) -> tuple[dict[Group, _Totals], list[Preparation]]:
    """The usage of each strategy on each task and model, were every reply this one that is not on record.

    And that of `rows` train questions, for strategies whose examples are made of them.
    """
    totals: dict[Group, _Totals] = {}
    prepared = list[Preparation]()
    written = "x" * min(reply_tokens * CHARACTERS_PER_TOKEN, LONGEST_TEXT)  # as long as the reply, whose text is not

    def done(attempt: Attempt) -> None:
        before = totals.get(attempt.group, _Totals())
        totals[attempt.group] = _Totals(before.alone + attempt.usage, before.paid + attempt.paid)

    def stub(model: Model) -> Model:
        replying = _replying(model, reply, reply_tokens, reasoning=reply is LONGEST)
        played = FunctionModel(replying, name=model.name, endpoint=model.endpoint)
        known_at = benchmark.known_at.get(model.name)
        return Cache(played, OnRecord(recorded), known_at=known_at) if recorded else played

    models = Models(stub, benchmark.load)
    with untraced():
        assumed = Assumed(rows, lambda _: written)
        made = await prepare(benchmark, models.guarded, models.named, prepared.append, assumed)
        await run_on(benchmark, models.guarded, models.named, done, prepared=made)
    return totals, prepared


def _once(benchmark: Benchmark, made: Preparation) -> Once:
    """What all train questions take, by those that were asked."""
    train = max(made.asked, *(len(task.train) for task in benchmark.tasks if task.name == made.task))
    paid = Usage(**{name: value * train // max(1, made.asked) for name, value in made.paid.model_dump().items()})
    return Once(
        calls=paid.calls,
        input_tokens=paid.input_tokens,
        output_tokens=paid.output_tokens,
        reasoning_tokens=paid.reasoning_tokens,
        usd=cost_usd(made.model, paid),
    )


def _replying(model: Model, reply: str, tokens: int, *, reasoning: bool) -> Callable[[Prompt], Completion]:
    def answer(prompt: Prompt) -> Completion:
        characters = sum(len(m.text) for m in prompt.messages)
        effort = prompt.effort if prompt.effort is not None else getattr(model, "default_effort", None)
        thought = most_tokens(effort) if reasoning else 0
        if prompt.max_tokens is not None:
            thought = min(thought, max(0, prompt.max_tokens - tokens))
        usage = Usage(
            calls=1,
            input_tokens=characters // CHARACTERS_PER_TOKEN + 1 + IMAGE_TOKENS * len(prompt.images),
            output_tokens=tokens + thought,
            reasoning_tokens=thought,
        )
        return Completion(text=reply, prompt=prompt, by=model.name, usage=usage)

    return answer


def _forecast(benchmark: Benchmark, place: Group, sizes: tuple[int, int], least: _Totals, most: _Totals) -> Forecast:
    items, tried = sizes

    def scaled(count: Callable[[_Totals], int]) -> tuple[int, int]:
        return count(least) * items // tried, count(most) * items // tried

    batch = benchmark.is_batched(place.model)
    prices = [cost_usd(place.model, totals.paid, batch=batch) for totals in (least, most)]
    known = [p * items / tried for p in prices if p is not None]
    return Forecast(
        task=place.task,
        strategy=place.strategy,
        model=place.model,
        attempts=items * benchmark.settings.repetitions,
        calls=scaled(lambda t: t.alone.calls),
        paid=scaled(lambda t: t.paid.calls),
        input_tokens=scaled(lambda t: t.paid.input_tokens),
        output_tokens=scaled(lambda t: t.paid.output_tokens),
        reasoning_tokens=scaled(lambda t: t.paid.reasoning_tokens),
        paid_usd=(known[0], known[1]) if len(known) == len(prices) else None,
    )
