"""What in somebody's own templates can't be meant: an override that overrides nothing, or leaves the question out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from promptkit.errors import TemplateError
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant

_SIMILAR = 0.85  # from here on a name is taken for a misspelt one: the names of templates of one's own are free


def template_doubts(templates: Templates) -> Iterator[str]:
    """A sentence for each. A template that can't be read is left out: who uses it gets the error."""
    shipped = Templates.shipped()
    names = shipped.names()
    own = [name for name in templates.names() if templates.file(name) != shipped.find(name)]
    included = {name for one in own for name in _read(templates, one)[1]}
    for name in own:
        file, (uses, _) = templates.file(name), _read(templates, name)
        base, _ = base_and_variant(name)
        if base in names:
            needed = (key for key, given in shipped.header(base).inputs.items() if given.required)
            for missing in (key for key in needed if uses is not None and key not in uses):
                yield f"the template {file} never shows `{missing}`; write {{{{ {missing} }}}} where it belongs"
        elif name not in included and (close := difflib.get_close_matches(name, names, n=1, cutoff=_SIMILAR)):
            yield f"the template {file} is used by no strategy of promptkit; did you mean {close[0]}?"


def _read(templates: Templates, name: str) -> tuple[frozenset[str] | None, frozenset[str]]:
    try:
        return templates.variables(name)
    except TemplateError:
        return None, frozenset()
