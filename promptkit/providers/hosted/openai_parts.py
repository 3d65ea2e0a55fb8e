"""Parts of replies that both APIs of OpenAI share."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from promptkit.providers.hosted.replies import Count, Part
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

    def ours(self) -> Usage:
        """The same in our terms."""
        return Usage(
            calls=1,
            input_tokens=self.input,
            cached_tokens=(self.of_input and self.of_input.cached_tokens) or 0,
            output_tokens=self.output,
            reasoning_tokens=(self.of_output and self.of_output.reasoning_tokens) or 0,
        )
