"""How much memory is left for a model: llama.cpp ends the whole process where it runs out."""

from __future__ import annotations

import os
from pathlib import Path

_PROC, _CGROUP = Path("/proc"), Path("/sys/fs/cgroup")
# Address space that its threads reserve beside what they use. Most systems have plenty; `ulimit -v` counts them.
_RESERVED = 384_000_000


def memory_left() -> int | None:
    """The bytes that this process can still get, as Linux reports; `None` on other systems."""
    known = [n for n in (_of_the_machine(), _of_the_group(), _of_the_process()) if n is not None]
    return max(0, min(known)) if known else None


def _of_the_machine() -> int | None:
    known = _numbers(_PROC / "meminfo")  # in kB
    return 1024 * (known["MemAvailable:"] + known.get("SwapFree:", 0)) if "MemAvailable:" in known else None


def _of_the_group() -> int | None:
    """Of a container, in control groups of version 2. What it holds of files is given up when needed."""
    try:
        limit = int((_CGROUP / "memory.max").read_text())  # "max" where there is none
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return limit - used + _numbers(_CGROUP / "memory.stat").get("inactive_file", 0)


def _of_the_process() -> int | None:
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        pages = int((_PROC / "self" / "statm").read_text().split()[0])
    except (ImportError, OSError):
        return None
    return None if limit == resource.RLIM_INFINITY else limit - pages * os.sysconf("SC_PAGE_SIZE") - _RESERVED


def _numbers(file: Path) -> dict[str, int]:
    """The lines `name number …` of a file of the kernel; nothing where it is missing."""
    try:
        rows = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return {}
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}
