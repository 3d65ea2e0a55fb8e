"""A folder of templates of a user's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from promptkit import Templates
from tests.wording.history import history  # noqa: F401 - a fixture


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str, str | bytes], Templates]:
    """`folder(name, text)` writes a template and gives the templates of the folder."""

    def write(name: str, text: str | bytes) -> Templates:
        path = tmp_path / f"{name}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Templates((tmp_path,))

    return write
