"""The wording of prompts: Jinja2 files with front matter, whose blocks are the roles.

A template without blocks is one user message. In one with blocks each of `system`, `user` and `assistant` is rendered
by itself into one message, in that order, and an empty one is left out. Messages are never parsed back out of rendered
text, so data can't choose its role, and data is only ever a variable, so it never becomes template source.
"""

from __future__ import annotations

import difflib
import functools
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import jinja2
from jinja2 import meta, nodes
from pydantic import Field, ValidationError

from promptkit.data_files import data_path
from promptkit.errors import TemplateError
from promptkit.template_limits import LimitedEnvironment, counting, limited_steps, place_of
from promptkit.types import Message, Role, Value
from promptkit.yaml_text import YamlError, parse_yaml

ROLES: tuple[Role, ...] = get_args(Role)
SUFFIX = ".j2"
# What the expressions of a template may raise, forbidden ones included, and Python's limits on how they nest.
_FAILED = (jinja2.TemplateRuntimeError, TypeError, ValueError, ArithmeticError, LookupError, SyntaxError)
_TOO_MUCH = (RecursionError, MemoryError)
_RAW = "braces that are text stand between {% raw %} and {% endraw %}"
_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)


class Input(Value):
    """A variable of a template: its type, a sample for previews, and a default when it may be left out."""

    type: Literal["text", "number", "list", "flag"] = "text"
    sample: Any = None
    default: Any = None
    description: str = ""

    @property
    def required(self) -> bool:
        """Whether a caller must give it: no default is declared (a declared `null` is one)."""
        return "default" not in self.model_fields_set


class Header(Value):
    """The front matter of a template."""

    description: str = ""
    language: str = "en"
    version: int = 1
    source: str = ""
    inputs: Mapping[str, Input] = Field(default_factory=dict)


@dataclass(frozen=True)
class Templates:
    """The templates found in `folders`, then in those of `PROMPTKIT_TEMPLATES`, then in those shipped with promptkit.

    A file with the same name in an earlier folder is used instead of a later one; it can `{% extends %}` the shipped
    one under the name `promptkit/<name>.j2` and override a block of it.
    """

    folders: tuple[Path, ...] = field(default=())

    def render(self, name: str, /, **values: object) -> tuple[Message, ...]:
        """The messages of template `name`.

        Raises:
            TemplateError: no such template, a syntax error, a missing input, or a forbidden operation.
        """
        with self._own_errors(name), limited_steps():
            return self._messages(name, values)

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
            place = f"{error.filename or self.file(name)}, line {error.lineno}"
            raise TemplateError(f"template {name}: {error.message} ({place}); {_RAW}") from None
        except _FAILED as error:
            place = place_of(error)
            raise TemplateError(f"template {name}: {error}" + (f" ({place})" if place else "")) from None
        except _TOO_MUCH:
            raise TemplateError(f"template {name} needs more memory than there is; does it include itself?") from None
        except OSError as error:
            raise TemplateError(f"template {name}: {error.filename} can't be read: {error.strerror}") from None

    def _messages(self, name: str, values: Mapping[str, object]) -> tuple[Message, ...]:
        template = _environment(self._path()).get_template(name + SUFFIX)
        context = template.new_context(_filled(name, template, values))
        whole = "".join(template.root_render_func(context))  # also collects the blocks of the parents
        if not context.blocks:
            return (Message(role="user", content=whole.strip()),)
        parts = {role: "".join(context.blocks[role][0](context)) for role in ROLES if role in context.blocks}
        return tuple(Message(role=role, content=text.strip()) for role, text in parts.items() if text.strip())

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
        return sorted(
            file.relative_to(folder).with_suffix("").as_posix()
            for folder in self._path()
            for file in folder.rglob("*" + SUFFIX)
            if not any((earlier / file.relative_to(folder)).exists() for earlier in self._before(folder))
        )

    def file(self, name: str) -> Path:
        """The file that `name` is read from.

        Raises:
            TemplateError: no such template.
        """
        found = self.find(name)
        if found is None:
            raise self._unknown(name)
        return _inside(found, next(folder for folder in self._path() if found.is_relative_to(folder)), name)

    def find(self, name: str) -> Path | None:
        """The file that `name` is read from, if there is one."""
        return next((folder / (name + SUFFIX) for folder in self._path() if (folder / (name + SUFFIX)).is_file()), None)

    def variables(self, name: str) -> tuple[frozenset[str] | None, frozenset[str]]:
        """What `name` and the templates it includes or extends take, and the names of those templates.

        The variables are `None` where a template is included by a name that only rendering tells.

        Raises:
            TemplateError: it can't be read or has a syntax error.
        """
        environment = _environment(self._path())
        found, read, waiting = set[str](), set[str](), [name + SUFFIX]
        known = True
        while waiting:
            one = waiting.pop()
            with self._own_errors(name):
                source, file, _ = environment.loader.get_source(environment, one)  # type: ignore[union-attr]
                tree = environment.parse(source, one, file)
            found |= meta.find_undeclared_variables(tree)
            for other in meta.find_referenced_templates(tree):
                known = known and other is not None
                if other and other not in read:
                    read.add(other)
                    waiting.append(other)
        return (frozenset(found) if known else None), frozenset(other.removesuffix(SUFFIX) for other in read)

    @classmethod
    def shipped(cls) -> Templates:
        """Those of promptkit alone."""
        return _Shipped()

    def header(self, name: str) -> Header:
        """The front matter of `name`; one without any is an empty header."""
        return _header(name, self.read(name))

    def read(self, name: str) -> str:
        """The text of the file that `name` is read from.

        Raises:
            TemplateError: no such template, or its file can't be read.
        """
        return _text_of(name, self.file(name))

    def _path(self) -> tuple[Path, ...]:
        from_environment = [Path(p) for p in os.environ.get("PROMPTKIT_TEMPLATES", "").split(os.pathsep) if p]
        given = (*self.folders, *from_environment)
        for folder in given:
            if not folder.is_dir():
                raise TemplateError(f"template folder {folder} does not exist; create it or correct `template_folders`")
        return (*given, data_path("templates"))

    def _before(self, folder: Path) -> tuple[Path, ...]:
        path = self._path()
        return path[: path.index(folder)]

    def _unknown(self, name: str) -> TemplateError:
        close = difflib.get_close_matches(name, self.names(), n=1)
        hint = f"did you mean {close[0]}?" if close else "`promptkit template list` shows all"
        return TemplateError(f"no template named {name!r} in {', '.join(str(p) for p in self._path())}; {hint}")


@dataclass(frozen=True)
class _Shipped(Templates):
    def _path(self) -> tuple[Path, ...]:
        return (data_path("templates"),)


def _filled(name: str, template: jinja2.Template, values: Mapping[str, object]) -> dict[str, object]:
    header = _header(name, _text_of(name, Path(str(template.filename))))
    missing = [key for key, given in header.inputs.items() if given.required and key not in values]
    if missing:
        raise TemplateError(f"template {name} needs {', '.join(missing)}; give a value for each")
    return {**{key: given.default for key, given in header.inputs.items() if not given.required}, **values}


def _text_of(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"template {name} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise TemplateError(f"template {name}: {file} can't be read: {error.strerror}") from None


def _inside(file: Path, folder: Path, name: str) -> Path:
    """The same file, which no symbolic link leads out of the folder."""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise TemplateError(f"template {name}: {file} is a link that leaves {folder}; copy the file to it")
    return file


@functools.lru_cache(maxsize=256)
def _header(name: str, source: str) -> Header:
    found = _FRONT_MATTER.match(source)
    try:
        return Header.model_validate(parse_yaml("\n" + found[1]) or {} if found else {})  # its lines are the file's
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise TemplateError(f"template {name}: its front matter is wrong: {where}: {first['msg']}") from None
    except YamlError as error:
        raise TemplateError(f"template {name}: its front matter is wrong: {error}") from None


@functools.lru_cache(maxsize=32)
def _environment(path: tuple[Path, ...]) -> jinja2.Environment:
    folders = jinja2.ChoiceLoader(
        [_Loader(path), jinja2.PrefixLoader({"promptkit": _Loader((data_path("templates"),))})]
    )
    return LimitedEnvironment(folders)


class _Loader(jinja2.FileSystemLoader):
    """Reads a template without its front matter, and refuses text that no message would carry."""

    def __init__(self, path: tuple[Path, ...]) -> None:
        super().__init__(path, encoding="utf-8-sig")
        self._folders = path

    def load(self, environment: jinja2.Environment, name: str, globals: Any = None) -> jinja2.Template:  # noqa: A002, ANN401 - as Jinja has it
        """The template, compiled so that it counts its steps."""
        body, filename, uptodate = self.get_source(environment, name)
        tree = environment.parse(body, name, filename)
        _check_blocks(tree, name, filename)
        code = environment.compile(counting(tree), name, filename)
        return environment.template_class.from_code(environment, code, globals or {}, uptodate)

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        source, filename, uptodate = super().get_source(environment, template)
        file = Path(filename)
        folder = next(folder for folder in self._folders if file.is_relative_to(folder))
        _inside(file, folder, template.removesuffix(SUFFIX))
        body = _FRONT_MATTER.sub(lambda m: "\n" * m[0].count("\n"), source)  # line numbers stay true
        return body, filename, uptodate


def _check_blocks(tree: nodes.Template, template: str, filename: str) -> None:
    if any(tree.find_all(nodes.Extends)):
        return  # its blocks override those of a template that was checked
    blocks = [node for node in tree.body if isinstance(node, nodes.Block)]
    for block in blocks:
        if block.name not in ROLES:
            message = f"block {block.name!r} is not a role; roles are {', '.join(ROLES)}"
            raise jinja2.TemplateSyntaxError(message, block.lineno, template, filename)
    outside = [node for node in tree.body if isinstance(node, nodes.Output) and not _is_blank(node)]
    if blocks and outside:
        message = "text outside of the role blocks would reach no message; move it into one"
        raise jinja2.TemplateSyntaxError(message, outside[0].lineno, template, filename)


def _is_blank(output: nodes.Output) -> bool:
    return all(isinstance(node, nodes.TemplateData) and not node.data.strip() for node in output.nodes)
