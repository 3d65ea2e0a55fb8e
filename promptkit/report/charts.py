"""The charts of a report, legible on light and dark ground alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from promptkit.analysis.pareto import CostAccuracy
from promptkit.formatting import inline
from promptkit.report.findings import Section
from promptkit.report.svg import GREY, SIZE, Plot, Scale, Shape, width_of

# Mid-tones of the palette of Okabe and Ito (2008), distinct to colour-blind readers; shapes carry the same meaning.
BLUE, ORANGE = "#2f86c4", "#d1701a"
MARGIN = 110  # pixels beside a plot that names of strategies take; charts without names are wider by so much
_EDGE = 24.0  # pixels around a plot, for the half of a label at its end
_AXIS, _TITLE = 26.0, 20.0  # pixels under a plot
_LINE = 15.0  # pixels from one line of a name to the next
_VERDICTS: dict[str, tuple[str, Shape]] = {"better": (BLUE, "right"), "worse": (ORANGE, "left")}


class Charts:
    """All charts of one width, in pixels. A page holds each chart twice: for desktops and for phones."""

    def __init__(self, width: int, name_length: int) -> None:
        self._width = width
        self._name_length = name_length

    def accuracy(self, section: Section) -> str:
        """Accuracy of each strategy with its 95 % interval."""
        rows = [row for row in section.rows if row.accuracy is not None]
        chart = _Rows([self._name(section, row.strategy) for row in rows], self._width, title="")
        chart.axis(Scale(0, 1, *chart.ends), [0, 0.2, 0.4, 0.6, 0.8, 1], _percent)
        for place, row in enumerate(rows):
            if row.accuracy is not None and row.low is not None and row.high is not None:
                chart.interval(place, row.low, row.high, colour=BLUE, opacity=0.65)
                chart.mark(place, row.accuracy, "circle", colour=BLUE)
        return chart.text()

    def differences(self, section: Section) -> str:
        """Difference of each strategy to the baseline with its interval; the verdict is shape and colour."""
        pairs = section.comparisons
        names = [self._name(section, strategy) for strategy in pairs]
        chart = _Rows(names, self._width, title="points more right than the baseline")
        ends = [100 * end for pair in pairs.values() for end in (pair.low, pair.high)]
        scale = Scale(min(0.0, *ends), max(0.0, *ends), *chart.ends)
        chart.axis(scale, scale.ticks(5), _signed)
        chart.zero()
        for place, pair in enumerate(pairs.values()):
            colour, shape = _VERDICTS.get(pair.verdict, (GREY, "circle"))
            chart.interval(place, 100 * pair.low, 100 * pair.high, colour=colour, opacity=0.75)
            chart.mark(place, 100 * pair.difference, shape, colour=colour)
        return chart.text()

    def cost_accuracy(self, cost_accuracy: CostAccuracy, numbers: Mapping[str, int]) -> str:
        """Accuracy against price; the Pareto front is joined and filled, and numbers name the strategies."""
        left, right, top, bottom = 44.0, self._width + MARGIN + 24.0, 16.0, 236.0
        plot = Plot(right + _EDGE, bottom + _AXIS + _TITLE)
        points = sorted(cost_accuracy.points, key=lambda point: point.price)
        x, y = _price_scale([p.price for p in points], left + 14, right - 14), Scale(0, 1, bottom, top)
        plot.y_axis(y, [0, 0.2, 0.4, 0.6, 0.8, 1], _percent, (left, right))
        for value in x.ticks(5):
            plot.line([(x(value), bottom), (x(value), bottom + 4)])
            plot.words(f"{value:,.10g}", (x(value), bottom + SIZE))
        plot.words(f"{cost_accuracy.unit} an answer", ((left + right) / 2, bottom + _AXIS + SIZE / 2))
        front = [(x(p.price), y(p.accuracy)) for p in points if p.front]
        steps = [
            step for (_, before), (after, height) in pairwise(front) for step in ((after, before), (after, height))
        ]
        plot.line([*front[:1], *steps], colour=BLUE, width=2, opacity=0.6)
        for point in points:
            at = (x(point.price), y(point.accuracy))
            if point.front:
                plot.mark(at, "circle", colour=BLUE, radius=5)
            else:
                plot.mark(at, "square", colour=ORANGE, radius=4, filled=False)
            plot.words(str(numbers[point.strategy]), (at[0] + 11, at[1] - 10), bold=True)
        return plot.text()

    def _name(self, section: Section, strategy: str) -> list[str]:
        """The strategy's number and name, in lines that fit beside the chart."""
        pieces = re.findall(rf"[^+,(]{{1,{self._name_length}}}[+,(]?|[+,(]", inline(strategy))
        lines = [f"{section.numbers[strategy]} "]
        for piece in pieces:
            if len(lines[-1]) + len(piece) > self._name_length:
                lines.append("")
            lines[-1] += piece
        return lines


class _Rows:
    """A plot with a row for each name, which stands beside it. `ends` are the pixels of its left and right end."""

    def __init__(self, names: Sequence[list[str]], width: int, *, title: str) -> None:
        left = max((width_of(line) for name in names for line in name), default=0.0) + 12
        self.ends = (max(left, _EDGE), max(left, _EDGE) + width)
        self._step = _step(names)
        self._bottom = 4 + self._step * max(1, len(names))
        self._plot = Plot(self.ends[1] + _EDGE, self._bottom + _AXIS + _TITLE * bool(title))
        self._scale = Scale(0, 1, *self.ends)
        for place, name in enumerate(names):
            for number, line in enumerate(name):
                height = self._middle(place) + (number - (len(name) - 1) / 2) * _LINE
                self._plot.words(line.strip(), (self.ends[0] - 10, height), anchor="end")
        if title:
            self._plot.words(title, (sum(self.ends) / 2, self._bottom + _AXIS + SIZE / 2))

    def axis(self, scale: Scale, ticks: Sequence[float], label: Callable[[float], str]) -> None:
        """Take `scale` for all that follows."""
        self._scale = scale
        self._plot.x_axis(scale, ticks, label, (4, self._bottom))

    def zero(self) -> None:
        """A dashed line where nothing differs."""
        self._plot.line([(self._scale(0), 4), (self._scale(0), self._bottom)], dashed=True)

    def interval(self, place: int, low: float, high: float, *, colour: str, opacity: float) -> None:
        """A line from `low` to `high`."""
        ends = [(self._scale(value), self._middle(place)) for value in (low, high)]
        self._plot.line(ends, colour=colour, width=2.5, opacity=opacity)

    def mark(self, place: int, value: float, shape: Shape, *, colour: str) -> None:
        """A mark at `value`."""
        self._plot.mark((self._scale(value), self._middle(place)), shape, colour=colour, radius=5)

    def text(self) -> str:
        """The whole."""
        return self._plot.text()

    def _middle(self, place: int) -> float:
        return 4 + self._step * (place + 0.5)


def _step(names: Sequence[list[str]]) -> float:
    """Pixels from one row to the next, so that names of several lines stay apart."""
    lines = [len(name) for name in names]
    return 12 + _LINE * max((sum(pair) / 2 for pair in pairwise(lines)), default=max(lines, default=1))


def _price_scale(prices: Sequence[float], start: float, end: float) -> Scale:
    """Logarithmic where prices lie more than a factor of ten apart, else from nothing."""
    low, high = min(prices, default=0.0), max(prices, default=1.0)
    if low > 0 and high > 10 * low:
        return Scale(low, high, start, end, log=True)
    return Scale(0.0, high or 1.0, start, end)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _signed(points: float) -> str:
    return f"{points:+g}".replace("-", "−") if points else "0"
