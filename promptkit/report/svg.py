"""Plots as SVG text, drawn element by element: axes, marks and words, without styles, which a page's policy forbids."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

GREY = "#8a8f98"
SIZE = 13  # pixels of a letter
Shape = Literal["circle", "square", "right", "left"]
Point = tuple[float, float]
_CORNERS: dict[Shape, list[Point]] = {
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "right": [(-0.8, -1), (1, 0), (-0.8, 1)],
    "left": [(0.8, -1), (-1, 0), (0.8, 1)],
}


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        low, high, value = (math.log(v) if self.log else v for v in (self.low, self.high, value))
        share = (value - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """At most so many round values within it; 1, 2 and 5 of each power of ten, or fewer, on a logarithmic one."""
        if not self.log:
            return _round_values(self.low, self.high, most)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for kept in ((1, 2, 5), (1, 3), (1,)):
            found = [n * 10.0**power for power in powers for n in kept if self.low <= n * 10.0**power <= self.high]
            if len(found) <= most:
                return found
        return found[:: math.ceil(len(found) / most)]


class Plot:
    """An SVG of `width` times `height` pixels that takes the page's text colour."""

    def __init__(self, width: float, height: float) -> None:
        self._size = (width, height)
        self._elements: list[str] = []

    def line(
        self, points: Iterable[Point], *, colour: str = GREY, width: float = 1, opacity: float = 1, dashed: bool = False
    ) -> None:
        """Points joined by straight lines."""
        joined = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        dash = ' stroke-dasharray="4,3"' if dashed else ""
        self._elements.append(
            f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-opacity="{opacity:g}"{dash}/>'
        )

    def mark(self, at: Point, shape: Shape, *, colour: str, radius: float, filled: bool = True) -> None:
        """A mark with its middle at a point."""
        x, y = at
        paint = f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}" stroke-width="1.5"'
        if shape == "circle":
            self._elements.append(f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{radius:g}" {paint}/>')
            return
        joined = " ".join(f"{_short(x + dx * radius)},{_short(y + dy * radius)}" for dx, dy in _CORNERS[shape])
        self._elements.append(f'<polygon points="{joined}" {paint}/>')

    def words(
        self, text: str, at: Point, *, anchor: Literal["start", "middle", "end"] = "middle", bold: bool = False
    ) -> None:
        """One line of text whose anchor is at a point, its middle at that height."""
        x, y = at
        weight = ' font-weight="bold"' if bold else ""
        self._elements.append(
            f'<text x="{_short(x)}" y="{_short(y + 0.35 * SIZE)}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def x_axis(self, scale: Scale, ticks: Sequence[float], label: Callable[[float], str], between: Point) -> None:
        """A line upwards and a label under each tick; `between` are the heights of the plot's top and bottom."""
        top, bottom = between
        for value in ticks:
            self.line([(scale(value), top), (scale(value), bottom)], opacity=0.25)
            self.words(label(value), (scale(value), bottom + SIZE))

    def y_axis(self, scale: Scale, ticks: Sequence[float], label: Callable[[float], str], between: Point) -> None:
        """A line across and a label beside each tick; `between` are the plot's left and right ends."""
        left, right = between
        for value in ticks:
            self.line([(left, scale(value)), (right, scale(value))], opacity=0.25)
            self.words(label(value), (left - 8, scale(value)), anchor="end")

    def text(self) -> str:
        """The whole."""
        width, height = (math.ceil(side) for side in self._size)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'font-family="Helvetica, Arial, sans-serif" font-size="{SIZE}" fill="currentColor">'
            f"{''.join(self._elements)}</svg>"
        )


def width_of(text: str) -> float:
    """Pixels that a line of text takes, at most by a little."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return SIZE * (0.58 * (len(text) - wide) + wide)


def _round_values(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    if high <= low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (n * power for n in (1, 2, 5, 10, 20)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            break
    return [number * step for number in range(first, last + 1)]


def _short(pixels: float) -> str:
    return f"{pixels:.1f}".removesuffix(".0")
