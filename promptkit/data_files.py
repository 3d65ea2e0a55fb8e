"""Where the files that ship with promptkit are: templates, suites and the bundled model."""

from __future__ import annotations

import functools
from pathlib import Path

_PACKAGE = Path(__file__).parent


@functools.cache
def data_path(name: str) -> Path:
    """The shipped folder or file `name`, in an installed wheel or in a checkout of the repository."""
    installed = _PACKAGE / "_data" / name
    checkout = {"templates": "templates", "tasks": "benchmarks/tasks", "first-run.yaml": "benchmarks/first-run.yaml"}
    return installed if installed.exists() or name not in checkout else _PACKAGE.parent / checkout[name]
