"""What a client asks for, whichever API it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from promptkit.serving.fields import Json, Refused, given, refuse_rest, taken
from promptkit.serving.turns import turn_of
from promptkit.types import Message, Prompt

_HARMLESS_CHAT: Mapping[str, tuple[object, ...]] = {
    "n": (1,),
    "top_p": (1, 1.0),
    "frequency_penalty": (0, 0.0),
    "presence_penalty": (0, 0.0),
    "logprobs": (False,),
    "store": (False,),
    "tools": ([],),
    "modalities": (["text"],),
    "parallel_tool_calls": (),  # there are no tools
    "user": (),
    "safety_identifier": (),
    "prompt_cache_key": (),
    "metadata": (),
    "service_tier": ("auto", "default"),
}
_HARMLESS_RESPONSES: Mapping[str, tuple[object, ...]] = {
    **{name: values for name, values in _HARMLESS_CHAT.items() if name not in ("n", "logprobs", "modalities")},
    "store": (),  # nothing is stored, and a response can't be asked for again
    "include": ([],),
    "background": (False,),
    "truncation": ("disabled",),
}


@dataclass(frozen=True)
class Asked:
    """A request as it is understood.

    Attributes:
        model: the served name.
        prompt: the conversation and how the reply is to be made.
        streamed: whether the reply is wanted piece by piece.
        usage_wanted: whether a stream of Chat Completions ends with the usage.
    """

    model: str
    prompt: Prompt
    streamed: bool
    usage_wanted: bool


def read_chat(body: object) -> Asked:
    """A request of Chat Completions.

    Raises:
        Refused: a field is missing or of a wrong type, or would have to be ignored.
    """
    fields = given(body)
    stop = taken(fields, "stop", (str, list), [])
    older = taken(fields, "max_tokens", int)
    longest = taken(fields, "max_completion_tokens", int, older)
    options = given(taken(fields, "stream_options", dict, {}))
    form = given(taken(fields, "response_format", dict, {"type": "text"}))
    messages = taken(fields, "messages", list, [])
    made = {
        "temperature": taken(fields, "temperature", (int, float)),
        "max_tokens": longest,
        "stop": (stop,) if isinstance(stop, str) else tuple(stop),
        "effort": taken(fields, "reasoning_effort", str),
        "schema": _schema(form, given(form.get("json_schema") or {})),
    }
    return _asked(fields, messages, made, _HARMLESS_CHAT, usage_wanted=bool(options.get("include_usage")))


def read_responses(body: object) -> Asked:
    """A request of the Responses API.

    Raises:
        Refused: a field is missing or of a wrong type, or would have to be ignored; it continues an earlier response,
            of which nothing is kept here.
    """
    fields = given(body)
    if "previous_response_id" in fields:
        message = "no response is stored here; send the whole conversation as input"
        raise Refused(message, parameter="previous_response_id")
    said = taken(fields, "input", (str, list), [])
    messages: list[object] = [{"role": "user", "content": said}] if isinstance(said, str) else said
    if instructions := taken(fields, "instructions", str, ""):
        messages = [{"role": "system", "content": instructions}, *messages]
    form = given(given(taken(fields, "text", dict, {})).get("format") or {"type": "text"})
    reasoning = given(taken(fields, "reasoning", dict, {}))
    made = {
        "temperature": taken(fields, "temperature", (int, float)),
        "max_tokens": taken(fields, "max_output_tokens", int),
        "effort": reasoning.get("effort"),
        "schema": _schema(form, form),
    }
    return _asked(fields, messages, made, _HARMLESS_RESPONSES, usage_wanted=True)


def _asked(
    fields: Json, messages: list[object], made: Json, harmless: Mapping[str, tuple[object, ...]], *, usage_wanted: bool
) -> Asked:
    model = taken(fields, "model", str, "")
    streamed = taken(fields, "stream", bool, False)
    refuse_rest(fields, harmless)
    if not messages:
        raise Refused("there is no message; send at least one", parameter="messages")
    turns: tuple[Message, ...] = tuple(turn_of(message) for message in messages)
    try:
        prompt = Prompt(messages=turns, **made)
    except ValidationError as error:
        fault = error.errors()[0]
        raise Refused(f"{fault['loc'][0]}: {fault['msg']}", parameter=str(fault["loc"][0])) from None
    return Asked(model, prompt, streamed, usage_wanted)


def _schema(form: Json, described: Json) -> Any:  # noqa: ANN401 - JSON
    """The JSON schema that a reply is to follow, of how its form is described; none for a text."""
    kind = form.get("type", "text")
    if kind == "text":
        return None
    if kind == "json_object":
        return {"type": "object"}
    if kind == "json_schema" and isinstance(described.get("schema"), dict):
        return described["schema"]
    raise Refused(f"the form of the reply {kind!r} is not known, or has no schema", parameter="response_format")
