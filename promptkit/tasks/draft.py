"""The YAML of a task for a file that has none: what the file shows, and beside it what is only a guess."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from promptkit.answers import AnswerKind
from promptkit.errors import UsageError
from promptkit.tasks.assemble import NotStated
from promptkit.tasks.columns import Columns, folded
from promptkit.tasks.load import load_task
from promptkit.tasks.parts import NoSuchPart
from promptkit.tasks.records import is_records, read_records, suffix_of
from promptkit.tasks.row_text import Wording
from promptkit.tasks.source import open_source
from promptkit.tasks.task import Task

_LOOKED_AT = 200  # rows
# what the name of a target has in it
_NAMED = (
    "target", "gold", "answer", "expected", "label", "categor", "kategor", "class", "sentiment",
    "antwort", "lösung", "loesung", "ergebnis", "respuesta", "réponse", "risposta", "答案",
)  # fmt: skip
_OWN_SEPARATOR = {"csv": ",", "tsv": "\t", "tab": "\t"}
_COMMENT = 40  # where comments begin


@dataclass(frozen=True)
class Draft:
    """A task as it was understood.

    Attributes:
        columns: where parts stand that are not called by their names.
        guessed: what is only a guess, by the field of the YAML, with its reason.
        stated: how the file is read, and what was asked for: other fields of the YAML.
    """

    path: Path
    task: Task
    columns: Mapping[str, str]
    guessed: Mapping[str, str]
    stated: Mapping[str, object]

    def text(self) -> str:
        """The YAML."""
        answer, labels = self.task.answer.kind, self.task.answer.labels
        lines = [f"name: {_scalar(self.task.name)}", f"data: {_scalar(self.path.name)}"]
        lines += [f"{name}: {_scalar(value)}" for name, value in self.stated.items()]
        if self.columns:
            lines.append("columns:")
            lines += [self._line(f"  {name}: {_scalar(column)}", name) for name, column in self.columns.items()]
        lines.append(self._line(f"answer: {answer}", "answer"))
        lines += [f"labels: {_scalar(list(labels))}"] if labels else []
        others = self._others()
        if others:
            lines += [f"# other columns: {', '.join(others)}; a template may show them:"]
            lines += [f"# question: {json.dumps(self._template(others), ensure_ascii=False)}"]
        return "\n".join([*lines, '# instruction: Finish with "The answer is …."', ""])

    def _line(self, text: str, name: str) -> str:
        return f"{text:<{_COMMENT}}  # guessed: {self.guessed[name]}" if name in self.guessed else text

    def _others(self) -> list[str]:
        return [str(name) for name in self.task.items[0].row]

    def _template(self, others: Sequence[str]) -> str:
        row = self.task.items[0].row
        worded = next(
            (name for name in others if isinstance(row[name], str) and any(map(str.isalpha, row[name]))), others[0]
        )
        shown = (worded, self.columns.get("question", "question"))
        return "\n".join(f"{{{{ {f'row.{name}' if name.isidentifier() else f'row[{name!r}]'} }}}}" for name in shown)


def draft_task(
    path: Path,
    *,
    answer: AnswerKind | None = None,
    labels: tuple[str, ...] = (),
    columns: Mapping[str, str],
    tolerance: str = "",
    shuffle_options: bool = False,
) -> Draft:
    """How the file at `path` is read as a task. What it does not show is guessed, and marked as such.

    All that was found out or asked for stands in the YAML, so that the file is read in the same way under another name.

    Raises:
        UsageError: it can't be read, or is not a file of rows.
    """
    if not is_records(path.name):
        raise UsageError(f"{path} is not a file of rows; a YAML is read as it is: promptkit task check {path}")
    named, guessed = dict(columns), dict[str, str]()
    asked: dict[str, Any] = {"tolerance": tolerance, "shuffle_options": shuffle_options}
    for _ in range(3):  # each guess may show that another is needed
        try:
            task = load_task(str(path), answer=answer, labels=labels, columns=named, **asked)
            return _drafted(path, task, named, guessed, asked)
        except NoSuchPart:
            found = _guessed_columns(path, named)
            guessed |= {name: reason for name, (_, reason) in found.items()}
            named |= {name: column for name, (column, _) in found.items()}
        except NotStated as error:
            answer, labels = error.guess
            guessed["answer"] = f"the targets look like {error.guess.described()}"
    task = load_task(str(path), answer=answer, labels=labels, columns=named, **asked)
    return _drafted(path, task, named, guessed, asked)


def _drafted(
    path: Path, task: Task, named: Mapping[str, str], guessed: Mapping[str, str], asked: Mapping[str, object]
) -> Draft:
    source = open_source(path, columns=Columns(**named), wording=Wording())
    form = suffix_of(path)[1:]
    read = {name: value for name, value in source.stated.items() if value != _OWN_SEPARATOR.get(form)}
    found = {name: column for name, column in source.table.columns.items() if name in named or name != folded(column)}
    stated = {"format": form, **read, **{name: value for name, value in asked.items() if value}}
    return Draft(path, task, {**named, **found}, guessed, stated)


def _guessed_columns(path: Path, named: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The longest texts are the question, and the values that repeat most, or the last, are the target.

    Raises:
        UsageError: there are not two columns.
    """
    rows = [
        r.value
        for _, r in zip(range(_LOOKED_AT), read_records(path).rows, strict=False)
        if isinstance(r.value, Mapping)
    ]
    texts: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, (str, int, float)) and name not in (*named.values(), "id"):
                texts.setdefault(str(name), []).append(str(value))
    length = {name: sum(map(len, values)) / len(rows) for name, values in texts.items()}
    found: dict[str, tuple[str, str]] = {}
    if "question" not in named and texts:
        longest = max(length, key=lambda name: length[name])
        found["question"] = (longest, "the longest texts")
        del texts[longest]
    if "target" not in named and texts:
        called = next((name for name in texts if any(word in name.casefold() for word in _NAMED)), None)
        fewest = min(reversed(texts), key=lambda name: len(set(texts[name])) / len(texts[name]))
        repeats = len(set(texts[fewest])) < len(texts[fewest])
        reason = "its name" if called else "the fewest different values" if repeats else "the last column"
        found["target"] = (called or fewest, reason)
    if missing := {"question", "target"} - found.keys() - named.keys():
        way_out = "; items without a target are for a grader: promptkit bench FILE --grader …" * ("target" in missing)
        raise UsageError(f"{path} has no column that could be its {' and '.join(sorted(missing))}{way_out}")
    return found


def _scalar(value: Any) -> str:  # noqa: ANN401 - whatever YAML has
    """A value as YAML has it in one line."""
    written: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return written.removesuffix("\n").removesuffix("\n...")
