"""What users think of replies: likes, dislikes and corrections, kept beside the calls that they are about."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from promptkit.errors import RecordError, UsageError
from promptkit.record.calls import CallStore, find_calls, find_keys
from promptkit.record.database import connect_to_read
from promptkit.record.json_lines import append_lines, read_lines
from promptkit.record.tables import FILE
from promptkit.types import Completion, Value


class Feedback(Value):
    """What somebody thinks of a reply.

    Attributes:
        key: of the call (`Completion.key`).
        liked: whether they like it; `None` where they only correct it.
        correction: what the reply should have been.
        question: what was asked, where that is not what the call's prompt asks.
        at: when, in UTC.
    """

    key: str
    liked: bool | None = None
    correction: str | None = None
    question: str | None = None
    at: str = ""


class Liked(NamedTuple):
    """A call with what was thought of it last, and what still holds of what was thought before."""

    call: Completion
    feedback: Feedback

    @property
    def question(self) -> str:
        """What was asked."""
        return self.feedback.question or self.call.prompt.question


def feedback(
    place: CallStore | str | os.PathLike[str],
    key: str | Completion,
    *,
    liked: bool | None = None,
    correction: str | None = None,
    question: str | None = None,
) -> None:
    """Keep what a user thinks of a reply, beside the calls; it is on disk when this returns.

    Of several about one reply the last counts; a correction holds until there is another one, or the reply is liked,
    and a question until there is another one. `promptkit task from-feedback` makes examples of what was liked, and a
    task of what was not.

    Args:
        place: a `CallStore`, its file, or a run's directory.
        key: of the call, `Completion.key`, or its beginning, of 8 characters or more; or the completion. For that of a
            strategy it is kept with the last call that has its text.
        liked: whether the user likes it.
        correction: what the reply should have been.
        question: what the user asked, where the prompt has more, such as "Reason step by step".

    Raises:
        UsageError: nothing is thought of it, or the record has no such call.
        RecordError: it can't be read or written.
    """
    if liked is None and not correction:
        raise UsageError("feedback is empty; give `liked` or `correction`")
    path = _record(place)
    wanted = _key(path, key)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    right, asked = (text.encode("utf-8", "replace").decode() if text else None for text in (correction, question))
    kept = Feedback(key=wanted, liked=liked, correction=right, question=asked, at=at)
    append_lines(_beside(path), [kept])


def _key(path: Path, given: str | Completion) -> str:
    """The key of the recorded call that is meant."""
    if isinstance(given, Completion):
        key = given.key or next((call.key for call in reversed(given.calls()) if call.text == given.text), "")
        if not key:
            raise UsageError("no recorded call has the text of this completion; give the `key` of one of its `calls()`")
    else:
        key = given
    found = _keys(path, key)
    if not found:
        raise UsageError(f"{path} has no call {key!r}; give the `key` of a completion that is recorded there")
    if len(found) > 1:
        raise UsageError(f"the keys of several calls in {path} begin with {key!r}; give more of it")
    return found[0]


def read_feedback(place: CallStore | str | os.PathLike[str]) -> list[Liked]:
    """The calls that somebody has thought something of, in the order of the first thought.

    Raises:
        UsageError: there is no feedback.
        RecordError: it can't be read.
    """
    path = _record(place)
    last: dict[str, Feedback] = {}
    for one in read_lines(_beside(path), Feedback, named="feedback"):
        last[one.key] = _after(last.get(one.key), one)
    if not last:
        raise UsageError(
            f"there is no feedback on the calls of {path}; give some: `promptkit feedback {path} KEY --like`"
        )
    calls = _calls(path, list(last))
    return [Liked(calls[key], one) for key, one in last.items() if key in calls]


def _after(earlier: Feedback | None, later: Feedback) -> Feedback:
    """What counts of two thoughts about one reply: the later; what it leaves open and does not contradict stays."""
    if earlier is None:
        return later
    kept = {"question": later.question or earlier.question}
    if later.liked is not True:  # whoever likes the reply has nothing to correct any more
        kept["correction"] = later.correction or earlier.correction
    return later.model_copy(update=kept)


def _record(place: CallStore | str | os.PathLike[str]) -> Path:
    path = place.path if isinstance(place, CallStore) else Path(place)
    path = path / FILE if path.is_dir() else path
    if not path.exists():
        raise UsageError(f"there are no calls at {path}; name a run's directory or the file of a store")
    return path


def _beside(path: Path) -> Path:
    return path.with_suffix(".feedback.jsonl")


def _keys(path: Path, beginning: str) -> list[str]:
    with _reading(path) as connection:
        return find_keys(connection, beginning)


def _calls(path: Path, keys: list[str]) -> dict[str, Completion]:
    with _reading(path) as connection:
        return find_calls(connection, keys)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with connect_to_read(path) as connection:
            yield connection
    except (sqlite3.Error, ValueError) as error:
        raise RecordError(f"record {path} can't be read: {error}; move it away or name another file") from None
