"""What a provider's batch API can do: many calls in one submission, cheaper, answered within a day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from promptkit.errors import BackendError
from promptkit.types import Completion, Prompt

BatchState = Literal["working", "ended", "full"]


class BatchCall(NamedTuple):
    """One call of a batch.

    Attributes:
        custom_id: how its result is told apart, of at most 64 letters, digits, `-` and `_`.
        prompt: what is asked.
    """

    custom_id: str
    prompt: Prompt


@dataclass(frozen=True)
class BatchStatus:
    """Where a batch is.

    Attributes:
        state: working; ended, when it is known what became of each call; full, when the provider took none of them,
            because others wait there.
        done: how many calls the provider has worked off.
        told: the provider's own word for the state.
    """

    state: BatchState
    done: int
    told: str


class Found(NamedTuple):
    """What came of looking for a batch that was perhaps submitted.

    Attributes:
        name: the provider's name of it, if it was found.
        open: whether one that has not ended might be it.
    """

    name: str | None
    open: bool = False


@dataclass(frozen=True)
class BatchResult:
    """What became of one call: an answer, an error as a live call has it, or neither: it was not asked, nor paid for.

    Attributes:
        why: of neither: expired, cancelled and the like.
    """

    custom_id: str
    answer: Completion | None = None
    error: BackendError | None = None
    why: str = ""


class BatchApi(Protocol):
    """The batch API of one model. A model that has one offers it by its method `batch_api()`.

    Attributes:
        most_calls: of one batch.
        most_bytes: of one batch.
        hours: within which it is answered.
    """

    most_calls: int
    most_bytes: int
    hours: int

    def size(self, prompt: Prompt) -> int:
        """The bytes that the call takes in a batch.

        Raises:
            InvalidRequest: the model would refuse it.
        """
        ...

    def kind(self, prompt: Prompt) -> str:
        """What the calls of one batch have in common."""
        ...

    async def submit(self, label: str, calls: Sequence[BatchCall]) -> str:
        """Submit a batch that can be found again by `label`; the provider's name of it.

        Raises:
            BackendError: as the provider answered, or did not.
        """
        ...

    async def find(self, label: str, total: int, since: float, others: Container[str]) -> Found:
        """The batch of `total` calls that was perhaps submitted by `label` after `since` (Unix time).

        `others` are the names of those that it is not.
        """
        ...

    async def status(self, name: str) -> BatchStatus:
        """Where a batch is."""
        ...

    def results(self, name: str, prompts: Mapping[str, Prompt]) -> AsyncIterator[BatchResult]:
        """What became of the calls that `prompts` has by their `custom_id`, in any order.

        One that is missing was not asked.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
