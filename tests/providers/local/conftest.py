"""A machine of its own: an empty home, no caches, no installed packages that carry weights."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from promptkit.data_files import data_path

NANO = data_path("models") / "nano.gguf"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("LLAMA_CACHE", "HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path


@pytest.fixture
def put(home: Path) -> Callable[[str], Path]:
    """Puts the bundled model at a place in the home."""

    def put(place: str) -> Path:
        path = home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(NANO, path)
        return path

    return put
