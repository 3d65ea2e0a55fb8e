"""What commands print: results on standard output, messages to the person on standard error."""

from __future__ import annotations

import json
import sys

from promptkit.formatting import plain


def print_json(value: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_text(text: str) -> None:
    """Text on standard output. A terminal shows its control characters instead of obeying them."""
    sys.stdout.write((plain(text) if sys.stdout.isatty() else text) + "\n")


def print_notice(text: str) -> None:
    """A message to the person, on standard error, so that standard output stays clean."""
    sys.stderr.write(text + "\n")
