"""Replies that others logged, as recorded outputs: one format a file."""

from promptkit.analysis.logs.read import Log, read_log

__all__ = ["Log", "read_log"]
