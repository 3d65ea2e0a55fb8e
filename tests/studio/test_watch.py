"""`promptkit template watch`, in a process of its own: what it prints after each save."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import promptkit  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
SECONDS = 60.0


def save(file: Path, text: str) -> None:
    """At once, as an editor does."""
    beside = file.with_suffix(".tmp")
    beside.write_text(text)
    beside.replace(file)


class Watching:
    """The command in a folder; `until` reads its output to a line with a text."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "promptkit", "template", "watch", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._timer = threading.Timer(SECONDS, self.process.kill)  # a line that never comes would be waited for
        self._timer.start()

    def until(self, text: str) -> list[str]:
        found = []
        for line in self.process.stdout:
            found.append(line.rstrip("\n"))
            if text in line:
                return found
        raise AssertionError(f"it ended without {text!r}: {found}")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.close()
        return self.process.returncode

    def close(self) -> None:
        self.process.communicate(timeout=SECONDS)
        self._timer.cancel()


@pytest.fixture
def watching(tmp_path):
    started = []

    def start(*arguments: str) -> Watching:
        started.append(Watching(tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.close()


def test_the_messages_are_shown_anew_with_each_save_and_with_what_it_changed(watching, tmp_path):
    file = tmp_path / "reply.j2"
    file.write_text("{% system %}Be brief.{% endsystem %}\n{% user %}{{ question }}{% enduser %}")
    running = watching("reply.j2", "--set", "question=Why?")
    assert "Be brief." in running.until("watching")
    save(file, "{% system %}Be kind.{% endsystem %}\n{% user %}{{ question }}{% enduser %}")
    shown = running.until("+Be kind.")
    assert [line for line in shown if line.startswith(("+", "-"))] == [
        "--- before",
        "+++ now",
        "-Be brief.",
        "+Be kind.",
    ]
    assert [line.partition(" ")[0] for line in shown if line.startswith("[")] == ["[system]", "[user]"]
    assert running.end() == 0


def test_a_fault_is_a_line_and_the_difference_is_to_what_was_shown_before_it(watching, tmp_path):
    file = tmp_path / "reply.j2"
    file.write_text("One {{ question }}")
    running = watching("reply.j2", "--row", "stories:1")
    running.until("watching")
    save(file, "One {{ question }}\n{% if %}")
    (fault,) = [line for line in running.until("line 2") if "Expected an expression" in line]
    assert fault.startswith("template reply: ")
    save(file, "Two {{ question }}")
    assert any(line.startswith("-One Lena starts with") for line in running.until("+Two Lena starts with"))


def test_what_a_template_includes_is_watched_too(watching, tmp_path):
    (tmp_path / "_rules.j2").write_text("Be brief.")
    (tmp_path / "reply.j2").write_text("{% include '_rules.j2' %}")
    running = watching("reply.j2")
    running.until("watching")
    save(tmp_path / "_rules.j2", "Be kind.")
    running.until("+Be kind.")


def test_of_a_folder_each_template_is_shown_that_was_saved(watching, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.j2").write_text(name)
    running = watching(".")
    running.until("watching")
    save(tmp_path / "b.j2", "saved")
    shown = running.until("saved")
    assert any(" b " in line for line in shown)
    assert not any(" a " in line for line in shown)


def test_a_template_that_is_not_there_is_refused(promptkit):  # noqa: F811
    done = promptkit("template", "watch", "chain_of_thought/thin")
    assert (done.code, "did you mean chain_of_thought/think?" in done.err) == (2, True)
