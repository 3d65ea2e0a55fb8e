"""A JSON value in a reply: the whole reply, a fenced block, or the last object or array in the prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from promptkit.answers.answer import Answer, Json
from promptkit.errors import UsageError

_LATEST = 24  # as many blocks and values are tried, from the end

_LONGEST_ZEROS = 20

_FENCE = re.compile(r"```(?:json)?[^\S\n]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[{}\[\]]')
_CLOSING = {"{": "}", "[": "]"}


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def _parse(text: str) -> Json:
    """The value of `text`.

    Raises:
        ValueError: it is not JSON, or has a number too long to read.
        RecursionError: it is nested too deeply.
    """
    value: Json = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    return value


def _key(value: Json) -> str:
    """Canonical JSON: sorted names, no space, one form for equal numbers."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{_key(value[name])}" for name in sorted(value)) + "}"
        case list():
            return "[" + ",".join(map(_key, value)) + "]"
        case int() | Decimal() if not isinstance(value, bool):
            return _number(Decimal(value))
        case _:
            return json.dumps(value)


def _number(value: Decimal) -> str:
    """The digits of `value` without zeros at the end, and their power of ten: never written out, however large."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is not JSON")
    written = "".join(map(str, digits))
    plain = written.rstrip("0")
    power = exponent + len(written) - len(plain)
    if not plain:
        return "0"
    return ("-" if sign else "") + (plain + "0" * power if 0 <= power <= _LONGEST_ZEROS else f"{plain}e{power}")


def _spans(text: str) -> list[str]:
    """The outermost balanced `{…}` and `[…]` of `text`, in order; an unclosed bracket before one does not hide it."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for token in _TOKEN.finditer(text):
        if token[0] in _CLOSING:
            opened.append(token.start())
        elif token[0] in "}]":
            if not opened or _CLOSING[text[opened[-1]]] != token[0]:
                opened.clear()
                continue
            start = opened.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, token.end()))
    return [text[start:end] for start, end in spans[-_LATEST:]]


def _pieces(text: str) -> Iterator[tuple[str, str, bool]]:
    """The pieces of `text` that may be the value, the best first: the rule, the piece, whether it is explicit."""
    yield "whole reply", text.strip(), True
    for block in reversed(_FENCE.findall(text)[-_LATEST:]):
        yield "fenced block", block.strip(), True
    for span in reversed(_spans(text)):
        yield "last json", span, False


class JsonReader:
    """Finds a JSON value. Decimal numbers are `Decimal`; NaN and infinities are refused."""

    def find(self, text: str) -> Answer | None:
        """The reply itself, else its last fenced block that is JSON, else the last object or array in it."""
        for rule, piece, explicit in _pieces(text):
            try:
                value = _parse(piece)
                return Answer(value, piece, rule, _key(value), explicit)
            except (ValueError, RecursionError, ArithmeticError):
                continue
        return None

    def check(self, target: str) -> None:
        """Refuse a target that is not JSON.

        Raises:
            UsageError: `target` is not JSON.
        """
        self._target(target)

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is the JSON value `target`.

        Raises:
            UsageError: `target` is not JSON.
        """
        return answer.key == self._target(target)

    def _target(self, target: str) -> str:
        try:
            return _key(_parse(target))
        except (ValueError, RecursionError, ArithmeticError) as error:
            raise UsageError(f"the target {target[:80]!r} is not JSON: {error}") from error
