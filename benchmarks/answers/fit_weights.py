"""Fit what each kind of evidence for a number weighs: `python -m benchmarks.answers.fit_weights FOLDER`.

The folder has replies that were read by hand (`tests/answers/replies`). Of each reply that gives its target, every
sentence counts that has the target and another number: the target is the result there. A sentence that gives the
target beside the result is left out: one that is read otherwise in a reply that is read rightly.
Conditional logistic regression, by gradient descent from zero. Shown are the weights, and how many sentences are read
rightly with weights that were fitted to the other files alone.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from promptkit.answers import AnswerType
from promptkit.answers.asked import asked_for
from promptkit.answers.notation import plain
from promptkit.answers.prose import last_sentences
from promptkit.answers.results import result, weighed
from promptkit.answers.weights import WEIGHTS, signals_of

_ROUNDS, _RATE, _SHRINK = 400, 2.0, 1.0


class Choice(NamedTuple):
    """A sentence with several numbers: the evidence for each, and whether it is the target."""

    file: str
    signals: list[tuple[float, ...]]
    right: list[bool]


def main() -> None:
    """Fit and print the table, and how it carries over."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers.fit_weights", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    choices = [choice for file in sorted(folder.glob("*.jsonl")) for choice in _choices(file)]
    print("| file | sentences | read rightly by weights of the other files |\n| --- | ---: | ---: |")  # noqa: T201
    for file in sorted({choice.file for choice in choices}):
        weights = fitted([choice for choice in choices if choice.file != file])
        own = [choice for choice in choices if choice.file == file]
        print(f"| {file} | {len(own)} | {sum(_is_read(choice, weights) for choice in own)} |")  # noqa: T201
    for name, weight in zip(WEIGHTS, fitted(choices), strict=True):
        print(f'    "{name}": {weight:.2f},')  # noqa: T201


def _choices(file: Path) -> Iterator[Choice]:
    kind = AnswerType("number")
    for row in map(json.loads, filter(None, file.read_text("utf-8").split("\n"))):
        if row["kind"] != "number" or not row["correct"] or not row["question"]:
            continue
        answer = kind.find(row["reply"], question=row["question"])
        is_read = answer is not None and kind.is_correct(answer, row["target"], question=row["question"])
        target = kind.find(row["target"], question=row["question"])
        if target is None:
            continue
        asked = asked_for(row["question"])
        for sentence in last_sentences(plain(row["reply"])):
            evidence = weighed(sentence, asked)
            right = [one.number.value == Fraction(target.key) for one in evidence]
            if not any(right) or all(right):
                continue
            found = result(sentence, asked)
            if is_read and found and found.quantity.value not in {None, Fraction(target.key)}:
                continue
            yield Choice(file.stem, signals_of(evidence), right)


def fitted(choices: Sequence[Choice]) -> list[float]:
    """The weights by which the targets of `choices` are likeliest, drawn towards zero."""
    weights = [0.0] * len(WEIGHTS)
    for _ in range(_ROUNDS):
        slope = [-_SHRINK * weight for weight in weights]
        for choice in choices:
            chances = _chances(choice, weights)
            hit = sum(chance for chance, right in zip(chances, choice.right, strict=True) if right)
            for signals, chance, right in zip(choice.signals, chances, choice.right, strict=True):
                pull = (chance / hit if right else 0.0) - chance
                slope = [total + pull * signal for total, signal in zip(slope, signals, strict=True)]
        weights = [w + _RATE * s / len(choices) for w, s in zip(weights, slope, strict=True)]
    return weights


def _chances(choice: Choice, weights: Sequence[float]) -> list[float]:
    scores = [sum(w * s for w, s in zip(weights, signals, strict=True)) for signals in choice.signals]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def _is_read(choice: Choice, weights: Sequence[float]) -> bool:
    chances = _chances(choice, weights)
    return choice.right[chances.index(max(chances))]


if __name__ == "__main__":
    main()
