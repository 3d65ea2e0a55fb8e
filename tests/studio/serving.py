"""The page's server in a thread, with models played by functions."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from promptkit import Completion, FunctionModel, Prompt, Usage
from promptkit.backend import Model
from promptkit.studio.app import studio_app
from promptkit.studio.cases import Tasks
from promptkit.studio.desk import Desk
from promptkit.studio.guard import Guard
from promptkit.studio.models import Models
from promptkit.studio.workplace import Workplace

TOKEN = "a-token"


class Played(Models):
    """Every name is a model that answers with `reply(prompt)`, and counts a token a character."""

    def __init__(self, reply: Callable[[Prompt], str] = lambda _: "The answer is 42.") -> None:
        super().__init__(("nano",))
        self.reply = reply
        self.asked: list[Prompt] = []
        self.held: asyncio.Event | None = None  # replies wait for it

    def load(self, name: str) -> Model:
        return FunctionModel(self._answer, name=name)

    async def _answer(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        if self.held:
            await self.held.wait()
        text = self.reply(prompt)
        usage = Usage(calls=1, input_tokens=sum(len(m.content) for m in prompt.messages), output_tokens=len(text))
        return Completion(text=text, prompt=prompt, by="nano", usage=usage)


def desk_in(
    folder: Path, *, task: str | None = "stories", name: str = "chain_of_thought/think", models: Models | None = None
) -> Desk:
    """A desk whose own templates are in `folder`."""
    return Desk(Workplace(folder), Tasks(task), models or Played(), name=name)


@contextlib.contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address that lets in, while the page of `desk` is served."""
    config = uvicorn.Config(lambda *_: None, port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    port = listening.getsockname()[1]
    config.app = Guard(studio_app(desk), token=TOKEN, host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        yield f"http://127.0.0.1:{port}/?token={TOKEN}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
