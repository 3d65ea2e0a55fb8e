"""What is compared when no task is named: `benchmarks/first-run.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from pydantic import BaseModel

from promptkit.data_files import data_path
from promptkit.yaml_text import parse_yaml


class FirstRun(BaseModel, frozen=True, extra="forbid"):
    """The shipped tasks of a first run, and how many items of each.

    Attributes:
        tasks: what each of them shows on the bundled model, by its name.
    """

    limit: int
    tasks: Mapping[str, str]


@functools.cache
def first_run() -> FirstRun:
    """What the file says."""
    return FirstRun.model_validate(parse_yaml(data_path("first-run.yaml").read_text(encoding="utf-8")))
