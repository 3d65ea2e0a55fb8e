"""Record calls to a file of JSON lines, and replay them: tests of an application without a network or a key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

from promptkit.backend import Model
from promptkit.errors import InvalidRequest, UsageError
from promptkit.record.identity import call_key
from promptkit.streaming import emit
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper


class Record(Wrapper):
    """Asks the wrapped model and appends every reply to the cassette `path`, one JSON object a line.

    A line is on disk before the reply is used. Recording the same call twice keeps the last reply. A new file may be
    read by its owner only.
    """

    _shown = ("path",)

    def __init__(self, backend: Model, path: Path) -> None:
        super().__init__(backend)
        self.path = path

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask, then write."""
        answer = await self.backend.complete(prompt)
        line = {"key": call_key(self.backend, prompt), "endpoint": self.endpoint, "completion": answer.model_dump()}
        await asyncio.to_thread(_append, self.path, json.dumps(line, ensure_ascii=False))
        return answer


class Replay:
    """Answers from the cassette `path` alone: an unknown request is an error, never a call.

    Args:
        path: the cassette.
        name: the model whose calls are replayed; by default the one of the first line.
        endpoint: where they were asked; by default as in the first line.
        chat: whether that model takes conversations.

    Raises:
        UsageError: the file is missing, empty, or a line of it is not a recorded call.
    """

    def __init__(self, path: Path, *, name: str = "", endpoint: str = "", chat: bool = True) -> None:
        self.path = path
        self.name = name
        self.endpoint = endpoint
        self.chat = chat
        self._calls: dict[str, Completion] = {}
        for key, recorded_endpoint, completion in _read(path):
            if not self.name:
                self.name, self.endpoint = completion.by, recorded_endpoint
            self._calls[key] = completion
        if not self._calls:
            raise UsageError(f"cassette {path} holds no call; record one with Record(model, path)")

    def __repr__(self) -> str:
        return f"Replay({self.path!r}, name={self.name!r}, endpoint={self.endpoint!r})"

    async def complete(self, prompt: Prompt | str) -> Completion:
        """The recorded reply; a text is one user turn.

        Raises:
            InvalidRequest: this call was never recorded.
        """
        prompt = Prompt.parse(prompt)
        found = self._calls.get(call_key(self, prompt))
        if found is None:
            asked = prompt.question[:80]
            message = (
                f"cassette {self.path} has no reply of {self.name} to {asked!r} (draw {prompt.draw}); record it anew"
            )
            raise InvalidRequest(message, model=self.name)
        return emit(found.model_copy(update={"cached": True}))

    async def aclose(self) -> None:
        """Nothing to close."""


def _append(path: Path, line: str) -> None:
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8", errors="surrogatepass") as file:
        file.write(line + "\n")


def _read(path: Path) -> Iterator[tuple[str, str, Completion]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="surrogatepass").split("\n")
    except OSError as error:
        raise UsageError(f"cassette {path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"cassette {path} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            call = str(row["key"]), str(row["endpoint"]), Completion.model_validate(row["completion"])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UsageError(
                f"cassette {path}, line {number}: not a recorded call; remove the line or record anew"
            ) from None
        yield call
