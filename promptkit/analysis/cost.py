"""What an answer costs under a strategy: the one definition that choosing, charts and reflection go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from promptkit.analysis.tally import Tally
from promptkit.prices import cost_usd
from promptkit.types import Usage

Unit = Literal["US$", "tokens", "calls"]


@dataclass(frozen=True)
class Costs:
    """What a judged attempt costs under each strategy, were it deployed alone.

    What attempts without a judgement (error, ungraded, missing) used is part of it: a failure is paid for, and answers
    nothing.

    Attributes:
        unit: of all of them: US dollars where all are known and one is not 0, else tokens where all are counted, else
            calls. Tokens are those of the prompts and of the replies, hidden reasoning included.
    """

    unit: Unit
    by_strategy: Mapping[str, float]


def costs(models: str | Mapping[str, str], arms: Mapping[str, Tally]) -> Costs:
    """The costs of the strategies in `arms` that have a judged attempt.

    `models` is the model of all of them, or of each. Tokens of different models do not compare, nor do their calls, so
    these costs are then only worth something in US dollars.
    """
    judged = {strategy: tally for strategy, tally in arms.items() if tally.judged_attempts}
    of_each = dict.fromkeys(arms, models) if isinstance(models, str) else models
    unit, totals = _totals(of_each, {strategy: tally.usage for strategy, tally in judged.items()})
    return Costs(unit, {strategy: total / judged[strategy].judged_attempts for strategy, total in totals.items()})


def tokens(usage: Usage) -> int:
    """The tokens that count: of the prompts and of the replies, hidden reasoning included."""
    return usage.input_tokens + usage.output_tokens


def _totals(models: Mapping[str, str], used: Mapping[str, Usage]) -> tuple[Unit, dict[str, float]]:
    dollars = {strategy: cost_usd(models[strategy], usage) for strategy, usage in used.items()}
    known = {strategy: amount for strategy, amount in dollars.items() if amount is not None}
    if len(known) == len(used) and any(known.values()):
        return "US$", known
    if not any(usage.unmetered for usage in used.values()) and any(map(tokens, used.values())):
        return "tokens", {strategy: float(tokens(usage)) for strategy, usage in used.items()}
    return "calls", {strategy: float(usage.calls) for strategy, usage in used.items()}
