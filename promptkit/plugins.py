"""What others add: strategies, models, report formats, graders; by Python path, or by a name a package registers.

A package registers names as entry points, one group for each kind of thing (`docs/plugins.md`). They are looked up when
such a name is asked for or listed, and imported only then.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, entry_points
from typing import Any, Generic, TypeVar

import promptkit.by_path as by_path
from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.foreign import import_foreign

T = TypeVar("T")


@dataclass(frozen=True)
class Plugin:
    """A name that an installed package registers.

    Attributes:
        group: the group of entry points, such as `promptkit.strategies`.
        name: what it is asked for by.
        what: where it is, as `module:name`.
        distribution: the package that registers it, and its `version`.
    """

    group: str
    name: str
    what: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".strip() + f" ({self.what})"

    def load(self) -> Any:  # noqa: ANN401 - whatever it is
        """Import it.

        Raises:
            UsageError: that fails; names the distribution.
        """
        try:
            return import_object(self.what)
        except UsageError as error:
            raise UsageError(f"{self.name!r} of {self}: {error}") from None


@dataclass(frozen=True)
class Registry(Generic[T]):
    """The names of one kind of thing: those that ship with promptkit, and those that installed packages register.

    Attributes:
        group: the group of entry points.
        noun: what such a name names, for errors.
        shipped: promptkit's own.
    """

    group: str
    noun: str
    shipped: Mapping[str, T]

    def get(self, name: str) -> T | Any:  # noqa: ANN401 - what others register is checked where it is used
        """What `name` names: one of promptkit's own, of an installed package, or the object at `module:name`.

        Raises:
            UsageError: nothing has that name, several have it, it can't be imported, or a command may not import it.
        """
        if ":" in name:
            _parse(name)
            by_path.allow(name)
            return import_object(name)
        plugin = self._plugin(name)
        return plugin.load() if plugin else self.shipped[name]

    def plugins(self) -> list[Plugin]:
        """What installed packages register, by name. Nothing is imported."""
        return list(_plugins(self.group, tuple(sys.path)))

    def names(self) -> list[str]:
        """All names: promptkit's own, then those that packages register."""
        return [*self.shipped, *(plugin.name for plugin in self.plugins())]

    def error(self, plugin: Plugin) -> str | None:
        """Why `plugin` can't be used: someone else has its name, or it can't be imported. `None` when it can."""
        try:
            self.get(plugin.name)
        except UsageError as error:
            return str(error)
        return None

    def hint(self, name: str) -> str:
        """The way out for somebody who asked for `name`, which nothing has."""
        if not self.names():
            return "name it as module:name"
        return did_you_mean(name, self.names(), f"{self.noun}s are {', '.join(self.names())}, or module:name")

    def _plugin(self, name: str) -> Plugin | None:
        """The one plugin of that name; nothing for a name that ships with promptkit."""
        found = [plugin for plugin in self.plugins() if plugin.name == name]
        if name in self.shipped and found:
            message = f"the {self.noun} {name!r} is promptkit's own, and {found[0]} registers another by that name"
            raise UsageError(f"{message}; uninstall {found[0].distribution}, or write {found[0].what} for its one")
        if len(found) > 1:
            both = f"{found[0]} and {found[1]} both register the {self.noun} {name!r}"
            raise UsageError(f"{both}; uninstall one of them, or write {found[0].what}")
        if not found and name not in self.shipped:
            raise UsageError(f"unknown {self.noun} {name!r}; {self.hint(name)}")
        return found[0] if found else None


def import_object(path: str) -> Any:  # noqa: ANN401 - whatever it is
    """The object at `module:name`; a name may have dots.

    Raises:
        UsageError: the path can't be read, the module can't be imported, or it has no such name.
    """
    module, names = _parse(path)
    try:
        found: Any = import_foreign(module)
    except UsageError as error:
        raise UsageError(f"can't import {path}: {error}") from error.__cause__
    for name in names:
        if not hasattr(found, name):
            where = f" (the module is {file})" if (file := getattr(found, "__file__", None)) else ""
            hint = did_you_mean(name, dir(found), f"correct the name{where}")
            raise UsageError(f"can't import {path}: there is no {name!r} in it; {hint}")
        found = getattr(found, name)
    return found


def _parse(path: str) -> tuple[str, list[str]]:
    module, _, names = path.partition(":")
    if not all(part.isidentifier() for part in [*module.split("."), *names.split(".")]):
        raise UsageError(f"can't read {path!r} as the path of a Python object; write module:name")
    return module, names.split(".")


@functools.lru_cache(maxsize=16)
def _plugins(group: str, _path: tuple[str, ...]) -> tuple[Plugin, ...]:
    """The entry points of a group, as long as Python looks for packages in the same places."""
    found = (
        Plugin(group, e.name, e.value.partition("[")[0].strip(), *_named(e.dist)) for e in entry_points(group=group)
    )
    return tuple(sorted(found, key=lambda plugin: (plugin.name, plugin.distribution)))


def _named(distribution: Distribution | None) -> tuple[str, str]:
    try:
        return (distribution.name, distribution.version) if distribution else ("a package", "")
    except (KeyError, TypeError, AttributeError):  # its METADATA is missing or damaged
        return "a package without metadata", ""
