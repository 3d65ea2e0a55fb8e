"""Parameters that a model refused: what it refuses once it refuses always, so it is not sent again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from promptkit.errors import BackendError, InvalidRequest, PromptTooLong, UnknownModel
from promptkit.providers.hosted.error_bodies import ErrorBody
from promptkit.types import Prompt

# The fields of all providers that say what a parameter of ours says, as errors name them.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "logprobs": ("logprobs", "top_logprobs"),
    "effort": (
        *("reasoning_effort", "reasoning", "effort", "output_config.effort", "thinking", "thinking_config"),
        *("budget_tokens", "thinking_budget", "thinking_token_budget", "thinking_budget_tokens"),
    ),
    "schema": ("response_format", "json_schema", "output_config.format", "text.format", "output_format"),
}
# A field at the beginning of a message, as in "temperature: Extra inputs are not permitted", or in quotes.
_NAMED = re.compile(r"(?:^|['\"`])([a-z_]+(?:\.[a-z_]+)*)(?:['\"`]|:)", re.IGNORECASE)


class Refusals:
    """What one model refused so far, by parameter and value."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, object], InvalidRequest] = {}

    def check(self, prompt: Prompt) -> None:
        """Nothing, if none of the parameters was refused before.

        Raises:
            InvalidRequest: one was; the error of then.
        """
        for parameter in _FIELDS if self._known else ():
            if known := self._known.get((parameter, getattr(prompt, parameter))):
                raise InvalidRequest(str(known), model=known.model, status=known.status, request_id=known.request_id)

    def learn(self, error: BackendError, body: ErrorBody, prompt: Prompt) -> None:
        """Keep what `error` refuses, if its `body` names one of the parameters of `prompt`."""
        if not isinstance(error, InvalidRequest) or isinstance(error, (PromptTooLong, UnknownModel)):
            return
        named = {body.blamed, *(found.lower() for found in _NAMED.findall(body.words))}
        for parameter, fields in _FIELDS.items():
            value = getattr(prompt, parameter)
            if value is not None and any(_is(name, field) for name in named for field in fields):
                self._known[parameter, value] = error


def _is(name: str, field: str) -> bool:
    """Whether a name is of the field, or of a part of it."""
    return name == field or name.startswith(f"{field}.")
