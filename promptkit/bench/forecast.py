"""What a benchmark will take, told before anything is sent: calls, tokens and price, as a range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from promptkit.bench.benchmark import Benchmark
from promptkit.outcomes import Attempt
from promptkit.prices import cost_usd
from promptkit.providers.function import FunctionModel
from promptkit.strategies.critique import ACCEPTING, REJECTING
from promptkit.strategies.plan_list import LONG_PLAN, SHORT_PLAN
from promptkit.types import Completion, Prompt, Usage

SAMPLE = 30  # items of each task that are tried; the rest is scaled
CHARACTERS_A_TOKEN = 4  # a usual rule for English; the real count is the provider's
SHORT_REPLY, LONG_REPLY = 10, 500  # tokens, where --max-tokens does not say it
_QUICKEST = f"{SHORT_PLAN}\nThe answer is 1. {ACCEPTING}"
_LONGEST = f"{LONG_PLAN}\nThe answer is 1. {REJECTING}"


@dataclass(frozen=True)
class Forecast:
    """What one strategy takes on one task, deployed alone (`calls`) and in this run (`paid`), from least to most.

    Least: every reply is short, plans have one step, critics accept. Most: replies are as long as allowed (500 tokens
    when nothing limits them), plans have eight steps, critics never accept. Input tokens are estimated at four
    characters a token. A price that is not known is `None`.
    """

    task: str
    strategy: str
    attempts: int
    calls: tuple[int, int]
    paid: tuple[int, int]
    input_tokens: tuple[int, int]
    output_tokens: tuple[int, int]
    paid_usd: tuple[float, float] | None


async def forecast(benchmark: Benchmark) -> tuple[Forecast, ...]:
    """The forecast of every strategy on every task. Nothing is sent."""
    sampled = replace(benchmark, tasks=tuple(task.limited(SAMPLE, benchmark.seed) for task in benchmark.tasks))
    least = await _tried(sampled, _QUICKEST, min(SHORT_REPLY, benchmark.max_tokens or SHORT_REPLY))
    most = await _tried(sampled, _LONGEST, benchmark.max_tokens or LONG_REPLY)
    sizes = {task.name: (len(task.items), min(SAMPLE, len(task.items))) for task in benchmark.tasks}
    return tuple(_forecast(benchmark, place, sizes[place[0]], least[place], most[place]) for place in least)


Totals = tuple[Usage, Usage]  # deployed alone, paid in this run


async def _tried(benchmark: Benchmark, reply: str, reply_tokens: int) -> dict[tuple[str, str], Totals]:
    """The usage of each strategy on each task, were every reply this one."""
    totals: dict[tuple[str, str], Totals] = {}

    def done(attempt: Attempt) -> None:
        place = (attempt.task, attempt.strategy)
        alone, paid = totals.get(place, (Usage(), Usage()))
        totals[place] = (alone + attempt.usage, paid + attempt.paid)

    fake = FunctionModel(_replying(reply, reply_tokens), name=benchmark.model.name)
    await benchmark.run_on(fake, lambda _: fake, done)
    return totals


def _replying(reply: str, tokens: int) -> Callable[[Prompt], Completion]:
    def answer(prompt: Prompt) -> Completion:
        characters = sum(len(m.content) for m in prompt.messages)
        usage = Usage(calls=1, input_tokens=characters // CHARACTERS_A_TOKEN + 1, output_tokens=tokens)
        return Completion(text=reply, prompt=prompt, by="forecast", usage=usage)

    return answer


def _forecast(
    benchmark: Benchmark, place: tuple[str, str], sizes: tuple[int, int], least: Totals, most: Totals
) -> Forecast:
    items, tried = sizes

    def scaled(count: Callable[[Usage], int], which: int) -> tuple[int, int]:
        return count(least[which]) * items // tried, count(most[which]) * items // tried

    prices = [cost_usd(benchmark.model.name, totals[1]) for totals in (least, most)]
    known = [p * items / tried for p in prices if p is not None]
    return Forecast(
        task=place[0],
        strategy=place[1],
        attempts=items * benchmark.replicates,
        calls=scaled(lambda u: u.calls, 0),
        paid=scaled(lambda u: u.calls, 1),
        input_tokens=scaled(lambda u: u.input_tokens, 1),
        output_tokens=scaled(lambda u: u.output_tokens, 1),
        paid_usd=(known[0], known[1]) if len(known) == len(prices) else None,
    )
