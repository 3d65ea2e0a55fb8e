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
        once: what was asked before the first item for each strategy, in all; 0 for most.
    """

    unit: Unit
    by_strategy: Mapping[str, float]
    once: Mapping[str, float]


def costs(models: str | Mapping[str, str], arms: Mapping[str, Tally], once: Mapping[str, Usage] | None = None) -> Costs:
    """The costs of the strategies in `arms` that have a judged attempt.

    `models` is the model of all of them, or of each. Tokens of different models do not compare, nor do their calls, so
    these costs are then only worth something in US dollars. `once` is what was used before the first item.
    """
    judged = {strategy: tally for strategy, tally in arms.items() if tally.judged_attempts}
    of_each = dict.fromkeys(arms, models) if isinstance(models, str) else models
    unit, totals = _totals(of_each, {strategy: tally.usage for strategy, tally in judged.items()})
    each = {strategy: total / judged[strategy].judged_attempts for strategy, total in totals.items()}
    before = {strategy: (once or {}).get(strategy, Usage()) for strategy in judged}
    return Costs(unit, each, {strategy: _amount(unit, of_each[strategy], usage) for strategy, usage in before.items()})


def tokens(usage: Usage) -> int:
    """The tokens that count: of the prompts and of the replies, hidden reasoning included."""
    return usage.input_tokens + usage.output_tokens


def _amount(unit: Unit, model: str, usage: Usage) -> float:
    if unit == "US$":
        return cost_usd(model, usage) or 0.0
    return float(tokens(usage) if unit == "tokens" else usage.calls)


def _totals(models: Mapping[str, str], used: Mapping[str, Usage]) -> tuple[Unit, dict[str, float]]:
    dollars = {strategy: cost_usd(models[strategy], usage) for strategy, usage in used.items()}
    known = {strategy: amount for strategy, amount in dollars.items() if amount is not None}
    if len(known) == len(used) and any(known.values()):
        return "US$", known
    if not any(usage.unmetered for usage in used.values()) and any(map(tokens, used.values())):
        return "tokens", {strategy: _amount("tokens", "", usage) for strategy, usage in used.items()}
    return "calls", {strategy: _amount("calls", "", usage) for strategy, usage in used.items()}
