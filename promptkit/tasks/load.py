"""Tasks: a YAML file beside its data, or data alone, read by what its columns or its shape state.

The answer-format sentence (`instruction`) is part of the question for every strategy, the baseline included;
otherwise a comparison would measure formatting. Examples come from the train split alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from promptkit.answers import AnswerKind, AnswerType
from promptkit.data_files import data_path
from promptkit.did_you_mean import did_you_mean, there_are
from promptkit.errors import UsageError
from promptkit.tasks.assemble import Wanted, assemble
from promptkit.tasks.columns import Columns
from promptkit.tasks.inspect_name import is_of_inspect, load_named
from promptkit.tasks.lm_eval import is_lm_eval, read_lm_eval, without_functions
from promptkit.tasks.promptfoo import is_promptfoo, read_promptfoo
from promptkit.tasks.records import SUFFIXES, is_records, stem_of
from promptkit.tasks.records.json_file import records_of
from promptkit.tasks.records.record import MOST_BYTES, Records
from promptkit.tasks.source import open_source
from promptkit.tasks.task import Task
from promptkit.tasks.task_file import TaskFile, first_problem
from promptkit.text_files import read_any_encoding, read_text
from promptkit.yaml_text import YamlError, parse_yaml


def load_task(
    name: str,
    *,
    answer: AnswerKind | None = None,
    labels: tuple[str, ...] = (),
    columns: Columns | Mapping[str, str] | None = None,
    tolerance: str = "",
    shuffle_options: bool = False,
    seed: int = 0,
    examples_seed: int | None = None,
    strict: bool = False,
    graded: bool = False,
) -> Task:
    """The task called `name`: a shipped one, a `.yaml` file, or a file of rows (`promptkit.tasks.records`).

    `inspect:PACKAGE/TASK` and `inspect:FILE.py@TASK` are tasks of Inspect (`promptkit.interop.inspect_task`), of which
    `answer` alone can be given.

    What a YAML file states of these holds, but for `columns` that are given here. `Task.notes` has what was found out,
    and what is not used.

    Args:
        name: of the task or file.
        answer: how answers are read, where the file does not show it.
        labels: those of kind `label`.
        columns: where the parts of an item stand (`promptkit.tasks.columns.Columns`).
        tolerance: how far from the target a number may be: `0.01`, or `1%` of it.
        shuffle_options: put the options of each question in another order, drawn with `seed`.
        seed: the train rows are shuffled with it, so that `few-shot` shows the first of them.
        examples_seed: another one for the train rows alone.
        strict: refuse the first row that can't be used, instead of leaving it out.
        graded: replies are graded by functions or judges, so that targets may be anything, or empty, and answers need
            no kind.

    Raises:
        UsageError: no such task, nothing that states how its answers are read, or most rows can't be used; names the
            file and the line.
    """
    if is_of_inspect(name):
        return load_named(name, answer)
    try:
        named = columns if isinstance(columns, Columns) else Columns(**(columns or {}))
    except ValidationError as error:
        raise UsageError(f"`columns`: {first_problem(error)}") from None
    wanted = Wanted(answer, labels, tolerance, shuffle_options, seed, examples_seed, strict, graded)
    path, shipped = _find(name)
    file, records = (_bare(path), _promptfoo_in_json(path)) if is_records(path.name) else _read_yaml(path)
    named = named.over(file.columns)
    wording = file.wording(path)
    place = path if records else path.parent / file.data
    data = open_source(
        place,
        columns=named,
        wording=wording,
        strict=strict,
        records=records,
        form=file.format,
        separator=file.separator,
        sheet=file.sheet,
        graded=graded,
    )
    train = open_source(path.parent / file.train, columns=named, wording=wording, strict=strict) if file.train else None
    return assemble(file, path, data, train, wanted, quiet=shipped)


def task_names() -> list[str]:
    """The tasks that ship with promptkit."""
    return sorted(p.stem for p in data_path("tasks").glob("*.yaml"))


def _way_to(missing: Path) -> str:
    """What may have been meant by a file that does not exist."""
    folder = missing.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    try:
        names = [one.name for one in folder.iterdir()]
    except OSError:  # a folder that can't be listed
        names = []
    beside = [name for name in names if name.lower().endswith((".yaml", ".yml")) or is_records(name)]
    return did_you_mean(missing.name, beside, "correct its path", shown=folder.joinpath)


def _find(name: str) -> tuple[Path, bool]:
    """The file of the task, and whether it is a shipped one."""
    if name.lower().endswith((".yaml", ".yml")) or is_records(name):
        path = Path(name)
        if not path.exists():
            raise UsageError(f"task file {name} does not exist; {_way_to(path)}")
        return path, False
    if name in (known := task_names()):
        return data_path("tasks") / f"{name}.yaml", True
    files = f".yaml, {', '.join(SUFFIXES)}"
    if Path(name).is_dir():
        raise UsageError(f"{name} is a folder; name the file of the task in it: {files}")
    if Path(name).exists():
        raise UsageError(f"{name} is not a file of rows by its name, which would end with one of {files}")
    hint = did_you_mean(name, known, f"{there_are(known)}; or name a file: {files}")
    raise UsageError(f"no task named {name!r}; {hint}")


def _bare(path: Path) -> TaskFile:
    return TaskFile(name=stem_of(path), data=path.name)


def _promptfoo_in_json(path: Path) -> Records | None:
    """The tests of a configuration of promptfoo that is written as JSON; nothing of another file."""
    if path.suffix.lower() != ".json":
        return None
    text, _ = read_any_encoding(path, most=MOST_BYTES, only_unicode=True)
    if '"vars"' not in text and '"prompts"' not in text and '"providers"' not in text:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None  # as rows it is told what is wrong
    return read_promptfoo(content, path) if is_promptfoo(content) else None


def _read_yaml(path: Path) -> tuple[TaskFile, Records | None]:
    """What a YAML file states of a task, and its rows where they stand in it or are made by it."""
    text = without_functions(read_text(path))
    try:
        content = parse_yaml(text)
        if is_promptfoo(content):
            return _bare(path), read_promptfoo(content, path)
        if is_lm_eval(content):
            return _bare(path), read_lm_eval(content, path)
        if isinstance(content, list):
            return _bare(path), records_of(content, path)
        file = parse_yaml(text, numbers=False)
        if isinstance(content, dict) and isinstance(file, dict) and "schema" in content:
            file["schema"] = content["schema"]  # whose numbers are no text
        return _validated(file, path), None
    except YamlError as error:
        raise UsageError(f"task {path} is not YAML: {error}") from None


def _validated(content: object, path: Path) -> TaskFile:
    try:
        file = TaskFile.model_validate(content)
    except ValidationError as error:
        raise UsageError(f"task {path}: {first_problem(error)}") from None
    kind, schema = file.answer or ("json" if file.answer_schema else None), file.answer_schema
    if file.native and schema is None:
        raise UsageError(f"task {path}: native: true sends the schema of the answers; give a schema")
    if kind is not None and (file.labels or kind != "label"):
        try:
            AnswerType(kind, file.labels, schema=schema)  # type: ignore[arg-type]  # a mistake is found before its data
        except UsageError as error:
            raise type(error)(f"task {path}: {error}") from None
    return file
