"""Models by name: `nano`, `nano-base`, `gguf/path/to/file.gguf`, `openai/…`, `anthropic/…`, and those of others.

Options stand behind the name, as in `openai/NAME?reasoning_effort=low&top_p=0.9`. A package registers a provider under
`promptkit.models`; `module:name` is a model, or what makes one, by Python path.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
from collections.abc import Callable, Mapping
from typing import cast

from promptkit.arguments import require_type
from promptkit.backend import Backend, Model
from promptkit.data_files import data_path
from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.foreign import ForeignModel, called_with, guarded
from promptkit.plugins import Registry
from promptkit.providers.anthropic import Anthropic
from promptkit.providers.gguf import GGUF
from promptkit.providers.hosted.presets import PRESETS, RESPONSES
from promptkit.providers.local.files import find_file
from promptkit.providers.model_options import split_options
from promptkit.providers.openai import OpenAI
from promptkit.providers.openai_responses import OpenAIResponses
from promptkit.signatures import Signature, checked, signature, type_of
from promptkit.types import Value

BUNDLED = ("nano", "nano-base")  # the chat model, and the base model it was made of
HOSTED = ("anthropic", *RESPONSES, *PRESETS)
_KEYS: Mapping[str, str] = {
    "anthropic": "ANTHROPIC_API_KEY",
    **{name: preset.key_variable for name, preset in (*RESPONSES.items(), *PRESETS.items())},
}


class Provider(Value):
    """Where models can be asked, and whether it can be done from here."""

    name: str
    models: str
    where: str
    ready: bool
    state: str


def load_model(name: str, *, seed: int = 0, timeout_seconds: float | None = None) -> Model:
    """The model called `name`. Nothing is asked, and no SDK imported, until its first call.

    `name` is `provider/name`, or `module:object` for a model of your own. The object is a `Model`, or a class or
    function that makes one; it is called with what it declares of `seed` and `timeout_seconds`, and with a name when
    one is given as `module:object/name`.

    A GGUF file is given by its path (`./model.gguf`, `gguf/~/models/model.gguf`), or by the name of one that another
    program or package has on this machine (`gguf/NAME`, as `promptkit models` lists them).

    Options may stand behind the name: `openai/NAME?reasoning_effort=low`, `gguf/FILE?context=8192&top_k=40`. One that
    the class takes by this name is given to it; any other becomes a field of `extra`, where the class has that: it is
    sent with each request. Keys have no place there: a name is recorded.

    `seed` seeds the sampling of models in this process; providers sample by themselves. `timeout_seconds` is the
    longest that a call to a provider may take, 600 when not given; one in this process takes as long as it takes.

    Raises:
        UsageError: the name has an unknown provider, an unknown or unusable option, or names no model; its file is
            missing or unusable; or what someone else's code offers can't be imported, fails, or is not a model.
    """
    require_type("name", name, "a text")
    bare, options = split_options(name)
    provider, _, rest = bare.partition("/")
    if provider not in MODELS.shipped and bare.lower().endswith(".gguf"):  # the path of a file
        provider, rest = "gguf", bare
    if provider == "gguf" and rest:
        rest = str(find_file(rest))
    if ":" not in provider and provider not in MODELS.names():
        raise UsageError(f"unknown model {bare!r}; write provider/name; {MODELS.hint(provider)}")
    maker = MODELS.get(provider)
    if isinstance(maker, type) or not isinstance(maker, Backend):
        made = _called(maker, provider, rest, options, seed, timeout_seconds)
        return made if provider in MODELS.shipped else _checked(provider, made)
    if rest:
        raise UsageError(f"{provider} is one model and takes no name; write {provider}")
    if options:
        raise UsageError(f"{provider} is one model and takes no options; leave out {', '.join(options)}")
    return _checked(provider, maker)


def providers() -> list[Provider]:
    """All providers: the ones in this process first, those of other packages last."""
    installed = importlib.util.find_spec("xllamacpp") is not None
    local = "ready" if installed else f"needs xllamacpp: {pip_install('local')}"
    return [
        *(Provider(name=n, models=n, where="in this process, bundled", ready=installed, state=local) for n in BUNDLED),
        Provider(name="gguf", models="gguf/FILE", where="in this process, any GGUF file", ready=installed, state=local),
        *(_hosted_provider(name) for name in HOSTED),
        *_registered(),
    ]


def variables_of(name: str) -> tuple[str, ...]:
    """The environment variables that the model called `name` is asked with: its provider's key, address and headers."""
    provider = name.partition("/")[0]
    if provider == "anthropic":
        return ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS")
    preset = {**PRESETS, **RESPONSES}.get(provider)
    if preset is None:
        return ()
    of_sdk = ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS") if "openai" in provider else ()
    return tuple(filter(None, (preset.key_variable, preset.url_variable, *of_sdk)))


def _bundled(name: str) -> Callable[..., Model]:
    def make(*, seed: int) -> Model:
        path = data_path("models") / f"{name}.gguf"
        if not path.is_file():
            raise UsageError(f"{name} ships with promptkit, and its file is missing: {path}; install promptkit again")
        return GGUF(path, name=name, seed=seed)

    return make


MODELS: Registry[Callable[..., Model]] = Registry(
    "promptkit.models",
    "provider",
    {
        **{name: _bundled(name) for name in BUNDLED},
        "gguf": GGUF,
        "anthropic": Anthropic,
        **{name: functools.partial(OpenAIResponses, provider=name) for name in RESPONSES},
        **{name: functools.partial(OpenAI, provider=name) for name in PRESETS},
    },
)


def _called(
    maker: Callable[..., Model],
    provider: str,
    name: str,
    options: Mapping[str, object],
    seed: int,
    timeout_seconds: float | None,
) -> Model:
    try:
        takes = signature(maker)
    except UsageError as error:
        raise UsageError(f"{provider}: {error}") from None
    slot = _name_of(takes)
    if name and slot is None:
        raise UsageError(f"{provider} is one model and takes no name; write {provider}")
    if not name and slot in takes.required:
        raise UsageError(f"model {provider!r} names no model; write {provider}/NAME")
    offered: dict[str, object] = {"seed": seed}
    if timeout_seconds is not None or "timeout_seconds" in takes.required:
        offered["timeout_seconds"] = timeout_seconds
    offered |= _as_arguments(maker, provider, options, slot)
    if name and slot is not None and slot in takes.keywords:
        return called_with(provider, maker, **offered, **{slot: name})
    return called_with(provider, maker, *([name] if name else []), **offered)


def _as_arguments(
    maker: Callable[..., Model], provider: str, options: Mapping[str, object], slot: str | None
) -> dict[str, object]:
    """The options of a name as arguments: those that `maker` declares by name, the others as its `extra`."""
    takes = signature(maker)
    declared = {name for name in takes.keywords if name not in {slot, *_NO_OPTIONS}}
    arguments, fields = dict[str, object](), dict[str, object]()
    for name, value in options.items():
        if name in _SECRET:
            raise UsageError(f"{provider}: {name} has no place in a model's name, which is recorded; {_SECRET[name]}")
        if name == "effort" and name not in declared:
            raise UsageError(f"{provider}: how much a model reasons is no option of its name; give it as `effort`")
        if name == "base_url" and "@" in str(value):
            raise UsageError(f"{provider}: the base URL has a password, and a model's name is recorded; remove it")
        if name in declared:
            arguments[name] = guarded(provider, functools.partial(checked, name, type_of(maker, name), value))
        else:
            fields[name] = value
    if fields and "extra" in takes.keywords:
        arguments["extra"] = fields
    elif fields and not takes.open:
        has = f"it has {', '.join(sorted(declared))}" if declared else "it has none"
        raise UsageError(f"{provider} has no option {next(iter(fields))!r}; {has}")
    else:
        arguments |= fields
    return arguments


# Arguments that a model's name can't give: those that are no values of JSON, and those that the name itself gives.
_NO_OPTIONS = ("name", "provider", "client", "extra", "headers")
_SECRET: Mapping[str, str] = {
    "api_key": "set the provider's environment variable",
    "headers": "give them in Python",
    "client": "give it in Python",
}


def _name_of(takes: Signature) -> str | None:
    """The parameter that a model's name is given to: the first by position, or the keyword `name`."""
    by_position = (p for p in takes.positional if p not in ("seed", "timeout_seconds"))
    return next(by_position, "name" if "name" in takes.keywords else None)


def _checked(label: str, made: object) -> Model:
    """`made`, when it is a model."""
    what = f"{label} is or makes a {type(made).__name__}, which is not a model: "
    if inspect.iscoroutine(made):
        made.close()  # or Python complains that nobody awaited it
    if isinstance(made, type) or not isinstance(made, Backend):
        raise UsageError(f"{what}it has no complete(prompt); wrap a function as FunctionModel(function, name=…)")
    if lacks := [name for name in ("name", "endpoint", "aclose") if not hasattr(made, name)]:
        needs = (
            "a model has a name and an endpoint (texts that distinguish its calls from those of others) and aclose()"
        )
        raise UsageError(f"{what}it has no {', '.join(lacks)}; {needs}")
    for name in ("name", "endpoint"):
        if not isinstance(getattr(made, name), str):
            raise UsageError(f"{label}: its {name} is {getattr(made, name)!r}; give it a text")
    model = cast("Model", made)
    return model if type(made).__module__.startswith("promptkit.") else ForeignModel(label, model)


def _hosted_provider(name: str) -> Provider:
    key = _KEYS[name]
    ready = not key or bool(os.environ.get(key))
    state = f"{key} is {'set' if ready else 'not set'}" if key else "needs no key; the server must run"
    try:
        where = MODELS.shipped[name]("-").endpoint
    except UsageError:  # each user has an address of their own
        where, ready, state = "at an address of your own", False, f"{PRESETS[name].url_variable} is not set"
    return Provider(name=name, models=f"{name}/NAME", where=where, ready=ready, state=state)


def _registered() -> list[Provider]:
    """The providers that installed packages register."""
    found = []
    for plugin in MODELS.plugins():
        error = MODELS.error(plugin)
        ready = error is None
        where = f"{plugin.distribution} {plugin.version}"
        found.append(
            Provider(name=plugin.name, models=f"{plugin.name}/NAME", where=where, ready=ready, state=error or "ready")
        )
    return found
