"""What several commands need: output, and options turned into values."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from promptkit.errors import AuthenticationError, InvalidRequest, UsageError
from promptkit.formatting import plain

if TYPE_CHECKING:
    from promptkit.answers import AnswerKind
    from promptkit.templates import Templates

USAGE_ERROR, INCOMPLETE, INTERRUPTED = 2, 1, 130  # exit codes
USAGE_ERRORS = (UsageError, AuthenticationError, InvalidRequest)


def print_json(value: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_text(text: str) -> None:
    """Text on standard output, as it is: what a model says is never read as markup, nor as orders to a terminal."""
    sys.stdout.write((plain(text) if sys.stdout.isatty() else text) + "\n")


def say(text: str) -> None:
    """A message to the person, on standard error, so that standard output stays clean."""
    sys.stderr.write(text + "\n")


def answer_kind(name: str | None) -> AnswerKind | None:
    """The value of `--answer`, checked."""
    from promptkit.answers.kinds import GRADERS

    if name is not None:
        try:
            GRADERS.get(name)
        except UsageError as error:
            raise UsageError(f"--answer {name}: {error}") from None
    return name


def label_list(text: str | None) -> tuple[str, ...]:
    """The value of `--labels`, split."""
    return tuple(label.strip() for label in (text or "").split(",") if label.strip())


def resume_command(run: Path) -> str:
    """What to type to go on with the run in a directory."""
    return f"promptkit resume {shlex.quote(str(run))}"


def templates(folders: Sequence[Path] | None) -> Templates:
    """The value of `--templates`."""
    from promptkit.templates import Templates

    return Templates(tuple(folders or ()))
