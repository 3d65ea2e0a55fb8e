"""The proof: the original and the best candidate on items that the search has never seen, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from promptkit.analysis.summary import Summary, Tallies
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.recording import configuration_of
from promptkit.optimizing.asking import Asking
from promptkit.optimizing.candidates import Candidate, write_files
from promptkit.optimizing.plan import Plan
from promptkit.outcomes import Attempt
from promptkit.record.writer import RunWriter

FOLDER = "optimized"  # in the run's directory: the templates of the best candidate


def proof_of(plan: Plan, best: Candidate, directory: Path) -> Benchmark:
    """The comparison of the original and the best candidate, whose templates are written into the directory."""
    folder = directory / FOLDER
    write_files(folder, plan.versions.files(best.texts), best.about())
    versions = plan.versions
    worded = versions.templates_in(folder, best.texts)
    return plan.on(plan.splits.held_out, versions.spec, versions.new_spec, templates=worded)


async def prove(
    benchmark: Benchmark, asking: Asking, record: RunWriter, plan: Plan, changed: Callable[[], None]
) -> Summary:
    """Run the comparison, recorded as any run is; attempts of an earlier try are rebuilt from their calls.

    Raises:
        PromptkitError: it was cut short.
    """
    texts = benchmark.wording.texts(benchmark.used_wording())
    record.begin({**configuration_of(benchmark), "optimize": plan.to_record()}, benchmark.tasks, texts)
    counted = Tallies()

    def done(attempt: Attempt) -> None:
        record.add(attempt)
        counted.add(attempt)
        changed()

    try:
        await asking.run(benchmark, done)
    finally:
        record.flush()
    return benchmark.summary(counted)
