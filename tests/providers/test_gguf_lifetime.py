"""How a process ends that has used a model: each script is run by itself."""

import subprocess
import sys

import pytest

from promptkit.data_files import data_path

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")

BEGIN = f"""
import asyncio, sys
from promptkit import GGUF, InvalidRequest, Prompt
model = GGUF({str(data_path("models") / "nano.gguf")!r})
prompts = [Prompt.of("Anna has 3 apples. How many?", temperature=3, max_tokens=300).with_draw(i) for i in range(8)]
"""


def run(script):
    return subprocess.run(
        [sys.executable, "-c", BEGIN + script], capture_output=True, text=True, timeout=120, check=False
    )


def test_a_model_that_is_never_closed_ends_quietly_with_the_process():
    ended = run("""
async def main():
    await asyncio.gather(*(model.complete(p) for p in prompts))
asyncio.run(main())
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_exception_while_replies_are_written_ends_the_process_as_always():
    ended = run("""
async def main():
    calls = [asyncio.create_task(model.complete(p)) for p in prompts]
    await asyncio.sleep(0.05)
    raise RuntimeError("enough")
asyncio.run(main())
""")
    assert ended.returncode == 1
    assert ended.stderr.endswith("RuntimeError: enough\n")


def test_an_exit_while_replies_are_written_keeps_its_status():
    ended = run("""
async def main():
    calls = [asyncio.create_task(model.complete(p)) for p in prompts]
    await asyncio.sleep(0.05)
    sys.exit(3)
asyncio.run(main())
""")
    assert (ended.returncode, ended.stderr) == (3, "")


def test_a_kept_error_does_not_keep_a_closed_model_in_memory():
    ended = run("""
import http.client
kept = []
async def main():
    engine = model._engines._idle[-1]
    try:
        await model.complete(Prompt.of("a " * 2000))
    except InvalidRequest as error:
        kept.append(error)
    listener = http.client.HTTPConnection(engine._server.listening_address.removeprefix("http://"))
    listener.connect()
    listener.close()
    await model.aclose()
    try:
        listener.connect()
    except ConnectionRefusedError:
        print("freed")
asyncio.run(main())
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "freed\n", "")


def test_a_model_may_be_closed_as_soon_as_it_is_loaded():
    ended = run("""
for _ in range(60):
    model = GGUF(model._path, engines=1)
    model._engines._idle[-1].load()
    asyncio.run(model.aclose())
""")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted where Linux lists them")
def test_a_closed_model_leaves_no_thread():
    ended = run("""
import os, time
path = model._path
async def use_and_close():
    model = GGUF(path)
    await asyncio.gather(*(model.complete(p.model_copy(update={"max_tokens": 3})) for p in prompts))
    await model.aclose()
for _ in range(4):
    asyncio.run(use_and_close())
    while len(os.listdir("/proc/self/task")) > 2:  # ours, and the one in which llama.cpp writes its log
        time.sleep(0.02)  # the system takes a moment to end a thread; a leaked one is there until the test's time is up
print("none")
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "none\n", "")


def test_a_model_in_use_survives_that_its_file_is_written_anew(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes((data_path("models") / "nano.gguf").read_bytes())
    ended = run(f"""
async def main():
    model = GGUF({str(path)!r}, engines=1)
    before = await model.complete(prompts[0])
    open({str(path)!r}, "wb").close()
    after = await model.complete(prompts[0])
    print(before.text == after.text)
asyncio.run(main())
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True\n", "")
