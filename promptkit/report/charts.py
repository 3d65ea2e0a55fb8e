"""Charts as SVG text that takes the page's text colour, so that it is legible on light and dark ground alike."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import altair as alt
import vl_convert  # noqa: F401 - altair draws with it; imported here, a missing package is reported by its name

from promptkit.analysis.pareto import CostAccuracy
from promptkit.formatting import inline
from promptkit.report.findings import Section

# Mid-tones of the palette of Okabe and Ito (2008), distinct to colour-blind readers; shapes carry the same meaning.
BLUE, ORANGE, GREY = "#2f86c4", "#d1701a", "#8a8f98"
MARGIN = 110  # pixels beside a plot that names of strategies take; charts without names are wider by so much
_LINES = "split(datum.label, '\\n')"
_VERDICTS = {"better": (BLUE, "triangle-right"), "worse": (ORANGE, "triangle-left")}


class Charts:
    """All charts of one width, in pixels. A page holds each chart twice: for desktops and for phones."""

    def __init__(self, width: int, name_length: int) -> None:
        self._width = width
        self._name_length = name_length

    def accuracy(self, section: Section) -> str:
        """Accuracy of each strategy with its 95 % interval."""
        rows = [
            {"name": self._name(section, r.strategy), "accuracy": r.accuracy, "low": r.low, "high": r.high}
            for r in section.rows
            if r.accuracy is not None
        ]
        x = alt.X("low:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5))
        bars = _base(rows).mark_rule(strokeWidth=2.5, color=BLUE, opacity=0.65).encode(x=x, x2="high:Q")
        dots = _base(rows).mark_point(filled=True, size=75, color=BLUE, opacity=1).encode(x="accuracy:Q")
        return self._svg((bars + dots).properties(width=self._width))

    def differences(self, section: Section) -> str:
        """Difference of each strategy to the baseline with its 95 % interval; the verdict is shape and colour."""
        rows = []
        for strategy, pair in section.comparisons.items():
            colour, shape = _VERDICTS.get(pair.verdict, (GREY, "circle"))
            ends = {"difference": 100 * pair.difference, "low": 100 * pair.low, "high": 100 * pair.high}
            rows.append({"name": self._name(section, strategy), **ends, "colour": colour, "shape": shape})
        zero = (
            alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(strokeDash=[4, 3], color=GREY).encode(x="zero:Q")
        )
        tone = alt.Color("colour:N", scale=None)
        x = alt.X("low:Q", title="points more right than the baseline", axis=alt.Axis(format="+d", tickCount=5))
        bars = _base(rows).mark_rule(strokeWidth=2.5, opacity=0.75).encode(x=x, x2="high:Q", color=tone)
        dots = _base(rows).mark_point(filled=True, size=110, opacity=1)
        dots = dots.encode(x="difference:Q", color=tone, shape=alt.Shape("shape:N", scale=None))
        return self._svg((zero + bars + dots).properties(width=self._width))

    def cost_accuracy(self, cost_accuracy: CostAccuracy, numbers: Mapping[str, int]) -> str:
        """Accuracy against price; the Pareto front is joined and filled, and numbers name the strategies."""
        rows = [
            {"n": str(numbers[p.strategy]), "price": p.price, "accuracy": p.accuracy, "front": p.front}
            for p in cost_accuracy.points
        ]
        base = alt.Chart(alt.InlineData(values=rows))
        x = alt.X(
            "price:Q",
            title=f"{cost_accuracy.unit} an answer",
            scale=_price_scale(cost_accuracy),
            axis=alt.Axis(format="~g", tickCount=4, grid=False),
        )
        y = alt.Y("accuracy:Q", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1]))
        front = alt.datum.front == True  # noqa: E712 - builds an expression
        line = base.transform_filter(front).mark_line(color=BLUE, opacity=0.6, interpolate="step-after")
        kept = base.transform_filter(front).mark_point(filled=True, size=80, color=BLUE, opacity=1)
        dominated = base.transform_filter(~front).mark_point(
            filled=False, size=60, color=ORANGE, opacity=1, shape="square"
        )
        names = base.mark_text(dx=10, dy=-10, fontSize=13, fontWeight="bold", color="currentColor").encode(text="n:N")
        layers = [mark.encode(x=x, y=y) for mark in (line, dominated, kept, names)]
        return self._svg(alt.LayerChart(layer=layers, width=self._width + MARGIN, height=220))

    def _name(self, section: Section, strategy: str) -> str:
        """The strategy's number and name, in lines that fit beside the chart."""
        pieces = re.findall(rf"[^+,(]{{1,{self._name_length}}}[+,(]?|[+,(]", inline(strategy))
        lines = [f"{section.numbers[strategy]} "]
        for piece in pieces:
            if len(lines[-1]) + len(piece) > self._name_length:
                lines.append("")
            lines[-1] += piece
        return "\n".join(lines)

    def _svg(self, chart: alt.LayerChart) -> str:
        axis: dict[str, Any] = {"labelColor": "currentColor", "titleColor": "currentColor", "gridColor": GREY}
        lines: dict[str, Any] = {"gridOpacity": 0.25, "domain": False, "tickColor": GREY, "labelLimit": 1000}
        texts: dict[str, Any] = {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
        styled = (
            chart.properties(background="transparent")
            .configure(font="Helvetica, Arial, sans-serif", padding=4)
            .configure_axis(**axis, **lines, **texts)
            .configure_axisY(labelPadding=8, ticks=False)
            .configure_view(stroke=None)
        )
        written = io.StringIO()
        styled.save(written, format="svg")
        return written.getvalue()


def _base(rows: list[dict[str, Any]]) -> alt.Chart:
    names = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelExpr=_LINES, labelLineHeight=15, grid=False))
    return alt.Chart(alt.InlineData(values=rows), height=alt.Step(_step([row["name"] for row in rows]))).encode(y=names)


def _step(names: list[str]) -> float:
    """Pixels from one row to the next, so that names of several lines stay apart."""
    lines = [name.count("\n") + 1 for name in names]
    return 12 + 15 * max((sum(pair) / 2 for pair in pairwise(lines)), default=max(lines, default=1))


def _price_scale(cost_accuracy: CostAccuracy) -> alt.Scale:
    """Logarithmic where prices lie more than a factor of ten apart."""
    prices = [p.price for p in cost_accuracy.points]
    wide = min(prices, default=0) > 0 and max(prices) > 10 * min(prices)
    return alt.Scale(type="log", nice=True, padding=14) if wide else alt.Scale(zero=True, padding=14)
