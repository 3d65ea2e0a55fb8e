"""Multiple-choice data sets: MMLU, ARC, AQuA and those that look like them."""

from __future__ import annotations

import re

from promptkit.tasks.columns import Raw, at
from promptkit.tasks.shapes.shape import Shape, every

_LETTERED = re.compile(r"^\s*\(?[A-Z][).:]")


def _columns(*names: str) -> str:
    return ",".join(names)


def _stem_options(row: Raw) -> object:
    return at(row, "question.choices")


SHAPES = (
    Shape(
        name="MMLU",
        needs=("question", "A", "B", "C", "D", "answer|target"),
        parts={"question": "question", "options": _columns("A", "B", "C", "D"), "target": "answer|target"},
        answer="choice",
        note="options in columns, the target is a letter",
    ),
    Shape(
        name="ARC",
        needs=("question", "choices", "answerKey"),
        parts={"question": "question", "options": "choices", "target": "answerKey", "id": "id"},
        fits=every("choices", lambda value: isinstance(value, dict) and {"text", "label"} <= value.keys()),
        answer="choice",
        note="the target is a label of the options",
    ),
    Shape(
        name="ARC",
        needs=("question", "answerKey"),
        parts={"question": "question.stem", "options": _stem_options, "target": "answerKey", "id": "id"},
        uses=("question",),
        fits=every("question.choices", lambda value: isinstance(value, list)),
        answer="choice",
        note="the target is a label of the options",
    ),
    Shape(
        name="OpenBookQA",
        needs=("question_stem", "choices", "answerKey"),
        parts={"question": "question_stem", "options": "choices", "target": "answerKey", "id": "id"},
        answer="choice",
        note="the target is a label of the options",
    ),
    Shape(
        name="AQuA",
        needs=("question", "options", "correct"),
        parts={"question": "question", "options": "options", "target": "correct", "reasoning": "rationale"},
        fits=every("options", lambda value: bool(_LETTERED.match(value[0] if isinstance(value, list) else value))),
        answer="choice",
        note="options with their letters",
    ),
    Shape(
        name="MMLU",
        needs=("question", "choices", "answer"),
        parts={"question": "question", "options": "choices", "target": "answer"},
        fits=every("choices", lambda value: isinstance(value, (list, str))),
        answer="choice",
        note="options in a list",
    ),
    Shape(
        name="HellaSwag",
        needs=("ctx", "endings", "label"),
        parts={"question": "ctx", "options": "endings", "target": "label"},
        answer="choice",
        note="options in a list",
    ),
)
