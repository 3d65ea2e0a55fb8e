"""Replies as today's models write them, each graded as a careful reader grades it.

Each line of `replies/*.jsonl` has a reply, a target, and `correct`: whether the reply gives the target. It is false
where the reply hedges, declines, withdraws the target or gives another answer, and null where the target is no answer
of its kind, so that nothing can be judged. `fault` is the kind of misreading it guards against (README.md beside them).
`replies/misread.txt` lists the ids of those not yet read rightly.
"""

import json
from pathlib import Path

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError

REPLIES = Path(__file__).parent / "replies"
LINES = [line for file in sorted(REPLIES.glob("*.jsonl")) for line in file.read_text("utf-8").split("\n") if line]
ROWS = [json.loads(line) for line in LINES]
MISREAD = set((REPLIES / "misread.txt").read_text("utf-8").split())
CASES = [pytest.param(r, id=r["id"], marks=pytest.mark.xfail if r["id"] in MISREAD else ()) for r in ROWS]


def verdict(row: dict) -> bool | None:
    kind = AnswerType(row["kind"], tuple(row.get("labels", ())))
    try:
        kind.check_target(row["target"], question=row["question"])
    except UsageError:
        return None
    answer = kind.find(row["reply"], question=row["question"])
    return answer is not None and kind.is_correct(answer, row["target"], question=row["question"])


@pytest.mark.parametrize("row", CASES)
def test_a_reply_is_graded_as_a_careful_reader_grades_it(row):
    assert verdict(row) is row["correct"], row["reply"]


def test_ids_are_given_once_and_those_misread_exist():
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids)
    assert set(ids) >= MISREAD
