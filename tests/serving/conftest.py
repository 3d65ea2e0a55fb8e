"""Strategies on players, served on a free port, and clients of the openai SDK."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
import uvicorn
from openai import AsyncOpenAI

from promptkit import Backend, Completion, Prompt
from promptkit.hosting import address_of, listen
from promptkit.serving.access import Access
from promptkit.serving.app import Service, service_app
from promptkit.serving.served import Limits
from promptkit.streaming import delta_stream
from promptkit.types import Usage


@dataclass
class Writer:
    """A model that writes word by word, and may be held up before each word."""

    reply: Callable[[Prompt], str] = lambda prompt: f"you said: {prompt.question}"
    gate: threading.Event | None = None  # waited for before the second word of each reply
    name: str = "test/writer"
    endpoint: str = ""
    chat: bool = True
    asked: list[Prompt] = field(default_factory=list)
    cancelled: list[Prompt] = field(default_factory=list)
    closed: bool = False

    async def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        text, stream = self.reply(prompt), delta_stream(self.name)
        words = [f"{word} " for word in text.split(" ")]
        words[-1] = words[-1].rstrip(" ")
        try:
            for number, word in enumerate(words):
                if number == 1 and self.gate:
                    await asyncio.to_thread(self.gate.wait, 20)
                await asyncio.sleep(0)
                if stream:
                    stream.emit(word)
        except asyncio.CancelledError:
            self.cancelled.append(prompt)
            raise
        usage = Usage(calls=1, input_tokens=10, output_tokens=len(words), cached_tokens=4, reasoning_tokens=1)
        return Completion(text=text, prompt=prompt, by=self.name, usage=usage)

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Served:
    """A running service."""

    url: str
    server: uvicorn.Server
    thread: threading.Thread

    @contextlib.asynccontextmanager
    async def client(self, key: str = "any") -> AsyncIterator[AsyncOpenAI]:
        async with AsyncOpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0) as client:
            yield client


@contextlib.contextmanager
def serving(
    strategies: Mapping[str, Backend],
    *,
    limits: Limits | None = None,
    keys: Sequence[str] = (),
    shows_steps: bool = False,
    close: Callable[[], object] | None = None,
    stop: int = 5,
) -> Iterator[Served]:
    """The strategies, served while the block lasts."""
    service = Service(strategies, limits or Limits(), Access(keys, "127.0.0.1"), shows_steps=shows_steps, close=close)
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        service_app(service), log_level="critical", ws="none", backlog=1024, timeout_graceful_shutdown=stop
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not running.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        yield Served(address_of("127.0.0.1", listening.getsockname()[1]), running, thread)
    finally:
        running.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def writer() -> Writer:
    return Writer()
