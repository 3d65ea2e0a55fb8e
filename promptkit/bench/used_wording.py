"""Which templates the strategies of a run use: what its record keeps, and what an edit of would make another run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from promptkit.errors import TemplateError
from promptkit.foreign import ForeignBackend, ForeignModel
from promptkit.strategies import Wrap
from promptkit.strategy import Strategy
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant, variant_name
from promptkit.wrappers.as_text import AsText
from promptkit.wrappers.wrapper import Wrapper


@dataclass(frozen=True)
class UsedWording:
    """The templates that some strategies use.

    Attributes:
        folders: those of techniques, each with the wording that is taken there.
        names: templates that are named.
        any_own: whether a strategy of somebody's own is among them, which may use any.
    """

    folders: frozenset[tuple[str, str]]
    names: frozenset[str]
    any_own: bool = False

    @classmethod
    def by(cls, strategies: Iterable[object]) -> UsedWording:
        """What these strategies, and those that they hold, use."""
        folders, names, any_own = set[tuple[str, str]](), set[str](), False
        for held in held_inside(tuple(strategies)):
            if isinstance(held, (AsText, Wrap)):
                names |= {held.template, variant_name(held.template, held.templates.variant)}
            elif isinstance(held, Strategy):
                folders |= {(held.template_folder, variant) for variant in ("", held.templates.variant)}
                any_own = any_own or not type(held).__module__.startswith("promptkit.")
            elif isinstance(held, ForeignBackend) and not isinstance(held, ForeignModel):
                any_own = True
        return cls(frozenset(folders), frozenset(names), any_own)

    def among(self, templates: Templates) -> frozenset[str]:
        """The names of those that are used, with all that they include and extend; a dynamic include may be of any."""
        every = frozenset(templates.names())
        if self.any_own:
            return every | _closure(templates, every)[0]
        roots = {name for name in every if name in self.names or self._is_of_a_technique(name)}
        found, is_all = _closure(templates, roots)
        return found if is_all else every | found

    def _is_of_a_technique(self, name: str) -> bool:
        base, variant = base_and_variant(name)
        return (base.rpartition("/")[0], variant) in self.folders


def held_inside(value: object) -> Iterator[object]:
    """Strategies and wrappers in a value, and what they hold."""
    if isinstance(value, (Strategy, Wrapper, ForeignBackend)):
        yield value
        yield from held_inside(tuple(vars(value).values()))
    elif isinstance(value, Mapping):
        yield from held_inside(tuple(value.values()))
    elif isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from held_inside(one)


def _closure(templates: Templates, names: Iterable[str]) -> tuple[frozenset[str], bool]:
    """These templates and those that they include and extend, and whether that is all of them."""
    found, is_all = set(names), True
    for name in names:
        try:
            taken, inner = templates.variables(name)
        except TemplateError:  # who renders it gets the error
            continue
        found |= inner
        is_all = is_all and taken is not None
    return frozenset(found), is_all
