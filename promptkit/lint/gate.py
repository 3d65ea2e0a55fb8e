"""What stands between a mistake in a template and a call that is paid: the rules of which nothing else can be meant."""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from promptkit.errors import TemplateError
from promptkit.lint.checks import lint, misnamed
from promptkit.lint.finding import Finding
from promptkit.wording.faults import Fault
from promptkit.wording.inputs import Input
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant, variant_name

RULES = frozenset(
    {
        *("unreadable", "header-not-read", "doubled-key", "overrides-nothing", "lost-text", "unread-reply"),
        *("undeclared-input", "misspelt-input", "hidden-typo", "unknown-field", "nobody-gives"),
        *("question-unused", "foreign-placeholder"),
    }
)
_UNDECLARED = frozenset({"undeclared-input", "hidden-typo"})  # a template that declares nothing takes any value
_MOST_TRIALS = 50  # each is bounded, as every render is
_State = tuple[tuple[str, int, int], ...]


def require_sound(templates: Templates, *, folders: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> None:
    """Refuse templates of one's own that can't be meant, before anything is sent.

    These are files that are never read, since they nearly have the name of a shipped template; and of the templates in
    `folders`, and those called `names`, any that breaks one of `RULES` or can't be rendered. Each is tried with samples
    of its inputs, with every optional one given and left out. Shipped templates are not looked at.

    Raises:
        TemplateError: the first mistake, with its file and line.
    """
    if templates.has_own() and (mistake := _first_mistake(templates, folders, names, _state(templates))):
        raise copy.copy(mistake)


@functools.lru_cache(maxsize=256)
def _first_mistake(
    templates: Templates, folders: tuple[str, ...], names: tuple[str, ...], _as_of: _State
) -> TemplateError | None:
    return next(_mistakes(templates, folders, names), None)


def _state(templates: Templates) -> _State:
    """What changes when a file of one's own does; nothing of templates that are not read again."""
    if templates.snapshot is not None:
        return ()
    found = []
    for folder in templates.search_path()[:-1]:
        for place, _, files in os.walk(folder):
            for file in files:
                path = os.path.join(place, file)  # noqa: PTH118 - there may be many
                with contextlib.suppress(OSError):  # it is gone meanwhile
                    state = os.stat(path)  # noqa: PTH116
                    found.append((path, state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))


def _mistakes(templates: Templates, folders: tuple[str, ...], names: tuple[str, ...]) -> Iterator[TemplateError]:
    yield from map(_error, misnamed(templates))
    shipped, plain = Templates.shipped(), templates.worded("")
    for name in _used(plain.names(), folders, names, templates.variant):
        if plain.find(name) != shipped.find(name):
            base, _ = base_and_variant(name)
            found = sorted((one for one in lint(plain, name) if one.rule in RULES), key=_is_consequence)
            declares_nothing = base not in shipped.names() and not _inputs(plain, name)
            yield from (_error(one) for one in found if not (declares_nothing and one.rule in _UNDECLARED))
            if not declares_nothing:
                yield from _untenable(plain, name, base)


def _used(every: list[str], folders: tuple[str, ...], names: tuple[str, ...], wording: str) -> Iterator[str]:
    """The templates that are read: in the wording, where there is one, and else as usual."""
    inside = tuple(f"{folder}/" for folder in folders if folder)
    for name in every:
        base, variant = base_and_variant(name)
        is_worded = variant == wording or (not variant and variant_name(base, wording) not in every)
        if name in names or (is_worded and (base in names or base.startswith(inside))):
            yield name


def _inputs(templates: Templates, name: str) -> dict[str, Input]:
    try:
        return dict(templates.header(name).inputs)
    except TemplateError:  # a rule is about that
        return {}


def _is_consequence(found: Finding) -> bool:
    """Whether it may come of another mistake: a question that is misspelt is not shown either."""
    return found.rule == "question-unused"


def _untenable(templates: Templates, name: str, base: str) -> Iterator[TemplateError]:
    """What is found by rendering it."""
    roles: list[str] | None = None
    for values in itertools.islice(_trials(_inputs(templates, name)), _MOST_TRIALS):
        try:
            made = templates.render(name, **values)
        except TemplateError as error:
            yield error
            return
        roles = [message.role for message in made] if roles is None else roles
    if roles is not None and roles != ["user"] and _makes_one_user_message(base):
        fact = f"it makes {', '.join(roles) or 'no message'}, where its strategy takes one user message"
        yield Fault(name, fact, templates.find(name), way_out="write no other roles").error()


def _trials(inputs: dict[str, Input]) -> Iterator[dict[str, object]]:
    """Values to try a template with: all samples, then without each optional one, flags the other way, required alone.

    There are none for an input that has to be given and of which nobody knows what is in it.
    """
    known = {name: declared for name, declared in inputs.items() if _is_known(declared)}
    if any(declared.required for name, declared in inputs.items() if name not in known):
        return
    inputs = known
    samples = {name: declared.stand_in(name) for name, declared in inputs.items()}
    yield samples
    for name, declared in inputs.items():
        if not declared.required:
            yield {key: value for key, value in samples.items() if key != name}
        if declared.type == "flag":
            yield {**samples, name: not samples[name]}
    yield {name: value for name, value in samples.items() if inputs[name].required}


def _is_known(declared: Input) -> bool:
    """Whether a value can be made up that has what a template may look for in it."""
    if declared.sample is not None or declared.type not in ("list", "object"):
        return True
    parts = (declared.of,) if declared.type == "list" else tuple(declared.fields.values())
    return bool(parts) and all(part is not None and _is_known(part) for part in parts)


@functools.cache
def _makes_one_user_message(shipped_name: str) -> bool:
    shipped = Templates.shipped()
    if shipped.find(shipped_name) is None:
        return False
    samples = {name: declared.stand_in(name) for name, declared in shipped.header(shipped_name).inputs.items()}
    return [message.role for message in shipped.render(shipped_name, **samples)] == ["user"]


def _error(found: Finding) -> TemplateError:
    way_out = found.fix
    if found.rule == "overrides-nothing" and Path(found.file).suffix == ".j2":
        way_out += " A template of your own of this name has {# lint: off overrides-nothing: why #} in it"
    return Fault(found.template, found.message, found.file, found.line, way_out).error()
