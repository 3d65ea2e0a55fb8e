import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promptkit.cli.app import main
from tests.loopback import Server, server  # noqa: F401 - a fixture
from tests.wording.history import history  # noqa: F401 - a fixture


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def promptkit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Ran]:
    """Runs a command line in an empty folder; retries wait no time, and probes little."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("promptkit.wrappers.retry._jitter", lambda _: 0.0)
    monkeypatch.setattr("promptkit.wrappers.outage.FIRST", 0.001)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["promptkit", *map(str, arguments)])
        code: int = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def openai(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:  # noqa: F811 - the fixture is the argument
    """The loopback server as OpenAI's API; answers every question with 24."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-0123456789")
    server.answer = lambda turns: "The answer is 24."
    return server
