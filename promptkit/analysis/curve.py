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
from promptkit.errors import UsageError
from promptkit.outcomes import Attempt, Group
from promptkit.record.reader import Run
from promptkit.specs import parse_spec
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
    """The draws of a run's votes: for each attempt of a strategy that draws.

    A vote that stops early (`self-consistency(stop=…)`) is left out: it stopped because of what was drawn.
    """
    for drawn in run.judgeable(lambda attempt: () if stops_early(attempt.strategy) else _draws(attempt)):
        group = drawn.attempt.group
        texts = [call.text for _, call in drawn.calls]
        kind = replace(drawn.answer_type, allow_code=allow_code)
        yield group, _read(texts, kind, drawn.target, drawn.question)


def stops_early(strategy: str) -> bool:
    """Whether a strategy, by its specification, draws more or fewer answers depending on what they are."""
    try:
        parts = parse_spec(strategy)
    except UsageError:
        return False  # a name that is no specification
    return any(part.name == "cascade" or part.options.get("stop") for part in parts)


def _draws(attempt: Attempt) -> Iterator[tuple[str, str]]:
    return (call for call in attempt.calls if is_draw(call[0]))


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
