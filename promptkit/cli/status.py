"""`promptkit status`: where a run is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.bench.status import RunStatus, run_status
from promptkit.cli import options, output
from promptkit.formatting import plain
from promptkit.record.batches import RecordedBatch

_STEPS = {"prepared": "perhaps submitted", "submitted": "at the provider", "ended": "ended", "lost": "not asked"}


def status(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="DIR")],
    json: options.Json = False,
) -> None:
    """Show how far a run has come: attempts done, calls on record, batches at providers, and what to do next.

    It can be used while the run goes on: nothing is asked or written. The states of batches are those that the run last
    saw.

    Example:
        promptkit status runs/mini
    """
    found = run_status(run)
    if json:
        return output.print_json(_as_json(found))
    for line in _lines(found):
        output.print_text(line)
    return None


def _lines(found: RunStatus) -> list[str]:
    planned = "" if found.planned is None else f" of {found.planned:,}"
    failed = f", {found.failed:,} failed" if found.failed else ""
    lines = [f"{found.run}: {found.attempts:,}{planned} attempts done{failed}; {found.calls:,} calls on record"]
    lines += [_batch_line(batch, found.read_at) for batch in found.batches]
    return [*lines, f"next: {found.next()}"]


def _batch_line(batch: RecordedBatch, now: float) -> str:
    name = batch.name or f"label {batch.label}"
    told = f" ({plain(batch.told)})" if batch.told else ""
    state = f"{_STEPS[batch.step]}{told}, {batch.done:,} of {batch.calls:,} calls done"
    return f"{batch.model}: batch {plain(name)}, made {_age(now - batch.made)} ago, {state}"


def _age(seconds: float) -> str:
    minutes = int(max(0.0, seconds)) // 60
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _as_json(found: RunStatus) -> dict[str, object]:
    batches = [{**batch._asdict(), "age_seconds": round(found.read_at - batch.made)} for batch in found.batches]
    counts = {name: getattr(found, name) for name in ("attempts", "failed", "planned", "calls")}
    state = {"complete": found.complete, "at_work": found.at_work, "next": found.next()}
    return {"run": str(found.run), **counts, "batches": batches, **state}
