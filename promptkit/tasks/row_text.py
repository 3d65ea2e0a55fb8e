"""Templates of a task file, rendered with a row: the author's text is the template, and a row is only ever data."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2 import nodes

from promptkit.errors import UsageError
from promptkit.tasks.problems import Unusable
from promptkit.wording.limits import LimitedEnvironment, counting, limited_steps

_FAILED = (
    jinja2.TemplateRuntimeError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    RecursionError,
    MemoryError,
)
_ROW = "row"
_LACKS = re.compile(r"'[\w ]+ object' has no attribute '(.*)'", re.DOTALL)  # as Jinja words it


class RowText:
    """A text with `{{ row.name }}` in it.

    Raises:
        UsageError: it is not a template.
    """

    def __init__(self, source: str, what: str) -> None:
        environment = _environment()
        try:
            tree = environment.parse(source)
            self._uses = tuple(_columns(tree))
            code = environment.compile(counting(tree), what, what)
            self._template = environment.template_class.from_code(
                environment, code, environment.make_globals(None), None
            )
        except jinja2.TemplateSyntaxError as error:
            raw = "put braces that are text between {% raw %} and {% endraw %}"
            raise UsageError(f"{what}, line {error.lineno}: {error.message}; {raw}") from None
        except (RecursionError, MemoryError):
            raise UsageError(f"{what} is nested too deeply to be read") from None

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns that it shows, as far as they are named."""
        return self._uses

    def render(self, row: Mapping[str, Any], *, bare: bool = False) -> str:
        """The text for `row`; `bare`: its columns are variables by themselves, too, as other tools have it.

        Raises:
            Unusable: the row lacks what it shows, or it does what a template may not do.
        """
        try:
            with limited_steps():
                return self._template.render({**(row if bare else {}), _ROW: row}).strip()
        except jinja2.UndefinedError as error:
            if lacks := _LACKS.fullmatch(str(error)):
                way_out = f"write row.{lacks[1]} | default('') if it may be empty"
                raise Unusable(f"{self._template.name}: the row has no {lacks[1]!r}; {way_out}") from None
            raise Unusable(f"{self._template.name}: {error}") from None
        except _FAILED as error:
            raise Unusable(f"{self._template.name}: {error}") from None


@dataclass(frozen=True)
class Wording:
    """The texts of a task file that a row is put into."""

    question: RowText | None = None
    system: RowText | None = None

    def uses(self) -> set[str]:
        """The columns that they show."""
        return {name for text in (self.question, self.system) if text for name in text.uses}


@functools.cache
def _environment() -> LimitedEnvironment:
    return LimitedEnvironment(jinja2.DictLoader({}))


def _columns(tree: nodes.Template) -> set[str]:
    """The names behind `row.` and in `row[…]`, and those of bare variables."""
    named = {node.attr for node in tree.find_all(nodes.Getattr) if _is_row(node.node)}
    items = [node.arg for node in tree.find_all(nodes.Getitem) if _is_row(node.node)]
    named |= {str(arg.value) for arg in items if isinstance(arg, nodes.Const)}
    return named | {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load" and node.name != _ROW}


def _is_row(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == _ROW
