"""What the batch APIs of the two SDKs share: a client for each event loop, deadlines, errors as ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from promptkit.errors import UnknownModel, UsageError
from promptkit.per_loop import PerLoop
from promptkit.types import Prompt

if TYPE_CHECKING:
    from promptkit.providers.hosted.adapter import Hosted

T = TypeVar("T")

SECONDS = 120.0  # a question how far a batch is
TRANSFER_SECONDS = 3600.0  # a batch of 256 MB on its way


class Line(NamedTuple):
    """An open line to a provider.

    Attributes:
        client: the SDK's.
        options: what every request has: headers that are left out, and a query.
        owned: whether it is to be closed.
    """

    client: Any
    options: dict[str, Any]
    owned: bool


class HostedBatches:
    """The batch API of a hosted model, through its SDK.

    Args:
        model: the model.
        omit: the SDK's mark for a header that is not sent.
    """

    hours = 24

    def __init__(self, model: Hosted, omit: Callable[[], object]) -> None:
        self.model, self._omit = model, omit
        self._lines: PerLoop[Line] = PerLoop(self._open, _close, lambda _line: None)

    def kind(self, prompt: Prompt) -> str:  # noqa: ARG002 - any two may share a batch
        """Nothing."""
        return ""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._lines.aclose()

    async def _line(self) -> Line:
        return await self._lines.get()

    async def _open(self) -> Line:
        client, query, owned = await self.model.batch_client()
        unsent = {name: self._omit() for name in client.default_headers if name.lower() in self.model.unsent_headers}
        return Line(client, {"extra_headers": unsent, "extra_query": query}, owned)

    async def _asked(self, asked: Awaitable[T], seconds: float = SECONDS) -> T:
        """What the provider answers; errors are ours."""
        async with self._in_our_words(seconds):
            return await asked

    @asynccontextmanager
    async def _in_our_words(self, seconds: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds):
                yield
            return
        except Exception as error:  # noqa: BLE001 - whatever an SDK or its HTTP library raises
            failure = self.model.as_ours(error)
        raise failure  # here, where it has no context: that may quote the key

    async def _of_batch(self, name: str, asked: Awaitable[T]) -> T:
        """As `_asked`; a batch that the provider does not know is no unknown model.

        Raises:
            UsageError: it does not know it.
        """
        try:
            return await self._asked(asked)
        except UnknownModel as error:
            fact = f"{self.model.endpoint} knows no batch {name}, which this run submitted"
            raise UsageError(f"{fact}; is the key of the same project? ({error})") from None


async def _close(line: Line) -> None:
    if line.owned:
        await line.client.close()
