"""Arithmetic that a model wrote, computed exactly and within bounds: sums in a text, and short programs.

Expressions are evaluated by the package `simpleeval`, of the extra `calc`, with the operations below and nothing else:
numbers, names and functions of this file. There are no texts, lists, attributes, loops or functions of one's own, so
time and memory are bounded by the length of a program and the size of numbers.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from fractions import Fraction
from functools import wraps
from typing import Any

from promptkit.distribution import pip_install
from promptkit.errors import UsageError

RESULT = "ans"  # the variable that a program leaves its result in, as in the paper
MOST_CHARACTERS = 8_000  # of a program
MOST_BITS = 4_096  # of a numerator or denominator: some 1,200 digits
_DIGITS = 12  # of a result that has no end
Number = Fraction


class NoResult(ValueError):
    """A program that is no arithmetic, fails, or leaves no result; the message says why."""


def require_calculator() -> None:
    """Make sure that `simpleeval` is there.

    Raises:
        UsageError: it is not.
    """
    try:
        import simpleeval  # noqa: F401 - to see whether it is there
    except ImportError:
        raise UsageError(f"arithmetic is computed by simpleeval: {pip_install('calc')}") from None


def run_program(program: str) -> Number:
    """The value that a program of assignments leaves in `ans`, exactly.

    `import math`, `print(…)` and texts that stand alone are passed over; `math.sqrt` is `sqrt`.

    Raises:
        NoResult: it is none, fails, is too long, or its numbers become too large.
        UsageError: `simpleeval` is not installed.
    """
    require_calculator()
    if len(program) > MOST_CHARACTERS:
        raise NoResult(f"it has more than {MOST_CHARACTERS:,} characters")
    names: dict[str, Number] = {"pi": Fraction(math.pi)}
    try:
        for statement in ast.parse(program).body:
            _run(statement, names)
    except SyntaxError as error:
        raise NoResult(f"line {error.lineno}: {error.msg}") from None
    except ZeroDivisionError:
        raise NoResult("it divides by zero") from None
    except (ArithmeticError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise NoResult(str(error) or type(error).__name__) from None
    if RESULT not in names:
        raise NoResult(f"it leaves nothing in {RESULT}")
    return names[RESULT]


def as_text(number: Number) -> str:
    """A number in decimal notation, in full where that has an end, else with 12 digits."""
    if number.denominator == 1:
        return str(number.numerator)
    context = Context(prec=_DIGITS)
    rounded = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    return f"{rounded.normalize(context):f}"


def wrong_sums(text: str) -> Iterator[str]:
    """The sums of numbers alone in a text, such as "7 x 8 = 54", whose stated result is wrong, with the right one.

    A stated result counts as right when the exact one rounds to it. A sum with words in it is passed over.

    Raises:
        UsageError: `simpleeval` is not installed.
    """
    require_calculator()
    for found in _SUM.finditer(text.translate(_PLAIN)):
        left, stated = found["left"].strip(), found["right"].replace(",", "")
        try:
            value = run_program(f"{RESULT} = {_as_python(left)}")
        except NoResult:
            continue
        decimals = len(stated.partition(".")[2])
        if abs(value - Fraction(stated)) * 2 > Fraction(1, 10**decimals):
            yield f"{left} = {found['right']} is wrong: it is {as_text(value)}"


_PLAIN = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "$": "", "€": "", "£": ""})
_NUMBER = r"\d{1,30}(?:,\d{3}){0,8}(?:\.\d{1,20})?"
_OPERATION = r"[ \t]{0,4}(?:\*\*|[-+*/^]|[xX](?=[ \t]{0,4}[\d(]))[ \t]{0,4}"
_OPERAND = rf"\({{0,4}}{_NUMBER}\){{0,4}}"
_SUM = re.compile(
    rf"(?<![\w.,)%^*/+-])(?<![)%^*/+-][ \t])(?<![ \t][xX][ \t])(?P<left>{_OPERAND}(?:{_OPERATION}{_OPERAND}){{1,20}})"
    rf"[ \t]{{0,4}}=[ \t]{{0,4}}(?P<right>-?{_NUMBER})(?![\w%]|[ \t]{{0,4}}[-+*/^(xX][ \t]{{0,4}}\d)"
)


def _as_python(sum_: str) -> str:
    return re.sub(r"[xX]", "*", sum_.replace(",", "").replace("^", "**"))


def _bounded(operation: Callable[..., Any]) -> Callable[..., Number]:
    """The operation on numbers, whose result may not be too large."""

    @wraps(operation)
    def bounded(*numbers: Any, **options: Any) -> Number:  # noqa: ANN401 - what a program gives it
        made = Fraction(operation(*numbers, **options))
        if max(made.numerator.bit_length(), made.denominator.bit_length()) > MOST_BITS:
            raise NoResult("its numbers become too large")
        return made

    return bounded


def _power(base: Number, exponent: Number) -> Number | float:
    if exponent.denominator != 1:
        if base < 0:
            raise NoResult("it takes a root of a negative number")
        return float(float(base) ** float(exponent))
    if max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent) > 2 * MOST_BITS:
        raise NoResult("its numbers become too large")
    return Fraction(base ** int(exponent))


def _root(number: Number) -> Number | float:
    exact = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator)) if number >= 0 else None
    return exact if exact is not None and exact * exact == number else math.sqrt(number)


def _round(number: Number, ndigits: Number = Fraction(0)) -> Number:
    if abs(ndigits) > MOST_BITS // 4:
        raise NoResult("its numbers become too large")
    return round(number, int(ndigits))


def _whole(number: Number) -> int:
    if number.denominator != 1:
        raise NoResult(f"{as_text(number)} is not whole")
    return int(number)


def _few(number: Number) -> int:
    """A whole number of which a factorial is not too large."""
    if not 0 <= number <= 400:
        raise NoResult("its numbers become too large, or it counts with negative ones")
    return _whole(number)


_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: _bounded(operator.add),
    ast.Sub: _bounded(operator.sub),
    ast.Mult: _bounded(operator.mul),
    ast.Div: _bounded(operator.truediv),
    ast.FloorDiv: _bounded(operator.floordiv),
    ast.Mod: _bounded(operator.mod),
    ast.Pow: _bounded(_power),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Not: operator.not_,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": _bounded(abs),
    "min": _bounded(min),
    "max": _bounded(max),
    "round": _bounded(_round),
    "int": _bounded(int),
    "float": _bounded(Fraction),
    "floor": _bounded(math.floor),
    "ceil": _bounded(math.ceil),
    "sqrt": _bounded(_root),
    "pow": _bounded(_power),
    "factorial": _bounded(lambda number: math.factorial(_few(number))),
    "comb": _bounded(lambda many, few: math.comb(_few(many), _few(few))),
    "gcd": _bounded(lambda *numbers: math.gcd(*map(_whole, numbers))),
}
_ALLOWED = (
    *(ast.Name, ast.UnaryOp, ast.BinOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Call, ast.keyword),
)  # of what simpleeval evaluates; constants are read here


def _constant(node: ast.Constant) -> Number:
    if type(node.value) not in (int, float):
        raise NoResult(f"it has {node.value!r:.40}, which is no number")
    return Fraction(repr(node.value))  # as it is written: 0.1 is a tenth


def _value(node: ast.expr, names: dict[str, Number]) -> Number:
    import simpleeval

    evaluator = simpleeval.SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names=names)
    evaluator.nodes = {kind: evaluator.nodes[kind] for kind in _ALLOWED} | {ast.Constant: _constant}
    try:
        return Fraction(evaluator.eval("", previously_parsed=_OfMath().visit(node)))
    except simpleeval.InvalidExpression as error:
        raise NoResult(" ".join(str(error).split())) from None


class _OfMath(ast.NodeTransformer):
    """`math.sqrt` as `sqrt`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        of_math = isinstance(node.value, ast.Name) and node.value.id == "math"
        return ast.copy_location(ast.Name(node.attr, ast.Load()), node) if of_math else node


def _run(statement: ast.stmt, names: dict[str, Number]) -> None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            names[name] = _value(value, names)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            names[name] = _value(value, names)
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            names[name] = _value(ast.BinOp(ast.Name(name, ast.Load()), op, value), names)
        case ast.Expr(value=ast.Constant(value=str())) | ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            pass
        case ast.Import(names=[ast.alias(name="math", asname=None)]) | ast.ImportFrom(module="math"):
            pass
        case _:
            raise NoResult(f"line {statement.lineno}: it is more than arithmetic ({type(statement).__name__})")
