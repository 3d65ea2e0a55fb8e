"""The sandbox in which templates are rendered: Jinja's own, which keeps them from Python, and a limit on their work.

Jinja bounds `range`, and not what loops inside of loops, macros that call themselves twice or texts that double come
to. Here all of it counts as steps: one is a turn of a loop, a value that is worked on, or `_CHARACTERS` of text, and a
call or include is `_CALL` of them. A render that takes more than `MOST_STEPS` is refused.
"""

from __future__ import annotations

import functools
import json
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MOST_STEPS = 1_000_000  # about a second
_CHARACTERS = 100
_CALL = 10
_LARGEST_NUMBER = 10_000  # digits, about: of what `**` makes
_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "indent", "batch", "slice"})
_FORMATTING = frozenset({"format", "format_map"})
_WIDTH = re.compile(r"[1-9][0-9]{3,20}")
_COUNTED = "promptkit_counted"  # the filter around what a loop goes over

_left: ContextVar[list[int] | None] = ContextVar("promptkit_template_steps", default=None)  # of the render that is on


@contextmanager
def limited_steps() -> Iterator[None]:
    """What is rendered in this block may take `MOST_STEPS`, all together."""
    token = _left.set([MOST_STEPS])
    try:
        yield
    finally:
        _left.reset(token)


def _take(steps: int) -> None:
    if (left := _left.get()) is not None:
        left[0] -= steps
        if left[0] < 0:
            steps_are = f"turns of loops, calls, every {_CHARACTERS} characters of text"
            raise jinja2.TemplateRuntimeError(f"it takes more than {MOST_STEPS:,} steps ({steps_are}); shorten it")


def _size(value: object) -> int:
    """How many steps it is to work on a value."""
    length = len(value) if isinstance(value, Sized) else 0
    return 1 + (length // _CHARACTERS if isinstance(value, (str, bytes)) else length)


def _counted(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        _take(1)
        yield value


def _padding(name: str, given: Iterable[object]) -> int:
    """How many steps of blanks `name`, a filter or a method of texts, may add to them."""
    numbers = [number for number in given if isinstance(number, int)] if name in _PADDING else []
    formats = [text for text in given if isinstance(text, str)] if name in _FORMATTING else []
    numbers += [int(width) for text in formats for width in _WIDTH.findall(text)]
    return sum(abs(number) // _CHARACTERS for number in numbers)


def _counting(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(filter_)  # also what it declares to Jinja
    def counted(*given: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the filter takes
        _take(_padding(name, (*given, *options.values())))
        _take(sum(_size(value) for value in given if isinstance(value, (str, bytes, list, tuple, dict, range))))
        made = filter_(*given, **options)
        if isinstance(made, Iterator):
            return _counted(made)
        _take(_size(made))
        return made

    return counted


def _joined(texts: Iterable[str]) -> str:
    made = "".join(_counted(texts))
    _take(_size(made))
    return made


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


class LimitedEnvironment(ImmutableSandboxedEnvironment):
    """Templates as prompts have them: plain text, nothing undefined, no Python, and no more than `MOST_STEPS`."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(_joined)

    def __init__(self, loader: jinja2.BaseLoader) -> None:
        super().__init__(
            loader=loader,
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # prompts are plain text; reports escape when they show them
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.filters["tojson"] = _json  # Jinja's own escapes for HTML, which no prompt is
        self.filters = {name: _counting(name, function) for name, function in self.filters.items()}
        self.filters[_COUNTED] = _counted
        del self.globals["lipsum"]  # as much text as one likes

    def call(self, context: Context, function: Any, /, *given: Any, **options: Any) -> Any:  # noqa: ANN401 - as Jinja's
        """A call by a template."""
        if isinstance(function, LoopContext) and given:  # a recursive loop goes over this
            given = (_counted(given[0]), *given[1:])
        method = getattr(function, "__wrapped__", function)  # the sandbox has one of its own around `format`
        text = getattr(method, "__self__", None)
        _take(_CALL + _padding(getattr(method, "__name__", ""), (text, *given, *options.values())))
        made = super().call(context, function, *given, **options)
        _take(_size(made))
        return made

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as Jinja's
        """An operation by a template."""
        if operator == "**" and isinstance(left, int) and isinstance(right, int):
            _take(MOST_STEPS if abs(right) * left.bit_length() > 4 * _LARGEST_NUMBER else 1)
        elif operator == "*":
            for many, times in ((left, right), (right, left)):
                if isinstance(many, (str, bytes, list, tuple)) and isinstance(times, int):
                    _take(_size(many) * max(1, times))
        elif operator == "%":
            _take(_padding("format", (left,)))
        made = super().call_binop(context, operator, left, right)
        _take(_size(made))
        return made

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:  # noqa: A002, ANN401
        """A template by name, also one that another includes."""
        _take(_CALL)
        return super().get_template(name, parent, globals)


class _Counting(NodeTransformer):
    def visit_For(self, loop: nodes.For) -> nodes.For:  # noqa: N802 - by Jinja's names
        self.generic_visit(loop)
        loop.iter = _filtered(loop.iter, _COUNTED)
        return loop

    def visit_Concat(self, joined: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(joined)
        texts = nodes.List(joined.nodes, lineno=joined.lineno, environment=joined.environment)
        return _filtered(texts, "join")


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=node.environment)


def counting(tree: nodes.Template) -> nodes.Template:
    """The same template, which counts the turns of its loops, and what its `~` makes."""
    made: nodes.Template = _Counting().visit(tree)
    return made


def place_of(error: BaseException) -> tuple[str | None, int | None]:
    """The file and line of a template in which `error` was raised; nothing outside of any."""
    place: tuple[str | None, int | None] = (None, None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            place = (template.filename, template.get_corresponding_lineno(line))
    return place
