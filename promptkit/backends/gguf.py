"""A GGUF file, run in this process by llama.cpp."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from promptkit.backends._gguf_file import fingerprint, read_header
from promptkit.backends._llama_engine import Engine, Engines, Refused, Settings
from promptkit.backends._llama_sampling import Sampling
from promptkit.backends._plain_text import PlainText
from promptkit.errors import BackendError, InvalidRequest, Unavailable, UsageError
from promptkit.types import Completion, FinishReason, Prompt, Usage

LONGEST_CONTEXT = 4096  # tokens, unless asked for: a model may have been trained on more than memory holds
SMALL_FILE = 100_000_000  # bytes; a step of a smaller model is too short to be shared by threads

_FINISH: Mapping[str, FinishReason] = {"stop": "stop", "length": "length"}


class GGUF:
    r"""The model in a GGUF file.

    A reply is a function of the file, the prompt with its draw, and the options that `endpoint` tells. It does not
    depend on what else is asked, in which order, or how much at the same time: an engine writes one reply at a time,
    and computes it from the first token on. `slots` and `reuse_prompts` give this up for speed.

    A text that spells a control token, such as `<|im_end|>`, reaches the model as these letters: it ends no turn.

    A call that is cancelled after it began holds its engine until the reply is written; the others go on.

    Args:
        path: the file. It is loaded at the first call.
        name: what the model is called; by default `gguf/` and the file's name.
        temperature: for prompts that leave it open. At 0 all draws of a prompt are equal.
        seed: with another seed, sampled replies are others.
        max_tokens: for prompts that leave it open; by default a reply may fill the context.
        context: the longest prompt and reply together, in tokens; by default what the model was trained for, up to
            `LONGEST_CONTEXT`.
        chat: whether the model is given the turns in its chat template, or continues the text of the one user turn
            as it stands, as base models do; by default whether the file has a template.
        extra: fields of llama.cpp's own request to send with each call: `{"stop": ["\n"]}`, `{"json_schema": {…}}`,
            `{"grammar": "…"}`, `{"top_p": 0.9}`.
        engines: how many engines work side by side, each on its share of the cores and with a memory of its own; by
            default one for each core for files up to `SMALL_FILE`, else one.
        slots: how many replies an engine writes at the same time: faster, and a reply may turn out another one where
            the model finds two tokens almost equally likely.
        reuse_prompts: keep what was computed of a prompt for a next one that begins alike: faster, and replies may
            turn out others as with `slots`.

    Attributes:
        model: the name.

    Raises:
        UsageError: the file can't be read, is not GGUF or cut off, or does not go with an option.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        temperature: float = 0.0,
        seed: int = 0,
        max_tokens: int | None = None,
        context: int | None = None,
        chat: bool | None = None,
        extra: Mapping[str, Any] | None = None,
        engines: int | None = None,
        slots: int = 1,
        reuse_prompts: bool = False,
    ) -> None:
        self._path = Path(path)
        self.model = name or f"gguf/{self._path.stem}"
        self._sampling = Sampling(temperature, seed, max_tokens, extra or {})
        if wrong := [n for n in (context, engines, slots) if n is not None and n < 1]:
            raise UsageError(f"{wrong[0]} is no number of engines, slots or tokens of context; give 1 or more")
        header = read_header(self._path)
        self._trained = header.context
        if context and self._trained and context > self._trained:
            raise UsageError(f"{path} was trained for {self._trained} tokens; context={context} is beyond that")
        if chat and not header.chat_template:
            raise UsageError(f"{path} has no chat template and can only continue text; leave out chat=True")
        self._chat = bool(header.chat_template) if chat is None else chat
        self._told = {name: str(value) for name, value in (("context", context), ("chat", chat)) if value is not None}
        self._plain_text = PlainText(header.control)
        cores = _cores()
        count = engines or (cores if self._path.stat().st_size <= SMALL_FILE else 1)
        fitting = context or min(self._trained or LONGEST_CONTEXT, LONGEST_CONTEXT)
        settings = Settings(self._path, fitting, max(1, cores // count), slots, reuse_prompts)
        self._engines = Engines(settings, count, self.model)

    def __repr__(self) -> str:
        return f"GGUF({str(self._path)!r}, name={self.model!r})"

    @functools.cached_property
    def endpoint(self) -> str:
        """What replies depend on, instead of an address: the file's fingerprint, and the options that were set."""
        told = urlencode(self._told | self._sampling.told())
        return fingerprint(self._path) + (f"?{told}" if told else "")

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer `prompt` when an engine is free.

        Raises:
            InvalidRequest: the prompt is too long, or has turns that the model's template refuses.
            Unavailable: the engine failed.
            UsageError: the model is closed, xllamacpp is not installed, or the file could not be loaded.
        """
        return await self._engines.run(functools.partial(self._answer, prompt))

    async def aclose(self) -> None:
        """Wait for the replies being written, refuse the calls that wait, and free the engines."""
        await self._engines.aclose()

    def _answer(self, prompt: Prompt, engine: Engine) -> Completion:
        started = time.perf_counter()
        try:
            text, finish_reason, usage = self._ask(prompt, engine)
        except Refused as refused:
            raise self._failure(refused.error) from refused
        seconds = time.perf_counter() - started  # without waiting for an engine
        return Completion(
            text=text, prompt=prompt, by=self.model, usage=usage, finish_reason=finish_reason, seconds=seconds
        )

    def _ask(self, prompt: Prompt, engine: Engine) -> tuple[str, FinishReason, Usage]:
        if not self._chat and len(prompt.messages) > 1:
            message = f"continues text and knows no turns, and was given {len(prompt.messages)}; write them as one text"
            raise Refused({"message": message, "code": 400})
        harmless, request = self._plain_text.harmless(prompt), self._sampling.request(prompt)
        if self._chat and harmless:
            reply = engine.chat({"messages": [m.model_dump() for m in prompt.messages], **request})
        else:
            text = prompt.messages[0].content if harmless else self._plain_text.tokens(prompt, engine, chat=self._chat)
            reply = engine.complete({"prompt": text, **request})
        choice = reply["choices"][0]
        text = choice["message"]["content"] if "message" in choice else choice["text"]
        return text or "", _FINISH.get(choice["finish_reason"], "unknown"), _usage(reply["usage"])
