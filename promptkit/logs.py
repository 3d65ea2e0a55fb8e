"""Loggers of what happens, `promptkit.…`: set up by nobody here, and never told what was said, nor a key."""

from __future__ import annotations

import logging

logging.getLogger("promptkit").addHandler(logging.NullHandler())  # or Python would print warnings by itself


def logger(name: str) -> logging.Logger:
    """The logger `promptkit.NAME`."""
    return logging.getLogger(f"promptkit.{name}")


def kind(error: BaseException) -> str:
    """What an error is, without its message, which may quote a prompt or a reply: `RateLimited (429)`."""
    status = getattr(error, "status", None)
    return type(error).__name__ + (f" ({status})" if status is not None else "")
