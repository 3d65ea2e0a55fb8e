"""Templates as they were at one moment: each file is read once, and later edits change nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from promptkit.errors import TemplateError
from promptkit.wording.folders import SHIPPED, SUFFIX, Folders, Source
from promptkit.wording.reading import LONG_QUIET_SECONDS


class Snapshot:
    """The files of some folders, read when it is made.

    What is not a template by its name, such as an included `rules.txt`, is read when it is first asked for, and then
    kept as well. A file that can't be read is an error for whoever asks for it.

    Args:
        folders: where the files are.
        texts: what takes the place of files, by their path in the folders.
    """

    def __init__(self, folders: Folders, texts: Mapping[str, Source] | None = None) -> None:
        self.path = folders.path
        self._folders = folders
        self._kept: dict[str, Source | TemplateError | None] = dict(texts or {})
        for name in folders.names():
            self._keep(name + SUFFIX)
        for name in Folders.shipped().names():
            self._keep(SHIPPED + name + SUFFIX)

    def names(self) -> list[str]:
        """All names, sorted."""
        found = (path for path, kept in self._kept.items() if kept is not None and path.endswith(SUFFIX))
        return sorted(path.removesuffix(SUFFIX) for path in found if not path.startswith(SHIPPED))

    def find(self, name: str) -> Path | None:
        """The file that `name` was read from, if there is one."""
        kept = self._keep(name + SUFFIX)
        return kept.file if isinstance(kept, Source) else self._folders.find(name) if kept else None

    def read(self, path: str) -> Source | None:
        """The text that the file at `path` had.

        Raises:
            TemplateError: it could not be read.
        """
        kept = self._keep(path)
        if isinstance(kept, TemplateError):
            raise copy.copy(kept)
        return kept

    def texts(self) -> Iterator[tuple[str, Source]]:
        """All texts that it keeps, by path."""
        return ((path, kept) for path, kept in sorted(self._kept.items()) if isinstance(kept, Source))

    def _keep(self, path: str) -> Source | TemplateError | None:
        if path not in self._kept:
            try:
                self._kept[path] = self._folders.read(path, quiet=LONG_QUIET_SECONDS)
            except TemplateError as error:
                self._kept[path] = error
        return self._kept[path]


Sources = Folders | Snapshot  # where the texts of templates come from
Pinned = Callable[[Folders], Snapshot]
_pinned: ContextVar[Pinned | None] = ContextVar("promptkit_pinned_wording", default=None)


@contextmanager
def pinned_wording(known: Mapping[tuple[Path, ...], Snapshot]) -> Iterator[None]:
    """Everything that is rendered in this block, and in tasks that are begun in it, is of one moment.

    Templates are rendered from the `known` snapshots of their folders; others from one that is made at their first use.
    """
    snapshots = dict(known)

    def snapshot(folders: Folders) -> Snapshot:
        if folders.path not in snapshots:
            snapshots[folders.path] = Snapshot(folders)
        return snapshots[folders.path]

    token = _pinned.set(snapshot)
    try:
        yield
    finally:
        _pinned.reset(token)


def as_pinned(folders: Folders) -> Sources:
    """The snapshot of these folders that is pinned here; the folders themselves where none is."""
    pinned = _pinned.get()
    return folders if pinned is None else pinned(folders)
