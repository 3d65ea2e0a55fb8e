"""An ablation: a strategy in its wording, and in wordings that lack one part each, as strategies of one run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from promptkit.backend import Backend
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Makings
from promptkit.bench.forecast import LONGEST
from promptkit.bench.strategies import context_of
from promptkit.errors import PromptkitError, UsageError
from promptkit.previewing import Noting
from promptkit.providers.function import FunctionModel
from promptkit.specs import build, parse_spec, with_wording
from promptkit.strategies.wrap import Wrap
from promptkit.strategy import Strategy
from promptkit.sync import run
from promptkit.task_context import TaskContext
from promptkit.tasks import Task
from promptkit.wording.folders import SUFFIX
from promptkit.wording.parts import parts_of
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant, variant_name


@dataclass(frozen=True)
class Ablation:
    """What is compared.

    Attributes:
        whole: the specification in its wording.
        parts: a specification for each part, which lacks it, with the part's label.
        files: the texts of the templates that these ask by, by their paths in a folder.
    """

    whole: str
    parts: Mapping[str, str]
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write the templates into `folder`, where they are not there yet.

        Raises:
            UsageError: other ones are there, of a wording that was edited since.
        """
        for path, text in self.files.items():
            file = folder / path
            if file.exists() and file.read_text(encoding="utf-8") != text:
                raise UsageError(f"{file} was made from another wording; give another `directory`, or undo the edit")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def planned_ablation(benchmark: Benchmark) -> Ablation:
    """The ablation of the one strategy of `benchmark`.

    Parts of the techniques that are given a wording (`cot@long`) are left out; of all techniques where none is.

    Raises:
        UsageError: it is not one specification, or none of its wordings has a part that can be left out.
    """
    whole = _only_specification(benchmark)
    unsent = FunctionModel(lambda _: "")
    task = benchmark.tasks[0]
    strategies = from_inside(build(whole, unsent, _context(task, benchmark.templates, unsent)))
    asked, used = [part.wording for part in parse_spec(whole)], _used_steps(whole, task, benchmark.templates)
    parts, files = dict[str, str](), dict[str, str]()
    for place, strategy in enumerate(strategies):
        if asked[place] or not any(asked):
            for name, text, label in _without_a_part(strategy, used, len(parts)):
                wording = base_and_variant(name)[1]
                parts[with_wording(whole, place, wording)] = label
                files |= {f"{name}{SUFFIX}": text} | _other_steps(strategy, name)
    if not parts:
        way_out = "mark parts of it by {% part name %}…{% endpart %}"
        raise UsageError(f"the wording of {whole} has no part that could be left out; {way_out}")
    return Ablation(whole, parts, files)


def _used_steps(spec: str, task: Task, templates: Templates) -> frozenset[str]:
    """The templates that are rendered for the first item, were every reply long and every critic discontent."""
    played, noting = FunctionModel(lambda _: LONGEST), Noting.of(templates)
    with contextlib.suppress(PromptkitError):  # a vote without an answer has asked by then
        run(build(spec, played, _context(task, noting, played)), task.items[0].prompt())
    return noting.rendered()


def _context(task: Task, templates: Templates, model: Backend) -> TaskContext:
    return context_of(task, None, templates, lambda _: model, making=Makings())


def _only_specification(benchmark: Benchmark) -> str:
    named = benchmark.named()
    if len(named) != 1:
        raise UsageError(f"an ablation takes one strategy, got {len(named)}; name it with `strategies`")
    ((name, asked),) = named.items()
    if not isinstance(asked, str) or not parse_spec(asked):
        raise UsageError(f"{name} has no wording; name a strategy such as cot")
    return name


def from_inside(backend: object) -> list[Strategy]:
    """The strategies that are around the model, innermost first."""
    found = []
    while isinstance(backend, Strategy):
        found.append(backend)
        backend = backend.backend
    return found[::-1]


def steps_of(strategy: Strategy) -> list[str]:
    """The templates of a strategy, without their variants."""
    if isinstance(strategy, Wrap):
        return [strategy.template]
    names = (base_and_variant(name)[0] for name in strategy.templates.names())
    return sorted({name for name in names if name.startswith(f"{strategy.template_folder}/")})


def _without_a_part(strategy: Strategy, used: frozenset[str], number: int) -> Iterator[tuple[str, str, str]]:
    """Name, text and label of a template for each part that it lacks, of those that are `used`."""
    templates = strategy.templates
    for step in (step for step in steps_of(strategy) if step in used):
        for part in parts_of(templates, step):
            number += 1
            wording = "-".join(filter(None, (templates.variant, "without", str(number))))
            label = f"{step.rpartition('/')[2]}, line {part.line}: {part.label}"
            yield variant_name(step, wording), part.without, label


def _other_steps(strategy: Strategy, name: str) -> dict[str, str]:
    """The other steps in the wording that the strategy is asked in, under the name of the one without a part."""
    templates, (changed, wording) = strategy.templates, base_and_variant(name)
    worded = [step for step in steps_of(strategy) if step != changed and _has(templates, step)]
    return {f"{variant_name(step, wording)}{SUFFIX}": templates.read(step) for step in worded}


def _has(templates: Templates, step: str) -> bool:
    return bool(templates.variant) and variant_name(step, templates.variant) in templates.names()
