"""What reflection changed: items it put right, and items it spoilt, against the same strategy without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptkit.bench.comparison import compare
from promptkit.bench.tally import Tally
from promptkit.errors import UsageError
from promptkit.specs import Part, parse_spec


@dataclass(frozen=True)
class Flips:
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


def reflection_flips(arms: Mapping[str, Tally]) -> tuple[Flips, ...]:
    """The flips of every strategy that reflects; `arms` are the strategies on one task."""
    parts = {strategy: _parts(strategy) for strategy in arms}
    return tuple(
        _flips(strategy, shorter, parts, arms) for strategy, own in parts.items() if own and (shorter := _without(own))
    )


def _flips(
    strategy: str,
    shorter: list[Part],
    parts: Mapping[str, list[Part] | None],
    arms: Mapping[str, Tally],
) -> Flips:
    without = next((other for other, own in parts.items() if own == shorter[1:]), None)
    if without is None:
        return Flips(strategy, None)
    pair = compare({("", without, ""): arms[without], ("", strategy, ""): arms[strategy]}, without)
    if not pair:
        return Flips(strategy, without)
    return Flips(strategy, without, pair[0].n, pair[0].gained, pair[0].lost, pair[0].p)
