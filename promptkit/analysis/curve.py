"""The self-consistency curve: what a majority over fewer draws would have scored, from draws already recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from promptkit.analysis.recorded import AS_STATED, Reading, recorded_rows
from promptkit.answers import AnswerType
from promptkit.answers.votes import ballots
from promptkit.outcomes import Group
from promptkit.record.reader import Run
from promptkit.strategies.steps import is_draw

if TYPE_CHECKING:
    from promptkit.stats import CurvePoint, RecordedDraws


@dataclass(frozen=True)
class Curve:
    """The expected accuracy of a majority over 1, 2, … draws of one strategy on one task; `items` had draws."""

    task: str
    strategy: str
    model: str
    items: int
    points: tuple[CurvePoint, ...]


def curves(draws: Iterable[tuple[Group, RecordedDraws]]) -> tuple[Curve, ...]:
    """The curve of each group with items that were drawn more than once; the draws of an item come together."""
    grouped: dict[Group, list[RecordedDraws]] = {}
    for group, drawn in draws:
        if len(drawn.answers) > 1:
            grouped.setdefault(group, []).append(drawn)
    if not grouped:
        return ()
    from promptkit.stats import self_consistency_curve  # numpy, which most runs do without

    return tuple(Curve(*group, len(items), self_consistency_curve(items)) for group, items in grouped.items())


def draws_in_files(paths: Iterable[Path], reading: Reading = AS_STATED) -> Iterator[tuple[Group, RecordedDraws]]:
    """The draws of recorded files: a row's outputs."""
    for row, attempts, kind in recorded_rows(paths, reading):
        texts = [text for text in row.draws if text is not None]
        if texts:
            first = attempts[0]
            yield first.group, _read(texts, kind, row.target, row.question)


def draws_in_run(run: Run, *, allow_code: bool = False) -> Iterator[tuple[Group, RecordedDraws]]:
    """The draws of a run's votes: for each attempt of a strategy that draws."""
    for drawn in run.judgeable(lambda attempt: (call for call in attempt.calls if is_draw(call[0]))):
        group = drawn.attempt.group
        texts = [call.text for _, call in drawn.calls]
        kind = replace(drawn.answer_type, allow_code=allow_code)
        yield group, _read(texts, kind, drawn.target, drawn.question)


def _read(texts: list[str], kind: AnswerType, target: str, question: str) -> RecordedDraws:
    """The answers by small numbers instead of their keys, the right ones first: of many items little is kept."""
    from promptkit.stats import RecordedDraws

    found = [kind.find(text, question=question) for text in texts]
    cast = ballots(found, kind, question=question)
    is_right: dict[int, bool] = {}
    for answer, ballot in zip(found, cast, strict=True):  # of a vote the first draw with its answer is the reply
        if answer is not None and ballot is not None and ballot not in is_right:
            is_right[ballot] = kind.is_correct(answer, target, question=question)
    numbers = {
        ballot: number for number, ballot in enumerate(sorted(is_right, key=lambda ballot: not is_right[ballot]))
    }
    answers = tuple(None if ballot is None else numbers[ballot] for ballot in cast)
    return RecordedDraws(answers, _first(sum(is_right.values())))


@cache
def _first(count: int) -> frozenset[int]:
    return frozenset(range(count))
