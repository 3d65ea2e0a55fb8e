"""The result of a comparison as a value: rows, comparisons, verdicts; as text, in a notebook, or as a data frame."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from promptkit.analysis.choose import Choice
from promptkit.analysis.comparison import Comparison, Order
from promptkit.analysis.summary import Row, Summary, Tallies
from promptkit.analysis.verdicts import prepared_of
from promptkit.bench.result_views import as_html, as_text, sentences
from promptkit.errors import UsageError
from promptkit.formatting import on_terminal, plain
from promptkit.outcomes import Attempt
from promptkit.record.preparations import Preparation


@dataclass(frozen=True)
class Attempts:
    """The attempts of a run, in the order they ended. Can be iterated again; those of a directory are read each time.

    Raises:
        UsageError: while iterating, the directory can't be read any more.
    """

    read: Callable[[], Iterable[Attempt]] = field(repr=False)

    def __iter__(self) -> Iterator[Attempt]:
        return iter(self.read())


@dataclass(frozen=True)
class Result:
    """What came of comparing strategies.

    Attributes:
        rows: one a task, strategy and model: accuracy with its interval, every outcome, calls, tokens and cost.
        comparisons: one a strategy and the baseline it is compared with, on the items that both have judged.
        across_models: one a strategy and model beside the first model, on the items that both have judged.
        complete: whether every item was judged under every strategy.
        stopped: why the run ended early: a limit was reached, the model is out of reach, or it refuses a strategy
            altogether. Empty when it did not.
        directory: where every call is recorded; `None` when nothing was written.
        attempts: every attempt with its outcome.
        margin: the largest difference that does not matter, as a fraction of 1.
        tallies: what was counted.
        metric: the grader by which all of this is; empty where it is by the answers that were read.
        metrics: rows and comparisons by each further grader, by its name.
        fed: the order of the items of a run that is stopped when decided.
    """

    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    across_models: tuple[Comparison, ...]
    complete: bool
    stopped: str
    directory: Path | None
    attempts: Attempts = field(repr=False, compare=False)
    margin: float
    tallies: Tallies = field(repr=False, compare=False)
    metric: str = ""
    metrics: Mapping[str, Summary] = field(default_factory=dict, repr=False)
    fed: Order | None = field(default=None, repr=False, compare=False)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What each comparison shows, in a sentence."""
        return tuple(
            sentence
            for task in dict.fromkeys(row.task for row in self.rows)
            for _, sentence in sentences(task, self.comparisons, self.across_models)
        )

    def choices(self, margin: float | None = None) -> tuple[Choice, ...]:
        """The cheapest strategy that is not worse than the best by more than `margin`, for each task and model.

        `None` is the margin of the run.
        """
        return self.tallies.choices(self.margin if margin is None else margin, self.fed)

    @property
    def prepared(self) -> tuple[Preparation, ...]:
        """What was asked before the first item, for strategies whose examples the run made: no part of `rows`."""
        return self.tallies.prepared

    def to_json(self) -> dict[str, object]:
        """The object that `promptkit bench --json` prints."""
        run = None if self.directory is None else str(self.directory)
        summary = Summary(
            self.rows,
            self.comparisons,
            self.across_models,
            self.metric,
            self.metrics,
            self.tallies.grading,
            prepared=self.prepared,
            batched=self.tallies.batched,
        )
        return summary.to_json(run=run, complete=self.complete)

    def to_frame(self) -> Any:  # noqa: ANN401 - of whichever package is installed
        """The rows as a data frame of pandas, or of polars where pandas is not installed.

        A row that is compared has the difference to the baseline beside it: `baseline`, `difference`,
        `difference_low`, `difference_high`, `p`, `p_holm` and `verdict`.

        Raises:
            UsageError: neither is installed.
        """
        for package in ("pandas", "polars"):
            if importlib.util.find_spec(package):
                return importlib.import_module(package).DataFrame(self._records())
        raise UsageError("a data frame needs pandas or polars; pip install pandas")

    def _records(self) -> list[dict[str, object]]:
        compared = {c.group: c for c in self.comparisons}
        return [{**asdict(row), **_difference(compared.get(row.group))} for row in self.rows]

    def __str__(self) -> str:
        shown = as_text(self.rows, self.comparisons, self.across_models, self._problem(), self.metrics)
        return "\n".join([shown, *map(on_terminal, self._beside())])

    def _repr_html_(self) -> str:
        shown = as_html(self.rows, self.comparisons, self.across_models, self._problem(), self.metrics)
        beside = (f"<p>{escape(plain(line))}</p>" for line in self._beside())
        return "".join([shown, *beside])

    def _beside(self) -> list[str]:
        """What the run paid that is no part of the rows, or not at their price."""
        graded = (one.sentence() for one in self.tallies.grading)
        return [*prepared_of(self.prepared), *(one.sentence() for one in self.tallies.batched), *graded]

    def _problem(self) -> str:
        """Why it is incomplete, where it is."""
        if self.stopped:
            return f"incomplete: {self.stopped}"
        if self.complete:
            return ""
        errors, ungraded = (sum(getattr(row, name) for row in self.rows) for name in ("error", "ungraded"))
        why = next((row.not_graded for row in self.rows if row.ungraded), "")
        failed = [f"{errors} attempts failed"] if errors else []
        failed += [f"{ungraded} replies were not graded: {why}"] if ungraded else []
        return "; ".join([f"incomplete: {failed[0]}", *failed[1:]]) if failed else "incomplete"


def _difference(comparison: Comparison | None) -> dict[str, object]:
    return {
        "baseline": comparison and comparison.baseline,
        "difference": comparison and comparison.difference,
        "difference_low": comparison and comparison.low,
        "difference_high": comparison and comparison.high,
        "p": comparison and comparison.p,
        "p_holm": comparison and comparison.p_holm,
        "verdict": comparison and comparison.verdict,
    }
