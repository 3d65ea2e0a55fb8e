"""Options in the name of a model: `openai/NAME?reasoning_effort=low&top_p=0.9`, `gguf/FILE?context=8192`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, unquote

from promptkit.errors import UsageError

OptionValue = object  # of JSON: a number, true, false, null, a text, a list or an object


def split_options(name: str) -> tuple[str, dict[str, OptionValue]]:
    """The name before the first `?`, and the options behind it; an option's value is read by `read_value`.

    `%` and two hex digits stand for a character that would end a name or a value: `%26` is `&`, `%3F` is `?`.

    Raises:
        UsageError: what stands behind `?` does not read as `key=value&key=value`, or has a key twice.
    """
    bare, mark, written = name.partition("?")
    options: dict[str, OptionValue] = {}
    for part in written.split("&") if mark else ():
        key, equals, value = part.partition("=")
        key = unquote(key).strip()
        if not (equals and key):
            raise UsageError(f"can't read the option {part!r} of the model {bare}; write {bare}?name=value&name=value")
        if key in options:
            raise UsageError(f"the model {bare} has the option {key!r} twice; give it once")
        options[key] = read_value(unquote(value))
    return bare, options


def read_value(text: str) -> OptionValue:
    """What a value says as JSON (`8192`, `0.9`, `true`, `null`, `{"type": "disabled"}`); anything else is text."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def with_options(name: str, options: Mapping[str, OptionValue]) -> str:
    """The name of the same model with these options beside its own; one that it has is replaced."""
    bare, own = split_options(name)
    every = {**own, **options}
    written = "&".join(
        f"{quote(key, safe=_PLAIN)}={quote(_written(value), safe=_PLAIN)}" for key, value in every.items()
    )
    return f"{bare}?{written}" if written else bare


_PLAIN = "/:,.{}[]\"' "  # characters that need no %: what ends a name, a key or a value is not among them


def _written(value: OptionValue) -> str:
    """The text that `read_value` reads as this value."""
    if isinstance(value, str) and read_value(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _no_number(_: str) -> None:
    raise ValueError  # NaN and Infinity are not JSON
