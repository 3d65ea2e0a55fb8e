"""The benchmark harness: compare strategies from Python, and read what was recorded."""

from promptkit.bench.door import compare, read_run
from promptkit.bench.result import Result
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task, load_task, task_names

__all__ = ["Item", "Result", "RunLimits", "RunSettings", "Task", "compare", "load_task", "read_run", "task_names"]
