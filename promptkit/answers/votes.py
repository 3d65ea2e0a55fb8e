"""Which answers of several draws are one and the same, so that votes merge what grading merges."""

from __future__ import annotations

from collections.abc import Sequence

from promptkit.answers.answer import Answer
from promptkit.answers.kinds import AnswerType


def ballots(answers: Sequence[Answer | None], kind: AnswerType, *, question: str = "") -> list[int | None]:
    """The number of the candidate that each answer is a vote for, from 0 in the order drawn; `None` without an answer.

    Answers with equal keys are one; so are those that grading would take for each other: `Vivendi`, `Vivendi S.A.`.
    """
    distinct = {answer.key: answer for answer in answers if answer is not None}
    candidates: list[list[Answer]] = []
    for answer in distinct.values():
        same = [one for one in candidates if any(kind.same(answer, other, question=question) for other in one)]
        if not same:
            candidates.append([answer])
            continue
        first, *others = same  # they are one now, through this answer
        first.extend([answer, *(member for other in others for member in other)])
        candidates = [one for one in candidates if not any(one is other for other in others)]
    numbers = {answer.key: number for number, one in enumerate(candidates) for answer in one}
    return [None if answer is None else numbers[answer.key] for answer in answers]
