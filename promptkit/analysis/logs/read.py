"""Which kind of log a file is, by its name and what it begins with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import promptkit.analysis.logs.inspect as inspect
import promptkit.analysis.logs.lm_eval as lm_eval
import promptkit.analysis.logs.openai_batch as openai_batch
import promptkit.analysis.logs.promptfoo as promptfoo
import promptkit.analysis.logs.tables as tables
from promptkit.tasks import Task
from promptkit.tasks.records import read_records, suffix_of
from promptkit.tasks.records.json_file import records_of
from promptkit.tasks.records.record import MOST_BYTES, Record
from promptkit.text_files import read_any_encoding


@dataclass(frozen=True)
class Log:
    """Recorded outputs, read one at a time.

    Attributes:
        kind: whose log it is; empty for rows of our own form, or a table.
    """

    rows: Iterator[Record]
    kind: str = ""


def read_log(path: Path, *, columns: Mapping[str, str], items: Task | None = None, graded: bool = False) -> Log:
    """The recorded outputs in a file.

    Args:
        path: of the file.
        columns: where the parts of a recorded output stand, as far as they are not found.
        items: the task whose items were asked, for logs that have no targets.
        graded: graders score, so that none are needed.

    Raises:
        UsageError: it can't be read, or a column that is named is not there.
    """
    if path.suffix == ".eval":
        return Log(inspect.read_eval(path), "Inspect")
    if suffix_of(path) == ".json":
        return _of_json(path, columns, items, graded=graded)
    records = read_records(path)
    return _of_rows(records.rows, records.columns, path, columns, items)


def _of_json(path: Path, columns: Mapping[str, str], items: Task | None, *, graded: bool) -> Log:
    text, _ = read_any_encoding(path, most=MOST_BYTES, only_unicode=True)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        records = read_records(path)  # JSON Lines under another name, or refused
        return _of_rows(records.rows, (), path, columns, items)
    if isinstance(value, Mapping) and isinstance(value.get("eval"), Mapping) and isinstance(value.get("samples"), list):
        return Log(inspect.read_samples(value), "Inspect")
    if promptfoo.is_promptfoo_output(value):
        return Log(promptfoo.read_results(value, graded=graded), "promptfoo")
    return _of_rows(records_of(value, path).rows, (), path, columns, items)


def _of_rows(
    rows: Iterator[Record], names: Iterable[str], path: Path, columns: Mapping[str, str], items: Task | None
) -> Log:
    first, rows = tables.peeked(rows)
    if first is not None and lm_eval.is_lm_eval_sample(first.value):
        return Log(lm_eval.read_samples(rows, path), "lm-eval")
    if first is not None and openai_batch.is_batch_reply(first.value):
        return Log(openai_batch.read_batch(rows, items, path), "OpenAI batch")
    return Log(tables.read_table(rows, names, columns, items, path))
