"""What promptkit is called where packages are installed from: another package there has the name promptkit."""

from __future__ import annotations

from importlib import metadata

DISTRIBUTION = "promptkit-lab"


def version_of(package: str) -> str:
    """The version of an installed package, `promptkit` included; empty for one that is not installed."""
    try:
        return metadata.version(DISTRIBUTION if package == "promptkit" else package)
    except metadata.PackageNotFoundError:
        return ""


def pip_install(extra: str) -> str:
    """The command that installs what an extra of promptkit needs."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
