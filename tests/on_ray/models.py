"""Models by Python path, for actors: they tell about the process they are in."""

import os

import ray

from promptkit import Completion, FunctionModel, OpenAI, Prompt
from promptkit.backend import Closing


def teller(name: str) -> FunctionModel:
    """Answers with the value of the environment variable that it is asked for, or with the number of its process."""

    async def tell(prompt: Prompt) -> str:
        return str(os.getpid()) if name == "pid" else os.environ.get(prompt.question, "not set")

    return FunctionModel(tell, name=f"teller/{name}")


class Marked(Closing):
    """A hosted model whose requests say from which node they come; it is the same model on each of them."""

    def __init__(self, name: str, *, base_url: str) -> None:
        node = ray.get_runtime_context().get_node_id() if ray.is_initialized() else "none"
        self._model = OpenAI(name, provider="marked", base_url=base_url, api_key="k", headers={"x-node": node})
        self.name, self.endpoint, self.chat = self._model.name, base_url, True

    async def complete(self, prompt: Prompt) -> Completion:
        return await self._model.complete(prompt)

    async def aclose(self) -> None:
        await self._model.aclose()
