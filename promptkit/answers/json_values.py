"""A JSON value in a reply: the whole reply, a fenced block, or the last object or array in the prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from promptkit.answers.answer import Answer, Json
from promptkit.answers.schemas import schema_fault
from promptkit.errors import UsageError

AGAINST = "against the schema"  # ends the rule of a value that does not follow it

_LATEST = 24  # as many blocks and values are tried, from the end

_LONGEST_ZEROS = 20

_FENCE = re.compile(r"```(?:json)?[^\S\n]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[{}\[\]]')
_GOES_ON = re.compile(r"[`\"']{0,3} [^\W\d_]")
_NEAR = 100  # characters
_BESIDE = re.compile(  # what stands after it in the same sentence is beside the answer
    r"\b(?:not|without|instead of|rather than|unlike|although|though|if|would|could|might|e\.g\.|such as"
    r"|for example)\b(?:(?![.!?]\s|\n\s*\n)[^{}\[\]`]){0,80}[`\s(]*$",
    re.IGNORECASE,
)
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


def _spans(text: str) -> list[tuple[str, int]]:
    """The outermost balanced `{…}` and `[…]` of `text`, in order, and where each begins.

    An unclosed bracket before one does not hide it.
    """
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
    return [(text[start:end], start) for start, end in spans[-_LATEST:]]


def _pieces(text: str) -> Iterator[tuple[str, str, bool]]:
    """The pieces of `text` that may be the value, the best first: the rule, the piece, whether it is explicit."""
    yield "whole reply", text.strip(), True
    blocks = [(found[1].strip(), found.start()) for found in _FENCE.finditer(text)][-_LATEST:]
    for block, _ in _meant(text, blocks):
        yield "fenced block", block, True
    for span, _ in _meant(text, _spans(text)):
        yield "last json", span, False


def _meant(text: str, pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Pieces of `text` with their places, the last one first; after the others what is only mentioned beside one."""
    latest_first = pieces[::-1]
    apart = any(_stands_apart(text, piece) for piece in pieces)

    def beside(piece: tuple[str, int]) -> bool:
        if _BESIDE.search(text[max(0, piece[1] - _NEAR) : piece[1]]):
            return True
        return apart and _within_words(text, piece)

    return sorted(latest_first, key=beside)


def _stands_apart(text: str, piece: tuple[str, int]) -> bool:
    """Whether `piece` has its lines for itself."""
    start, end = piece[1], piece[1] + len(piece[0])
    return text[text.rfind("\n", 0, start) + 1 : start].strip() == text[end : end + 1].strip() == ""


def _within_words(text: str, piece: tuple[str, int]) -> bool:
    """Whether `piece` stands in the middle of a sentence, which goes on after it: "you could add {…} to it"."""
    start, end = piece[1], piece[1] + len(piece[0])
    before = text[max(text.rfind("\n", 0, start) + 1, start - _NEAR) : start].rstrip()
    return before[-1:].isalpha() and bool(_GOES_ON.match(text, end))


class JsonReader:
    """Finds a JSON value. Decimal numbers are `Decimal`; NaN and infinities are refused.

    With a `schema` (JSON text), a value that follows it goes before one that does not, whose rule then ends with
    `AGAINST`. Targets have to follow it.
    """

    def __init__(self, *, schema: str | None = None) -> None:
        self._schema = schema

    def find(self, text: str) -> Answer | None:
        """The reply itself, else its last fenced block that is JSON, else the last object or array in it."""
        first = None
        for rule, piece, explicit in _pieces(text):
            try:
                value = _parse(piece)
                found = Answer(value, piece, rule, _key(value), explicit)
            except (ValueError, RecursionError, ArithmeticError):
                continue
            if self._schema is None or not schema_fault(self._schema, piece):
                return found
            first = first or replace(found, rule=f"{rule}, {AGAINST}")
        return first

    def check(self, target: str) -> None:
        """Refuse a target that is not JSON, or does not follow the schema.

        Raises:
            UsageError: it is one of these.
        """
        self._target(target)
        if self._schema is not None and (fault := schema_fault(self._schema, target)):
            raise UsageError(f"the target {target[:80]!r} does not follow the schema: {fault}")

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
