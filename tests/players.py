"""Models played by functions, for tests of strategies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from promptkit import Completion, Prompt, Usage


@dataclass
class Player:
    """Answers with the next of `replies` (then the last again) or with `reply(prompt)`; keeps what it was asked."""

    replies: Sequence[str] = ("ok",)
    reply: Callable[[Prompt], str] | None = None
    name: str = "player"
    endpoint: str = ""
    asked: list[Prompt] = field(default_factory=list)
    chat: bool = True

    async def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        text = self.reply(prompt) if self.reply else self.replies[min(len(self.asked), len(self.replies)) - 1]
        usage = Usage(calls=1, input_tokens=sum(len(m.content) for m in prompt.messages), output_tokens=len(text))
        return Completion(text=text, prompt=prompt, by=self.name, usage=usage)

    async def aclose(self) -> None:
        pass
