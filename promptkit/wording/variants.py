"""Variants: `chain_of_thought/think.short.j2` is the step `think` in the wording `short`. Languages are variants."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import TemplateError

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def variant_name(name: str, variant: str) -> str:
    """The name of the template `name` in the wording `variant`."""
    return f"{name}.{variant}"


def base_and_variant(name: str) -> tuple[str, str]:
    """The template that `name` is a wording of, and which one; the second is empty for a usual wording."""
    folder, slash, last = name.rpartition("/")
    base, _, variant = last.partition(".")
    return f"{folder}{slash}{base}", variant


def folder_of(technique: type) -> str:
    """The folder of a technique's templates: its name in snake case, `chain_of_thought` of `ChainOfThought`."""
    return _CAPITAL.sub("_", technique.__name__).lower()


def check_variant(names: Iterable[str], variant: str, place: str) -> None:
    """Refuse a wording that the template `place` has not, or none in the folder `place`; an empty one is all of them.

    Raises:
        TemplateError: it names the wordings that there are.
    """
    every = [base_and_variant(name) for name in names]
    alone = [found for found in every if found[0] == place]
    inside = alone or [found for found in every if not place or found[0].startswith(f"{place}/")]
    known = sorted({found for _, found in inside if found})
    if variant in known:
        return
    if not inside:
        raise TemplateError(f"there are no templates in {place}/, so none is worded {variant!r}; leave it out")
    first = f"write one as {variant_name(min(base for base, _ in inside), variant)}.j2"
    way_out = did_you_mean(variant, known) if known else first
    have = (
        f"the template {place} has" if alone else f"the templates in {place}/ have" if place else "the templates have"
    )
    raise TemplateError(f"{have} no wording {variant!r}; {way_out}")
