"""Data sets of questions with answers in words or numbers: GSM8K, SQuAD, BBH."""

from __future__ import annotations

import re

from promptkit.tasks.columns import Raw, at
from promptkit.tasks.shapes.shape import Shape, every

_CALCULATION = re.compile(r"<<[^<>]{0,200}>>")  # GSM8K's own notes for a calculator
_OPTION = re.compile(r"\([A-Z]\)")


def after_hashes(text: object) -> object:
    """What stands behind `####`, where a text has it."""
    return text.rpartition("####")[2].strip() if isinstance(text, str) and "####" in text else text


def before_hashes(text: object) -> str | None:
    """The steps that stand before `####`."""
    steps, hashes, _ = text.rpartition("####") if isinstance(text, str) else ("", "", "")
    return _CALCULATION.sub("", steps).strip() or None if hashes else None


def _steps(row: Raw) -> str | None:
    return before_hashes(at(row, "answer"))


def _bare_letter(row: Raw) -> object:
    target = at(row, "target")
    return target.strip("() ") if isinstance(target, str) else target


def _yes_or_no(row: Raw) -> str | None:
    return None if (answer := at(row, "answer")) is None else "yes" if answer else "no"


SHAPES = (
    Shape(
        name="GSM8K",
        needs=("question", "answer"),
        parts={"question": "question", "target": lambda row: after_hashes(at(row, "answer")), "reasoning": _steps},
        uses=("answer",),
        fits=every("answer", lambda value: isinstance(value, str) and "####" in value),
        answer="number",
        note="target after ####",
    ),
    Shape(
        name="SQuAD",
        needs=("context", "question", "answers"),
        parts={"context": "context", "question": "question", "target": "answers", "id": "id", "cluster": "title"},
        fits=every("answers", lambda value: isinstance(value, dict) and "text" in value),
        answer="text",
        note="the passage stands above its question, any of the answers is right",
    ),
    Shape(
        name="BBH",
        needs=("input", "target"),
        parts={"question": "input", "target": _bare_letter},
        uses=("target",),
        fits=every("target", lambda value: isinstance(value, str) and bool(_OPTION.fullmatch(value.strip()))),
        answer="choice",
        note="the options stand in the question",
    ),
    Shape(
        name="BoolQ",
        needs=("question", "passage", "answer"),
        parts={"question": "question", "context": "passage", "target": _yes_or_no},
        uses=("answer",),
        fits=every("answer", lambda value: isinstance(value, bool)),
        answer="label",
        note="the passage stands above its question",
    ),
)
