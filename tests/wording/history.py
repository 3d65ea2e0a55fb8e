"""Templates in a git repository."""

import subprocess
from pathlib import Path

import pytest

STEP = "chain_of_thought/think"


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `mine` inside of a repository, whose step was worded `one`, then `two`, and is `three` by now."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.com")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    file = tmp_path / "mine" / f"{STEP}.j2"
    file.parent.mkdir(parents=True)
    git("init", "-q")
    for text in ("one", "two"):
        file.write_text(f"{{{{ question }}}} {text}\n")
        git("add", "-A")
        git("commit", "-qm", text)
    file.write_text("{{ question }} three\n")
    return tmp_path
