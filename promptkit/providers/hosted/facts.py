"""What a hosted model takes, by a table that is kept up to date (`models.toml`): known before anything is sent."""

from __future__ import annotations

import datetime
import functools
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from promptkit.types import Level, Prompt, Value

_FILE = Path(__file__).with_name("models.toml")
_SNAPSHOT = re.compile(r"-(?:20\d\d-\d\d-\d\d|20\d{6})$|@20\d{6}$")
_RESOLD = re.compile(r"^(?:[a-z]+(?:-[a-z]+)?\.)?anthropic\.|-v\d+(?::\d+)?$")  # `us.anthropic.NAME-v1:0`, at Amazon
_SAME_MODELS = {"azure": "openai", "openai-responses": "openai"}  # whose models another provider has


class Facts(Value):
    """What is known about a model, as `models.toml` describes it. `None` is not known."""

    provider: str = ""
    names: tuple[str, ...] = ()
    efforts: tuple[Level, ...] | None = None
    default_effort: Level | None = None
    budget: bool = False
    sampling: Literal["always", "never", "without reasoning"] | None = None
    thinking_off: Literal["disabled", "between_tools", ""] = "disabled"
    adaptive: bool | None = None
    schema_: bool | None = None
    images: bool | None = None
    system: bool = True
    shutdown: datetime.date | None = None
    source: str = ""

    def refusal(self, prompt: Prompt) -> str:
        """Why the model would refuse the parameters of `prompt`, with the way out; empty where nothing is known."""
        refusals = (self._effort_refusal, self._sampling_refusal, self._schema_refusal, self._image_refusal)
        return next((reason for refusal in refusals if (reason := refusal(prompt))), "")

    def _effort_refusal(self, prompt: Prompt) -> str:
        effort = prompt.effort
        if effort is None or self.efforts is None or effort in self.efforts or (self.budget and _is_budget(effort)):
            return ""
        if not self.efforts and not self.budget:
            return "" if effort == "none" else "does not reason; leave out `effort`"
        levels = ", ".join(self.efforts)
        if _is_budget(effort):
            return f"takes no number of tokens as `effort`; give one of {levels}"
        tokens = " or a number of tokens" if self.budget else ""
        return f"has no `effort` {effort}; give {levels}{tokens}"

    def _sampling_refusal(self, prompt: Prompt) -> str:
        wanted = [
            name
            for name, value in (("temperature", prompt.temperature), ("logprobs", prompt.logprobs))
            if value is not None
        ]
        if not wanted or self.sampling in (None, "always"):
            return ""
        if self.sampling == "never":
            return f"takes no {wanted[0]}; leave out `{wanted[0]}`"
        effort = prompt.effort or self.default_effort
        if effort in (None, "none"):  # not known, or off
            return ""
        own = "" if prompt.effort else f" (by itself it has {effort})"
        return f"takes no {wanted[0]} while it reasons{own}; leave it out, or give the `effort` none"

    def _schema_refusal(self, prompt: Prompt) -> str:
        if prompt.schema is None or self.schema_ is not False:
            return ""
        return "can't be held to a schema; Structured(model, …) asks for it in words"

    def _image_refusal(self, prompt: Prompt) -> str:
        return "sees no images; ask another model" if self.images is False and prompt.images else ""


def _is_budget(effort: object) -> bool:
    return isinstance(effort, int)


UNKNOWN = Facts()


@functools.lru_cache(maxsize=512)
def facts(provider: str, name: str) -> Facts:
    """What is known about the model `name` of `provider`; `UNKNOWN` for one that the table lacks."""
    provider = _SAME_MODELS.get(provider, provider)
    if provider not in _providers():
        return UNKNOWN
    if provider == "anthropic":
        name = _RESOLD.sub("", name)
    bare = _SNAPSHOT.sub("", name)
    return next((f for f in table() if f.provider == provider and _matches(f, name, bare)), UNKNOWN)


@functools.cache
def table() -> tuple[Facts, ...]:
    """All entries, in the order in which they count."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Facts.model_validate({_FIELDS.get(k, k): v for k, v in entry.items()}) for entry in read["models"])


def checked_on() -> datetime.date:
    """The day on which the table was last compared with what the providers document."""
    day: datetime.date = tomllib.loads(_FILE.read_text(encoding="utf-8"))["checked"]
    return day


_FIELDS = {"schema": "schema_"}  # pydantic has a method of this name


@functools.cache
def _providers() -> frozenset[str]:
    return frozenset(entry.provider for entry in table())


def _matches(entry: Facts, *names: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in names for pattern in entry.names)
