"""What the techniques did here: the results file that `python -m benchmarks.techniques` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from promptkit.specs import DIRECT

RESULTS = Path(__file__).parent / "results.json"


class Row(BaseModel):
    """One technique on one task: shares of 1, and means of an item. `direct` itself has no difference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    technique: str
    spec: str
    task: str
    n: int
    accuracy: float
    low: float
    high: float
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    calls: float
    input_tokens: float
    output_tokens: float


class Run(BaseModel):
    """One measurement: what was typed, in which versions, on which model, and the `other` of techniques of several.

    `machine` is what the model ran on, where somebody said so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    command: str
    date: str
    versions: dict[str, str]
    rows: list[Row]
    other: str = ""
    machine: str = ""

    @property
    def when(self) -> str:
        """The date, and the machine where it is known."""
        return f"{self.date}, on {self.machine}" if self.machine else self.date

    @property
    def shown_model(self) -> str:
        """The model, and the other one, without their options, which the command has, and without being files."""
        return ", other: ".join(map(_shown, filter(None, (self.model, self.other))))


def _shown(model: str) -> str:
    return model.partition("?")[0].removeprefix("gguf/").removesuffix(".gguf")


@dataclass(frozen=True)
class Result:
    """A row beside that of `direct` on the same items, and the run that it is from."""

    run: Run
    row: Row
    direct: Row


def read_results(file: Path = RESULTS) -> list[Run]:
    """The runs on file; none where there is no file."""
    if not file.exists():
        return []
    return [Run.model_validate(run) for run in json.loads(file.read_text(encoding="utf-8"))["runs"]]


def results_of(technique: str, runs: Iterable[Run] | None = None) -> list[Result]:
    """What was measured of a technique, beside `direct` on the same task and model."""
    found = []
    for run in read_results() if runs is None else runs:
        direct = {row.task: row for row in run.rows if row.technique == DIRECT}
        found += [Result(run, row, direct[row.task]) for row in run.rows if row.technique == technique]
    return found


def merged(runs: Iterable[Run], new: Run) -> list[Run]:
    """The runs with `new`, which replaces what it measured again; a run of which nothing is left is gone."""
    again = {(new.model, row.task, row.technique) for row in new.rows} - {
        (new.model, row.task, DIRECT) for row in new.rows
    }
    kept = []
    for run in runs:
        rows = [row for row in run.rows if (run.model, row.task, row.technique) not in again]
        if any(row.technique != DIRECT for row in rows):
            kept.append(run.model_copy(update={"rows": rows}))
    return [*kept, new]


def write_results(runs: Iterable[Run], file: Path = RESULTS) -> None:
    """Write them, a row a line, so that a change is seen as one."""
    file.write_text('{"runs": [\n' + ",\n".join(_text(run.model_dump()) for run in runs) + "\n]}\n", encoding="utf-8")


def _text(run: Mapping[str, object]) -> str:
    rows = run["rows"]
    assert isinstance(rows, list)  # noqa: S101 - of the model above
    head = {name: value for name, value in run.items() if name != "rows"}
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [\n  ' + lines + "\n]}"
