"""A GGUF file, run in this process by llama.cpp."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from promptkit.backend import Closing
from promptkit.errors import BackendError, InvalidRequest, PromptTooLong, Unavailable, UsageError
from promptkit.providers.llama.control_tokens import PlainText
from promptkit.providers.llama.engine import Engine, Settings
from promptkit.providers.llama.gguf_header import Header, fingerprint, read_header
from promptkit.providers.llama.pool import Engines
from promptkit.providers.llama.replies import Hears, Refused, Reply
from promptkit.providers.llama.sampling import Sampling
from promptkit.providers.llama.work import TINY_FILE, planned
from promptkit.providers.llama.writing import Writing
from promptkit.streaming import delta_stream
from promptkit.tracing import calling
from promptkit.types import Completion, FinishReason, Prompt, Token, Usage

LONGEST_CONTEXT = 4096  # tokens, unless asked for: a model may have been trained on more than memory holds
LONGEST_REPLY = 1024  # tokens, unless asked for: small models often find no end
LONGEST_REASONING = 4096  # the same, where a model thinks before it answers

_FINISH: Mapping[str, FinishReason] = {"stop": "stop", "length": "length", "": "length"}


class GGUF(Closing):
    r"""The model in a GGUF file.

    A reply is a function of the file, the prompt with its draw, and the options that `endpoint` lists. With `exact` it
    does not depend on what else is asked, in which order, or how much at the same time: an engine writes one reply at a
    time, and computes it from the first token on. Without, where two tokens are almost equally likely, a reply may
    turn out another one; `python -m benchmarks.speed.gguf` measures how often, and what is won.

    A text that spells a control token, such as `<|im_end|>`, reaches the model as these letters: it ends no turn.

    Replies are streamed to who listens (`stream_to`), and a call that is cancelled ends with its next token; one to a
    file up to `TINY_FILE` that nobody listens to is written to its end, which takes a fraction of a second.

    Args:
        path: the file. It is loaded at the first call.
        name: what the model is called; by default `gguf/` and the file's name.
        temperature: for prompts that leave it open; by default what the makers of the file advise in it, else 0. At 0
            all draws of a prompt are equal.
        seed: with another seed, sampled replies are others.
        max_tokens: for prompts that leave it open; by default `LONGEST_REPLY`, and `LONGEST_REASONING` where the chat
            template has room for thoughts, as far as the context reaches.
        context: the longest prompt and reply together, in tokens; by default what the model was trained for, up to
            `LONGEST_CONTEXT`, and as many more as its longest reply where it reasons.
        chat: whether the model is given the turns in its chat template, or continues the text of the one user turn
            as it stands, as base models do; by default whether the file has a template. `AsText` around a base model
            takes turns.
        as_text: the wording in which `AsText` writes the turns for a model that continues text, one of the templates
            in `as_text/`, such as `question_answer`; by default `conversation`.
        extra: fields of llama.cpp's own request to send with each call: `{"json_schema": {…}}`, `{"grammar": "…"}`,
            `{"top_p": 0.9}`, `{"repeat_penalty": 1.1}`; before them, what the file advises. Nothing else is cut off or
            penalised, whatever llama.cpp's own defaults are.
        exact: compute each reply by itself. By default true for files up to `TINY_FILE`, where it costs some 10 %.
        engines: how many engines work side by side, each with a memory of its own but for the weights. By default one
            for each core for files up to `SMALL_FILE`, which work on one thread, and else one, on as many threads as
            there are cores.
        slots: how many replies an engine writes at the same time. By default 8, fewer where they would take more than
            half of the memory that is left, for files beyond `SMALL_FILE` that need not be exact, and else 1.
        reuse_prompts: keep what was computed of a prompt for a next one that begins alike; by default true unless
            exact. It goes without flash attention, and so has replies of its own, which are kept apart.
        gpu: how many layers are computed by a GPU that llama.cpp was built for; by default as many as fit, and none of
            files up to `TINY_FILE`.
        cut_repetition: end a reply that only repeats itself: one block of text, to the last character and at least
            eight times, and no block of figures alone (`promptkit.providers.llama.repetition`). It counts as cut off:
            its finish reason is `length`, and its `note` names the cause. By default true for files beyond `TINY_FILE`.

    Attributes:
        parallel: how many replies are written at the same time.
        default_temperature: the temperature for prompts that leave it open.
        chat: whether it takes a conversation, or one text to be continued.
        as_text: the wording that `AsText` writes turns in, if one was chosen.
        has_schema: true; replies can be held to a JSON schema.

    Raises:
        UsageError: the file can't be read, is not GGUF, is cut off, or can't be combined with an option. At the first
            call also when llama.cpp refuses `extra`, such as a grammar that does not parse.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        temperature: float | None = None,
        seed: int = 0,
        max_tokens: int | None = None,
        context: int | None = None,
        chat: bool | None = None,
        as_text: str | None = None,
        extra: Mapping[str, Any] | None = None,
        exact: bool | None = None,
        engines: int | None = None,
        slots: int | None = None,
        reuse_prompts: bool | None = None,
        gpu: int | Literal["auto"] = "auto",
        cut_repetition: bool | None = None,
    ) -> None:
        self._path = Path(path).expanduser()
        header = read_header(self._path)
        _check_counts(gpu, context=context, engines=engines, slots=slots)
        _check_fits(path, header, context=context, chat=chat, as_text=as_text)
        self.has_schema = True
        self.name = name or f"gguf/{self._path.stem}"
        self.chat = bool(header.chat_template) if chat is None else chat
        self.as_text = as_text
        most = LONGEST_CONTEXT + (LONGEST_REASONING if header.reasons else 0)
        self._context = context or min(header.context or most, most)
        self._longest, self._reasons = header.context, header.reasons
        size = self._path.stat().st_size
        work = planned(
            size,
            self._context * header.token_bytes,
            exact=exact,
            engines=engines,
            slots=slots,
            reuse_prompts=reuse_prompts,
            gpu=None if gpu == "auto" else gpu,
        )
        self.parallel = work.engines * work.slots
        self._cut_repetition = size > TINY_FILE if cut_repetition is None else cut_repetition
        self._in_chunks = self._cut_repetition or size > TINY_FILE
        limit = LONGEST_REASONING if header.reasons else LONGEST_REPLY
        if max_tokens is None and limit < self._context:
            max_tokens = limit
        self.default_max_tokens = max_tokens or self._context
        advice = dict(header.sampling)
        advised = advice.pop("temperature", 0.0)
        self.default_temperature = advised if temperature is None else temperature
        self._sampling = Sampling(self.default_temperature, seed, max_tokens, {**advice, **(extra or {})})
        options = {"context": context, "chat": chat, "reuse_prompts": work.reuse_prompts or None}
        options["cut_repetition"] = self._cut_repetition or None
        self._options = {option: value for option, value in options.items() if value is not None}
        self._plain_text = PlainText(header.control)
        settings = Settings(self._path, self._context, header.token_bytes, work, self._sampling.extra)
        self._engines = Engines(settings, work.engines, self.name)

    def __repr__(self) -> str:
        return f"GGUF({str(self._path)!r}, name={self.name!r})"

    @functools.cached_property
    def endpoint(self) -> str:
        """What replies depend on, instead of an address: the file's fingerprint, and the options that were set."""
        options = urlencode(self._options | self._sampling.settings())
        return fingerprint(self._path) + (f"?{options}" if options else "")

    def check(self, prompt: Prompt) -> None:
        """Nothing, if the file can be asked with the parameters of `prompt`.

        Raises:
            InvalidRequest: it has images, asks for an effort where the model does not reason, or for a schema where
                `extra` has a grammar.
        """
        if prompt.images:
            way_out = "run llama-server with the file and its projector (--mmproj), and ask llamacpp/NAME"
            raise InvalidRequest(f"{self.name} sees no images in this process; {way_out}", model=self.name)
        if prompt.effort not in (None, "none", 0) and not self._reasons:
            message = f"{self.name} does not reason, as its chat template shows; leave out `effort`"
            raise InvalidRequest(message, model=self.name)
        if prompt.schema is not None and "grammar" in self._sampling.extra:
            raise InvalidRequest(f"{self.name} follows the grammar of extra; leave out `schema`", model=self.name)

    def complete(self, prompt: Prompt | str) -> Coroutine[Any, Any, Completion]:
        """Answer `prompt` (a text is one user turn) when an engine is free.

        Raises:
            InvalidRequest: the prompt is too long, or has turns that the model's template refuses, a schema that
                llama.cpp can't use, or what `check` refuses.
            Unavailable: the engine failed.
            UsageError: the model is closed, xllamacpp is not installed, or the file could not be loaded.
        """
        return calling(self, Prompt.parse(prompt), self._complete)

    async def _complete(self, prompt: Prompt) -> Completion:
        self.check(prompt)
        if not self.chat and len(prompt.messages) > 1:
            turns = f"it has no turns, and was given {len(prompt.messages)}; AsText(model) writes them as one text"
            raise InvalidRequest(f"{self.name} continues text: {turns}", model=self.name)
        stream = delta_stream(self.name)
        writing = Writing(stream, cut_repetition=self._cut_repetition)
        # Chunks lack the probability of the token that ends a reply: in a tiny file it is worth more than a stream.
        in_chunks = self._in_chunks or (stream is not None and prompt.logprobs is None)
        try:
            job = functools.partial(self._answer, prompt, writing, writing.hears if in_chunks else None)
            answer = await self._engines.run(job)
        finally:
            writing.end()
        writing.finish(answer.text)
        return answer

    async def aclose(self) -> None:
        """Wait for the replies being written, refuse the calls that wait, and free the engines."""
        await self._engines.aclose()

    def _answer(self, prompt: Prompt, writing: Writing, hears: Hears | None, engine: Engine) -> Completion:
        started = time.perf_counter()  # not while waiting for an engine
        try:
            reply = self._ask(prompt, hears, engine)
        except Refused as refused:
            raise self._failure(refused.error) from refused
        return Completion(
            text=reply.text,
            prompt=prompt,
            by=self.name,
            usage=_usage(reply.usage),
            tokens=tuple(_token(t, prompt.logprobs or 0) for t in reply.tokens),
            finish_reason=_FINISH.get(reply.finish_reason, "unknown"),
            seconds=time.perf_counter() - started,
            note=self._cause(reply, writing),
        )

    def _cause(self, reply: Reply, writing: Writing) -> str:
        """Why a reply was cut off, unless it was at `max_tokens`, and what can be done about it."""
        if writing.repeated:
            return "it only repeated itself; repeat_penalty=1.1 may help, and cut_repetition=false lets it go on"
        if reply.finish_reason == "length" and reply.usage["total_tokens"] >= self._context:
            more = f"; raise context, up to {self._longest}" if self._context < self._longest else ""
            return f"the context of {self._context} tokens is full{more}"
        return ""

    def _ask(self, prompt: Prompt, hears: Hears | None, engine: Engine) -> Reply:
        harmless, request = self._plain_text.harmless(prompt), self._sampling.request(prompt)
        if self.chat and harmless:
            return engine.chat({"messages": [m.model_dump() for m in prompt.messages], **request}, hears)
        text = prompt.messages[0].text if harmless else self._plain_text.tokens(prompt, engine, self.chat, request)
        return engine.complete({"prompt": text, **request}, hears)

    def _failure(self, error: Mapping[str, Any]) -> BackendError:
        status, message = error.get("code", 500), error.get("message", "no reason given")
        if error.get("type") == "exceed_context_size_error":
            has, fits = error["n_prompt_tokens"], error["n_ctx"]
            more = f", or raise context, up to {self._longest}" if fits < self._longest else ""
            message = f"{self.name}: the prompt has {has} tokens and the context is {fits}; shorten it{more}"
            return PromptTooLong(message, model=self.name, status=status)
        failure = InvalidRequest if status < 500 else Unavailable
        return failure(f"{self.name}: {message}", model=self.name, status=status)


def _usage(counts: Mapping[str, Any]) -> Usage:
    cached = counts.get("prompt_tokens_details", {}).get("cached_tokens", 0)
    read, written = counts["prompt_tokens"], counts["completion_tokens"]
    return Usage(calls=1, input_tokens=read, cached_tokens=cached, output_tokens=written)


def _token(likely: Mapping[str, Any], alternatives: int) -> Token:
    likeliest = (Token(text=t["token"], logprob=t["logprob"]) for t in likely["top_logprobs"][:alternatives])
    return Token(text=likely["token"], logprob=likely["logprob"], alternatives=tuple(likeliest))


def _check_counts(gpu: int | Literal["auto"], **counts: int | None) -> None:
    if any(count is not None and count < 1 for count in counts.values()):
        raise UsageError("context, engines and slots are counts: give 1 or more")
    if gpu != "auto" and gpu < 0:
        raise UsageError(f"gpu={gpu}: give a number of layers, 0 for none, or leave it out for as many as fit")


def _check_fits(
    path: str | os.PathLike[str], header: Header, *, context: int | None, chat: bool | None, as_text: str | None
) -> None:
    """See that what is asked of a file is in it."""
    if context and header.context and context > header.context:
        raise UsageError(f"{path} was trained for {header.context} tokens; context={context} is beyond that")
    if chat and not header.chat_template:
        raise UsageError(f"{path} has no chat template and can only continue text; leave out chat=True")
    if as_text is not None and (header.chat_template if chat is None else chat):
        raise UsageError(f"{path} takes turns as they are, and as_text is for models that don't; add chat=False")
