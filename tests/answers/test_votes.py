"""Votes merge what grading merges."""

from promptkit.answers import AnswerType
from promptkit.answers.votes import ballots

TEXT, NUMBER = AnswerType("text"), AnswerType("number")


def cast(kind: AnswerType, *replies: str) -> list[int | None]:
    return ballots([kind.find(reply) for reply in replies], kind)


def test_one_text_with_an_addition_and_without_is_one_candidate():
    assert cast(TEXT, "Sony", "Vivendi S.A.", "Vivendi (France)", "Sony", "Vivendi") == [0, 1, 1, 0, 1]


def test_one_number_in_any_notation_is_one_candidate():
    assert cast(NUMBER, "1/2", "3", "0.5", "no idea", "50e-2") == [0, 1, 0, None, 0]
