"""Values of a file as texts."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping

from promptkit.tasks.problems import Unusable


def plain_text(value: object) -> str | None:
    """A value of a file as the text that a reader of the file sees.

    Raises:
        Unusable: it is no single value.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, (bytes, list, Mapping)):
        raise Unusable(f"a {'list' if isinstance(value, list) else 'value'} is where a text should be: {value!r:.60}")
    return str(value)


def json_or_text(text: str) -> object:
    """What the JSON in a cell stands for; the text itself where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
