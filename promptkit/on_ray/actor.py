"""What runs in a worker process of Ray: it holds one model, and asks it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping

from promptkit.backend import Model
from promptkit.distribution import version_of
from promptkit.errors import PromptkitError, UsageError
from promptkit.providers.load import load_model
from promptkit.types import Completion, Prompt, Value

_UNSAID = Prompt.of("")  # in place of the prompt of a reply: whoever asked has it


class Loaded(Value):
    """What an actor holds, to be compared with what the run records its replies as.

    Attributes:
        node: the name of its machine.
        version: that of promptkit there.
        name: the model's.
        endpoint: the model's; for a file, a fingerprint of it.
    """

    node: str
    version: str
    name: str
    endpoint: str


class ModelActor:
    """Loads a model by its name when it is told to, once, and completes prompts with it.

    Errors of promptkit's are returned: Ray would wrap those that are raised.
    """

    def __init__(self, name: str, seed: int, timeout_seconds: float) -> None:
        self._name, self._seed, self._timeout_seconds = name, seed, timeout_seconds
        self._model: Model | None = None

    async def load(self, variables: Mapping[str, str]) -> Loaded | UsageError:
        """Load the model, with these variables in the environment."""
        os.environ.update(variables)
        try:
            if self._model is None:
                self._model = load_model(self._name, seed=self._seed, timeout_seconds=self._timeout_seconds)
            model = self._model
            return Loaded(
                node=platform.node(), version=version_of("promptkit"), name=model.name, endpoint=model.endpoint
            )
        except PromptkitError as error:
            return UsageError(f"on the node {platform.node()}: {error}")

    async def complete(self, prompt: Prompt) -> Completion | PromptkitError | None:
        """The reply, without its prompt, or why there is none; `None` where no model was loaded, after a restart."""
        if self._model is None:
            return None
        try:
            answer = await self._model.complete(prompt)
        except PromptkitError as error:
            return error
        return answer.model_copy(update={"prompt": _UNSAID})
