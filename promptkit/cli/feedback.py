"""`promptkit feedback`: keep what somebody thinks of a recorded reply."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import options, output
from promptkit.errors import UsageError
from promptkit.record.feedback import feedback as keep_feedback
from promptkit.record.feedback import read_feedback


def feedback(
    place: Annotated[
        Path, typer.Argument(help="A run's directory, or the file of a store of calls.", metavar="RECORD")
    ],
    key: Annotated[
        str | None,
        typer.Argument(help="The key of a call or its first 8 characters; without one, all feedback is shown."),
    ] = None,
    *,
    liked: Annotated[bool | None, typer.Option("--like/--dislike", help="Whether the reply is liked.")] = None,
    correction: Annotated[str | None, typer.Option(help="What the reply should have been.", metavar="TEXT")] = None,
    question: Annotated[
        str | None, typer.Option(help="What was asked, where the prompt has more than that.", metavar="TEXT")
    ] = None,
    json: options.Json = False,
) -> None:
    """Record what somebody thinks of a reply, or show what was recorded.

    Feedback is kept next to the calls. The latest about a reply counts; a correction holds until it is replaced or the
    reply is liked. `promptkit task from-feedback` makes examples of what was liked, and a task of what was
    not. In an app: promptkit.feedback(store, completion, liked=True).

    Examples:
        promptkit feedback calls.sqlite 3f2a9c01d4 --dislike --correction "Norway's capital is Oslo."

        promptkit feedback runs/mini
    """
    if key is not None:
        if liked is None and not correction:
            raise UsageError("feedback is empty; give --like, --dislike or --correction")
        keep_feedback(place, key, liked=liked, correction=correction, question=question)
        if not json:
            return None
    elif liked is not None or correction is not None:
        raise UsageError("name the key of the call that it is about; the page of the run shows each call's key")
    found = [one for one in read_feedback(place) if key is None or one.feedback.key.startswith(key)]
    if json:
        listed = [{**one.feedback.model_dump(), "question": one.question, "reply": one.call.text} for one in found]
        return output.print_json({"record": str(place), "feedback": listed})
    for one in found:
        mark = {True: "liked", False: "disliked", None: "corrected"}[one.feedback.liked]
        output.print_text(
            f"{one.feedback.key}  {mark}\n  asked: {_short(one.question)}\n  reply: {_short(one.call.text)}"
        )
        if one.feedback.correction:
            output.print_text(f"  should be: {_short(one.feedback.correction)}")
    return None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"
