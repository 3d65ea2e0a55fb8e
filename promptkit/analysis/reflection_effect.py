"""What reflection changed: items it put right, and items it spoilt, against the same strategy without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptkit.analysis.comparison import compare
from promptkit.analysis.tally import Tally
from promptkit.errors import UsageError
from promptkit.specs import parse_spec


@dataclass(frozen=True)
class ReflectionEffect:
    """A strategy beside the same one without its last reflection, on the items that both have judged.

    Attributes:
        without: the other strategy; `None` when it is not in the run, and then nothing else is known.
        repaired: items wrong without and right with it; `spoilt`: the other way round.
        p: two-sided, of both ways being as likely (exact; not adjusted for other comparisons).
    """

    strategy: str
    without: str | None
    n: int = 0
    repaired: int = 0
    spoilt: int = 0
    p: float = 1.0


def reflection_flips(arms: Mapping[str, Tally]) -> tuple[ReflectionEffect, ...]:
    """The flips of every strategy that reflects; `arms` are the strategies on one task."""
    by_parts = {parts: strategy for strategy in arms if (parts := _parts(strategy)) is not None}
    return tuple(
        _flips(strategy, by_parts.get(without), arms)
        for parts, strategy in by_parts.items()
        if (without := _without_last_reflection(parts)) is not None
    )


def _flips(strategy: str, without: str | None, arms: Mapping[str, Tally]) -> ReflectionEffect:
    if without is None:
        return ReflectionEffect(strategy, None)
    pairs = compare({("", without, ""): arms[without], ("", strategy, ""): arms[strategy]}, without)
    if not pairs:
        return ReflectionEffect(strategy, without)
    pair = pairs[0]
    return ReflectionEffect(strategy, without, pair.n, pair.gained, pair.lost, pair.p)


def _parts(strategy: str) -> tuple[str, ...] | None:
    """The parts in a form that can be compared; nothing for a name that is no specification."""
    try:
        return tuple(f"{part.name} {sorted(part.options.items())}" for part in parse_spec(strategy))
    except UsageError:
        return None


def _without_last_reflection(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    last = max((i for i, part in enumerate(parts) if part.startswith("reflect ")), default=None)
    return None if last is None else parts[:last] + parts[last + 1 :]
