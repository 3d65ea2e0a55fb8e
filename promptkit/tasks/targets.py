"""The target of a row, as a text that its kind of answer is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from promptkit.answers import AnswerKind
from promptkit.answers.options.options import wants_several
from promptkit.answers.targets import any_of, with_tolerance
from promptkit.errors import UsageError
from promptkit.tasks.plain_text import plain_text
from promptkit.tasks.problems import Unusable
from promptkit.tasks.rows import Row

_LISTS = frozenset({"list", "set", "json", "one_of"})  # kinds whose target itself may be a list


def target_texts(row: Row) -> list[str]:
    """The right answers of a row, each as text: one, or several of which any is right.

    Raises:
        Unusable: it has none.
    """
    found = [text for one in _each(row.target) if (text := plain_text(one)) is not None and text.strip()]
    if not found:
        raise Unusable("it has no target")
    return found


def target_text(row: Row, kind: AnswerKind, *, first: int, tolerance: str) -> str:
    """The target of a row for this kind of answer.

    `first` is from where targets that are numbers of options are counted.

    Raises:
        Unusable: it has none, one that is not among its options, or a tolerance that can't be read.
    """
    if row.options and kind == "choice":
        letters = [row.options.letter(one, first) for one in _each(row.target)]
        return "".join(sorted(letters)) if wants_several(row.question) else any_of(letters)
    if kind in _LISTS and not isinstance(row.target, str):
        if isinstance(row.target, list) and kind == "one_of":
            return json.dumps(target_texts(row), ensure_ascii=False)
        return json.dumps(row.target, ensure_ascii=False, default=str)
    if kind == "json" or kind in _LISTS:
        return str(row.target)
    texts = target_texts(row)
    near = row.tolerance or tolerance
    try:
        return any_of([with_tolerance(text, near) if near else text for text in texts])
    except UsageError as error:
        raise Unusable(error) from None


def _each(target: Any) -> list[Any]:  # noqa: ANN401 - whatever stands in a file
    """The several answers of a list, of an object with a list of texts, or of a cell that holds such a list."""
    if isinstance(target, str) and target.startswith("[") and target.endswith("]"):
        try:
            listed = json.loads(target)
        except (ValueError, RecursionError):
            return [target]
        if listed and all(isinstance(one, str) for one in listed):
            return list(listed)
        return [target]
    for several in ("text", "choices"):
        if isinstance(target, Mapping) and isinstance(target.get(several), list):
            return list(target[several])
    if isinstance(target, list):
        return [one["text"] if isinstance(one, Mapping) and "text" in one else one for one in target]
    return [target]
