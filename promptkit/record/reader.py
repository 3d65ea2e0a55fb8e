"""Read a run's record without changing it, a row at a time. Everything that reads a run does it here."""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from promptkit.answers import AnswerType
from promptkit.by_path import NamedByFile
from promptkit.errors import RecordError, UsageError
from promptkit.outcomes import GRADED, Attempt, Outcome, is_read, judge
from promptkit.record.batches import batched_keys
from promptkit.record.calls import find_calls, find_image, find_texts, find_usages
from promptkit.record.database import check_version, connect_to_read
from promptkit.record.preparations import Preparation, recorded_preparations
from promptkit.record.tables import FILE, attempt_of_row, selected, selected_items
from promptkit.record.wordings import RecordedText, recorded_wording
from promptkit.tasks.task_file import first_problem
from promptkit.types import Completion, Usage

_WITH_ITEMS = " FROM attempts AS a LEFT JOIN items AS i ON i.task = a.task AND i.item = a.item"
_OF_GROUP = " WHERE a.task = ? AND a.strategy = ? AND a.model = ?"
_IN_ORDER = " ORDER BY i.rowid, a.task, a.item, a.rowid"
_AS_ENDED = " ORDER BY a.rowid"
_ASKED_AT = "SELECT 1 FROM calls WHERE model = ? AND endpoint = ? LIMIT 1"
_LAST_ENDPOINT = "SELECT endpoint FROM calls WHERE model = ? ORDER BY rowid DESC LIMIT 1"
_AT_ONCE = 200  # attempts whose calls are looked up together


@dataclass(frozen=True, slots=True)
class RecordedItem:
    """What was asked, and its right answer; `images` is a JSON list of what was shown: hashes and addresses."""

    task: str
    item: str
    question: str
    target: str
    images: str

    @property
    def has_images(self) -> bool:
        """Whether the question shows images."""
        return self.images not in {"", "[]"}


@dataclass(frozen=True, slots=True)
class ItemAttempts:
    """An item with everything that was tried on it. `question` and `target` are empty where the record lacks them."""

    task: str
    item: str
    question: str
    target: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Judgeable:
    """An attempt with what it takes to judge its calls again.

    Attributes:
        calls: of the attempt's calls those that were looked up and are on record: what each was for, and the call.
    """

    attempt: Attempt
    question: str
    target: str
    answer_type: AnswerType
    calls: tuple[tuple[str, Completion], ...]

    def outcome(self, call: Completion) -> Outcome:
        """What the attempt would have come to, had this call been its reply."""
        return judge(call.text, call.finish_reason, self.answer_type, self.target, self.question).outcome


@dataclass(frozen=True)
class Run:
    """An open record. Everything is read in the state that the record had when it was opened.

    Attributes:
        configuration: what `promptkit bench` was given, and what it noted about how the run was made.
    """

    directory: Path
    configuration: dict[str, Any]
    connection: sqlite3.Connection

    def attempts(self) -> Iterator[Attempt]:
        """All attempts, in the order they ended, one at a time."""
        query = f"SELECT {selected(self.connection)} FROM attempts AS a{_AS_ENDED}"  # noqa: S608 - constants
        return map(self._attempt, self.connection.execute(query))

    def preparations(self) -> tuple[Preparation, ...]:
        """What was asked before the first item, for strategies whose examples the run made."""
        try:
            return tuple(recorded_preparations(self.connection))
        except (ValueError, TypeError) as error:
            raise _unreadable(self.directory, error) from None

    def item_attempts(self, group: tuple[str, str, str] | None = None) -> Iterator[ItemAttempts]:
        """The items that were attempted, in the order of their task, each with its attempts in the order they ended.

        With a `group` of task, strategy and model: its attempts alone.
        """
        rows = self._attempts(_OF_GROUP * (group is not None) + _IN_ORDER, group or ())
        for (task, item), of_item in groupby(rows, lambda row: (row[0].task, row[0].item)):
            tried = list(of_item)
            _, question, target = tried[0]
            yield ItemAttempts(task, item, question, target, tuple(attempt for attempt, _, _ in tried))

    def judgeable(
        self, steps: Callable[[Attempt], Iterable[tuple[str, str]]], *, answer: AnswerType | None = None
    ) -> Iterator[Judgeable]:
        """The attempts, in the order they ended, with those of their calls that `steps` picks: (step, key) each.

        An attempt is left out where none of these calls is on record. `answer` is how they are to be judged, by default
        as the run did.

        Raises:
            UsageError: an item has no target, so that its answers can't be judged.
        """
        rows = self._attempts(_AS_ENDED)
        while batch := [(*row, list(steps(row[0]))) for row in islice(rows, _AT_ONCE)]:
            calls = self.calls(key for *_, picked in batch for _, key in picked)
            for attempt, question, target, picked in batch:
                found = tuple((step, calls[key]) for step, key in picked if key in calls)
                if found and not target:
                    fact = f"item {attempt.item} of {attempt.task} has no target to read answers by"
                    raise UsageError(f"{fact}; its replies are scored by a `grader`")
                if found:
                    yield Judgeable(attempt, question, target, answer or self.answer_type(attempt.task), found)

    def judged_in_passing(self) -> bool:
        """Whether replies that are not a strategy's last can be judged: without code, and by reading their answers."""
        if self.configuration.get("grader"):
            first = next((one for one in self.attempts() if is_read(one) or one.outcome in GRADED), None)
            if first is None or not is_read(first):
                return False
        return not self.connection.execute("SELECT 1 FROM tasks WHERE answer = 'code' LIMIT 1").fetchone()

    def items(self) -> Iterator[RecordedItem]:
        """What the run set out to ask, in order."""
        columns = selected_items(self.connection)
        rows = self.connection.execute(f"SELECT {columns} FROM items ORDER BY rowid")  # noqa: S608 - constants
        return (RecordedItem(*self._texts(row)) for row in rows)

    def fed(self) -> dict[str, dict[str, int]] | None:
        """`order()` for a run that was stopped when decided, whose intervals hold in that order alone; else nothing."""
        return self.order() if self.configuration.get("stop_when_decided") else None

    def order(self) -> dict[str, dict[str, int]]:
        """The place of every item in its task."""
        places: dict[str, dict[str, int]] = {}
        for item in self.items():
            of_task = places.setdefault(item.task, {})
            of_task[item.item] = len(of_task)
        return places

    def wording(self) -> tuple[RecordedText, ...]:
        """The texts of the templates that it renders from; none where it was recorded before texts were kept."""
        return recorded_wording(self.connection)

    def planned(self) -> int:
        """How many items the run set out to try."""
        return int(self.connection.execute("SELECT count(*) FROM items").fetchone()[0])

    @property
    def think_tags(self) -> tuple[str, ...]:
        """The tags of its own by which the run knows thinking in replies."""
        return tuple(self.configuration.get("think_tags") or ())

    @cached_property
    def answer_types(self) -> dict[str, AnswerType]:
        """How the answers of each task were read."""
        rows = self.connection.execute("SELECT * FROM tasks")  # whose schemas older records lack
        try:
            return {
                task: AnswerType(
                    kind, tuple(json.loads(labels)), self.think_tags, schema=next(iter(schema), None) or None
                )
                for task, kind, labels, *schema in rows
            }
        except NamedByFile as error:
            raise NamedByFile(f"the replies of {self.directory} can't be judged: {error}") from None
        except UsageError as error:  # of a package that is not installed here
            way_out = "install the package that it is of, or give another answer type"
            raise UsageError(f"the replies of {self.directory} can't be judged here: {error}; {way_out}") from None
        except (ValueError, TypeError) as error:
            raise _unreadable(self.directory, error) from None

    def answer_type(self, task: str) -> AnswerType:
        """How the answers of a task were read.

        Raises:
            UsageError: the record does not have it.
        """
        if task not in self.answer_types:
            raise UsageError(f"the run {self.directory} does not have how answers of {task} are read")
        return self.answer_types[task]

    def calls(self, keys: Iterable[str]) -> dict[str, Completion]:
        """The recorded calls with these keys, without their tokens; those that the record lacks are left out."""
        try:
            return find_calls(self.connection, keys)
        except ValueError as error:  # pydantic's, too
            raise _unreadable(self.directory, error) from None

    @cached_property
    def _batched(self) -> frozenset[str]:
        return batched_keys(self.directory)

    def by_batch(self, attempt: Attempt) -> bool:
        """Whether a call of the attempt was asked by a batch, at its price."""
        return bool(self._batched) and any(key in self._batched for _, key in attempt.calls)

    def batched(self) -> dict[str, Usage]:
        """What the calls on record used that were asked by batches, by model; empty where none was."""
        try:
            return find_usages(self.connection, self._batched)
        except ValueError as error:
            raise _unreadable(self.directory, error) from None

    def texts(self, keys: Iterable[str]) -> dict[str, str]:
        """The texts of the recorded calls with these keys; those that the record lacks are left out."""
        found = find_texts(self.connection, keys)
        return dict(zip(found, self._texts(found.values(), "a call"), strict=True))

    def call(self, key: str) -> Completion | None:
        """The recorded call with this key, if there is one."""
        return self.calls([key]).get(key)

    def image(self, sha256: str) -> bytes | None:
        """The bytes of the recorded image with this hash, if there is one."""
        return find_image(self.connection, sha256)

    def other_endpoint(self, model: str, endpoint: str) -> str | None:
        """Where the model was asked, when it was asked before and never at `endpoint`."""
        if self.connection.execute(_ASKED_AT, (model, endpoint)).fetchone():
            return None
        last = self.connection.execute(_LAST_ENDPOINT, (model,)).fetchone()
        return None if last is None else str(last[0])

    def period(self) -> tuple[str, str]:
        """When the first and the last of its calls were asked, as ISO 8601; empty when there are none."""
        first, last = self.connection.execute("SELECT min(asked_at), max(asked_at) FROM calls").fetchone()
        return first or "", last or ""

    def _attempts(self, clauses: str, values: tuple[str, ...] = ()) -> Iterator[tuple[Attempt, str, str]]:
        """Each with the question and the target of its item; `clauses` tell which, and in which order."""
        columns = f"{selected(self.connection)}, i.question, i.target"
        query = f"SELECT {columns}{_WITH_ITEMS}{clauses}"
        for *row, question, target in self.connection.execute(query, values):
            asked, right = self._texts((question or "", target or ""))
            yield self._attempt(tuple(row)), asked, right

    def _attempt(self, row: tuple[Any, ...]) -> Attempt:
        try:
            return attempt_of_row(row)
        except (ValueError, TypeError, RecursionError) as error:
            raise _unreadable(self.directory, error) from None

    def _texts(self, row: Iterable[object], what: str = "an item") -> Iterator[str]:
        for value in row:
            if not isinstance(value, str):  # SQLite keeps whatever a column is given
                raise _unreadable(self.directory, f"{what} has {value!r:.40}, which is not text")
            yield value


@contextmanager
def open_run(directory: Path, *, may_be_empty: bool = False) -> Iterator[Run]:
    """The record in `directory`, opened to be read: on a read-only disk, from a copy, and while the run goes on.

    Raises:
        UsageError: it is not a run directory, its record is damaged or of a newer version, or it has no attempts and
            may not be empty.
    """
    file = run_directory(directory) / FILE
    try:
        with connect_to_read(file) as connection:
            check_version(connection, file)
            row = _row_of_run(connection, may_be_missing=may_be_empty)
            if not may_be_empty and not connection.execute("SELECT EXISTS (SELECT 1 FROM attempts)").fetchone()[0]:
                raise UsageError(f"the run {directory} has no attempts; resume it with: {resume_command(directory)}")
            yield Run(directory, _configuration(directory, row), connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged file may not even name its fault in UTF-8
        raise _unreadable(directory, error) from None
    except RecordError as error:
        raise UsageError(str(error)) from None


def run_directory(path: Path) -> Path:
    """The same path, when it is the directory of a run.

    Raises:
        UsageError: it is not.
    """
    if not (path / FILE).is_file():
        raise UsageError(f"{path} is not a run directory: it has no {FILE}; `promptkit bench --run DIR` makes one")
    return path


def resume_command(directory: Path) -> str:
    """What to type to resume the run in a directory."""
    return f"promptkit resume {shlex.quote(str(directory))}"


def report_command(directory: Path) -> str:
    """What to type for the page of the run in a directory."""
    return f"promptkit report {shlex.quote(str(directory))}"


def read_configuration(directory: Path) -> dict[str, Any]:
    """How the run in `directory` was made the last time; empty when there is none, or it never began.

    Raises:
        UsageError: its record is damaged or of a newer version.
    """
    if not (directory / FILE).exists():
        return {}
    with open_run(directory, may_be_empty=True) as run:
        return run.configuration


def _row_of_run(connection: sqlite3.Connection, *, may_be_missing: bool) -> tuple[str] | None:
    """Its configuration; a run that was killed at its very beginning has not even the table."""
    if may_be_missing and not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
        return None
    row: tuple[str] | None = connection.execute("SELECT configuration FROM run").fetchone()
    return row


def _configuration(directory: Path, row: tuple[str] | None) -> dict[str, Any]:
    try:
        return dict(json.loads(row[0])) if row else {}
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable(directory, error) from None


def _unreadable(directory: Path, reason: object) -> UsageError:
    if isinstance(reason, ValidationError):
        reason = f"{reason.title} of a row: {first_problem(reason)}"
    return UsageError(f"{directory / FILE} can't be read as a run's record: {reason}")
