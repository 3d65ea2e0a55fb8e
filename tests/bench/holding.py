"""Strategies by Python path that hold a model of their own."""

from promptkit import SelfReflection, Unavailable
from promptkit.backend import Backend
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt
from tests.players import Player


class Shaky(Player):
    """Fails the first time it is asked each prompt."""

    async def complete(self, prompt: Prompt) -> Completion:
        if prompt not in self.asked:
            self.asked.append(prompt)
            raise Unavailable("busy", model=self.name, status=503)
        return await super().complete(prompt)


CRITIC = Shaky(["Verdict: wrong"], name="own/critic")


def reflect(backend: Backend) -> SelfReflection:
    return SelfReflection(backend, critic=CRITIC)


class Reflect(Strategy):
    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        draft = await ask(prompt)
        await ask(prompt.then(draft.text, "Is it right?"), CRITIC)
        return draft
