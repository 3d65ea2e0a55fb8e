"""Runs made apart, of several tasks, at one glance: each cell beside the same one in the first run."""

from __future__ import annotations

from promptkit.analysis.glance import Cell, Glance, Place
from promptkit.bench.across_runs import AcrossRuns


def glance_of_runs(found: AcrossRuns) -> Glance:
    """Rows are tasks in each run; a cell is compared with the same strategy in the first run."""
    compared = {(c.task, c.model, c.strategy): c for c in found.comparisons}
    cells = {}
    for run, rows in zip(found.runs, found.rows, strict=True):
        for row in rows:
            place = Place(row.task, f"{row.model} in {run}")
            cells[place, row.strategy] = Cell(row, compared.get((*place, row.strategy)))
    places = dict.fromkeys(place for place, _ in cells)
    return Glance(
        baseline=found.runs[0],
        strategies=tuple(dict.fromkeys(strategy for _, strategy in cells)),
        places=tuple(place for task in found.items for place in places if place.task == task),
        cells=cells,
        added=(),
        across_models=(),
    )
