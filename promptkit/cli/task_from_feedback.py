"""`promptkit task from-feedback`: examples of what users liked, and a task of what they did not."""

from __future__ import annotations

import json as json_lines
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from promptkit.answers.prose.reply import without_thinking
from promptkit.cli import options, output
from promptkit.errors import UsageError
from promptkit.leaks import normal_question
from promptkit.record.feedback import Liked, read_feedback


def from_feedback(
    place: Annotated[
        Path, typer.Argument(help="A run's directory, or the file of a store of calls.", metavar="RECORD")
    ],
    to: Annotated[Path, typer.Option("--output", "-o", help="The file to write the rows to.", metavar="JSONL")],
    json: options.Json = False,
) -> None:
    """Make a task from the feedback of users.

    Questions whose reply was corrected become test rows, with the correction as their target; those that were only
    disliked are left out and counted. Replies that were liked become examples for few-shot (split train). A corrected
    question is never an example: it is asked.

    Example:
        promptkit task from-feedback calls.sqlite --output regressions.jsonl
    """
    if to.exists():
        raise UsageError(f"{to} exists; name another file")
    found = read_feedback(place)
    asked = [one for one in found if one.feedback.correction]
    questions = {normal_question(one.question) for one in asked}
    shown = [one for one in found if one.feedback.liked and normal_question(one.question) not in questions]
    without = sum(one.feedback.liked is False and not one.feedback.correction for one in found)
    if not asked and not shown:
        raise UsageError(f"nothing in {place} was liked or corrected; a dislike alone has no target")
    rows = [*_rows(asked, split="test"), *_rows(shown, split="train")]
    to.write_text("".join(json_lines.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    if json:
        made = {"questions": len(asked), "examples": len(shown), "without_correction": without}
        return output.print_json({"record": str(place), "file": str(to), **made})
    left = f"; {without:,} disliked without a correction are left out" if without else ""
    return output.print_notice(f"{to}: questions {len(asked):,}, examples {len(shown):,}{left}")


def _rows(found: Sequence[Liked], *, split: str) -> list[dict[str, str]]:
    return [
        {
            "id": one.feedback.key[:16],
            "question": one.question,
            "target": one.feedback.correction or without_thinking(one.call.text).strip(),
            "split": split,
        }
        for one in found
    ]
