"""Code of others, called so that its mistakes are errors of ours: one line that names whose they are, and where."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from promptkit.backend import AroundModel, Backend, Model
from promptkit.errors import PromptkitError, TemplateError, UsageError
from promptkit.redacting import redacted
from promptkit.signatures import signature
from promptkit.types import Completion, Prompt

T = TypeVar("T")
_OWN = __name__.partition(".")[0]
_imported: set[str] = set()  # the names of modules that hold code of others


def import_foreign(module: str) -> ModuleType:
    """The module of that name. Errors that pass through it are from now on those of its author (`foreign_error`).

    Raises:
        UsageError: there is no such module, or it fails.
    """
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            looked = "it is looked for on Python's path, and the command line looks in the current folder after that"
            raise UsageError(f"there is no module {error.name!r}; {looked}") from None
        raise UsageError(explain(error)) from error
    except (Exception, SystemExit) as error:
        raise UsageError(explain(error)) from error
    if module.partition(".")[0] != _OWN:
        _imported.add(module)
    return found


def called_with(label: str, target: Callable[..., T], /, *given: object, **offered: object) -> T:
    """`target(*given, …)` with those of `offered` that it declares.

    Raises:
        UsageError: it can't be called so, or fails; names `label`.
    """
    try:
        takes = signature(target)
    except UsageError as error:
        raise UsageError(f"{label}: {error}") from None
    named = {name: value for name, value in offered.items() if takes.takes(name)}
    return guarded(label, lambda: target(*given, **named))


def guarded(label: str, make: Callable[[], T]) -> T:
    """`make()`, with `label` before its errors.

    Raises:
        TemplateError: a template can't be used; it names its file itself.
        UsageError: it failed; names the error and its place.
    """
    try:
        return make()
    except TemplateError:
        raise
    except PromptkitError as error:
        raise UsageError(f"{label}: {error}") from None
    except Exception as error:
        raise UsageError(f"{label} failed with {explain(error)}") from error


class ForeignBackend:
    """A backend of others.

    Attributes:
        label: what it was asked for by.
        backend: itself.
    """

    def __init__(self, label: str, backend: Backend) -> None:
        self.label = label
        self.backend = backend

    def __repr__(self) -> str:
        return repr(self.backend)

    async def complete(self, prompt: Prompt | str) -> Completion:
        """Its answer.

        Raises:
            UsageError: it failed with no error of promptkit's, or answered something that is not a `Completion`.
        """
        try:
            reply: object = await self.backend.complete(Prompt.parse(prompt))
        except PromptkitError:
            raise
        except Exception as error:
            hint = "a failure that may pass is raised as promptkit.Unavailable or RateLimited, and is tried again"
            raise UsageError(f"{self.label} failed with {explain(error)}; {hint}") from error
        if not isinstance(reply, Completion):
            answered = f"{self.label} answered with a {type(reply).__name__}"
            raise UsageError(f"{answered}; complete(prompt) returns a Completion")
        return reply


class ForeignModel(ForeignBackend, AroundModel):
    """A model of others; what a model may leave out is as `Model` has it."""

    backend: Model


def explain(error: BaseException) -> str:
    """An error of code of others in one line, with its place."""
    if isinstance(error, SyntaxError):
        return _one_line(error)  # it names its place itself
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<")]
    return f"{_one_line(error)} ({frames[-1].filename}, line {frames[-1].lineno})" if frames else _one_line(error)


def foreign_error(error: BaseException) -> str | None:
    """One line about an error that passed through code of others; `None` for one that did not, so that it is ours."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        module = str(frame.f_globals.get("__name__", ""))
        if module in _imported:
            return f"{module} failed with {_one_line(error)} ({frame.f_code.co_filename}, line {line})"
    return None


def _one_line(error: BaseException) -> str:
    return redacted(" ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":"))
