"""What commands print: results on standard output, messages to the person on standard error."""

from __future__ import annotations

import json
import re
import sys

from promptkit.formatting import on_terminal

_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # JSON itself escapes those below


def print_json(value: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json_text(value, indent=2) + "\n")


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON in which every character that a terminal would obey is escaped, those beyond ASCII as well."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def print_text(text: str) -> None:
    """Text on standard output. A terminal shows its control characters instead of obeying them."""
    sys.stdout.write((on_terminal(text) if sys.stdout.isatty() else text) + "\n")


def print_notice(text: str) -> None:
    """A message to the person, on standard error, so that standard output stays clean. It is never obeyed."""
    sys.stderr.write(on_terminal(text) + "\n")
