"""Texts that are not kept yet, as templates: what is typed is rendered by the same engine as any file."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from promptkit.errors import PromptkitError
from promptkit.studio.workplace import Workplace
from promptkit.wording.folders import SUFFIX
from promptkit.wording.templates import Templates

KEPT = 24  # drafts that stay on disk, for who renders them again


class Drafts:
    """Templates in which one text stands instead of what a workplace has under its name.

    Each text is in a folder of its own, named by its content, so that none changes while it is read.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._root = tempfile.TemporaryDirectory(prefix="promptkit-studio-")
        self._kept: OrderedDict[str, Path] = OrderedDict()
        self._writing = threading.Lock()

    def templates(self, name: str, text: str) -> Templates:
        """All templates, `name` with this text.

        Raises:
            TemplateError: no template can have this name.
        """
        self._workplace.place(name)
        return Templates(self._workplace.path(self._folder(name, text)))

    def _folder(self, name: str, text: str) -> Path:
        data = text.encode("utf-8", "replace")
        key = hashlib.sha256(name.encode("utf-8", "replace") + b"\0" + data).hexdigest()[:32]
        with self._writing:
            if key not in self._kept:
                folder = Path(self._root.name) / key
                file = folder / (name + SUFFIX)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                self._kept[key] = folder
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                _, oldest = self._kept.popitem(last=False)
                shutil.rmtree(oldest, ignore_errors=True)
            return self._kept[key]

    @contextlib.contextmanager
    def named_as_kept(self) -> Iterator[None]:
        """Errors in this block name the files of the workplace, not those of drafts."""
        try:
            yield
        except PromptkitError as error:
            error.args = (self.as_kept(str(error)), *error.args[1:])
            raise

    def as_kept(self, message: str) -> str:
        """A message that names the file of the workplace instead of a draft's."""
        for folder in tuple(self._kept.values()):
            message = message.replace(str(folder), str(self._workplace.folder))
        return message

    def close(self) -> None:
        """Remove them from the disk."""
        self._root.cleanup()
