# llama.cpp in this process, for measuring: many conversations at a time, greedy or sampled with a seed each.
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import xllamacpp

SLOTS = 8
CONTEXT = 1536
TOKENS = 400


class Engine:
    """One model file on one thread. An `exact` engine computes attention in 32 bits, not in 16."""

    def __init__(self, path: Path, *, exact: bool = False) -> None:
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_parallel = SLOTS
        parameters.n_ctx = SLOTS * CONTEXT
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
        parameters.n_gpu_layers = 0
        parameters.port = 0
        parameters.verbosity = -1
        parameters.warmup = False
        parameters.cache_ram_mib = 0
        if exact:
            parameters.cache_type_k = parameters.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
            parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.server = xllamacpp.Server(parameters)
        self.pool = ThreadPoolExecutor(SLOTS)

    def chat(
        self, chats: list[list[dict[str, str]]], *, temperature: float = 0.0, seed: int = 0, tokens: int = TOKENS
    ) -> list[str]:
        """A reply to every conversation."""
        requests = [
            {"messages": chat, "temperature": temperature, "seed": seed + index, "max_tokens": tokens, **PLAIN}
            for index, chat in enumerate(chats)
        ]
        return [str(reply["choices"][0]["message"]["content"]) for reply in self.pool.map(self._ask, requests)]

    def tokens(self, chats: list[list[dict[str, str]]], *, tokens: int = TOKENS) -> list[list[int]]:
        """The tokens of a greedy reply to every conversation."""
        requests = [
            {"messages": chat, "temperature": 0.0, "max_tokens": tokens, "logprobs": True, **PLAIN} for chat in chats
        ]
        choices = [reply["choices"][0] for reply in self.pool.map(self._ask, requests)]
        return [[int(token["id"]) for token in choice["logprobs"]["content"]] for choice in choices]

    def complete(self, texts: list[str], *, stop: str, tokens: int = TOKENS) -> list[str]:
        """The continuation of every text, greedy, up to `stop`."""
        requests = [
            {"prompt": text, "temperature": 0.0, "n_predict": tokens, "stop": [stop], **PLAIN} for text in texts
        ]
        return [str(reply["choices"][0]["text"]) for reply in self.pool.map(self._continue, requests)]

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        return _checked(self.server.handle_chat_completions(request))

    def _continue(self, request: dict[str, Any]) -> dict[str, Any]:
        return _checked(self.server.handle_completions(request))


PLAIN = {"top_k": 0, "top_p": 1.0, "min_p": 0.0}
"""Sampling from the model's own distribution, nothing cut off."""


def _checked(reply: dict[str, Any]) -> dict[str, Any]:
    if "error" in reply:
        raise RuntimeError(f"llama.cpp refused a request: {reply['error']}")
    return reply
