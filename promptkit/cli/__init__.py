"""The command line: `promptkit ask | preview | bench | score | template | models`."""

from promptkit.cli.app import main

__all__ = ["main"]
