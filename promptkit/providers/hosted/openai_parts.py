"""Parts of replies that both APIs of OpenAI share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field, WrapValidator

from promptkit.providers.hosted.replies import Count, Part, none_if_malformed
from promptkit.types import Token, Usage


class Likely(Part):
    """A token, and those that could have stood in its place."""

    token: str
    logprob: float
    top_logprobs: tuple[Likely, ...] = ()

    def ours(self) -> Token:
        """The same in our terms."""
        alternatives = tuple(likely.ours() for likely in self.top_logprobs)
        return Token(text=self.token, logprob=self.logprob, alternatives=alternatives)


class _InputDetails(Part):
    cached_tokens: Count | None = None


class _OutputDetails(Part):
    reasoning_tokens: Count | None = None


class Counts(Part):
    """The tokens of a call, which each of the APIs has under names of its own."""

    input: Count = Field(validation_alias=AliasChoices("prompt_tokens", "input_tokens"))
    output: Count = Field(validation_alias=AliasChoices("completion_tokens", "output_tokens"))
    of_input: _InputDetails | None = Field(
        None, validation_alias=AliasChoices("prompt_tokens_details", "input_tokens_details")
    )
    of_output: _OutputDetails | None = Field(
        None, validation_alias=AliasChoices("completion_tokens_details", "output_tokens_details")
    )

    total: Annotated[Count | None, WrapValidator(none_if_malformed)] = Field(None, validation_alias="total_tokens")

    def ours(self) -> Usage:
        """The same in our terms, whichever way it counts: a token that some leave out of a sum is billed like others.

        Tokens of the cache that its input has no room for are not counted in it. What its total has beside input and
        output is hidden reasoning, as Gemini tells it.
        """
        cached = (self.of_input and self.of_input.cached_tokens) or 0
        reasoning = (self.of_output and self.of_output.reasoning_tokens) or 0
        read = self.input if cached <= self.input else self.input + cached
        written = self.output if reasoning <= self.output else self.output + reasoning
        hidden = max(0, (self.total or 0) - read - written)
        return Usage(
            calls=1,
            input_tokens=read,
            cached_tokens=cached,
            output_tokens=written + hidden,
            reasoning_tokens=max(reasoning, hidden),
        )
