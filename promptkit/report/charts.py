"""The charts of a report as specifications of Vega-Lite, in the text colour of the page, light or dark."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from promptkit.analysis.pareto import CostAccuracy
from promptkit.formatting import folded, inline
from promptkit.report.findings import Section

Chart = dict[str, Any]

# Mid-tones of the palette of Okabe and Ito (2008), distinct to colour-blind readers; shapes carry the same meaning.
BLUE, ORANGE, GREY = "#2f86c4", "#d1701a", "#8a8f98"
MARGIN = 110  # pixels beside a plot that names of strategies take; charts without names are wider by so much
_VERDICTS = {"better": (BLUE, "triangle-right"), "worse": (ORANGE, "triangle-left")}
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_LOOK: Chart = {
    "background": "transparent",
    "font": "Helvetica, Arial, sans-serif",
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "gridColor": GREY,
        "gridOpacity": 0.25,
        "labelColor": "currentColor",
        "labelFontSize": 13,
        "labelLimit": 1000,
        "tickColor": GREY,
        "titleColor": "currentColor",
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "axisY": {"labelPadding": 8, "ticks": False},
}


class Charts:
    """All charts of one width, in pixels. A page holds each chart twice: for desktops and for phones."""

    def __init__(self, width: int, name_length: int) -> None:
        self._width = width
        self._name_length = name_length

    def accuracy(self, section: Section) -> Chart:
        """Accuracy of each strategy with its 95 % interval."""
        rows = [
            {"name": self._name(section, r.strategy), "value": r.accuracy, "low": r.low, "high": r.high}
            for r in section.rows
            if r.accuracy is not None
        ]
        x = {"scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "tickCount": 5}, "title": None}
        bar = {"type": "rule", "strokeWidth": 2.5, "color": BLUE, "opacity": 0.65}
        dot = {"type": "point", "filled": True, "size": 75, "color": BLUE, "opacity": 1}
        return self._of_rows(rows, x, [(bar, {}), (dot, {})])

    def differences(self, section: Section) -> Chart:
        """Difference of each strategy to the baseline with its interval; the verdict is shape and colour."""
        rows = []
        for strategy, pair in section.comparisons.items():
            colour, shape = _VERDICTS.get(pair.verdict, (GREY, "circle"))
            ends = {"value": 100 * pair.difference, "low": 100 * pair.low, "high": 100 * pair.high}
            rows.append({"name": self._name(section, strategy), **ends, "colour": colour, "shape": shape})
        zero = {
            "data": {"values": [{"zero": 0}]},
            "mark": {"type": "rule", "strokeDash": [4, 3], "color": GREY},
            "encoding": {"x": {"field": "zero", "type": "quantitative"}},
        }
        x = {"title": "points more right than the baseline", "axis": {"format": "+d", "tickCount": 5}}
        tone: Chart = {"color": {"field": "colour", "type": "nominal", "scale": None}}
        form: Chart = {"shape": {"field": "shape", "type": "nominal", "scale": None}}
        bar = {"type": "rule", "strokeWidth": 2.5, "opacity": 0.75}
        dot = {"type": "point", "filled": True, "size": 110, "opacity": 1}
        return self._of_rows(rows, x, [(bar, tone), (dot, {**tone, **form})], below=[zero])

    def cost_accuracy(self, cost_accuracy: CostAccuracy, numbers: Mapping[str, int]) -> Chart:
        """Accuracy against price; the Pareto front is joined and filled, and numbers name the strategies."""
        rows = [
            {"n": str(numbers[p.strategy]), "price": p.price, "accuracy": p.accuracy, "front": p.front}
            for p in cost_accuracy.points
        ]
        x = {
            "field": "price",
            "type": "quantitative",
            "title": f"{cost_accuracy.unit} an answer",
            "scale": _price_scale(cost_accuracy),
            "axis": {"format": "~r", "tickCount": 4, "grid": False},
        }
        y = {
            "field": "accuracy",
            "type": "quantitative",
            "title": None,
            "scale": {"domain": [0, 1]},
            "axis": {"format": ".0%", "tickCount": 5},
        }
        line = {"type": "line", "color": BLUE, "opacity": 0.6, "interpolate": "step-after"}
        kept = {"type": "point", "filled": True, "size": 80, "color": BLUE, "opacity": 1}
        dominated = {"type": "point", "filled": False, "size": 60, "color": ORANGE, "opacity": 1, "shape": "square"}
        number = {"type": "text", "dx": 10, "dy": -10, "fontSize": 13, "fontWeight": "bold", "color": "currentColor"}
        layers: list[Chart] = [
            {"transform": [{"filter": "datum.front"}], "mark": line},
            {"transform": [{"filter": "!datum.front"}], "mark": dominated},
            {"transform": [{"filter": "datum.front"}], "mark": kept},
            {"mark": number, "encoding": {"text": {"field": "n", "type": "nominal"}}},
        ]
        size = {"width": self._width + MARGIN, "height": 220}
        return _chart(rows, {**size, "encoding": {"x": x, "y": y}, "layer": layers})

    def _of_rows(
        self, rows: list[Chart], x: Chart, marks: list[tuple[Chart, Chart]], *, below: list[Chart] | None = None
    ) -> Chart:
        """A row for each name: a bar from `low` to `high`, then a dot at `value`, with their further encodings."""
        lines = "split(datum.label, '\\n')"
        axis = {"labelExpr": lines, "labelLineHeight": 15, "grid": False}
        y = {"y": {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": axis}}
        (bar, of_bar), (dot, of_dot) = marks
        ends = {"x": {"field": "low", "type": "quantitative", **x}, "x2": {"field": "high"}}
        value = {"x": {"field": "value", "type": "quantitative"}}
        layers = [
            *(below or []),
            {"mark": bar, "encoding": {**y, **ends, **of_bar}},
            {"mark": dot, "encoding": {**y, **value, **of_dot}},
        ]
        step = _step([row["name"] for row in rows])
        return _chart(rows, {"width": self._width, "height": {"step": step}, "layer": layers})

    def _name(self, section: Section, strategy: str) -> str:
        """The strategy's number and name, in lines that fit beside the chart."""
        return "\n".join(folded(f"{section.numbers[strategy]} {inline(strategy)}", self._name_length))


def _chart(rows: list[Chart], parts: Chart) -> Chart:
    return {"$schema": _SCHEMA, "data": {"values": rows}, "config": _LOOK, **parts}


def _step(names: list[str]) -> float:
    """Pixels from one row to the next, so that names of several lines stay apart."""
    lines = [name.count("\n") + 1 for name in names]
    return 12 + 15 * max((sum(pair) / 2 for pair in pairwise(lines)), default=max(lines, default=1))


def _price_scale(cost_accuracy: CostAccuracy) -> Chart:
    """Logarithmic where prices lie more than a factor of ten apart."""
    prices = [p.price for p in cost_accuracy.points]
    wide = min(prices, default=0) > 0 and max(prices) > 10 * min(prices)
    return {"type": "log", "nice": True, "padding": 14} if wide else {"zero": True, "padding": 14}
