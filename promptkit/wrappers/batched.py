"""A model asked by batches, and one that is asked live beside it."""

from __future__ import annotations

from promptkit.backend import Model
from promptkit.errors import BudgetExceeded
from promptkit.types import Completion, Prompt
from promptkit.wrappers.waves import BatchedModel, Waves
from promptkit.wrappers.wrapper import Wrapper


class Batched(Wrapper):
    """Puts every call into the next wave of batches, and waits for its reply: hours, maybe a day.

    Args:
        backend: the model.
        waves: those of the run.
        asked: the same model with its batch API, which is closed with the model.
    """

    def __init__(self, backend: Model, waves: Waves, asked: BatchedModel) -> None:
        super().__init__(backend)
        self._waves, self._asked = waves, asked

    async def answer(self, prompt: Prompt) -> Completion:
        """The reply out of a batch.

        Raises:
            PromptkitError: the reason to stop, or why there is no reply.
        """
        return await self._waves.ask(self._asked, prompt)

    async def aclose(self) -> None:
        """Close the connections of the batch API, and the model."""
        await self._asked.api.aclose()
        await super().aclose()


class Collected(Wrapper):
    """Has the replies to calls that were submitted before from their batches, and asks for the others.

    Stands around the budget: what was submitted before is paid for. Where that is exceeded, the calls that fit are
    still submitted and waited for.

    Args:
        backend: the model, asked by batches.
        waves: those of the run.
        asked: the same model with its batch API.
    """

    def __init__(self, backend: Model, waves: Waves, asked: BatchedModel) -> None:
        super().__init__(backend)
        self._waves, self._asked = waves, asked

    async def answer(self, prompt: Prompt) -> Completion:
        """The reply out of an earlier batch, or the model's. Raises what the model raises."""
        if found := await self._waves.collect(self._asked, prompt):
            return found
        try:
            return await self.backend.complete(prompt)
        except BudgetExceeded:
            await self._waves.idle()
            raise


class Live(Wrapper):
    """A model that is asked at once: while it is, no wave is submitted.

    Args:
        backend: the model.
        waves: those of the run.
    """

    def __init__(self, backend: Model, waves: Waves) -> None:
        super().__init__(backend)
        self._waves = waves

    async def answer(self, prompt: Prompt) -> Completion:
        """As the model does."""
        with self._waves.live_call():
            return await self.backend.complete(prompt)
