"""What is left of a provider's limits by its headers, in both dialects."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from promptkit.types import Quota, QuotaUnit

_OPENAI = rb"x-ratelimit-(limit|remaining|reset)-(requests|tokens)"
_ANTHROPIC = rb"anthropic-ratelimit-(requests|tokens|input-tokens|output-tokens)-(limit|remaining|reset)"
_NAME = re.compile(_OPENAI + b"|" + _ANTHROPIC, re.IGNORECASE)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_DURATIONS = re.compile(rf"(?:{_DURATION.pattern})+")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_UNITS: dict[bytes, QuotaUnit] = {
    b"requests": "requests",
    b"tokens": "tokens",
    b"input-tokens": "input tokens",
    b"output-tokens": "output tokens",
}


def quotas(headers: Iterable[tuple[bytes, bytes]]) -> tuple[Quota, ...]:
    """The quotas in `headers`. What is incomplete or can't be read is left out: it is advice, and no more.

    When a limit is whole again is a duration with OpenAI and those who follow it (`6m0s`), with Anthropic a moment
    (RFC 3339), which counts from the reply's own date: no two clocks agree.
    """
    parts: dict[QuotaUnit, dict[str, str]] = {}
    date = ""
    for name, value in headers:
        if meaning := _meaning(name):
            unit, what = meaning
            if unit is None:
                date = value.decode("ascii", "replace")
            else:
                parts.setdefault(unit, {})[what] = value.decode("ascii", "replace")
    return tuple(quota for unit, values in parts.items() if (quota := _quota(unit, values, date)))


@functools.lru_cache(256)  # a provider sends the same names with every reply
def _meaning(name: bytes) -> tuple[QuotaUnit | None, str] | None:
    if found := _NAME.fullmatch(name):
        what, unit = found.group(1, 2) if found[1] else found.group(4, 3)
        return _UNITS[unit.lower()], what.decode().lower()
    return (None, "date") if name.lower() == b"date" else None


def _quota(unit: QuotaUnit, values: dict[str, str], date: str) -> Quota | None:
    left, resets = _number(values.get("remaining", "")), _seconds(values.get("reset", ""), date)
    if left is None or resets is None:
        return None
    return Quota(unit=unit, left=left, limit=_number(values.get("limit", "")), reset_seconds=resets)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def duration(text: str) -> float | None:
    """Seconds, of `6m0s` or of a bare number; `None` where it is neither."""
    if _DURATIONS.fullmatch(text):
        return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))
    return _number(text)


def _seconds(text: str, date: str) -> float | None:
    """Seconds from now: of a duration, or of a moment."""
    if (seconds := duration(text)) is not None:
        return seconds
    try:
        moment = datetime.fromisoformat(text)
        now = parsedate_to_datetime(date) if date else datetime.now(UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # a moment without a time zone can't be compared with ours
        return None
