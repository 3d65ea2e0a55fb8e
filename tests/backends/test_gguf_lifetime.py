"""How a process ends that has used a model: each script is run by itself."""

import subprocess
import sys

import pytest

from promptkit.files import shipped

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")

BEGIN = f"""
import asyncio, sys
from promptkit import GGUF, InvalidRequest, Prompt
model = GGUF({str(shipped("models") / "nano.gguf")!r})
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
