"""Record calls to a file of JSON lines, and replay them: tests of an application without a network or a key."""

from __future__ import annotations

import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from promptkit.arguments import require_type
from promptkit.backend import Closing, Model
from promptkit.errors import InvalidRequest, UsageError
from promptkit.loops import in_thread
from promptkit.record.identity import call_key
from promptkit.streaming import emit
from promptkit.tracing import calling
from promptkit.types import Completion, Prompt
from promptkit.wrappers.cassette_file import RecordedCall, open_cassette, read_cassette
from promptkit.wrappers.differences import Call, nearest_difference
from promptkit.wrappers.wrapper import Wrapper


class Record(Wrapper):
    """Asks the wrapped model and writes every reply to the cassette `path`, one JSON object a line.

    A line is written before the reply is used. Each call has one line: another reply to a call that is there takes the
    place of the earlier one. Several models, event loops and threads may record to the same file. A new file may be
    read by its owner only.

    Raises:
        UsageError: the file can't be written, or holds something else than a cassette.
    """

    _shown = ("path",)

    def __init__(self, backend: Model, path: str | os.PathLike[str]) -> None:
        super().__init__(backend)
        self.path = Path(path)
        self._file = open_cassette(self.path)

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask, then write.

        Raises:
            RecordError: the reply could not be written.
        """
        answer = await self.backend.complete(prompt)
        call = RecordedCall(call_key(self.backend, prompt), self.endpoint, answer)
        await in_thread(self._file.add, call)
        return answer


class Replay(Closing):
    """Answers from the cassette `path` alone: an unknown request is an error, never a call.

    Args:
        path: the cassette.
        name: the model whose calls are replayed; by default the one of the first line.
        endpoint: where they were asked; by default as in the first line.
        chat: whether that model takes conversations.

    Raises:
        UsageError: the file is missing, empty, or a line of it is not a recorded call.
    """

    def __init__(self, path: str | os.PathLike[str], *, name: str = "", endpoint: str = "", chat: bool = True) -> None:
        require_type("name", name, "a text")
        require_type("endpoint", endpoint, "a text")
        self.path = Path(path)
        self.chat = chat
        calls = list(read_cassette(self.path))
        if not calls:
            raise UsageError(f"cassette {path} holds no call; record one with Record(model, path)")
        self.name = name or calls[0].completion.by
        self.endpoint = endpoint if name else calls[0].endpoint
        self._calls = {call.key: call for call in calls}

    def __repr__(self) -> str:
        return f"Replay({self.path!r}, name={self.name!r}, endpoint={self.endpoint!r})"

    def complete(self, prompt: Prompt | str) -> Coroutine[Any, Any, Completion]:
        """The recorded reply; a text is one user turn.

        Raises:
            InvalidRequest: this call was never recorded; names what it differs in from the recorded one most like it.
        """
        return calling(self, Prompt.parse(prompt), self._complete)

    async def _complete(self, prompt: Prompt) -> Completion:
        found = self._calls.get(call_key(self, prompt))
        if found is None:
            recorded = (Call(c.completion.by, c.endpoint, c.completion.prompt) for c in self._calls.values())
            differs = nearest_difference(Call(self.name, self.endpoint, prompt), recorded)
            like = f"; the recorded call that is most like it differs in {differs}" if differs else ""
            asked = f"{prompt.question[:80]!r} (draw {prompt.draw})"
            message = f"cassette {self.path} has no reply of {self.name} to {asked}{like}; record it again"
            raise InvalidRequest(message, model=self.name)
        return emit(found.completion.model_copy(update={"cached": True}))

    async def aclose(self) -> None:
        """Nothing to close."""
