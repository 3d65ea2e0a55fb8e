"""What the three APIs refuse, as they document it: independent of the library's own table of models."""

from __future__ import annotations

import re
from typing import Any

from tests.loopback.faults import Fault
from tests.loopback.serving import Request

_CHAT = {
    *("model", "messages", "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "logprobs"),
    *(
        "top_logprobs",
        "stream",
        "stream_options",
        "seed",
        "reasoning_effort",
        "response_format",
        "service_tier",
        "store",
    ),
    *("verbosity", "user", "presence_penalty", "frequency_penalty", "metadata", "n"),
}
_RESPONSES = {
    *("model", "input", "instructions", "temperature", "top_p", "max_output_tokens", "reasoning", "text", "stream"),
    *("store", "include", "top_logprobs", "service_tier", "metadata", "stream_options"),
}
_MESSAGES = {
    *("model", "messages", "max_tokens", "system", "stop_sequences", "stream", "thinking", "output_config"),
    *("temperature", "top_p", "top_k", "metadata", "service_tier", "tools", "tool_choice"),
}
_LEVELS = {
    r"gpt-6-astra|gpt-6\.1-sol|gpt-6\.2-.*": "low medium high xhigh max",
    r"gpt-6-(sol|luna)|gpt-6\.1-terra|gpt-5\.6.*": "none low medium high xhigh max",
    r"gpt-5\.[245]-pro": "medium high xhigh",
    r"gpt-5\.[245].*": "none low medium high xhigh",
    r"gpt-5\.1.*": "none low medium high",
    r"gpt-5-pro": "high",
    r"gpt-5.*": "minimal low medium high",
    r"o1-(mini|preview)": "",
    r"o\d.*": "low medium high",
    r"gpt-4.*": "",
}
_CLAUDE_LEVELS = {
    r"claude-opus-4-5": "low medium high",
    r"claude-(opus|sonnet)-4-6": "low medium high max",
    r"claude-(opus-4-[78]|(opus|sonnet|haiku|fable|mythos)-5.*)": "low medium high xhigh max",
    r"claude.*": "",
}
_ADAPTIVE_ONLY = re.compile(r"claude-(opus-4-[78]|(opus|sonnet|haiku|fable|mythos)-5.*)")
_NEVER_OFF = re.compile(r"claude-(opus-5-5|fable-.*|mythos-.*)")


def refuses(request: Request) -> Fault | None:
    """The error that the real API answers with, or nothing."""
    if request.path.endswith("/chat/completions"):
        return _openai(request.body, _CHAT, request.body.get("reasoning_effort"), "reasoning_effort")
    if request.path.endswith("/responses"):
        if request.body.get("max_output_tokens", 16) < 16:
            return _bad("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16.")
        return _openai(request.body, _RESPONSES, request.body.get("reasoning", {}).get("effort"), "reasoning.effort")
    return _anthropic(request)


def refuses_temperature(request: Request) -> Fault | None:
    """As a model answers that reasons, whatever else it is called."""
    if request.path.endswith("/messages"):
        return _bad("temperature: Extra inputs are not permitted") if "temperature" in request.body else None
    only = "Only the default (1) value is supported."
    refused = f"Unsupported value: 'temperature' does not support 0.5 with this model. {only}"
    return _bad(refused) if "temperature" in request.body else None


def _openai(body: dict[str, Any], known: set[str], effort: object, field: str) -> Fault | None:
    model = body["model"]
    levels = _of(model, _LEVELS)
    if unknown := sorted(body.keys() - known):
        return _bad(f"Unrecognized request argument supplied: {unknown[0]}")
    if levels is None:  # a model that nothing is documented of
        return None
    if effort is not None and effort not in levels:
        if not levels:
            return _bad(f"Unrecognized request argument supplied: {field}")
        listed = ", ".join(f"'{level}'" for level in levels)
        return _bad(
            f"Unsupported value: '{effort}' is not supported with the '{model}' model. Supported values: {listed}."
        )
    default = "none" if re.match(r"gpt-5\.[1245](?!.*pro)", model) else "medium"
    reasons = model.startswith(("gpt-5", "gpt-6", "o")) and (effort or default) != "none"
    if reasons and body.get("temperature", 1) != 1:
        only = "Only the default (1) value is supported."
        return _bad(f"Unsupported value: 'temperature' does not support {body['temperature']} with this model. {only}")
    if levels and "max_tokens" in body:
        return _bad("Unsupported parameter: 'max_tokens' is not supported with this model.")
    form = body.get("response_format", {}).get("json_schema") or body.get("text", {}).get("format", {})
    if form.get("strict") and not _closed(form["schema"]):
        return _bad("Invalid schema for response_format: 'additionalProperties' is required to be false.")
    return None


def _anthropic(request: Request) -> Fault | None:
    body, model = request.body, request.body["model"]
    sampled = [name for name in ("temperature", "top_p", "top_k") if name in body]
    if unknown := sorted(body.keys() - _MESSAGES):
        return _bad(f"{unknown[0]}: Extra inputs are not permitted")
    if sampled and request.headers["anthropic-version"] != "2023-06-01":
        return _bad(f"{sampled[0]}: Extra inputs are not permitted")
    if sampled and _ADAPTIVE_ONLY.fullmatch(model):
        return _bad(f"`{sampled[0]}` is deprecated for this model.")
    thinking, config = body.get("thinking", {}), body.get("output_config", {})
    kind, effort = thinking.get("type"), config.get("effort")
    levels = _of(model, _CLAUDE_LEVELS)
    if levels is not None and effort is not None and effort not in levels:
        return _bad(f"output_config.effort: '{effort}' is not supported for this model")
    budget = thinking.get("budget_tokens", 0)
    if kind == "enabled" and (_ADAPTIVE_ONLY.fullmatch(model) or not 1024 <= budget < body["max_tokens"]):
        return _bad('"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive".')
    if kind == "adaptive" and levels is not None and len(levels) < 4:
        return _bad("adaptive thinking is not supported on this model")
    if kind == "disabled" and (_NEVER_OFF.fullmatch(model) or model == "claude-sonnet-5-5"):
        return _bad('"thinking.type.disabled" is not supported for this model.')
    if kind == "between_tools" and model != "claude-sonnet-5-5":
        return _bad('"thinking.type.between_tools" is not supported for this model.')
    if sampled and kind in ("enabled", "adaptive"):
        return _bad("`temperature` may only be set to 1 when thinking is enabled.")
    if "format" in config and not _closed(config["format"]["schema"]):
        return _bad("output_config.format.schema: For 'object' type, 'additionalProperties' must be set to false")
    return None


def _of(model: str, table: dict[str, str]) -> list[str] | None:
    return next((levels.split() for pattern, levels in table.items() if re.fullmatch(pattern, model)), None)


def _closed(schema: object) -> bool:
    if isinstance(schema, list):
        return all(map(_closed, schema))
    if not isinstance(schema, dict):
        return True
    own = schema.get("type") != "object" or schema.get("additionalProperties") is False
    return own and all(map(_closed, schema.values()))


def _bad(message: str) -> Fault:
    return Fault(status=400, message=message, code="invalid_request_error")
