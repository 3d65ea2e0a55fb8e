"""What happens, on standard error: where the environment variable PROMPTKIT_LOG asks for it."""

from __future__ import annotations

from promptkit.errors import UsageError

LOG = "PROMPTKIT_LOG"
_LEVELS = ("debug", "info", "warning", "error")


def log_to_stderr(level: str) -> None:
    """Write the records of promptkit from this level on.

    Raises:
        UsageError: there is no such level.
    """
    import logging  # of those who ask for it

    if level.lower() not in _LEVELS:
        raise UsageError(f"{LOG} is {level!r}; set it to one of {', '.join(_LEVELS)}")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("promptkit")
    ours.addHandler(handler)
    ours.setLevel(level.upper())
