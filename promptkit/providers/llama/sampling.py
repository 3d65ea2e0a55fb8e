"""How a reply is drawn by llama.cpp: from the model's own distribution, with a seed for each draw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promptkit.errors import UsageError
from promptkit.providers.hosted.effort import llamacpp
from promptkit.providers.llama.fields import check_fields
from promptkit.types import Prompt

_PROMPT = {
    "messages",
    "prompt",
    "stop",
    "temperature",
    "max_tokens",
    "n_predict",
    "logprobs",
    "top_logprobs",
    "n_probs",
}
_OURS = {*_PROMPT, "stream", "n", "seed", "cache_prompt"}
_PLAIN: Mapping[str, float] = {  # nothing cut off, nothing penalised, whatever the file or llama.cpp recommends
    "top_k": 0,
    "top_p": 1.0,
    "min_p": 0.0,
    "typical_p": 1.0,
    "top_n_sigma": -1.0,
    "xtc_probability": 0.0,
    "repeat_penalty": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "dry_multiplier": 0.0,
    "mirostat": 0,
}
# Where llama.cpp has a schema checked by llguidance, any white space goes, and small models write it for ever.
_TIDY = {"x-guidance": {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}}


@dataclass(frozen=True)
class Sampling:
    """The fields of a request beside the prompt.

    Attributes:
        temperature: for prompts that leave it open.
        seed: what all seeds are derived from.
        max_tokens: for prompts that leave it open; `None` is as far as the context reaches.
        extra: more fields of llama.cpp's request.
    """

    temperature: float
    seed: int
    max_tokens: int | None
    extra: Mapping[str, Any]

    def __post_init__(self) -> None:
        if self.temperature < 0:
            raise UsageError(f"temperature={self.temperature}: give 0 or more")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise UsageError(f"max_tokens={self.max_tokens}: give 1 or more")
        if taken := sorted(_OURS & self.extra.keys()):
            raise UsageError(f"extra can't set {', '.join(taken)}: the prompt and the other options do")
        check_fields(self.extra)
        self._check_constraints()
        try:
            json.dumps(self.extra)
        except TypeError as error:
            raise UsageError(f"extra is sent as JSON: {error}") from error

    def _check_constraints(self) -> None:
        schema, grammar = self.extra.get("json_schema"), self.extra.get("grammar")
        if schema is not None and grammar is not None:
            raise UsageError("extra has both json_schema and grammar; a reply follows one of them")
        if not isinstance(schema, Mapping | None):  # llama.cpp would ignore these two
            raise UsageError(
                f"extra: json_schema={schema!r} is not a schema; give a dictionary such as {{'type': 'object'}}"
            )
        if grammar is not None and not (isinstance(grammar, str) and grammar.strip()):
            raise UsageError(
                f'extra: grammar={grammar!r} is not a grammar; give a text such as \'root ::= "yes" | "no"\''
            )

    def settings(self) -> dict[str, str]:
        """What differs from the defaults."""
        values = {"temperature": self.temperature, "seed": self.seed, "max_tokens": self.max_tokens}
        set_ones = {name: str(value) for name, value in values.items() if value}
        return set_ones | ({"extra": json.dumps(self.extra, sort_keys=True)} if self.extra else {})

    def request(self, prompt: Prompt) -> dict[str, Any]:
        """The fields for one draw."""
        logprobs = {} if prompt.logprobs is None else {"n_probs": max(1, prompt.logprobs)}  # 0 would be none at all
        return {
            **_PLAIN,
            "temperature": self.temperature if prompt.temperature is None else prompt.temperature,
            "max_tokens": prompt.max_tokens or self.max_tokens or -1,
            "seed": self._seed(prompt),
            "stop": list(prompt.stop),
            **logprobs,
            **self.extra,
            **self._schema(prompt),
            **self._effort(prompt),
        }

    def _schema(self, prompt: Prompt) -> dict[str, Any]:
        schema = self.extra.get("json_schema") if prompt.schema is None else json.loads(prompt.schema)
        return {} if schema is None else {"json_schema": {**_TIDY, **schema}}

    def _effort(self, prompt: Prompt) -> dict[str, Any]:
        if prompt.effort is None:
            return {}
        fields = llamacpp(prompt.effort)
        if switches := fields.get("chat_template_kwargs"):
            fields["chat_template_kwargs"] = {**self.extra.get("chat_template_kwargs", {}), **switches}
        return fields

    def _seed(self, prompt: Prompt) -> int:
        """One for each draw of each conversation, so that no two share their luck."""
        parts = [self.seed, prompt.draw, [[m.role, m.content] for m in prompt.messages]]
        parts += [prompt.repeat] if prompt.repeat else []
        digest = hashlib.sha256(json.dumps(parts).encode()).digest()
        return int.from_bytes(digest[:4]) >> 1  # llama.cpp takes 2**32 - 1 as none
