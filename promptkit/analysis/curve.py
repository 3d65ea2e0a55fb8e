"""The self-consistency curve: what a majority over fewer draws would have scored, from draws already recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from promptkit.analysis.recorded import recorded_rows
from promptkit.answers import AnswerKind, AnswerType
from promptkit.errors import UsageError
from promptkit.record.writer import RunRecord

if TYPE_CHECKING:
    from promptkit.stats import CurvePoint, RecordedDraws

Group = tuple[str, str, str]  # task, strategy, model
_DRAW = re.compile(r"(?:^|/)draw \d+$")


@dataclass(frozen=True)
class Curve:
    """The expected accuracy of a majority over 1, 2, … draws of one strategy on one task; `items` had draws."""

    task: str
    strategy: str
    model: str
    items: int
    points: tuple[CurvePoint, ...]


def curves(draws: Iterable[tuple[Group, RecordedDraws]]) -> tuple[Curve, ...]:
    """The curve of each group. Draws of one item come together, as one `RecordedDraws`.

    Raises:
        UsageError: no item was drawn more than once.
    """
    from promptkit.stats import self_consistency_curve

    grouped: dict[Group, list[RecordedDraws]] = {}
    for group, drawn in draws:
        if len(drawn.answers) > 1:
            grouped.setdefault(group, []).append(drawn)
    if not grouped:
        raise UsageError("no item was drawn more than once; record a run with self-consistency(draws=8)")
    return tuple(Curve(*group, len(items), self_consistency_curve(items)) for group, items in grouped.items())


def draws_in_files(
    paths: Iterable[Path], *, answer: AnswerKind | None = None, labels: tuple[str, ...] = ()
) -> Iterator[tuple[Group, RecordedDraws]]:
    """The draws of recorded files: a row's outputs."""
    for row, attempts, kind in recorded_rows(paths, answer=answer, labels=labels):
        texts = [text for text in row.draws if text is not None]
        if texts:
            first = attempts[0]
            yield (first.task, first.strategy, first.model), _read(texts, kind, row.target, row.question)


def draws_in_run(directory: Path) -> Iterator[tuple[Group, RecordedDraws]]:
    """The draws of a run's votes: for each attempt of a strategy whose outermost part draws."""
    record = RunRecord(directory)
    try:
        asked = {(task, item): (question, target) for task, item, question, target in record.asked()}
        kinds = record.answer_types()
        for attempt in record.attempts():
            calls = [record.calls.get(key) for step, key in attempt.calls if key and _DRAW.search(step)]
            texts = [call.text for call in calls if call is not None]
            if texts:
                question, target = asked[attempt.task, attempt.item]
                group = (attempt.task, attempt.strategy, attempt.model)
                yield group, _read(texts, kinds[attempt.task], target, question)
    finally:
        record.close()


def _read(texts: list[str], kind: AnswerType, target: str, question: str) -> RecordedDraws:
    from promptkit.stats import RecordedDraws

    found = [kind.find(text, question=question) for text in texts]
    right = {a.key for a in found if a is not None and kind.is_correct(a, target, question=question)}
    return RecordedDraws([None if a is None else a.key for a in found], right)
