"""How a run was made, and the command that makes it again."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Mapping
from importlib import metadata
from typing import Any

RECORDED = ("versions", "templates")  # what a run notes about its making; everything else is what it was told
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
    "altair",
)


def settings(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """What the run was told, without what it noted."""
    return {name: value for name, value in configuration.items() if name not in RECORDED}


def command(configuration: Mapping[str, Any]) -> str:
    """The command line that repeats the run, quoted for a POSIX shell."""
    words = ["promptkit", "bench"]
    for name, value in settings(configuration).items():
        option = "--" + name.replace("_", "-")
        if name == "tasks":
            words += [str(task) for task in value or ()]
        elif name == "template_folders":
            words += [word for folder in value or () for word in ("--templates", str(folder))]
        elif value is True:
            words.append(option)
        elif value is not None and value is not False:
            words += [option, str(value)]
    return shlex.join(words)


def writer_versions() -> dict[str, str]:
    """The versions of what writes the report: Python, promptkit, and the packages it uses where they are installed."""
    found = {"python": platform.python_version()}
    for name in _USED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
