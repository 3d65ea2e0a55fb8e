"""Models by name: `nano`, `nano-base`, `gguf/path/to/file.gguf`, `openai/…`, `anthropic/…`, `ollama/…`, `vllm/…`."""

from __future__ import annotations

import difflib
import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

from promptkit.backend import Model
from promptkit.data_files import data_path
from promptkit.errors import UsageError
from promptkit.providers.anthropic import Anthropic
from promptkit.providers.gguf import GGUF
from promptkit.providers.hosted.adapter import TIMEOUT_SECONDS
from promptkit.providers.openai import PRESETS, OpenAI
from promptkit.types import Value

BUNDLED = ("nano", "nano-base")  # the chat model, and the base model it was made of
HOSTED = ("anthropic", *PRESETS)
_KEYS: Mapping[str, str] = {"anthropic": "ANTHROPIC_API_KEY", **{n: p.key_variable for n, p in PRESETS.items()}}


class Provider(Value):
    """Where models can be asked, and whether it can be done from here."""

    name: str
    models: str
    where: str
    ready: bool
    state: str


def load_model(name: str, *, seed: int = 0, timeout_seconds: float | None = None) -> Model:
    """The model called `name`. Nothing is asked, and no SDK imported, until its first call.

    `seed` seeds the sampling of models in this process; providers sample by themselves. `timeout_seconds` is the
    longest that a call to a provider may take, 600 when not given; one in this process takes as long as it takes.

    Raises:
        UsageError: the name has an unknown provider, or names no model, or its file is missing or unusable.
    """
    provider, _, rest = name.partition("/")
    if name in BUNDLED:
        return GGUF(_bundled(name), name=name, seed=seed)
    if provider == "gguf" and rest:
        return GGUF(Path(rest), seed=seed)
    if provider in HOSTED and rest:
        return _hosted(provider, rest, TIMEOUT_SECONDS if timeout_seconds is None else timeout_seconds)
    raise UsageError(_unknown(name, provider))


def providers() -> list[Provider]:
    """All providers, the ones in this process first."""
    installed = importlib.util.find_spec("xllamacpp") is not None
    local = "ready" if installed else "needs xllamacpp: pip install 'promptkit[local]'"
    return [
        *(Provider(name=n, models=n, where="in this process, bundled", ready=installed, state=local) for n in BUNDLED),
        Provider(name="gguf", models="gguf/FILE", where="in this process, any GGUF file", ready=installed, state=local),
        *(_provider(name) for name in HOSTED),
    ]


def _bundled(name: str) -> Path:
    path = data_path("models") / f"{name}.gguf"
    if not path.is_file():
        raise UsageError(f"{name} ships with promptkit, and its file is missing: {path}; install promptkit again")
    return path


def _hosted(provider: str, name: str, timeout_seconds: float = TIMEOUT_SECONDS) -> Anthropic | OpenAI:
    if provider == "anthropic":
        return Anthropic(name, timeout_seconds=timeout_seconds)
    return OpenAI(name, provider=provider, timeout_seconds=timeout_seconds)


def _provider(name: str) -> Provider:
    key = _KEYS[name]
    ready = not key or bool(os.environ.get(key))
    state = f"{key} is {'set' if ready else 'not set'}" if key else "needs no key; the server must run"
    return Provider(name=name, models=f"{name}/NAME", where=_hosted(name, "-").endpoint, ready=ready, state=state)


def _unknown(name: str, provider: str) -> str:
    if provider in {"gguf", *HOSTED}:
        return f"model {name!r} names no model; write {provider}/NAME"
    known = [*BUNDLED, "gguf", *HOSTED]
    close = difflib.get_close_matches(provider, known, n=1)
    return f"unknown model {name!r}: write provider/name; " + (
        f"did you mean {close[0]}?" if close else f"providers are {', '.join(known)}"
    )
