"""Data for tuning and evaluating chat models: OpenAI's, Alpaca's, Inspect's."""

from __future__ import annotations

from typing import Any

from promptkit.tasks.columns import Raw, at
from promptkit.tasks.shapes.shape import Shape, every


def _are_turns(value: Any) -> bool:  # noqa: ANN401 - whatever stands there
    return isinstance(value, list) and bool(value) and all(isinstance(t, dict) and "role" in t for t in value)


def _asked(row: Raw) -> object:
    turns = at(row, "messages")
    return turns[:-1] if isinstance(turns, list) and turns and turns[-1].get("role") == "assistant" else turns


def _answered(row: Raw) -> object:
    turns = at(row, "messages")
    last = turns[-1] if isinstance(turns, list) and turns else {}
    return last.get("content") if last.get("role") == "assistant" else None


def _with_input(row: Raw) -> object:
    instruction, given = at(row, "instruction"), at(row, "input")
    return f"{instruction}\n\n{given}" if isinstance(given, str) and given.strip() else instruction


SHAPES = (
    Shape(
        name="OpenAI chat",
        needs=("messages",),
        parts={"question": _asked, "target": _answered},
        uses=("messages",),
        fits=every("messages", lambda value: _are_turns(value) and value[-1]["role"] == "assistant"),
        note="the target is the last message",
    ),
    Shape(name="OpenAI evals", needs=("input", "ideal"), parts={"question": "input", "target": "ideal"}),
    Shape(
        name="Alpaca",
        needs=("instruction", "output"),
        parts={"question": _with_input, "target": "output"},
        uses=("instruction", "input"),
        note="the input stands below its instruction",
    ),
    Shape(
        name="Inspect",
        needs=("input", "target", "choices"),
        parts={"question": "input", "target": "target", "options": "choices", "id": "id"},
        answer="choice",
        note="the target is a letter of the choices",
    ),
    Shape(
        name="Inspect",
        needs=("input", "target"),
        parts={"question": "input", "target": "target", "id": "id"},
    ),
)
