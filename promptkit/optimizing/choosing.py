"""Other choices of examples: one is exchanged for another, or two change places, by a seeded rule. Nothing is asked."""

from __future__ import annotations

import random

from promptkit.optimizing.versions import numbers_of, numbers_text


def exchanged(text: str, *, pool: int, seed: str) -> str:
    """A choice of examples that differs in one place, or in the order of two where all of the pool are shown.

    The papers on GEPA reword instructions alone; random search over sets of examples is that of DSPy (Khattab et al.
    2023, arXiv:2310.03714).
    """
    chosen, dice = list(numbers_of(text)), random.Random(seed)  # noqa: S311 - not for secrets
    others = [number for number in range(1, pool + 1) if number not in chosen]
    if others:
        chosen[dice.randrange(len(chosen))] = dice.choice(others)
    elif len(chosen) > 1:
        first, second = dice.sample(range(len(chosen)), 2)
        chosen[first], chosen[second] = chosen[second], chosen[first]
    return numbers_text(tuple(chosen))
