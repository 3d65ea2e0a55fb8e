"""Chain of thought: have the reasoning written before the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from promptkit.errors import UsageError
from promptkit.strategy import PromptStrategy
from promptkit.types import Prompt

Style = Literal["full", "concise", "draft"]


@dataclass(frozen=True, kw_only=True)
class ChainOfThought(PromptStrategy):
    """Ask for the steps first, then the answer.

    Kojima et al. 2022, "Large Language Models are Zero-Shot Reasoners", arXiv:2205.11916, with wording of our
    own and without the second call that extracts the answer: `promptkit.answers` reads it from the reply, and
    `cot+extract` is the paper's form of two calls. With `begin` the reply begins with the paper's own words, for base
    models: "A: Let's think step by step." Around a `FewShot` whose examples have reasoning it is the few-shot form of
    Wei et al. 2022, arXiv:2201.11903, with the request kept in the question.

    Shorter styles cost fewer tokens of the reply. "concise" adds the last sentence of Renze & Guven 2024, "The Benefits
    of a Concise Chain of Thought on Problem-Solving in Large Language Models", arXiv:2401.05618, to the same request.
    "draft" is the request of Xu et al. 2025, "Chain of Draft: Thinking Faster by Writing Less", arXiv:2502.18600, in
    its words: a draft of at most 5 words for each step, and the answer behind a separator, which is left out where the
    prompt states the form of the answer (`Prompt.form`). The paper shows drafted examples besides, and finds drafts
    without them much less accurate: stand it around a `FewShot` whose reasoning is drafted.

    For reasoning models providers advise against it, since they reason by themselves (OpenAI, "Reasoning best
    practices"): compare it with the bare model before you pay for longer replies.

    Calls: 1 of the wrapped backend; the reply is longer by the reasoning.

    Attributes:
        begin: whether the reply is begun with the reasoning, instead of asking for it in the question: for models that
            continue a reply (`Prompt.begun`), as `AsText` does around a base model. It is of the full style.
        style: how much is written: "full", "concise" or "draft".

    Raises:
        UsageError: an unknown style, or a short one with `begin`.
    """

    begin: bool = False
    style: Style = "full"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.style not in get_args(Style):
            raise UsageError(f"style={self.style!r}: there are {', '.join(get_args(Style))}")
        if self.begin and self.style != "full":
            raise UsageError(
                f"begin=True asks for nothing, so its reply can't be asked to be {self.style}; leave one out"
            )

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt whose last user turn also asks for the reasoning, or whose reply is begun with it."""
        if self.begin:
            return prompt.begun(self.templates.text("chain_of_thought/begin"))
        return prompt.with_question(self._request(prompt))

    def _request(self, prompt: Prompt) -> str:
        if self.style == "draft":
            return self.templates.text("chain_of_thought/draft", question=prompt.question, separator=not prompt.form)
        step = "think" if self.style == "full" else self.style
        return self.templates.text(f"chain_of_thought/{step}", question=prompt.question)
