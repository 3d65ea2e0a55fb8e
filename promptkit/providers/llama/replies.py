"""What the engine answers: whole, in chunks that are put together here, or with an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]
Hears = Callable[[str, str], bool]  # takes the next piece of the text and of the thoughts; whether to stop

IN_CHUNKS: Mapping[str, Any] = {
    "stream": True,
    "stream_options": {"include_usage": True},
    "timings_per_token": True,  # counts the tokens so far: a reply that is ended early comes without its usage
    "return_progress": True,  # a chunk after each part of the prompt: a call can end before its first token
}


class Refused(Exception):
    """The engine did not answer. `error` is its reply: `message`, and mostly `code` and `type`."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error.get("message", "no reason given"))
        self.error = error


class Reply(NamedTuple):
    """What the engine answered, in its own terms. The finish reason of one that was ended early is `""`."""

    text: str
    finish_reason: str
    usage: Mapping[str, Any]
    tokens: Sequence[Mapping[str, Any]]


def checked(reply: Json) -> Json:
    """`reply`, unless it is an error."""
    if "error" in reply:
        raise Refused(reply["error"])
    return reply


class Chunks:
    """What has come of a reply, in one chunk or many."""

    def __init__(self, hears: Hears | None) -> None:
        self._hears = hears
        self._pieces: list[str] = []
        self._tokens: list[Json] = []
        self._finish_reason, self._usage = "", Json()
        self._failure: Exception | None = None

    def add(self, chunk: Json) -> bool:
        """Take the next one; whether the engine is to stop."""
        try:
            return self._add(checked(chunk))
        except Exception as error:  # noqa: BLE001 - the engine would stop, and lose it: `reply` raises it
            self._failure = error
            return True

    def reply(self) -> Reply:
        """All of it.

        Raises:
            Refused: it ended with an error.
        """
        if self._failure:
            raise self._failure
        return Reply("".join(self._pieces), self._finish_reason, self._usage, self._tokens)

    def _add(self, chunk: Json) -> bool:
        self._usage = chunk.get("usage") or _counted(chunk.get("timings")) or self._usage
        text = thought = ""
        for choice in chunk["choices"]:
            message = choice.get("message") or choice.get("delta") or choice  # of a chat; of a continued text, itself
            text += message.get("content") or message.get("text") or ""
            thought += message.get("reasoning_content") or ""
            self._tokens += (choice.get("logprobs") or {}).get("content") or ()
            self._finish_reason = choice["finish_reason"] or self._finish_reason
        self._pieces.append(text)
        return bool(self._hears and self._hears(text, thought))


def _counted(timings: Json | None) -> Json:
    """The usage so far, of a reply that is being written."""
    if not timings:
        return {}
    cached = timings["cache_n"]
    return {
        "prompt_tokens": cached + timings["prompt_n"],
        "completion_tokens": timings["predicted_n"],
        "prompt_tokens_details": {"cached_tokens": cached},
    }
