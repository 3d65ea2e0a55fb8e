"""Fit what each sign for an option weighs: `python -m benchmarks.answers.fit_option_weights REPLIES`.

REPLIES has replies that were read by hand (`tests/answers/replies`). A logistic model of which option is meant, or
none, is fitted to them by gradient descent, and what is printed is what
`promptkit/answers/options/option_weights.py` has.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from promptkit.answers import AnswerType
from promptkit.answers.options.mentions import labels_of
from promptkit.answers.options.option_signs import signs
from promptkit.answers.options.option_weights import (
    ONCE,
    SAID_AGAIN_BY,
    TOGETHER,
    WEIGHTS,
    signals,
    signals_at_all,
)
from promptkit.answers.options.options import options
from promptkit.answers.prose.reply import visible_text

_ROUNDS, _RATE, _SHRINK = 160, 0.15, 0.004
_BY_HAND, _PRESENTED = 2.0, 0.2  # what a reply counts
_NAMES = (*WEIGHTS, *TOGETHER, "said again", *SAID_AGAIN_BY, "each mention", *ONCE, "mentions")


class Reply(NamedTuple):
    """A reply: the signals of the mentions of each option, those of all its mentions, and which is meant, if any."""

    mentions: list[list[list[float]]]
    at_all: list[list[float]]
    meant: int
    counts: float


def main() -> None:
    """Fit and print the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers.fit_option_weights", description=__doc__)
    parser.add_argument("replies", type=Path)
    given = parser.parse_args()
    print(tables(fitted(list(_by_hand(given.replies)))), end="")  # noqa: T201


def tables(weights: Sequence[float]) -> str:
    """`weights`, in the order of `_NAMES`, as the tables that `option_weights.py` has."""
    left = iter(weights)
    single = "".join(f"    {json.dumps(name)}: {next(left):.2f},\n" for name in WEIGHTS)
    pairs = "".join(f'    ("{one}", "{other}"): {next(left):.2f},\n' for one, other in TOGETHER)
    again = f"SAID_AGAIN: Final = {next(left):.2f}  # all words of the question\n"
    alone = ", ".join(f'"{name}": {next(left):.2f}' for name in SAID_AGAIN_BY)
    each = f"EACH_MENTION: Final = {next(left):.2f}\n"
    once = ", ".join(f'"{name}": {next(left):.2f}' for name in ONCE)
    return (
        f"WEIGHTS: Final[Mapping[str, float]] = {{\n{single}}}\n"
        f"TOGETHER: Final[Mapping[tuple[str, str], float]] = {{  # of two signs that are both seen\n{pairs}}}\n"
        f"{again}SAID_AGAIN_BY: Final[Mapping[str, float]] = {{{alone}}}\n{each}"
        f"ONCE: Final[Mapping[str, float]] = {{{once}}}  # of any of its mentions\n"
        f"MENTIONS: Final = {next(left):.2f}  # each of the first three\n"
    )


def _by_hand(folder: Path) -> Iterator[Reply]:
    kind = AnswerType("choice")
    for file in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, filter(None, file.read_text("utf-8").split("\n"))):
            if row["kind"] == "choice" and row["correct"]:
                found = kind.find(row["reply"], question=row["question"])
                counts = _PRESENTED if found and found.explicit else _BY_HAND
                yield from _read(row["question"], row["reply"], row["target"].strip("()").upper(), counts)


def _read(question: str, reply: str, meant: str, counts: float) -> Iterator[Reply]:
    known = options(question)
    asking = question.partition(next(iter(known.values()), "\n"))[0]
    seen = signs(visible_text(reply), labels_of(known), known, asking) if known else []
    named = [label for label in known if any(one.label == label and one.seen.isdisjoint(ONCE) for one in seen)]
    if named:
        of = [[one for one in seen if one.label == label] for label in named]
        mentions = [[signals(one) for one in mine if one.seen.isdisjoint(ONCE)] for mine in of]
        yield Reply(mentions, list(map(signals_at_all, of)), named.index(meant) if meant in named else -1, counts)


def fitted(replies: Sequence[Reply]) -> list[float]:
    """The weights by which the options that `replies` mean are likeliest, drawn towards zero (Adam)."""
    each = len(WEIGHTS) + len(TOGETHER) + len(SAID_AGAIN_BY) + 2
    weights = [0.0] * len(_NAMES)
    mean, square = [0.0] * len(weights), [0.0] * len(weights)
    for turn in range(1, _ROUNDS + 1):
        slope = [_SHRINK * weight * len(replies) for weight in weights]
        for reply in replies:
            logits, drawn = [], []
            for mentions, at_all in zip(reply.mentions, reply.at_all, strict=True):
                powers = [math.exp(_dot(one, weights)) for one in mentions]
                shares = [power / sum(powers) for power in powers]
                logits.append(math.log(sum(powers)) + _dot(at_all, weights[each:]))
                drawn.append([_dot(column, shares) for column in zip(*mentions, strict=True)] + at_all)
            total = 1 + sum(map(math.exp, logits))
            for n, (logit, signal) in enumerate(zip(logits, drawn, strict=True)):
                pull = reply.counts * (math.exp(logit) / total - (n == reply.meant))
                slope = [s + pull * x for s, x in zip(slope, signal, strict=True)]
        mean = [0.9 * m + 0.1 * s for m, s in zip(mean, slope, strict=True)]
        square = [0.99 * q + 0.01 * s * s for q, s in zip(square, slope, strict=True)]
        rate = _RATE * (1 - turn / _ROUNDS) + 0.01
        weights = [
            w - rate * (m / (1 - 0.9**turn)) / (math.sqrt(q / (1 - 0.99**turn)) + 1e-9)
            for w, m, q in zip(weights, mean, square, strict=True)
        ]
    return weights


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=False))


if __name__ == "__main__":
    main()
