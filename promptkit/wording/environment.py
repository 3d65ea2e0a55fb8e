"""Jinja as templates use it: sandboxed, with role tags, reading files that are front matter and body."""

from __future__ import annotations

import functools
from typing import Any

import jinja2
from jinja2 import nodes

from promptkit.wording.folders import SUFFIX
from promptkit.wording.header import Parsed, parsed
from promptkit.wording.limits import LimitedEnvironment, counting
from promptkit.wording.part_tag import PartTag
from promptkit.wording.roles import RoleTags, has_roles, note_read, note_roles, with_blocks_as_roles
from promptkit.wording.snapshot import Sources
from promptkit.wording.structure import check_structure


class Loaded(jinja2.Template):
    """A template with what its file declares.

    Attributes:
        text: what the file has.
        parsed: its front matter and body.
        parents: the templates that it extends, where they are named in it.
        has_roles: whether it writes messages of its own.
    """

    text: str
    parsed: Parsed
    parents: tuple[str, ...]
    has_roles: bool


class WordingEnvironment(LimitedEnvironment):
    """The templates of some folders."""

    template_class = Loaded

    def __init__(self, sources: Sources) -> None:
        super().__init__(_Loader(sources))
        self.add_extension(RoleTags)
        self.add_extension(PartTag)

    def parse(self, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        """The tree of a template, in which role blocks stand inside of role tags."""
        tags = self.extensions[RoleTags.identifier]
        assert isinstance(tags, RoleTags)  # noqa: S101 - for the type checker
        return with_blocks_as_roles(super().parse(source, name, filename), tags)

    def loaded(self, path: str) -> Loaded:
        """The template at `path`, to be looked at: no step of a render, and no part of it."""
        found = jinja2.Environment.get_template(self, path)
        assert isinstance(found, Loaded)  # noqa: S101 - for the type checker
        return found

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:  # noqa: A002, ANN401
        """A template by name, also one that another includes or extends."""
        found = super().get_template(name, parent, globals)
        note_roles(has_roles=isinstance(found, Loaded) and found.has_roles)
        return found


class _Loader(jinja2.BaseLoader):
    """Reads a file once: its front matter and its body are of the same moment."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def load(self, environment: jinja2.Environment, name: str, globals: Any = None) -> jinja2.Template:  # noqa: A002, ANN401 - as Jinja has it
        """The template, compiled so that it counts its steps."""
        source = self._sources.read(name)
        if source is None:
            raise jinja2.TemplateNotFound(name)
        note_read(name)
        found = parsed(name.removesuffix(SUFFIX), source.text, source.file)
        filename = str(source.file)
        tree = environment.parse(found.body, name, filename)
        try:
            check_structure(tree)
        except jinja2.TemplateSyntaxError as error:
            error.name, error.filename = name, filename
            raise
        parents = tuple(
            node.template.value
            for node in tree.find_all(nodes.Extends)
            if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
        )
        writes_roles = has_roles(tree)
        code = environment.compile(counting(tree), name, filename)
        same = functools.partial(self._is_same, name, source.text)
        made = environment.template_class.from_code(environment, code, globals or {}, same)
        assert isinstance(made, Loaded)  # noqa: S101 - for the type checker
        made.text, made.parsed, made.parents, made.has_roles = source.text, found, parents, writes_roles
        return made

    def _is_same(self, name: str, text: str) -> bool:
        """Whether the file still has this text; within one render it has."""
        if note_read(name):
            return True
        source = self._sources.read(name)
        return source is not None and source.text == text


@functools.lru_cache(maxsize=32)
def environment(sources: Sources) -> WordingEnvironment:
    """The templates of these folders; what was read before is known."""
    return WordingEnvironment(sources)
