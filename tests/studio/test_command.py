"""`promptkit template edit` as it is typed."""

import builtins
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import promptkit  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]


def test_without_the_extra_it_is_one_line_that_names_it(promptkit, monkeypatch):  # noqa: F811
    real = builtins.__import__

    def without(name, *given, **more):
        if name.split(".")[0] in ("uvicorn", "starlette"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    done = promptkit("template", "edit")
    assert (done.code, done.err) == (
        2,
        "promptkit: `template edit` needs uvicorn; pip install 'promptkit-lab[studio]'\n",
    )


def test_neither_the_package_nor_another_command_imports_the_servers_packages():
    code = "import sys, promptkit, promptkit.cli.template; print({'starlette', 'uvicorn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chain_of_thought/thin"], "did you mean chain_of_thought/think?"),
        (["--task", "storys"], "did you mean stories?"),
        (["--templates", "{shipped}"], "has the shipped templates; name a folder of your own"),
    ],
)
def test_what_cannot_be_edited_is_refused_in_a_line(promptkit, arguments, message):  # noqa: F811
    pytest.importorskip("uvicorn", reason="the page needs the extra `studio`")
    from promptkit.data_files import data_path

    done = promptkit("template", "edit", *(one.replace("{shipped}", str(data_path("templates"))) for one in arguments))
    assert (done.code, done.err.count("\n"), message in done.err) == (2, 1, True), done.err


def test_it_prints_its_address_serves_the_page_and_ends_with_control_c(tmp_path):
    pytest.importorskip("uvicorn", reason="the page needs the extra `studio`")
    command = [sys.executable, "-m", "promptkit", "template", "edit", "--no-open"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes) as running:
        try:
            address = running.stdout.readline().strip()
            with urllib.request.urlopen(address, timeout=60) as answer:
                assert b"promptkit template edit" in answer.read()
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(address.partition("?")[0], timeout=60)
            running.send_signal(signal.SIGINT)
            _, notices = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, notices) == (0, "open this address in a browser; Ctrl-C stops it\n")
    assert list(tmp_path.iterdir()) == []
