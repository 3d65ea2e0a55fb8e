"""What is answered: a reply, what it consumed, and the calls that it was made from."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from promptkit.types.prompt import Prompt
from promptkit.types.value import Value

FinishReason = Literal["stop", "length", "refusal", "unknown"]
QuotaUnit = Literal["requests", "tokens", "input tokens", "output tokens"]


class Usage(Value):
    """What calls consumed. Usages add up with `+`; `Usage()` is nothing.

    Attributes:
        calls: requests answered by a model.
        unmetered: how many of `calls` came back without token counts: their tokens are unknown, not 0.
        input_tokens: tokens of the prompts, including those read from the provider's prompt cache.
        cached_tokens: how many of `input_tokens` the provider read from its prompt cache.
        output_tokens: tokens of the replies, including reasoning.
        reasoning_tokens: how many of `output_tokens` were hidden reasoning.
    """

    calls: int = 0
    unmetered: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage.model_construct(
            calls=self.calls + other.calls,
            unmetered=self.unmetered + other.unmetered,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
        )


class Quota(Value):
    """What was left of one of a provider's rate limits when it answered, as it reports it.

    Attributes:
        unit: what is counted.
        left: how many more would be accepted at once.
        limit: how many are accepted when nothing is used; `None` where the provider does not report it.
        reset_seconds: until the whole limit is available again, if nothing more is asked.
    """

    unit: QuotaUnit
    left: float
    limit: float | None = None
    reset_seconds: float

    @property
    def seconds_each(self) -> float:
        """Seconds until one more is left. If the limit is unknown, what is left is spread over the time to reset."""
        used = self.left + 1 if self.limit is None else self.limit - self.left
        return self.reset_seconds / used if used > 0 else 0.0


class Token(Value):
    """A token of a reply, and how likely the model found it after the text before it.

    Attributes:
        text: its letters. A character of several tokens is reported with the last of them, as a whole.
        logprob: the natural logarithm of its probability in the model's own distribution, at temperature 1.
        alternatives: the likeliest tokens at its place, itself included when it is one of them; the likeliest first.
    """

    text: str
    logprob: float
    alternatives: tuple[Token, ...] = ()


class Completion(Value):
    """A reply, and the account of how it came to be.

    Attributes:
        text: the answer.
        prompt: what was asked.
        by: who answered: a model as `provider/name`, or a strategy's name.
        usage: what it consumed, including all steps.
        tokens: the tokens of the reply with their log probabilities, if the prompt asked for `logprobs` and the model
            reports them; the last may be the one that ends it. What a stop text cut off is left out.
        finish_reason: why the reply ended: by itself, at the token limit, as a refusal, or for an unknown reason.
        seconds: wall time from the question to the answer.
        cached: whether the reply was read from a record instead of asked for; `usage` is then what it cost originally.
        step: what the call was for inside the strategy that made it: "draft", "critique", "plan", …
        key: the key of the call in its record (`promptkit.record.identity`); `""` if it is in none.
        note: what a reader of the trace has to know, such as a fallback that was taken.
        fallbacks: what a strategy did instead of what it is for, and why, each in words that are the same every time:
            "fell back to a direct answer: no plan could be read". Benchmarks count the attempts that have one.
        quotas: what is left of the provider's rate limits, for `Limit`; never recorded.
        value: the value that `Structured` read from the reply; never recorded.
        steps: the completions this one was made from, in the order they were asked.
    """

    text: str
    prompt: Prompt
    by: str
    usage: Usage = Usage(calls=1, unmetered=1)
    tokens: tuple[Token, ...] = ()
    finish_reason: FinishReason = "stop"
    seconds: float = 0.0
    cached: bool = False
    step: str = ""
    key: str = ""
    note: str = ""
    fallbacks: tuple[str, ...] = ()
    quotas: tuple[Quota, ...] = Field(default=(), exclude=True, repr=False)
    value: Any = Field(default=None, exclude=True, repr=False)
    steps: tuple[Completion, ...] = ()

    def calls(self) -> tuple[Completion, ...]:
        """The calls of models that this was made from, in the order they were asked: the leaves of the tree."""
        return tuple(call for step in self.steps for call in step.calls()) if self.steps else (self,)

    def all_fallbacks(self) -> tuple[str, ...]:
        """The fallbacks of this and of everything that it was made from, each once."""
        below = (fallback for step in self.steps for fallback in step.all_fallbacks())
        return tuple(dict.fromkeys((*self.fallbacks, *below)))
