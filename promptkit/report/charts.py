"""The charts of a report as specifications of Vega-Lite, in the text colour of the page, light or dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from promptkit.analysis.comparison import Comparison
from promptkit.analysis.glance import Glance, Place
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

_Mark = tuple[Chart, Chart]  # a mark, and what it encodes beside its place
_PHONE = 250  # pixels: narrower plots are for phones
_POINTS: Chart = {"title": "points more right than the baseline", "axis": {"format": "+d", "tickCount": 5}}
_ZERO: Chart = {"mark": {"type": "rule", "strokeDash": [4, 3], "color": GREY}, "encoding": {"x": {"datum": 0}}}
_TONE: Chart = {"color": {"field": "colour", "type": "nominal", "scale": None}}
_SHAPE: Chart = {"shape": {"field": "shape", "type": "nominal", "scale": None}}
_BY_VERDICT: tuple[_Mark, _Mark] = (
    ({"type": "rule", "strokeWidth": 2.5, "opacity": 0.75}, _TONE),
    ({"type": "point", "filled": True, "size": 110, "opacity": 1}, {**_TONE, **_SHAPE}),
)


class Charts:
    """All charts of one width, in pixels. A page holds each chart twice: for desktops and for phones."""

    def __init__(self, width: int, name_length: int) -> None:
        self._width = width
        self._name_length = name_length

    def accuracy(self, section: Section) -> Chart:
        """Accuracy of each strategy with its 95 % interval."""
        rows: list[Chart] = [
            {"name": self._name(section, r.strategy), "value": r.accuracy, "low": r.low, "high": r.high}
            for r in section.rows
            if r.accuracy is not None
        ]
        x = {"scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "tickCount": 5}, "title": None}
        bar = {"type": "rule", "strokeWidth": 2.5, "color": BLUE, "opacity": 0.65}
        dot = {"type": "point", "filled": True, "size": 75, "color": BLUE, "opacity": 1}
        return _chart(rows, self._rows([row["name"] for row in rows], x, (bar, {}), (dot, {})))

    def differences(self, section: Section) -> Chart:
        """Difference of each strategy to the baseline with its interval; the verdict is shape and colour."""
        rows: list[Chart] = [
            {"name": self._name(section, strategy)} | _difference(pair)
            for strategy, pair in section.comparisons.items()
        ]
        return _chart(rows, self._rows([row["name"] for row in rows], _POINTS, *_BY_VERDICT, below=[_ZERO]))

    def glance(self, found: Glance) -> Chart:
        """The differences of each strategy to the baseline, task by task, with their intervals: a panel a strategy."""
        rows: list[Chart] = [
            {
                "strategy": inline(found.headings[pair.strategy]),
                "name": self._folded(found.name(Place(pair.task, pair.model))),
            }
            | _difference(pair)
            for pair in found.comparisons
        ]
        heading = {"title": None, "labelColor": "currentColor", "labelFontSize": 14, "labelFontWeight": "bold"}
        order = list(dict.fromkeys(row["strategy"] for row in rows))
        facet = {"field": "strategy", "type": "nominal", "sort": order, "header": {**heading, "labelAnchor": "start"}}
        panel = self._rows([row["name"] for row in rows], _POINTS, *_BY_VERDICT, below=[_ZERO])
        columns = 2 if self._width > _PHONE else 1
        parts = {"facet": facet, "columns": columns, "spec": panel, "resolve": {"scale": {"y": "independent"}}}
        return _chart(rows, {**parts, "spacing": {"row": 14, "column": 28}})

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

    def _rows(self, names: list[str], x: Chart, bar: _Mark, dot: _Mark, *, below: Sequence[Chart] = ()) -> Chart:
        """A row for each name: a bar from `low` to `high`, then a dot at `value`, with their further encodings."""
        lines = "split(datum.label, '\\n')"
        axis = {"labelExpr": lines, "labelLineHeight": 15, "grid": False}
        y = {"y": {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": axis}}
        ends = {"x": {"field": "low", "type": "quantitative", **x}, "x2": {"field": "high"}}
        value = {"x": {"field": "value", "type": "quantitative"}}
        layers = [
            *below,
            {"mark": bar[0], "encoding": {**y, **ends, **bar[1]}},
            {"mark": dot[0], "encoding": {**y, **value, **dot[1]}},
        ]
        return {"width": self._width, "height": {"step": _step(names)}, "layer": layers}

    def _name(self, section: Section, strategy: str) -> str:
        """The strategy's number and name, in lines that fit beside the chart."""
        return self._folded(f"{section.numbers[strategy]} {strategy}")

    def _folded(self, name: str) -> str:
        return "\n".join(folded(inline(name), self._name_length))


def _difference(pair: Comparison) -> Chart:
    """A row's bar and dot, in points; the verdict is their colour and shape."""
    colour, shape = _VERDICTS.get(pair.verdict, (GREY, "circle"))
    ends = {"value": 100 * pair.difference, "low": 100 * pair.low, "high": 100 * pair.high}
    return {**ends, "colour": colour, "shape": shape}


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
