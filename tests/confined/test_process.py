"""What a program of others can't do, and that it is ended."""

import json
import sys

import pytest

from promptkit.confined.process import Worker, run_once
from promptkit.errors import NotGraded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems limit processes less")

PORT = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
ATTACKS = {
    "reads a file": "open({place!r}).read()",
    "writes a file": "open({place!r}, 'w')",
    "removes a file": "import os; os.unlink({place!r})",
    "lists a folder": "import os; os.listdir(os.path.dirname({place!r}))",
    "reads the environment of its parent": "import os; open('/proc/%d/environ' % os.getppid(), 'rb').read()",
    "changes who may read a file": "import os; os.chmod({place!r}, 0)",
    "connects": PORT,
    "forks": "import os; os.fork()",
    "starts a program": "import subprocess; subprocess.run(['true'])",
    "kills its parent": "import os; os.kill(os.getppid(), 9)",
    "limits its parent": "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (9, 9))",
    "takes memory": "bytearray(8 * 10**9)",
    "writes a large file": "open('a', 'wb').write(bytes(10**8))",
}


def problem(code: str, tests: str = "", **limits: float) -> str | None:
    """What went wrong; empty where nothing did, `None` where it came to no end."""
    asked = {"code": code, "tests": tests, "token": "t"}
    written = run_once("run_tests.py", asked, **{"cpu_seconds": 5, "seconds": 60, "megabytes": 512, **limits})
    return json.loads(written)["problem"] if written else None


@pytest.mark.parametrize("attack", ATTACKS)
def test_code_can_not_do_more_than_compute(attack, tmp_path):
    place = tmp_path / "mine.txt"
    place.write_text("mine")
    found = problem(ATTACKS[attack].format(place=str(place)))
    assert found.startswith("code, line 1: ")
    assert "Error" in found
    assert place.read_text() == "mine"


def test_code_gets_no_variable_of_the_environment(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert problem("import os; assert 'OPENAI_API_KEY' not in os.environ") == ""


def test_code_may_compute_write_in_its_folder_and_start_threads():
    code = "import json, threading\nopen('a', 'w').write('1')\nthreading.Thread(target=print).start()"
    assert problem(code, "assert open('a').read() == '1'") == ""


@pytest.mark.parametrize("early", ["import os; os._exit(0)", "import sys; sys.exit(0)", "raise KeyboardInterrupt"])
def test_an_early_exit_is_no_success(early):
    assert problem(early) != ""


def test_a_loop_ends_with_its_processor_time():
    assert problem("while True: pass", cpu_seconds=1) is None


def test_a_wait_ends_with_its_time():
    assert problem("import time; time.sleep(600)", seconds=0.5) is None


def test_a_worker_that_takes_too_long_is_ended_and_the_next_question_is_answered():
    worker = Worker("match_pattern.py", megabytes=512, start_seconds=60)
    with pytest.raises(NotGraded, match="longer than 1 s"):
        worker.ask({"pattern": "(a|aa)+$", "text": "a" * 60 + "b"}, seconds=1)
    assert worker.ask({"pattern": "b", "text": "ab"}, seconds=60) == {"matches": True}
