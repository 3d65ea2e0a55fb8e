"""Questions with targets: what they are, and how files are read."""

from promptkit.tasks.load import load_task, task_names
from promptkit.tasks.task import Item, Task

__all__ = ["Item", "Task", "load_task", "task_names"]
