"""How text and numbers are shown: text that any page can hold, and numbers rounded to what is meaningful."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import floor, log10

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = 0x2400  # the Unicode block "Control Pictures" begins with that of NUL
_DASH = "—"
TIED = "\N{NO-BREAK SPACE}"
_LEAST = 0.0001  # smaller p-values are not distinguished


def plain(text: str) -> str:
    """Text that any file can hold: control characters become their pictures (`␀`), half surrogates `\ufffd`."""
    return _CONTROL.sub(lambda found: _picture(ord(found[0])), text)


def on_terminal(text: str) -> str:
    r"""Text that a terminal shows and does not obey.

    It is `plain`, and what returns to the start of the line or turns its direction is written out: `␍`, `\u202e`.
    """
    shown = plain(text).replace("\r\n", "\n").replace("\r", "␍")
    return _DIRECTION.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


def inline(text: str) -> str:
    """Text in one line that can stand in a sentence: nothing in it changes the direction of what is around it."""
    return " ".join(_DIRECTION.sub("", plain(text)).split())


def folded(name: str, width: int) -> list[str]:
    """The name of a strategy in lines of at most `width` characters, which end after `+`, `,`, `(` or a space.

    A part that is longer than a line is broken after a hyphen, and inside a word only where the word is longer.
    """
    lines = [""]
    for piece in _pieces(name, width):
        if len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def _pieces(name: str, width: int) -> Iterator[str]:
    for part in re.findall(r"[^ +,(]*[ +,(]|[^ +,(]+", name):
        words = [part] if len(part.rstrip()) <= width else re.findall(r"[^-]*-|[^-]+", part)
        yield from (word[start : start + width] for word in words for start in range(0, len(word), width))


def counted(number: int, noun: str) -> str:
    """How many there are of what is called `noun`, whose plural ends in an s: `1 call`, `2,000 calls`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def percent(fraction: float | None, *, digits: int = 1) -> str:
    """`70.0 %`."""
    return _DASH if fraction is None else f"{100 * fraction:.{digits}f} %"


def tied(text: str) -> str:
    """The text with blanks at which no line breaks inside of intervals and before `%`."""
    return text.replace(" … ", f"{TIED}…{TIED}").replace(" %", f"{TIED}%")


def whole_percent(fraction: float | None) -> str:
    """`70`, in per cent without a digit behind the point; `<1` and `>99` are neither 0 nor 100."""
    if fraction is None:
        return _DASH
    rounded = round(100 * fraction)
    if rounded == 0 and fraction > 0:
        return "<1"
    return ">99" if rounded == 100 and fraction < 1 else str(rounded)


def short_points(fraction: float) -> str:
    """A difference in points, with no more digits than it needs in a sentence: `+38`, `−4.2`, `+0.08`."""
    number = 100 * fraction
    digits = 0 if abs(number) >= 9.95 or number == 0 else 1 if abs(number) >= 0.095 else 2
    return f"{number:+.{digits}f}".replace("-", "−")


def short_span(low: float, high: float) -> str:
    """`+38 … +81`, of differences, in points."""
    return f"{short_points(low)} … {short_points(high)}"


def points(fraction: float, *, sign: bool = True) -> str:
    """A difference of fractions in percentage points: `+12.5`."""
    return f"{100 * fraction:{'+' if sign else ''}.1f}".replace("-", "−")


def p_value(p: float) -> str:
    """`0.0123`."""
    return "< 0.0001" if p < _LEAST else f"{p:.4f}"


def dollars(amount: float | None) -> str:
    """`$0.0123`, and `$0.00000123`; an unknown price is unknown, never 0."""
    if amount is None:
        return "unknown"
    if not amount:
        return "$0"
    return f"${amount:.{max(4, 2 - floor(log10(amount)))}f}"


def cost(amount: float, unit: str) -> str:
    """What an answer costs: `$0.0123` where the unit is US$, else `1,234.5 tokens`."""
    return dollars(amount) if unit == "US$" else f"{amount:,.1f} {unit}"


def seconds(duration: float | None) -> str:
    """`1.25`, of seconds; `0.00012` where it is very short."""
    if duration is None:
        return _DASH
    return f"{duration:.{max(2, 1 - floor(log10(duration)))}f}" if duration else "0"


def p_equals(p: float) -> str:
    """`p = 0.0123`, and `p < 0.0001`."""
    return f"p {p_value(p)}" if p < _LEAST else f"p = {p_value(p)}"


def interval(low: float | None, high: float | None) -> str:
    """`48.1 … 85.5`, of fractions, in percent."""
    return _DASH if low is None or high is None else f"{100 * low:.1f} … {100 * high:.1f}"


def confidence(share: float) -> str:
    """`95 %`, of an interval; `99.3 %` where several comparisons share the chance of an error."""
    return f"{100 * share:.3g} %"


def span(low: float, high: float) -> str:
    """`−7.7 … +30.1`, of differences, in points."""
    return f"{points(low)} … {points(high)}"


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _picture(code: int) -> str:
    return chr(_PICTURES + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd"
