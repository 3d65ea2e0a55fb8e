"""What makes the calls of a run, as it is typed: `ray`, `ray:ADDRESS`, and behind `?` how many actors, and on what."""

from __future__ import annotations

import importlib.util

from pydantic import Field, ValidationError

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.providers.model_options import split_options
from promptkit.types import Value

EXAMPLE = "ray:auto?actors=4&num_gpus=1"


class Engine(Value):
    """Actors of Ray, and where they are.

    Attributes:
        address: of the cluster: `auto` for the one that runs on this machine, or `HOST:PORT`; empty for one of its own
            on this machine, which ends with the run.
        actors: how many hold each model; by default one for each node.
        num_cpus: how many CPUs of its node each of them takes, as Ray counts them.
        num_gpus: how many GPUs of its node.
        resources: how much of what its node was started with (`ray start --resources`), by name.
    """

    address: str = ""
    actors: int | None = Field(default=None, ge=1)
    num_cpus: float = Field(default=1, ge=0)
    num_gpus: float = Field(default=0, ge=0)
    resources: dict[str, float] = Field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Engine:
        """The engine that `text` names, such as `ray:auto?actors=4&num_gpus=1`.

        Raises:
            UsageError: there is no such engine or option, or Ray is not installed.
        """
        bare, options = split_options(text)
        kind, _, address = bare.partition(":")
        if kind != "ray":
            raise UsageError(f"there is no engine {kind!r}; write ray, ray:ADDRESS, or {EXAMPLE}")
        if "://" in address:
            raise UsageError(
                f"the address {address} is of a Ray client; run this on a node of the cluster, as ray:auto"
            )
        if importlib.util.find_spec("ray") is None:
            raise UsageError(f"the engine ray needs the package ray: {pip_install('ray')}")
        try:
            return cls(address=address, **options)  # type: ignore[arg-type]  # checked by the fields
        except (ValidationError, TypeError) as error:
            raise UsageError(f"{text}: {_problem(error)}") from None

    @property
    def needs(self) -> dict[str, float]:
        """What an actor needs of its node, by Ray's names."""
        every = {"CPU": self.num_cpus, "GPU": self.num_gpus, **self.resources}
        return {name: amount for name, amount in every.items() if amount}


def known_engine(text: str | None) -> str | None:
    """The same text, when it names an engine.

    Raises:
        UsageError: it does not.
    """
    if text is not None:
        Engine.parse(text)
    return text


def _problem(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):  # `address` is given by its place
        return "the address stands behind the colon"
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        known = ", ".join(field for field in Engine.model_fields if field != "address")
        return f"there is no option {name!r}; there are {known}"
    return f"{name}: {first['msg'].replace('Input', 'it', 1)}, got {first['input']!r}"
