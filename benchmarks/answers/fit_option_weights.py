"""Fit what each sign for an option weighs: `python -m benchmarks.answers.fit_option_weights REPLIES [RECORDINGS]`.

REPLIES has replies that were read by hand (`tests/answers/replies`). RECORDINGS has runs of others
(`*.jsonl.gz`, with `question`, `outputs` and `answer_type`): of a reply that announces its option in its last sentence
the rest is taken, and the option announced is what it means. A logistic model of which option is meant, or none, is
fitted by gradient descent; the weights of `promptkit/answers/option_weights.py` are shown.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from promptkit.answers import AnswerType
from promptkit.answers.mentions import labels_of
from promptkit.answers.option_signs import signs
from promptkit.answers.option_weights import (
    ONCE,
    SAID_AGAIN_BY,
    TOGETHER,
    WEIGHTS,
    signals,
    signals_at_all,
)
from promptkit.answers.options import options
from promptkit.answers.prose import sentence_spans
from promptkit.answers.reply import visible_text

_ROUNDS, _RATE, _SHRINK = 160, 0.15, 0.0008
_OF_A_FILE = 25  # recorded replies
_BY_HAND, _PRESENTED, _RECORDED = 2.0, 0.2, 0.25  # what a reply counts
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
    parser.add_argument("recordings", type=Path, nargs="?")
    given = parser.parse_args()
    replies = [*_by_hand(given.replies), *(_recorded(given.recordings) if given.recordings else ())]
    for name, weight in zip(_NAMES, fitted(replies), strict=True):
        print(f"{name}: {weight:.2f}")  # noqa: T201


def _by_hand(folder: Path) -> Iterator[Reply]:
    kind = AnswerType("choice")
    for file in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, filter(None, file.read_text("utf-8").split("\n"))):
            if row["kind"] == "choice" and row["correct"]:
                found = kind.find(row["reply"], question=row["question"])
                counts = _PRESENTED if found and found.explicit else _BY_HAND
                yield from _read(row["question"], row["reply"], row["target"].strip("()").upper(), counts)


def _recorded(folder: Path) -> Iterator[Reply]:
    kind = AnswerType("choice")
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["answer_type"] == "choice" and row["outputs"]]
        for row in rows[:: max(1, len(rows) // _OF_A_FILE)]:
            reply = (row["outputs"][-1] or "").strip()
            announced = kind.find(reply, question=row["question"], strict=True)
            spans = list(sentence_spans(reply))
            rest = reply[: spans[-1][0]].strip() if spans else ""
            if announced and rest and not kind.find(rest, question=row["question"], strict=True):
                yield from _read(row["question"], rest, announced.key, _RECORDED)


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
