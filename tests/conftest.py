"""Fixtures that several folders of tests share."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

EXAMPLES = int(os.environ.get("PROMPTKIT_EXAMPLES", "100"))  # `python -m tests.fuzz` sets it
settings.register_profile("patient", deadline=None, max_examples=EXAMPLES)  # a busy machine is no failure
settings.load_profile("patient")
sys.dont_write_bytecode = False  # hundreds of processes are started here, and each would compile what it imports
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.pop(
    "COLUMNS", None
)  # readline sets it in the process that starts the others: tables are as wide as in a pipe
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # in the background of a shell: processes of tests would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
RECORDINGS = Path(os.environ.get("PROMPTKIT_RECORDINGS", Path(__file__).parents[2] / "shared" / "recordings"))


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recorded answers of hosted models."""
    if not RECORDINGS.is_dir():
        pytest.skip("no recorded answers here; PROMPTKIT_RECORDINGS names their folder")
    return RECORDINGS


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches a provider: keys and addresses of the person who runs the tests are out of sight."""
    for name in list(os.environ):
        ours = name.startswith(("OPENAI_", "ANTHROPIC_", "OLLAMA_", "AZURE_OPENAI_", "PROMPTKIT_TEMPLATES"))
        if ours or name.endswith(("_API_KEY", "_BASE_URL")):
            monkeypatch.delenv(name)
