"""Options of a strategy of the wrong type, refused when it is made."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args, get_type_hints

from promptkit.answers import AnswerType
from promptkit.arguments import require_methods, require_type
from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.wording.templates import Templates

if TYPE_CHECKING:
    from promptkit.strategy import Strategy

_KINDS: Mapping[object, str] = {
    Backend: "a backend, such as load_model(name) makes",
    AnswerType: "an answer type, such as AnswerType('number')",
    Templates: "templates, such as Templates((Path('mine'),))",
    int: "a whole number",
    float: "a number",
    str: "a text",
}
_METHODS = {_KINDS[Backend]: "complete", _KINDS[AnswerType]: "check_target", _KINDS[Templates]: "render"}


def require_option_types(strategy: Strategy) -> None:
    """Refuse options of a wrong type, where they are declared as one of the simple kinds above, or as that or `None`.

    Raises:
        TypeError: names the option.
        UsageError: `temperature` is negative, or no finite number.
    """
    for name, kind in _simple_options(type(strategy)):
        value = getattr(strategy, name)
        if kind not in _METHODS:
            require_type(name, value, kind, optional=True)
            if name == "temperature" and value is not None and not 0 <= value < math.inf:  # nor is nan
                raise UsageError(f"temperature={value}: give a number from 0 on, or leave it out")
        elif value is not None:
            require_methods(name, value, (_METHODS[kind],), kind)


@functools.cache
def _simple_options(strategy: type[Strategy]) -> tuple[tuple[str, str], ...]:
    """The options of a strategy that are declared as one simple kind, or as that or `None`; and which kind."""
    try:
        hints = get_type_hints(strategy)
    except (NameError, TypeError):  # of a class that is written inside a function, say
        return ()
    declared = {field.name: hints.get(field.name) for field in dataclasses.fields(strategy) if field.name != "backend"}
    options = {name: set(get_args(hint) or (hint,)) - {type(None)} for name, hint in declared.items()}
    return tuple((name, _KINDS[kind]) for name, (kind, *more) in options.items() if not more and kind in _KINDS)
