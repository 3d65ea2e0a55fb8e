"""What befalls a run's record: no room, no rights, two at once, and what is left lying about."""

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys

import pytest

from promptkit import Cache, CallStore, Prompt, RecordError
from promptkit.record.database import lock
from tests.endurance.oracle import Oracle
from tests.endurance.runs import WIDTH, Bench, write_questions
from tests.loopback import Server
from tests.players import Player
from tests.wrappers.test_cache import ask


@pytest.fixture
def bench(tmp_path):
    with Server(answer=Oracle()) as server:
        yield Bench(tmp_path / "run", write_questions(tmp_path / "questions.jsonl", 6), server.openai_url), server


def at_most(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_full_disk_stops_the_run_in_one_line_and_loses_nothing(bench, tmp_path):
    bench, server = bench
    process = bench.start(preexec_fn=at_most(230_000))
    _, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "run.sqlite can't be written" in err
    undisturbed = Bench(tmp_path / "undisturbed", bench.questions, bench.url)
    result, asked = bench.finish(), server.answer.asked.total()
    assert result == undisturbed.finish()
    assert bench.tables() == undisturbed.tables()
    once = server.answer.asked.total() - asked
    assert once < asked <= once + bench.concurrency * WIDTH  # those in flight, and replies that were being written


@pytest.mark.parametrize("size", ["60k", "256k"])  # too small to begin with, and full after some calls
def test_a_full_file_system_stops_the_run_in_one_line_and_loses_nothing(bench, tmp_path, size):
    bench, server = bench
    disk = tmp_path / "disk"
    full = Bench(disk / "run", bench.questions, bench.url)
    command = on_a_disk_of(size, disk, tmp_path, [sys.executable, "-m", "promptkit", *full.arguments()])
    done = subprocess.run(command, env={**os.environ, **full.environment}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "run.sqlite" in done.stderr
    assert "database or disk is full" in done.stderr
    first = server.answer.asked.total()
    assert bool(first) == (size != "60k")
    undisturbed = Bench(tmp_path / "undisturbed", bench.questions, bench.url)
    result, asked = bench.finish(), server.answer.asked.total()
    assert first < asked
    assert result == undisturbed.finish()
    assert bench.tables() == undisturbed.tables()
    assert asked <= server.answer.asked.total() - asked + bench.concurrency * WIDTH


def on_a_disk_of(size, disk, kept, command):
    """The command, for which `disk` is a file system of that size; what it left there is in `kept` afterwards."""
    disk.mkdir()
    unshared = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o size={size} tmpfs {disk}"
    if shutil.which("unshare") is None or subprocess.run([*unshared, mount], capture_output=True).returncode:
        pytest.skip("this system does not let a test mount a file system")
    return [*unshared, f'{mount} && {{ "$@"; code=$?; cp -r {disk}/. {kept}; exit $code; }}', "sh", *command]


def test_all_files_of_a_run_are_for_their_owner_only(tmp_path):
    store = CallStore(tmp_path / "run" / "run.sqlite")
    ask(Cache(Player(), store), Prompt.of("?"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "run").iterdir()}
    store.close()
    assert modes == {"run.sqlite": 0o600, "run.sqlite-wal": 0o600, "run.sqlite-shm": 0o600}


def test_two_processes_share_a_call_store(tmp_path):
    first, second = CallStore(tmp_path / "calls.sqlite"), CallStore(tmp_path / "calls.sqlite")
    ask(Cache(Player(), first), *[Prompt.of(str(i)) for i in range(50)])
    model = Player()
    ask(Cache(model, second), *[Prompt.of(str(i)) for i in range(60)])
    assert len(model.asked) == 10
    first.close()
    second.close()


def test_a_store_that_stays_locked_is_an_error_and_not_a_lost_call(tmp_path, monkeypatch):
    monkeypatch.setattr("sqlite3.connect", lambda *a, connect=sqlite3.connect, **o: connect(*a, **{**o, "timeout": 0}))
    store = CallStore(tmp_path / "calls.sqlite")
    other = sqlite3.connect(tmp_path / "calls.sqlite")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordError, match="can't be written: database is locked"):
        ask(Cache(Player(), store), Prompt.of("?"))
    other.close()
    store.close()


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="name another place"):
        CallStore(tmp_path / "file" / "calls.sqlite")


def test_a_lock_is_held_by_one_process_until_it_ends(tmp_path):
    place = str(tmp_path / "l")
    code = f"import pathlib; from promptkit.record.database import lock; held = lock(pathlib.Path({place!r}));"
    holder = subprocess.Popen(
        [sys.executable, "-c", code + "print(flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    holder.stdout.readline()
    with pytest.raises(RecordError, match="another process or thread is working"):
        lock(tmp_path / "l")
    holder.kill()
    holder.communicate()
    lock(tmp_path / "l").close()
