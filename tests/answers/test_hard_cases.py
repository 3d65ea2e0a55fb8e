"""Replies of real models that are hard to read, each graded by hand."""

import json
from pathlib import Path

import pytest

from promptkit.answers import AnswerType


@pytest.fixture
def cases(recordings: Path) -> list[dict]:
    return [json.loads(line) for line in (recordings / "hard_cases.jsonl").read_text("utf-8").split("\n") if line]


def verdict(case: dict) -> bool:
    """Our verdict on a case; where the task's own target is an error, against the true answer."""
    target = case["true_answer"] if case["category"] == "gold_error" else case["target"]
    kind = "choice" if case["answer_type"] == "date" and target.startswith("(") else case["answer_type"]
    answer = AnswerType(kind, ("yes", "no") if kind == "label" else ())
    found = answer.find(case["outputs"][-1], question=case["question"])
    return found is not None and answer.is_correct(found, target, question=case["question"])


def test_every_case_read_by_hand_is_graded_alike(cases):
    assert len(cases) > 80
    assert [c["case"] for c in cases if verdict(c) != c["correct"]] == []


def test_what_has_no_answer_is_not_given_one_in_a_strict_search(cases):
    without = [c for c in cases if not c["true_answer"]]
    for case in without:
        answer = AnswerType(case["answer_type"], ("yes", "no") if case["answer_type"] == "label" else ())
        assert answer.find(case["outputs"][-1], question=case["question"], strict=True) is None, case["case"]
