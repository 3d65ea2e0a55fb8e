"""Arithmetic expressions that must use given numbers, as in the Game of 24; evaluated exactly."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from promptkit.answers.answer import Answer
from promptkit.answers.prose.sentences import conclusion, declines, strip_markup
from promptkit.answers.reader import Candidate, Reader
from promptkit.errors import UsageError

_LONGEST = 200  # characters of an expression
_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SIGNS = {"×": "*", "·": "*", "÷": "/", "\\times": "*", "\\cdot": "*", "\\div": "/", "[": "(", "]": ")"}
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_RUN = re.compile(r"[\d\s()+*/-]{3,}+")
_ROW = re.compile(r"(?<![\w.])\d{1,9}(?:(?:,\s?|\s)(?:and\s)?\d{1,9})++(?![\w.])")


def _evaluate(node: ast.expr) -> Fraction:
    """The exact value of an expression of whole numbers and the four operations.

    Raises:
        ValueError: it has anything else.
        ZeroDivisionError: it divides by zero.
    """
    match node:
        case ast.Constant(value=int(value)):
            return Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_evaluate(left), _evaluate(right))
    raise ValueError(f"{ast.dump(node)} is not arithmetic of whole numbers")


def _read(text: str) -> Candidate | None:
    """`text` as an expression with at least one operation; its key is the expression without needless parentheses."""
    text = text.strip()
    if len(text) > _LONGEST or not _RUN.fullmatch(text):
        return None
    try:
        tree = ast.parse(text, mode="eval").body
        value = _evaluate(tree)
    except (SyntaxError, ValueError, ZeroDivisionError, MemoryError, RecursionError):
        return None
    return Candidate(value, text, ast.unparse(tree)) if isinstance(tree, ast.BinOp) else None


_DEEPEST = 4
_LATEX = re.compile(r"\\(?:left|right|displaystyle)\b|\\[,;!]|\$\$?|\\boxed(?=\{)")
_FRACTION = re.compile(r"\\[dt]?frac\s?\{([^{}]{1,40})\}\s?\{([^{}]{1,40})\}")


def _plain(piece: str) -> str:
    piece = _LATEX.sub("", piece)
    for _ in range(_DEEPEST):  # from the innermost to the outermost
        piece, changed = _FRACTION.subn(r"((\1)/(\2))", piece)
        if not changed:
            break
    return _SIGN.sub(lambda sign: _SIGNS[sign[0]], piece)


@dataclass(frozen=True)
class ExpressionReader(Reader):
    """Finds an arithmetic expression; what it is claimed to equal is not believed.

    Attributes:
        question: gives the numbers to be used: its longest row of bare numbers (`4 7 8 8`, `4, 7, 8 and 8`).
    """

    question: str = ""

    def _parse_whole(self, piece: str) -> Candidate | None:
        left, _, right = _plain(strip_markup(piece)).partition("=")
        return _read(left) if not right.strip() or right.strip().isdecimal() else None

    def _parse_announced(self, piece: str) -> Candidate | None:
        if declines(piece):
            return None
        readings = map(_read, sorted(_RUN.findall(_plain(strip_markup(piece))), key=len, reverse=True))
        return next(filter(None, readings), None)

    def _infer(self, text: str) -> Answer | None:
        reading = self._parse_announced(conclusion(text))
        return reading.found("last expression", explicit=False) if reading else None

    def _target(self, target: str) -> str:
        goal = re.match(r"\s*(-?\d{1,30})\b", target)
        if not goal:
            raise UsageError(
                f"the target {target!r} does not begin with the number to reach; write it first, such as 24"
            )
        return goal[1]

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` comes to the number that `target` begins with and uses each given number exactly once."""
        rows = [re.findall(r"\d+", row) for row in _ROW.findall(self.question)]
        given = max(rows, key=len, default=[])
        used = re.findall(r"\d+", answer.key)
        return answer.value == int(self._target(target)) and (not given or sorted(used) == sorted(given))
