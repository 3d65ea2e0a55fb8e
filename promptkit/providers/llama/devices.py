"""What llama.cpp can compute with here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from promptkit.providers.llama.work import cores

_WAIT = "OMP_WAIT_POLICY"
_FEW_CORES = 4
_MARGIN = 2**30  # bytes that llama.cpp leaves free on each GPU


class Gpu(NamedTuple):
    """A GPU that llama.cpp was built for.

    Attributes:
        name: what its driver calls it.
        free: bytes of its memory that nobody uses.
    """

    name: str
    free: int


def imported() -> Any:  # noqa: ANN401 - an untyped package
    """The package xllamacpp.

    Its threads wait for one another several hundred times a token. Where they would spin meanwhile, and a core has
    other work, all of them wait for the one that has no core: 2 threads on 2 busy cores write five times as much when
    they sleep. Their library reads how to wait once, when it is loaded.

    Raises:
        ImportError: it is not installed.
    """
    few = cores() <= _FEW_CORES and _WAIT not in os.environ
    if few:
        os.environ[_WAIT] = "passive"
    try:
        import xllamacpp
    finally:
        if few:
            del os.environ[_WAIT]
    return xllamacpp


def gpus() -> list[Gpu]:
    """The GPUs.

    Raises:
        ImportError: xllamacpp is not installed.
    """
    xllamacpp = imported()
    kinds = xllamacpp.ggml_backend_dev_type
    kinds = (kinds.GGML_BACKEND_DEVICE_TYPE_GPU, kinds.GGML_BACKEND_DEVICE_TYPE_IGPU)
    found = [device for device in xllamacpp.get_device_info() if device["type"] in kinds]
    return [Gpu(device["description"] or device["name"], device["memory_free"]) for device in found]


def layers_that_fit(size: int, layers: int, cache_bytes: int, cards: Sequence[Gpu]) -> int:
    """How many layers of a file the GPUs hold with their part of the context, about; the last is the output."""
    free = sum(max(0, card.free - _MARGIN) for card in cards)
    return min(layers + 1, int(free / ((size + cache_bytes) / (layers + 1))))
