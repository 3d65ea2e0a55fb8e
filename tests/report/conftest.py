from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.runs import OUTCOMES, record


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """`record` in a folder of the test."""
    return lambda outcomes=OUTCOMES, **more: record(tmp_path / "run", outcomes, **more)
