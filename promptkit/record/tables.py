"""The tables of a run beside its calls, and an attempt as a row of them."""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache
from itertools import product
from types import NoneType
from typing import Any, cast

from promptkit.outcomes import OUTCOMES, Attempt, Grade, Outcome
from promptkit.record.preparations import TABLE as PREPARATIONS
from promptkit.record.wordings import TABLE as WORDING
from promptkit.types import Usage

FILE = "run.sqlite"  # in the run's directory
SCHEMA = f"""{WORDING}{PREPARATIONS}
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY CHECK (id = 1), configuration TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (
    task TEXT PRIMARY KEY, answer TEXT NOT NULL, labels TEXT NOT NULL, schema TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS items (
    task TEXT NOT NULL, item TEXT NOT NULL, question TEXT NOT NULL, target TEXT NOT NULL,
    images TEXT NOT NULL DEFAULT '[]', PRIMARY KEY (task, item)
);
CREATE TABLE IF NOT EXISTS attempts (
    task TEXT NOT NULL, strategy TEXT NOT NULL, model TEXT NOT NULL, item TEXT NOT NULL, outcome TEXT NOT NULL,
    draw INTEGER NOT NULL, answer TEXT, how TEXT NOT NULL, usage TEXT NOT NULL, paid TEXT NOT NULL,
    seconds REAL NOT NULL, error TEXT NOT NULL, cluster TEXT NOT NULL, calls TEXT NOT NULL,
    reply TEXT NOT NULL, fallbacks TEXT NOT NULL DEFAULT '[]', grades TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (task, strategy, model, item, draw)
)
"""
COLUMNS = (  # of the table attempts
    *("task", "strategy", "model", "item", "outcome", "draw", "answer", "how", "usage", "paid"),
    *("seconds", "error", "cluster", "calls", "reply", "fallbacks", "grades"),
)
ITEM_COLUMNS = ("task", "item", "question", "target", "images")
_LATER = {  # columns that older records lack, by table, with what stands for them
    "attempts": {"fallbacks": "'[]'", "grades": "'[]'"},
    "tasks": {"schema": "''"},
    "items": {"images": "'[]'"},
    "preparations": {"refused": "'[]'", "ended": "''"},
}
_RENAMED = {"draw": "replicate", "how": "rule"}  # attributes with another name than their column, which stays
_KINDS: dict[str, tuple[type, ...]] = {"draw": (int,), "seconds": (float,), "answer": (str, NoneType)}  # else texts
_ATTRIBUTES = {column: _RENAMED.get(column, column) for column in COLUMNS}
_ROWS = frozenset(product(*(_KINDS.get(column, (str,)) for column in COLUMNS)))  # the types of what a row may have
_NONE = "[]"


def row_of_attempt(attempt: Attempt) -> tuple[object, ...]:
    """The attempt as a row of the table `attempts`."""
    usage, paid = attempt.usage.model_dump_json(), attempt.paid.model_dump_json()
    lists = {name: json.dumps(getattr(attempt, name), ensure_ascii=False) for name in ("calls", "fallbacks")}
    lists["grades"] = json.dumps([_list_of_grade(grade) for grade in attempt.grades], ensure_ascii=False)
    written = {"usage": usage, "paid": paid, **lists}
    return tuple(
        written[column] if column in written else getattr(attempt, name) for column, name in _ATTRIBUTES.items()
    )


def attempt_of_row(row: tuple[Any, ...]) -> Attempt:
    """The attempt in a row of the table `attempts`.

    Raises:
        ValueError, TypeError: the row was not written by promptkit.
    """
    if tuple(map(type, row)) not in _ROWS:  # SQLite keeps whatever a column is given
        raise TypeError(_wrong_kind(row))
    task, strategy, model, item, outcome, draw, answer, how, usage, paid, *others, fallbacks, grades = row
    seconds, error, cluster, calls, reply = others
    if outcome not in OUTCOMES:
        raise ValueError(f"there is no outcome {outcome!r:.40}")
    return Attempt(
        *(task, strategy, model, item, outcome, draw, answer, how),
        *(_usage(usage), _usage(paid), seconds, error, cluster),
        tuple([(str(step), str(key)) for step, key in json.loads(calls)]),
        reply,
        tuple(map(str, json.loads(fallbacks))) if fallbacks != _NONE else (),
        tuple([_grade(*grade) for grade in json.loads(grades)]) if grades != _NONE else (),
    )


def _wrong_kind(row: tuple[Any, ...]) -> str:
    columns = zip(COLUMNS, row, strict=True)
    name, value = next((c, value) for c, value in columns if type(value) not in _KINDS.get(c, (str,)))
    return f"{_ATTRIBUTES[name]} of a row is {value!r:.40}"


@lru_cache(10_000)
def _usage(text: str) -> Usage:
    """What one attempt used is often what another did, and mostly what was paid for it."""
    return Usage.model_validate_json(text)


def _list_of_grade(grade: Grade) -> list[object]:
    """The grade as a record has it: what it took and its outcome only where there is a model, or answers were read."""
    taken = [grade.usage.model_dump() if grade.by else None, grade.by, grade.outcome]
    return [*grade[:4], *taken[: 3 if grade.outcome else 2 if grade.by else 0]]


def _grade(
    metric: object,
    score: object,
    reason: object,
    error: object,
    usage: object = None,
    by: object = "",
    outcome: object = "",
) -> Grade:
    if isinstance(score, bool) or not isinstance(score, int | float | None) or not 0 <= (score or 0) <= 1:
        raise ValueError(f"{score!r:.40} is not a score")
    if outcome not in {"", *OUTCOMES}:
        raise ValueError(f"no outcome is called {outcome!r:.40}")
    used = Usage() if usage is None else Usage.model_validate(usage)
    return Grade(str(metric), score, str(reason), str(error), used, str(by), cast("Outcome", outcome))


def selected(connection: sqlite3.Connection) -> str:
    """The columns of the table `attempts AS a`, to be selected: those that an older record lacks by their default."""
    return _columns(connection, "attempts", COLUMNS, "a.")


def selected_items(connection: sqlite3.Connection) -> str:
    """The same of the table `items`."""
    return _columns(connection, "items", ITEM_COLUMNS)


def _columns(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], prefix: str = "") -> str:
    lacking = _lacking(connection, table)
    return ", ".join(_LATER[table][c] if c in lacking else f"{prefix}{c}" for c in columns)


def add_later_columns(connection: sqlite3.Connection) -> None:
    """Add to an older record the columns that it lacks."""
    for table, later in _LATER.items():
        for column in _lacking(connection, table):
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT {later[column]}")


def _lacking(connection: sqlite3.Connection, table: str) -> list[str]:
    present = {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}
    return [column for column in _LATER[table] if column not in present]
