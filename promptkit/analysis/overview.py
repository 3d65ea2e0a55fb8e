"""Strategy by model at one glance: the accuracies of a task that several models were asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptkit.analysis.comparison import Comparison
from promptkit.analysis.summary import Row, Summary

Cell = tuple[str, str]  # strategy, model


@dataclass(frozen=True)
class Overview:
    """One task under every strategy and model.

    Attributes:
        rows: what came of each strategy on each model that it was run on.
        across: each strategy beside itself on the first model, on the items that both have judged.
    """

    task: str
    strategies: tuple[str, ...]
    models: tuple[str, ...]
    rows: Mapping[Cell, Row]
    across: Mapping[Cell, Comparison]


def overviews(summary: Summary) -> tuple[Overview, ...]:
    """An overview of each task that more than one model was asked."""
    found = []
    for task in dict.fromkeys(row.task for row in summary.rows):
        rows = {(row.strategy, row.model): row for row in summary.rows if row.task == task}
        models = tuple(dict.fromkeys(model for _, model in rows))
        if len(models) > 1:
            across = {(c.strategy, c.model): c for c in summary.across_models if c.task == task}
            found.append(Overview(task, tuple(dict.fromkeys(s for s, _ in rows)), models, rows, across))
    return tuple(found)
