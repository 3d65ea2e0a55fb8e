"""What an optimisation will likely take, known before anything is sent: requests, tokens and price, as ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from promptkit.bench.forecast import CHARACTERS_PER_TOKEN, Forecast, forecast
from promptkit.optimizing.plan import Plan
from promptkit.optimizing.reflecting import Tried, reword_prompt
from promptkit.outcomes import Attempt
from promptkit.prices import cost_usd
from promptkit.tasks import Item
from promptkit.types import Message, Usage

Range = tuple[float, float]
_REPLY = "word " * 100  # of a model, as a reflection shows it
_SHORT, _LONG = 50, 500  # tokens of a proposal


@dataclass(frozen=True)
class Share:
    """What one part of an optimisation takes, from least to most; a price that is not known is `None`.

    The requests of all parts together never exceed `max_calls`.
    """

    part: str
    model: str
    requests: tuple[int, int]
    input_tokens: Range
    output_tokens: Range
    usd: Range | None


async def forecast_plan(plan: Plan) -> tuple[Share, ...]:
    """Of the search, its reflections, and the proof. Nothing is sent.

    The least search scores the original and tries one change; the most uses up its requests: as many of them for
    reflections as there are steps.
    """
    model, spec = plan.benchmark.models[0].name, plan.versions.spec
    (on_validation,) = await forecast(plan.on(plan.splits.validation, spec))
    (on_held_out,) = await forecast(plan.on(plan.splits.held_out, spec))
    first = len(plan.splits.validation) + 2 * plan.minibatch
    steps = max(1, (plan.search_calls - first) // (2 * plan.minibatch * plan.per_attempt + 1))
    reflections = (1, steps) if plan.wants_reflection else (0, 0)
    attempts = (first, max(first, (plan.search_calls - reflections[1]) // plan.per_attempt))
    return (
        _share("search", model, on_validation, attempts, plan.search_calls - reflections[1]),
        _reflections(plan, reflections),
        _share("proof", model, on_held_out, (0, 2 * len(plan.splits.held_out)), plan.proof_calls),
    )


def _share(part: str, model: str, one: Forecast, attempts: tuple[int, int], most: int) -> Share:
    """A number of attempts, each of which takes what those of the forecast do."""

    def scaled(count: tuple[int, int]) -> Range:
        least, longest = (count[end] / max(1, one.attempts) * attempts[end] for end in (0, 1))
        return least, longest

    requests = (round(scaled(one.paid)[0]), most)
    usd = None if one.paid_usd is None else tuple(one.paid_usd[n] / max(1, one.attempts) * attempts[n] for n in (0, 1))
    return Share(part, model, requests, scaled(one.input_tokens), scaled(one.output_tokens), usd)  # type: ignore[arg-type]


def _reflections(plan: Plan, count: tuple[int, int]) -> Share:
    prompt = _longest_prompt(plan, plan.splits.train[: plan.minibatch])
    read = sum(len(message.text) for message in prompt) // CHARACTERS_PER_TOKEN + 1 if prompt else 0
    usages = [
        Usage(calls=n, input_tokens=n * read, output_tokens=n * written)
        for n, written in zip(count, (_SHORT, _LONG), strict=True)
    ]
    prices = [cost_usd(plan.reflection.name, usage) if usage.calls else 0.0 for usage in usages]
    known = [price for price in prices if price is not None]
    return Share(
        "reflection",
        plan.reflection.name,
        count,
        (usages[0].input_tokens, usages[1].input_tokens),
        (usages[0].output_tokens, usages[1].output_tokens),
        (known[0], known[1]) if len(known) == len(prices) else None,
    )


def _longest_prompt(plan: Plan, items: Iterable[Item]) -> tuple[Message, ...]:
    texts = [part.text for part in plan.versions.parts]
    if not texts:
        return ()
    attempt = Attempt(task="", strategy="", model="", item="", outcome="wrong")
    tried = [Tried(item, attempt, _REPLY) for item in items]
    return reword_prompt(plan.benchmark.templates, max(texts, key=len), tried).messages
