"""Fit what each kind of evidence for a text weighs: `python -m benchmarks.answers.fit_text_weights FOLDER`.

The folder has replies that were read by hand (`tests/answers/replies`). Of each reply of kind `text` whose answer is
guessed, the places count at which its target stands, and those of the other texts. Where the reply gives the target,
the target is to win; else anything else, or nothing. Logistic regression, by gradient descent (Adam) from zero. Shown
are the table, and how many are read rightly with weights that were fitted to the replies to other questions alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from promptkit.answers import AnswerType
from promptkit.answers.texts.asserted import weighed
from promptkit.answers.texts.texts import LIKELY

_ROUNDS, _RATE, _SHRINK, _FOLDS = 300, 0.05, 1.5, 5
_SLOW, _SLOWER, _TINY = 0.9, 0.999, 1e-8

Vector = NDArray[np.float64]


class Case(NamedTuple):
    """A target in a reply: what there is of each kind of evidence at its places and at others', and the verdict."""

    question: str
    text: Vector
    rivals: Vector
    right: bool


def main() -> None:
    """Fit and print the table, and how it carries over."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers.fit_text_weights", description=__doc__)
    parser.add_argument("folder", type=Path)
    names: list[str] = []
    cases = [case for file in sorted(parser.parse_args().folder.glob("*.jsonl")) for case in _cases(file, names)]
    questions = list(dict.fromkeys(case.question for case in cases))
    read = wrong = 0
    for fold in range(_FOLDS):
        own = set(questions[fold::_FOLDS])
        weights = fitted([case for case in cases if case.question not in own])
        for case in cases:
            if case.question in own:
                given = bool(_chances(case, weights)[: len(case.text)].sum() >= LIKELY)
                read, wrong = read + (given == case.right), wrong + (given and not case.right)
    print(f"{len(cases)} targets, {read} read rightly by weights of others, {wrong} called right wrongly\n")  # noqa: T201
    *table, none = fitted(cases)
    print(f"NO_ANSWER: Final = {none:.2f}")  # noqa: T201
    for name, weight in zip(names, table, strict=True):
        print(f'    "{name}": {weight:.2f},')  # noqa: T201


def _cases(file: Path, names: list[str]) -> Iterator[Case]:
    kind = AnswerType("text")
    for row in map(json.loads, filter(None, file.read_text("utf-8").split("\n"))):
        if row["kind"] != "text" or row["correct"] is None or not row["question"]:
            continue
        answer = kind.find(row["reply"], question=row["question"])
        found = weighed(answer.context, row["target"], row["question"]) if answer and answer.context else None
        if found is None or not found.text:
            continue
        names[:] = found.text[0]
        text, rivals = ([list(one.values()) for one in part] for part in found)
        yield Case(row["question"], np.array(text), np.array(rivals).reshape(-1, len(names)), row["correct"])


def fitted(cases: Sequence[Case]) -> Vector:
    """The weights by which the verdicts of `cases` are likeliest, drawn towards zero; the last is that of no answer."""
    parts = [_signals(case) for case in cases]
    signals, wanted = np.vstack(parts), np.concatenate([_wanted(case) for case in cases])
    sizes = np.array([len(part) for part in parts])
    starts = np.cumsum(sizes) - sizes
    weights, mean, square = (np.zeros(signals.shape[1]) for _ in range(3))
    for n in range(1, _ROUNDS + 1):
        scores = signals @ weights
        powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        chances = powers / np.repeat(np.add.reduceat(powers, starts), sizes)
        meant = chances * wanted
        meant /= np.repeat(np.maximum(np.add.reduceat(meant, starts), _TINY), sizes)
        slope = (meant - chances) @ signals + np.append(-_SHRINK * weights[:-1], 0.0)
        mean = _SLOW * mean + (1 - _SLOW) * slope
        square = _SLOWER * square + (1 - _SLOWER) * slope * slope
        weights = weights + _RATE * (mean / (1 - _SLOW**n)) / (np.sqrt(square / (1 - _SLOWER**n)) + _TINY)
    return weights


def _wanted(case: Case) -> NDArray[np.bool_]:
    """Which of the texts of `case`, and of there being none, may be its answer."""
    target: NDArray[np.bool_] = np.arange(len(case.text) + len(case.rivals) + 1) < len(case.text)
    return target if case.right else ~target


def _signals(case: Case) -> Vector:
    """The evidence for the target, for its rivals, and for there being no answer."""
    rows = np.vstack([case.text, case.rivals, np.zeros(case.text.shape[1])])
    return np.column_stack([rows, np.append(np.zeros(len(rows) - 1), 1.0)])


def _chances(case: Case, weights: Vector) -> Vector:
    scores = _signals(case) @ weights
    powers = np.exp(scores - scores.max())
    chances: Vector = powers / powers.sum()
    return chances


if __name__ == "__main__":
    main()
