"""Examples in a file: an object a line, with `question`, `answer` and, where there is one, `reasoning`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from promptkit.errors import UsageError
from promptkit.text_files import read_text
from promptkit.types import Example


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples in a file, in its order.

    Raises:
        UsageError: it can't be read, has none, or a line is no example; names the line.
    """
    if not path.exists():
        raise UsageError(f"the file of examples {path} does not exist; correct its path")
    found = tuple(
        _example(line, f"{path}, line {number}")
        for number, line in enumerate(read_text(path).splitlines(), 1)
        if line.strip()
    )
    if not found:
        raise UsageError(f"{path} has no example; write one per line, as JSON")
    return found


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Write examples as they are read."""
    lines = (json.dumps(example.model_dump(exclude_none=True), ensure_ascii=False) + "\n" for example in examples)
    path.write_text("".join(lines), encoding="utf-8")


def _example(line: str, place: str) -> Example:
    try:
        return Example.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        named = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"{place}: {named + ': ' if named else ''}{first['msg']}; write "
            '{"question": …, "answer": …, "reasoning": …}'
        ) from None
