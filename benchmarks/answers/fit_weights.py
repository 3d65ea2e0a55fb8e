"""Fit what each kind of evidence for a number weighs: `python -m benchmarks.answers.fit_weights FOLDER`.

The folder has replies that were read by hand (`tests/answers/replies`). Each reply counts that presents no answer and
has several numbers, one of them the target. Conditional logistic regression, by gradient descent from zero: the target
is likely where the reply gives it, and unlikely where it does not. Shown are the weights, and how many of these
replies are read rightly with weights that were fitted to the other files alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from promptkit.answers import AnswerType
from promptkit.answers.numbers.numbers import NumberReader
from promptkit.answers.numbers.ranking import Candidate
from promptkit.answers.numbers.weights import OF_NUMBER, OF_SENTENCE, WEIGHTS
from promptkit.answers.prose.reply import visible_text

_ROUNDS, _RATE, _SHRINK = 1500, 4.0, 1.0
Numbers = npt.NDArray[np.float64]


class Choice(NamedTuple):
    """A reply: the evidence for each of its numbers, whether it is the target, and whether the reply gives that."""

    file: str
    signals: Numbers
    right: Numbers
    given: bool


@dataclass(frozen=True)
class _Watched(NumberReader):
    """Keeps the numbers among which it looks for the answer first."""

    seen: list[list[Candidate]] = field(default_factory=list, compare=False)

    def candidates(self, text: str) -> list[Candidate]:
        self.seen.append(super().candidates(text))
        return self.seen[-1]


def main() -> None:
    """Fit and print the table, and how it carries over."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers.fit_weights", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    choices = [choice for file in sorted(folder.glob("*.jsonl")) for choice in _choices(file)]
    print("| file | replies | read rightly by weights of the other files | of these targets not given |")  # noqa: T201
    print("| --- | ---: | ---: | ---: |")  # noqa: T201
    for file in sorted({choice.file for choice in choices}):
        weights = fitted([choice for choice in choices if choice.file != file])
        own = [choice for choice in choices if choice.file == file]
        read = [choice for choice in own if is_read(choice, weights)]
        print(f"| {file} | {len(own)} | {len(read)} | {sum(not choice.given for choice in read)} |")  # noqa: T201
    for name, weight in zip((*OF_NUMBER, *OF_SENTENCE), fitted(choices), strict=True):
        print(f'    "{name}": {weight:.2f},')  # noqa: T201


def _choices(file: Path) -> Iterator[Choice]:
    kind = AnswerType("number")
    for row in map(json.loads, filter(None, file.read_text("utf-8").split("\n"))):
        target = kind.find(row["target"], question=row["question"]) if row["kind"] == "number" else None
        if target is None or row["correct"] is None:
            continue
        reader = _Watched(row["question"])
        reader.find(visible_text(row["reply"]))
        for found in reader.seen[:1]:
            right = [one.result.quantity.value == target.value for one in found]
            if any(right) and not all(right):
                signals = np.array([one.signals for one in found], dtype=float)
                yield Choice(file.stem, signals, np.array(right, dtype=float), row["correct"])


def fitted(choices: Sequence[Choice]) -> Numbers:
    """The weights by which the targets of `choices` are likeliest where they are given, drawn towards zero."""
    signals = np.concatenate([choice.signals for choice in choices])
    right = np.concatenate([choice.right if choice.given else 1 - choice.right for choice in choices])
    counts = np.array([len(choice.right) for choice in choices])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])

    def shares(powers: Numbers) -> Numbers:
        total: Numbers = np.repeat(np.add.reduceat(powers, starts), counts)
        return powers / total

    weights: Numbers = np.zeros(len(WEIGHTS))
    for _ in range(_ROUNDS):
        powers = np.exp(np.clip(signals @ weights, -50, 50))
        pull = shares(powers * right) - shares(powers)
        weights = weights + _RATE * (signals.T @ pull - _SHRINK * weights) / len(choices)
    return weights


def is_read(choice: Choice, weights: Numbers) -> bool:
    """Whether the number for which most speaks is the target where that is given, and another one where it is not."""
    return bool(choice.right[int(np.argmax(choice.signals @ weights))]) == choice.given


if __name__ == "__main__":
    main()
