"""Runs made apart, compared on the items that they share, with what differs between them."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptkit.analysis.comparison import MARGIN, Comparison, compare
from promptkit.analysis.pairs import Pair
from promptkit.analysis.summary import Row, Tallies
from promptkit.analysis.tally import Tally
from promptkit.errors import UsageError
from promptkit.outcomes import Attempt, Group
from promptkit.record.reader import RecordedItem, Run
from promptkit.settings import RunSettings

_LONGEST_DIFF = 40  # lines
_OF_PLAN = frozenset({"tasks", "limit", "baseline", "margin"})  # what is shared is seen from the items


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in all runs: its name, and its value in each, as text."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """How the prompt of a strategy's first call differs on one item: a unified diff between two runs."""

    strategy: str
    baseline: str
    runs: tuple[str, str]
    item: str
    diff: tuple[str, ...]


@dataclass(frozen=True)
class AcrossRuns:
    """What comes of comparing runs.

    Attributes:
        runs: the names of the runs: their directories, as short as tells them apart.
        items: how many items of each task all runs have, with the same question and target; on these stands the rest.
        left_out: how many items of each task only some of the runs have, or have otherwise.
        rows: one a strategy and model, for each run.
        comparisons: of each further run with the first: every strategy with itself on the same model, or on the only
            one that was asked there; single strategies with each other. Their models are called `model in run`.
        differences: what differs in settings, versions and wording.
        wordings: what differs in the prompts of compared strategies.
    """

    runs: tuple[str, ...]
    items: Mapping[str, int]
    left_out: Mapping[str, int]
    rows: tuple[tuple[Row, ...], ...]
    comparisons: tuple[Comparison, ...]
    differences: tuple[Difference, ...]
    wordings: tuple[Wording, ...]


def compare_runs(runs: Sequence[Run], margin: float = MARGIN) -> AcrossRuns:
    """Compare runs with the first of them, on the items that all have.

    Raises:
        UsageError: fewer than two, no item that all have, or nothing that can be compared.
    """
    if len(runs) < 2:
        raise UsageError("a comparison takes two runs or more; give another directory")
    names = short_names([run.directory for run in runs])
    shared, left_out = _shared_items(runs)
    counted = [_tallies(run, shared) for run in runs]
    pairs = [
        Pair(_in_run(group, name), _in_run(reference, names[0]))
        for tallies, name in zip(counted[1:], names[1:], strict=True)
        for group in tallies.groups
        for reference in [_reference(group, tallies.groups, counted[0].groups)]
        if reference is not None
    ]
    if not pairs:
        raise UsageError(f"{names[0]} shares no strategy with any other run; nothing can be compared")
    together: dict[Group, Tally] = {}
    for tallies, name in zip(counted, names, strict=True):
        together |= {_in_run(group, name): tally for group, tally in tallies.groups.items()}
    return AcrossRuns(
        runs=names,
        items={task: len(of_task) for task, of_task in _by_task(shared).items()},
        left_out={task: len(of_task) for task, of_task in _by_task(left_out).items()},
        rows=tuple(tallies.summary().rows for tallies in counted),
        comparisons=compare(together, pairs, margin),
        differences=tuple(_differences(runs)),
        wordings=tuple(_wordings(runs, names, pairs, shared)),
    )


def short_names(directories: Sequence[Path]) -> tuple[str, ...]:
    """The last parts of the paths, as few as tell them apart.

    Raises:
        UsageError: one is given twice.
    """
    absolute = [directory.resolve() for directory in directories]
    if len(set(absolute)) < len(absolute):
        raise UsageError("a run is given twice; give each directory once")
    parts = 1
    while len({path.parts[-parts:] for path in absolute}) < len(absolute):
        parts += 1
    return tuple("/".join(path.parts[-parts:]) for path in absolute)


Item = tuple[str, str]  # task, item


def _shared_items(runs: Sequence[Run]) -> tuple[dict[Item, None], dict[Item, None]]:
    """The items that all runs have with the same question, images and target, and the others."""
    first, *others = [{(i.task, i.item): _digest(i) for i in run.items()} for run in runs]
    shared = {item: None for item, digest in first.items() if all(other.get(item) == digest for other in others)}
    left_out = {item: None for asked in (first, *others) for item in asked if item not in shared}
    if not shared:
        tasks = " and ".join(", ".join(dict.fromkeys(task for task, _ in asked)) for asked in (first, others[0]))
        raise UsageError(f"the runs share no item with the same question and target (tasks: {tasks})")
    return shared, left_out


def _digest(item: RecordedItem) -> bytes:
    asked = json.dumps([item.question, item.images, item.target])
    return hashlib.sha256(asked.encode()).digest()[:8]


def _by_task(items: Iterable[Item]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for task, item in items:
        found.setdefault(task, []).append(item)
    return found


def _tallies(run: Run, shared: Mapping[Item, None]) -> Tallies:
    counted = Tallies()
    for attempt in run.attempts():
        if (attempt.task, attempt.item) in shared:
            counted.add(attempt)
    return counted


def _in_run(group: Group, name: str) -> Group:
    return group._replace(model=f"{group.model} in {name}")


def _reference(group: Group, ours: Iterable[Group], theirs: Iterable[Group]) -> Group | None:
    """What a group is compared with: its strategy on the same model, or on the only one there is."""
    same = [other for other in theirs if other.task == group.task and other.strategy == group.strategy]
    if group in same:
        return group
    if len(same) == 1:
        return same[0]
    single = [[one for one in groups if one.task == group.task] for groups in (ours, theirs)]
    return single[1][0] if all(len(one) == 1 for one in single) else None


def _differences(runs: Sequence[Run]) -> Iterator[Difference]:
    for prefix, of_each in (
        ("", [_settings(run) for run in runs]),
        ("version of ", [dict(run.configuration.get("versions", {})) for run in runs]),
        ("template ", [dict(run.configuration.get("templates", {})) for run in runs]),
        ("answers of ", [{task: kind.kind for task, kind in run.answer_types.items()} for run in runs]),
    ):
        for name in sorted({name for one in of_each for name in one}):
            values = tuple(_text(one.get(name)) for one in of_each)
            if len(set(values)) > 1 and not (prefix == "answers of " and "unset" in values):
                yield Difference(f"{prefix}{name}", values)


def _settings(run: Run) -> dict[str, Any]:
    """What the run was given, and can make a difference; defaults included."""
    given = RunSettings.recorded(run.configuration)
    left_out = _OF_PLAN | {name for name, _, option in given.options() if option.role == "pace"}
    return {name: value for name, value in given.model_dump(mode="json").items() if name not in left_out}


def _text(value: object) -> str:
    return "unset" if value in (None, []) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _wordings(
    runs: Sequence[Run], names: Sequence[str], pairs: Iterable[Pair], shared: Mapping[Item, None]
) -> Iterator[Wording]:
    """One for each pair of strategies, from the first shared item that both have asked; models aside."""
    shown: set[tuple[str, str, str]] = set()
    first = _first_prompts(runs[0], shared)
    for run, name in zip(runs[1:], names[1:], strict=True):
        prompts = _first_prompts(run, shared)
        for group, reference in pairs:
            place = (name, group.strategy, reference.strategy)
            ours, theirs = prompts.get(group.strategy, {}), first.get(reference.strategy, {})
            item = next((item for item in ours if item in theirs), None)
            if item is None or place in shown or not group.model.endswith(f" in {name}"):
                continue
            shown.add(place)
            lines = difflib.unified_diff(theirs[item], ours[item], names[0], name, lineterm="", n=1)
            if diff := tuple(lines)[:_LONGEST_DIFF]:
                yield Wording(group.strategy, reference.strategy, (names[0], name), " · ".join(item), diff)


def _first_prompts(run: Run, shared: Mapping[Item, None]) -> dict[str, dict[Item, list[str]]]:
    """The lines of what each strategy asked first, on a few of the shared items."""
    wanted = dict.fromkeys(list(shared)[:20])
    attempts: list[Attempt] = [a for a in run.attempts() if (a.task, a.item) in wanted and a.calls]
    calls = run.calls(attempt.calls[0][1] for attempt in attempts)
    found: dict[str, dict[Item, list[str]]] = {}
    for attempt in attempts:
        if call := calls.get(attempt.calls[0][1]):
            lines = [line for m in call.prompt.messages for line in (f"[{m.role}]", *m.shown.splitlines())]
            found.setdefault(attempt.strategy, {}).setdefault((attempt.task, attempt.item), lines)
    order = {item: place for place, item in enumerate(wanted)}
    return {s: dict(sorted(of_item.items(), key=lambda one: order[one[0]])) for s, of_item in found.items()}
