"""How the machine is used for a file: engines side by side, their threads, and how many replies each writes at once."""

from __future__ import annotations

import os
from dataclasses import dataclass

from promptkit.errors import UsageError
from promptkit.providers.llama.memory import memory_left

TINY_FILE = 10_000_000  # bytes; up to here a reply takes a fraction of a second
SMALL_FILE = 100_000_000  # bytes; up to here a step is too short to be shared by threads, and batches win little
MOST_SLOTS = 8


@dataclass(frozen=True)
class Work:
    """How a file is run.

    Attributes:
        engines: how many work side by side.
        threads: how many compute one step of an engine.
        slots: how many replies an engine writes at the same time.
        reuse_prompts: keep what was computed of a prompt for a next one that begins alike.
        mapped: share the file's memory between engines; a process that uses a mapped file dies when it is cut.
        gpu: how many layers are computed by a GPU; `None` is as many as fit.
    """

    engines: int
    threads: int
    slots: int
    reuse_prompts: bool
    mapped: bool
    gpu: int | None


def planned(
    size: int,
    slot_bytes: int,
    *,
    exact: bool | None,
    engines: int | None,
    slots: int | None,
    reuse_prompts: bool | None,
    gpu: int | None,
) -> Work:
    """How a file of `size` bytes is run, where a slot takes `slot_bytes`; `None` leaves a choice to us.

    Raises:
        UsageError: `exact` contradicts the others.
    """
    if exact and (reuse_prompts or (slots or 1) > 1):
        raise UsageError("exact=True computes each reply by itself; leave out slots and reuse_prompts")
    tiny, small = size <= TINY_FILE, size <= SMALL_FILE
    exact = tiny if exact is None else exact
    count = engines or (cores() if small else 1)
    if slots is None:
        slots = 1 if exact or small else _fitting(size, count * slot_bytes)
    return Work(
        engines=count,
        threads=1 if small else max(1, cores() // count),
        slots=slots,
        reuse_prompts=not exact if reuse_prompts is None else reuse_prompts,
        mapped=not tiny,
        gpu=0 if tiny and gpu is None else gpu,
    )


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fitting(size: int, slot_bytes: int) -> int:
    """How many slots take no more than half of the memory that is left beside the weights."""
    left = memory_left()
    if left is None or not slot_bytes:
        return MOST_SLOTS
    return max(1, min(MOST_SLOTS, (left - size) // 2 // slot_bytes))
