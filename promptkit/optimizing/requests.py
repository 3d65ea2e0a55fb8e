"""How many requests an optimisation has sent, counted so that no kill forgets one."""

from __future__ import annotations

import os
from pathlib import Path

from promptkit.backend import Model
from promptkit.errors import RecordError
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper

FILE = "requests"  # in the run's directory: a byte for each


class Requests:
    """The requests of a run, over all its processes: one is noted before it is sent.

    Raises:
        RecordError: the file can't be written.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = directory / FILE
        try:
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise RecordError(f"{self._path} can't be written: {error.strerror}") from None
        self.before = self.count = os.fstat(self._file).st_size

    @property
    def sends(self) -> bool:
        """Whether this process has sent any: while it has not, it repeats what is on record."""
        return self.count > self.before

    def add(self) -> None:
        """Note one."""
        try:
            os.write(self._file, b".")
        except OSError as error:
            raise RecordError(f"{self._path} can't be written: {error.strerror}") from None
        self.count += 1

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def sent_before(directory: Path | None) -> int:
    """How many requests the run in a directory has sent; none where there is no run."""
    file = None if directory is None else directory / FILE
    return file.stat().st_size if file and file.is_file() else 0


class Noted(Wrapper):
    """A model whose requests are noted before they are sent."""

    def __init__(self, backend: Model, requests: Requests) -> None:
        super().__init__(backend)
        self._requests = requests

    async def answer(self, prompt: Prompt) -> Completion:
        """As the model does."""
        self._requests.add()
        return await self.backend.complete(prompt)

    async def aclose(self) -> None:
        """Close the model."""
        await self.backend.aclose()
