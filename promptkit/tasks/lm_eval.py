"""Tasks of lm-evaluation-harness: the part of their YAML that is data, for files that are on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError
from promptkit.tasks.options import letters_of
from promptkit.tasks.problems import Unusable
from promptkit.tasks.records import read_records
from promptkit.tasks.records.record import Record, Records
from promptkit.tasks.row_text import RowText

_CUES = ("Answer", "Response", "A")  # with which a text ends that is to be continued
_FUNCTION = re.compile(r"!function\s+([\w.]+)")
_SPLITS = ("test_split", "validation_split", "training_split")
_READ = {
    *("task", "group", "tag", "dataset_path", "dataset_name", "dataset_kwargs", "output_type", "description"),
    *("doc_to_text", "doc_to_target", "doc_to_choice", "fewshot_split", "metadata", "num_fewshot", *_SPLITS),
}


def without_functions(text: str) -> str:
    """The YAML with what it calls of Python as text, which is not run."""
    return _FUNCTION.sub(r'"!function \1"', text)


def is_lm_eval(content: object) -> bool:
    """Whether the content of a YAML file is a task of lm-evaluation-harness."""
    return isinstance(content, Mapping) and "doc_to_text" in content and "data" not in content


def read_lm_eval(content: Mapping[str, Any], path: Path) -> Records:
    """The rows of its data, asked as its templates state.

    Raises:
        UsageError: its data is not on this machine, or a part of it is Python.
    """
    for name in ("doc_to_text", "doc_to_target", "doc_to_choice", "process_docs"):
        if str(content.get(name, "")).startswith("!function"):
            fact = f"{path}: {name} is a function of Python, which is not run"
            raise UsageError(f"{fact}; write what it makes to a file of rows")
    file, split = _data(content, path)
    make = _Row(content, path)
    rows = (_placed(record, make) for record in read_records(path.parent / file).rows)
    shown = [_placed(record, make, "train") for record in _few_shot(content, path, split)]
    left = tuple(name for name in content if name not in _READ)
    chosen = content.get("output_type") == "multiple_choice" or "doc_to_choice" in content
    return Records(
        iter([*rows, *shown]),
        f"the split {split!r}",
        kind="lm-eval",
        answer="choice" if chosen else None,
        left_out=left,
    )


def _files(content: Mapping[str, Any]) -> dict[str, str]:
    kwargs = content.get("dataset_kwargs")
    files = kwargs.get("data_files") if isinstance(kwargs, Mapping) else None
    named = {"test": files} if isinstance(files, str) else files if isinstance(files, Mapping) else {}
    return {str(split): str(one[0] if isinstance(one, list) and one else one) for split, one in named.items()}


def _data(content: Mapping[str, Any], path: Path) -> tuple[str, str]:
    """The file that is asked, and its split."""
    files = _files(content)
    wanted = [str(content[name]) for name in _SPLITS if content.get(name)] or list(files)
    split = next((name for name in wanted if name in files), None)
    if split is None:
        where = f"its data is {content.get('dataset_path')!r}, which is not on this machine"
        raise UsageError(f"{path}: {where}; download it, and name the file in dataset_kwargs: data_files")
    return files[split], split


def _few_shot(content: Mapping[str, Any], path: Path, asked: str) -> Iterator[Record]:
    split = str(content.get("fewshot_split") or content.get("training_split") or "")
    if split and split != asked and (file := _files(content).get(split)):
        yield from read_records(path.parent / file).rows


def _placed(record: Record, make: _Row, split: str = "test") -> Record:
    if record.problem:
        return record
    try:
        name = "" if split == "test" else f"{split} "
        value = {**make(record.value), "split": split}
        if name:
            value["id"] = f"{name}{record.number}"
        return Record(f"{name}{record.place}", record.number, value)
    except Unusable as reason:
        return Record(record.place, record.number, problem=str(reason))


class _Row:
    """Makes what is asked of a record."""

    def __init__(self, content: Mapping[str, Any], path: Path) -> None:
        self._path, self._content = path, content
        self._texts = {
            name: RowText(str(content[name]), f"{path}: {name}")
            for name in ("doc_to_text", "doc_to_target", "doc_to_choice")
            if isinstance(content.get(name), str)
        }

    def __call__(self, row: object) -> dict[str, Any]:
        """Its question, target and options.

        Raises:
            Unusable: the record is no object, or lacks what a template shows.
        """
        if not isinstance(row, Mapping):
            raise Unusable("it is not an object")
        text = str(self._part("doc_to_text", row)).strip()
        found: dict[str, Any] = {"target": self._part("doc_to_target", row)}
        if "doc_to_choice" in self._content:
            options = found["options"] = self._part("doc_to_choice", row)
            if not isinstance(options, list) or list(map(str, options)) != list(letters_of(len(options))):
                text = _without_cue(text)  # the options are shown below it
        found["question"] = "\n\n".join(filter(None, [str(self._content.get("description") or "").strip(), text]))
        return found

    def _part(self, name: str, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever stands there
        """A column of the record by its name, a template filled with it, or what stands there itself."""
        value = self._content.get(name)
        if not isinstance(value, str):
            return value
        if value in row:
            return row[value]
        return self._texts[name].render(row, bare=True)


def _without_cue(text: str) -> str:
    head = text.rstrip().removesuffix(":").rstrip()
    for cue in _CUES if text.rstrip().endswith(":") else ():
        before = head.removesuffix(cue)
        if before != head and not before[-1:].isalnum():
            return before.rstrip()
    return text
