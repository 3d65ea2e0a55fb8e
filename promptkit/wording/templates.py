"""Render templates: Jinja2 files with front matter, whose roles become messages."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes

from promptkit.data_files import data_path
from promptkit.did_you_mean import closest, did_you_mean
from promptkit.errors import TemplateError
from promptkit.types import Message
from promptkit.wording.environment import Loaded, WordingEnvironment, environment
from promptkit.wording.faults import Fault
from promptkit.wording.folders import SHIPPED, SUFFIX, Folders, Source
from promptkit.wording.header import Header, parsed
from promptkit.wording.inputs import Input, InputFault, checked_values
from promptkit.wording.limits import limited_steps, place_of
from promptkit.wording.roles import ROLES, conversation
from promptkit.wording.snapshot import Snapshot, Sources, as_pinned
from promptkit.wording.structure import Misplaced
from promptkit.wording.variants import base_and_variant, check_variant, variant_name

# What the expressions of a template may raise, forbidden ones included, and Python's limits on how they nest.
_FAILED = (jinja2.TemplateRuntimeError, TypeError, ValueError, ArithmeticError, LookupError, SyntaxError)
_TOO_MUCH = (RecursionError, MemoryError)
_RAW = "put braces that are text between {% raw %} and {% endraw %}"
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(?:end)?(\w+)'")


@dataclass(frozen=True)
class Templates:
    """The templates found in `folders`, then in those of `PROMPTKIT_TEMPLATES`, then in those shipped with promptkit.

    A file with the same name in an earlier folder is used instead of a later one; it can `{% extends %}` the shipped
    one under the name `promptkit/<name>.j2` and override a block of it.

    Attributes:
        folders: the folders of one's own, the first before the second.
        variant: the wording that is taken where there is one: with `short`, the file `think.short.j2` is read for
            `think`, from the first folder that has it. Steps without one are worded as usual.
        reload: whether an edited file is read again. `False` reads all files once, when this is made.

    Raises:
        TemplateError: with `reload=False`, a folder that does not exist.
    """

    folders: tuple[Path, ...] = field(default=())
    variant: str = field(default="", kw_only=True)
    reload: bool = field(default=True, kw_only=True)
    snapshot: Snapshot | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        """Read all files, if edits are not to be seen."""
        if not self.reload and self.snapshot is None:
            object.__setattr__(self, "snapshot", Snapshot(Folders(self.search_path())))

    def frozen(self) -> Templates:
        """The same templates as they are now: all files are read once, and later edits change nothing."""
        return self if self.snapshot is not None else dataclasses.replace(self, reload=False)

    def with_texts(self, texts: Mapping[str, Source]) -> Templates:
        """The same templates as they are now, with further ones: their texts by path, such as `support/reply.j2`."""
        kept = dict(self.snapshot.texts()) if self.snapshot is not None else {}
        snapshot = Snapshot(Folders(self._found().path), {**kept, **texts})
        return dataclasses.replace(self, reload=False, snapshot=snapshot)

    def worded(self, variant: str) -> Templates:
        """The same templates in the wording `variant`; empty for the usual one."""
        return dataclasses.replace(self, variant=variant)

    def require_variant(self, place: str) -> None:
        """See whether the template `place`, or those in the folder `place`, have the wording that these are asked for.

        Raises:
            TemplateError: none of them has; names the wordings that there are.
        """
        if self.variant:
            check_variant(self.names(), self.variant, place)

    def render(self, name: str, /, **values: object) -> tuple[Message, ...]:
        """The messages of template `name`.

        Raises:
            TemplateError: no such template, a syntax error, an input that is missing or of another type than declared,
                text that would reach no message, or a forbidden operation.
        """
        name = self._called(name)
        with self._own_errors(name), limited_steps(), conversation() as made:
            known = self._environment()
            template = known.get_template(name + SUFFIX)
            assert isinstance(template, Loaded)  # noqa: S101 - for the type checker
            context = template.new_context(self._filled(name, template, values))
            text = "".join(template.root_render_func(context)).strip()
            if not made.may_have_roles:
                if not text:
                    fact, way_out = "it makes an empty message", "write what is to be sent"
                    raise Fault(name, fact, template.filename, way_out=way_out).error()
                return (Message(role="user", content=text),)
            if text:
                fact = f"text outside of the roles would reach no message: {text[:60]!r}"
                way_out = "move it into one, such as {% user %}…{% enduser %}"
                raise Fault(name, fact, template.filename, way_out=way_out).error()
            return made.messages()

    @contextmanager
    def _own_errors(self, name: str) -> Iterator[None]:
        """Errors of Jinja as ours, with their file and line."""
        try:
            yield
        except TemplateError:
            raise
        except jinja2.TemplateNotFound as error:
            raise self._unknown(str(error.name).removesuffix(SUFFIX)) from None
        except jinja2.TemplateSyntaxError as error:
            file = error.filename or self.file(name)
            raise Fault(name, str(error.message), file, error.lineno, _way_out(error)).error() from None
        except _FAILED as error:
            raise Fault(name, str(error), *place_of(error)).error() from None
        except _TOO_MUCH:
            raise TemplateError(f"template {name} needs more memory than there is; does it include itself?") from None
        except OSError as error:
            raise TemplateError(f"template {name}: {error.filename} can't be read: {error.strerror}") from None

    def text(self, name: str, /, **values: object) -> str:
        """The one user message of template `name`.

        Raises:
            TemplateError: as `render` does, and when the template makes other messages than one user turn.
        """
        messages = self.render(name, **values)
        if [m.role for m in messages] != ["user"]:
            made = ", ".join(m.role for m in messages) or "nothing"
            raise TemplateError(f"template {name} must make one user message here, and makes {made}")
        return messages[0].text

    def names(self) -> list[str]:
        """All template names, sorted."""
        return self._found().names()

    def file(self, name: str) -> Path:
        """The file that `name` is read from.

        Raises:
            TemplateError: no such template, or a link that leads out of its folder.
        """
        return self._source(name).file

    def find(self, name: str) -> Path | None:
        """The file that `name` is read from, if there is one."""
        return self._found().find(self._called(name))

    def variables(self, name: str) -> tuple[frozenset[str] | None, frozenset[str]]:
        """What `name` and the templates it includes or extends take, and the names of those templates.

        The variables are `None` where a template is included by a name that only rendering tells.

        Raises:
            TemplateError: it can't be read or has a syntax error.
        """
        known = self._environment()
        found, read, waiting = set[str](), set[str](), [self._called(name) + SUFFIX]
        complete = True
        while waiting:
            one = waiting.pop()
            with self._own_errors(name):
                template = known.loaded(one)
                tree = known.parse(template.parsed.body, one, template.filename)
            found |= meta.find_undeclared_variables(tree)
            for other in meta.find_referenced_templates(tree):
                complete = complete and other is not None
                if other and other not in read:
                    read.add(other)
                    waiting.append(other)
        return (frozenset(found) if complete else None), frozenset(other.removesuffix(SUFFIX) for other in read)

    def tree(self, name: str, text: str) -> nodes.Template:
        """Jinja's tree of a template of this text in the place of `name`.

        Raises:
            TemplateError: its front matter can't be read, or a syntax error.
        """
        with self._own_errors(name):
            return self._environment().parse(parsed(name, text, Path(name)).body, name, name)

    @classmethod
    def shipped(cls) -> Templates:
        """Those of promptkit alone."""
        return _Shipped()

    def header(self, name: str) -> Header:
        """The front matter of `name`, with the inputs and `reads` of the shipped template that it is used instead of.

        Raises:
            TemplateError: no such template, or one that can't be read.
        """
        name = self._called(name)
        with self._own_errors(name):
            template = self._environment().loaded(name + SUFFIX)
            header, inherited = template.parsed.header, self._inherited(name, template)
        reads = next((one.reads for one in (header, *inherited) if "reads" in one.model_fields_set), ())
        inputs = {key: one for above in (*reversed(inherited), header) for key, one in above.inputs.items()}
        return header.model_copy(update={"inputs": inputs, "reads": reads})

    def read(self, name: str) -> str:
        """The text of the file that `name` is read from.

        Raises:
            TemplateError: no such template, or its file can't be read.
        """
        return self._source(name).text

    def digest(self, name: str) -> str:
        """What tells the file of `name` from one with other bytes.

        Raises:
            TemplateError: no such template, or its file can't be read.
        """
        return self._source(name).digest

    def _source(self, name: str) -> Source:
        name = self._called(name)
        found = self._found().read(name + SUFFIX)
        if found is None:
            raise self._unknown(name)
        return found

    def _called(self, name: str) -> str:
        """The name of the template that is read for `name`: that of its wording, where there is one."""
        worded = variant_name(name, self.variant) if self.variant else name
        return name if worded == name or self._found().find(worded) is None else worded

    def _found(self) -> Sources:
        return self.snapshot if self.snapshot is not None else as_pinned(Folders(self.search_path()))

    def _environment(self) -> WordingEnvironment:
        return environment(self._found())

    def _filled(self, name: str, template: Loaded, values: Mapping[str, object]) -> dict[str, Any]:
        inputs = self._inputs(name, template)
        if not inputs:
            return dict(values)
        try:
            return checked_values(inputs, values)
        except InputFault as fault:
            raise TemplateError(f"template {name} {fault}", file=template.filename) from None

    def _inputs(self, name: str, template: Loaded) -> dict[str, Input]:
        headers = (*reversed(self._inherited(name, template)), template.parsed.header)
        return {key: declared for header in headers for key, declared in header.inputs.items()}

    def _inherited(self, name: str, template: Loaded) -> tuple[Header, ...]:
        """The headers that this one adds to, nearest first: of what it extends, is a wording of, and replaces."""
        known = self._environment()
        base, _ = base_and_variant(name)
        replaced = [one + SUFFIX for one in (base, SHIPPED + name, SHIPPED + base)]
        found, waiting, seen = list[Header](), [*template.parents, *replaced], {template.filename}
        while waiting:
            try:
                above = known.loaded(waiting.pop(0))
            except jinja2.TemplateNotFound:  # rendering reports it, where it is missing
                continue
            if above.filename not in seen:
                seen.add(above.filename)
                found.append(above.parsed.header)
                waiting = [*above.parents, *waiting]
        return tuple(found)

    def has_own(self) -> bool:
        """Whether there are folders beside those of promptkit."""
        path = self.search_path() if self.snapshot is None else self.snapshot.path
        return len(path) > 1

    def search_path(self, *, must_exist: bool = True) -> tuple[Path, ...]:
        """The folders in their order, those of promptkit last.

        Raises:
            TemplateError: one of them does not exist.
        """
        from_environment = [Path(p) for p in os.environ.get("PROMPTKIT_TEMPLATES", "").split(os.pathsep) if p]
        given = (*self.folders, *from_environment)
        for folder in given:
            if must_exist and not folder.is_dir():
                raise TemplateError(f"template folder {folder} does not exist; create it or correct `template_folders`")
        return (*given, data_path("templates"))

    def _unknown(self, name: str) -> TemplateError:
        hint = did_you_mean(name, self.names(), "`promptkit template list` shows all")
        return TemplateError(f"no template named {name!r} in {', '.join(map(str, self._found().path))}; {hint}")


@dataclass(frozen=True)
class _Shipped(Templates):
    def search_path(self, *, must_exist: bool = True) -> tuple[Path, ...]:  # noqa: ARG002 - as of all templates
        return (data_path("templates"),)


def _way_out(error: jinja2.TemplateSyntaxError) -> str:
    if isinstance(error, Misplaced):
        return error.way_out
    tag = _UNKNOWN_TAG.match(str(error.message))
    meant = closest(tag[1], ROLES, similar=0.7) if tag else None
    return f"did you mean {meant}?" if meant else _RAW
