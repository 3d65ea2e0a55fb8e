"""How a run was made, and the command that makes it again."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Mapping
from typing import Any

from promptkit.distribution import version_of
from promptkit.settings import NOTED, RunSettings

_USED = (
    "promptkit",
    "openai",
    "anthropic",
    "xllamacpp",
    "jinja2",
    "pydantic",
    "scipy",
    "numpy",
    "genai-prices",
    "vl-convert-python",
)


def settings(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the run, without what it noted about its making."""
    return {name: value for name, value in configuration.items() if name not in NOTED}


def command(configuration: Mapping[str, Any]) -> str:
    """The command line that repeats the run, quoted for a POSIX shell; or why there is none."""
    if objects := configuration.get("objects"):
        return f"# compare() in Python: {', '.join(objects)} were given as objects"
    return shlex.join(RunSettings.recorded(configuration).command())


def writer_versions() -> dict[str, str]:
    """The versions of what writes the report: Python, promptkit, and the packages it uses where they are installed."""
    found = {"python": platform.python_version()}
    return found | {name: version for name in _USED if (version := version_of(name))}
