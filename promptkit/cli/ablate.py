"""`promptkit ablate`: which parts of a wording earn their tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.text import Text

import promptkit.by_path as by_path
import promptkit.formatting as formatting
from promptkit.analysis.ablation import PartEffect, part_effects
from promptkit.analysis.summary import Summary, Tallies
from promptkit.bench.ablation import Ablation, planned_ablation
from promptkit.bench.planning import described_benchmark
from promptkit.bench.recording import new_directory, require_keys_of_new, resumed_settings
from promptkit.cli import options, output
from promptkit.cli.grid import Grid, table_console
from promptkit.cli.run_benchmark import forecast_run, run_benchmark
from promptkit.cli.settings_options import with_settings
from promptkit.settings import RunLimits, RunSettings

_FOLDER = "wordings"  # in the run's directory


@with_settings(RunSettings, RunLimits)
def ablate(
    given: dict[str, Any],
    *,
    run: options.NewRun = None,
    dry_run: options.DryRun = False,
    fields: options.ModelOptions = None,
    base_url: options.BaseUrl = None,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Leave out one part of a wording at a time, and see which parts earn their tokens.

    Parts are those marked {% part name %}…{% endpart %} in the template; without any, its paragraphs and the items of
    its lists. The wording without each part is compared with the whole one, on the same items. A part can be left
    out when the wording without it is shown not to be worse by the margin (adjusted over the parts by Holm's method).

    An ablation is recorded, resumed and reported like a run of bench. Its wordings are templates in its directory.

    Examples:
        promptkit ablate stories --strategies cot@zh-Hant --limit 100

        promptkit ablate tickets.yaml -s cot@long --templates my_templates -m openai/gpt-6-luna --dry-run
    """
    by_path.trust_files(trust)
    run_ablation(run, options.with_models(given, base_url, fields), dry_run=dry_run, json=json)


def is_ablation(directory: Path) -> bool:
    """Whether the run in a directory is one of `ablate`."""
    return (directory / _FOLDER).is_dir()


def run_ablation(
    run: Path | None,
    given: dict[str, Any],
    *,
    dry_run: bool,
    json: bool,
    then: Callable[[Path], None] | None = None,
) -> None:
    """Run it in the directory `run`, a new one when `None`, or resume the one that is there.

    `then` is called with the directory when all is printed.
    """
    limits, settings = _limits_and_settings(run, given)
    benchmark = described_benchmark(settings.updated({"baseline": None}), limits)
    planned = planned_ablation(benchmark)
    if dry_run:
        with TemporaryDirectory() as folder:
            return _forecast(planned, _of_run(planned, given, settings, Path(folder)), json=json)
    directory = run or new_directory()
    require_keys_of_new(benchmark, directory)  # before its wordings are written

    def show(summary: Summary, counted: Tallies, *, complete: bool) -> None:
        effects = part_effects(counted.groups, planned.whole, planned.parts, settings.margin)
        if not json:
            return print_effects(planned.whole, effects, summary)
        shown = {"run": str(directory), "complete": complete, "parts": [asdict(one) for one in effects]}
        return output.print_json({**shown, "rows": [asdict(row) for row in summary.rows]})

    return run_benchmark(
        directory, _of_run(planned, given, settings, directory / _FOLDER), json=json, show=show, then=then
    )


def print_effects(whole: str, effects: Iterable[PartEffect], summary: Summary) -> None:
    """Print what each part is worth, for each task and model."""
    shown, out = list(effects), table_console()
    for row in (row for row in summary.rows if row.strategy == whole):
        of_it = [one for one in shown if (one.task, one.model) == (row.task, row.model)]
        heading = f"\ntask {row.task}, model {row.model}: {whole} ({formatting.percent(row.accuracy)} right) without …"
        out.print(Text(heading, "bold"))
        grid = Grid("part", ["n", "difference", "95 % interval"], ["p", "p to spare", "tokens saved"], ["the part …"])
        for one in of_it:
            saved = "" if one.tokens_saved is None else f"{one.tokens_saved:+,.1f}".replace("-", "−")
            numbers = (formatting.points(one.difference), formatting.span(one.low, one.high))
            chances = (formatting.p_value(one.p_holm), formatting.p_value(one.p_spare_holm))
            grid.add(one.part, str(one.n), *numbers, *chances, saved, one.worth)
        grid.print(out)
    out.print(Text("both p are adjusted over the parts; p to spare is that of being worse by the margin or more"))


def _limits_and_settings(run: Path | None, given: Mapping[str, Any]) -> tuple[RunLimits, RunSettings]:
    limits = {name: value for name, value in given.items() if name in RunLimits.model_fields}
    settings = resumed_settings(run, {name: value for name, value in given.items() if name not in limits})
    if "strategies" not in given:  # those of the run on record: the whole wording comes first
        settings = settings.updated({"strategies": settings.strategies[:1]})
    return RunLimits(**limits), settings


def _of_run(planned: Ablation, given: Mapping[str, Any], settings: RunSettings, folder: Path) -> dict[str, Any]:
    """What the run is given, whose wordings are then in `folder`."""
    planned.write(folder)
    folders = list(dict.fromkeys([*settings.template_folders, str(folder)]))
    arms = {"strategies": [planned.whole, *planned.parts], "baseline": planned.whole}
    return {**given, **arms, "template_folders": folders}


def _forecast(planned: Ablation, given: Mapping[str, Any], *, json: bool) -> None:
    if not json:
        for strategy, label in planned.parts.items():
            output.print_text(f"{strategy}: without {label}")
    forecast_run(None, given, json=json)
