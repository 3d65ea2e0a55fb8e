"""Data sets of programs to be written, which tests judge: HumanEval and MBPP."""

from __future__ import annotations

from promptkit.tasks.columns import Raw, at
from promptkit.tasks.shapes.shape import Shape, every


def _checked(row: Raw) -> str | None:
    test, entry = at(row, "test"), at(row, "entry_point")
    return f"{str(test).rstrip()}\n\ncheck({entry})\n" if test and entry else None


def _asserted(row: Raw) -> str | None:
    tests, setup = at(row, "test_list"), at(row, "test_setup_code") or at(row, "test_imports") or ""
    lines = [setup] if isinstance(setup, str) else list(setup)
    return "\n".join(filter(None, [*map(str, lines), *map(str, tests)])) if isinstance(tests, list) else None


def _with_tests(row: Raw) -> str | None:
    text, tests = at(row, "prompt") or at(row, "text"), at(row, "test_list")
    return f"{text}\n\nYour code should pass these tests:\n" + "\n".join(map(str, tests)) if text and tests else None


SHAPES = (
    Shape(
        name="HumanEval",
        needs=("prompt", "test", "entry_point"),
        parts={"question": "prompt", "target": _checked, "id": "task_id"},
        uses=("test", "entry_point"),
        answer="code",
        note="the target is its tests",
    ),
    Shape(
        name="MBPP",
        needs=("text|prompt", "test_list"),
        parts={"question": _with_tests, "target": _asserted, "id": "task_id"},
        uses=("text", "prompt", "test_list", "test_setup_code", "test_imports"),
        fits=every("test_list", lambda value: isinstance(value, list)),
        answer="code",
        note="the target is its tests",
    ),
)
