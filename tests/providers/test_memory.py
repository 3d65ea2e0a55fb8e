import asyncio
import subprocess
import sys

import pytest

from promptkit import GGUF, Prompt, UsageError
from promptkit.data_files import data_path
from promptkit.providers.llama import engine, memory

NANO = data_path("models") / "nano.gguf"
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are read where Linux tells them")


@pytest.fixture
def told(tmp_path, monkeypatch):
    """A machine with 3 + 1 GB left, a container with 2 GB left, and a process without a limit."""
    proc, group = tmp_path / "proc", tmp_path / "cgroup"
    proc.mkdir()
    group.mkdir()
    (proc / "meminfo").write_text(
        "MemTotal: 8000000 kB\nMemAvailable: 3000000 kB\nSwapFree: 1000000 kB\nHugePages: 0\n"
    )
    (group / "memory.max").write_text("4000000000\n")
    (group / "memory.current").write_text("2500000000\n")
    (group / "memory.stat").write_text("anon 7\ninactive_file 500000000\n")
    monkeypatch.setattr(memory, "_PROC", proc)
    monkeypatch.setattr(memory, "_CGROUP", group)
    return proc, group


def test_the_tightest_limit_counts(told):
    _, group = told
    assert memory.memory_left() == 2_000_000_000
    (group / "memory.max").write_text("max\n")
    assert memory.memory_left() == 1024 * 4_000_000
    (group / "memory.max").write_text("1000000000\n")
    assert memory.memory_left() == 0


def test_where_nobody_tells_nothing_is_known(told):
    for folder in told:
        for file in folder.iterdir():
            file.unlink()
    assert memory.memory_left() is None


def test_a_model_that_does_not_fit_is_told_before_it_is_loaded(monkeypatch):
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    monkeypatch.setattr(engine, "memory_left", lambda: 5_000_000)
    model = GGUF(NANO, slots=4)
    with pytest.raises(UsageError) as refused:
        asyncio.run(model.complete(Prompt.of("?")))
    size = NANO.stat().st_size + 4 * 1024 * 2048
    told = f"{NANO} needs at least {size / 1e6:.0f} MB of memory for 4 x 1024 tokens, and 5 MB are left; lower context"
    assert str(refused.value).startswith(told)


@linux
@pytest.mark.parametrize("megabytes", [1, 30, 100, 160, 250, 370, 600])
def test_a_limit_on_memory_is_an_error_in_one_line_and_never_the_end_of_the_process(megabytes):
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    script = f"""
import asyncio, resource
import xllamacpp
from promptkit import GGUF, Prompt, UsageError
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + {megabytes} * 2**20,) * 2)
model = GGUF({str(NANO)!r}, engines=1)
try:
    print("said", asyncio.run(model.complete(Prompt.of("Anna has 3 apples. How many?", max_tokens=5))).text)
except UsageError as error:
    print("refused", error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False, errors="replace"
    )
    assert (ended.returncode, ended.stderr, ended.stdout.count("\n")) == (0, "", 1)
    assert ended.stdout.startswith("said" if megabytes == 600 else "refused")
