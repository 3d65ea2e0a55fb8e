"""Finding the final answer in a model's reply, and grading it."""

from promptkit.answers.answer import Answer
from promptkit.answers.grader import Grader
from promptkit.answers.kinds import AnswerKind, AnswerType

__all__ = ["Answer", "AnswerKind", "AnswerType", "Grader"]
