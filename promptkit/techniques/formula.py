"""Arithmetic on named numbers, as in `1 + rounds * 2`: what a technique costs in calls."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from promptkit.errors import UsageError

_OPERATIONS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {"min": min, "max": max}
_LARGEST_POWER = 20


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """The value of `formula`: numbers, names in `values`, `+ - * / // **`, brackets, `min` and `max`.

    Raises:
        UsageError: it has anything else in it, a name without a value, or divides by nought.
    """
    try:
        return _value(_parsed(formula), values)
    except ZeroDivisionError:
        raise UsageError(f"the formula {formula!r} divides by zero with {dict(values)}") from None


def names_in(formula: str) -> frozenset[str]:
    """The names that `formula` needs a value of.

    Raises:
        UsageError: it can't be read.
    """
    found = {node.id for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name)}
    return frozenset(found - _FUNCTIONS.keys())


def _parsed(formula: str) -> ast.expr:
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        raise UsageError(f"can't read the formula {formula!r}; write arithmetic such as 1 + 2 * rounds") from None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.Name(id=name):
            raise UsageError(f"the formula has {name}, which has no value; known are {', '.join(values) or 'none'}")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            a, b = _value(left, values), _value(right, values)
            if isinstance(op, ast.Pow) and abs(b) > _LARGEST_POWER:
                raise UsageError(f"the formula raises to the power {b:g}; at most {_LARGEST_POWER}")
            return _OPERATIONS[type(op)](a, b)
        case ast.Call(func=ast.Name(id=name), args=[_, _, *_] as given, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(one, values) for one in given))
    raise UsageError(f"the formula has {ast.unparse(node)!r}; it may have numbers, names, + - * / // **, min and max")
