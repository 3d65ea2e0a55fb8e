"""Models and what is around them, shared by event loops and threads."""

import asyncio
import subprocess
import sys
import threading

import pytest

from promptkit import (
    Cache,
    CallStore,
    ChainOfThought,
    FunctionModel,
    Limit,
    OpenAI,
    RecordError,
    Retry,
    SelfReflection,
    UsageError,
    close,
    run,
)
from promptkit.bench.stores import CallsInMemory
from promptkit.loops import Outcome, in_thread
from promptkit.wrappers.stop import Stop
from tests.endurance.apps import SITUATIONS, WRAPPERS, outcome
from tests.loopback import server  # noqa: F401 - the fixture
from tests.players import Player


@pytest.mark.parametrize(
    ("situation", "wrapper"),
    [
        ("two loops", "Cache"),
        ("threads", "Limit"),
        ("cancelled loop", "Record"),
        ("closed loop", "Cache"),
        ("notebook", "Limit"),
        ("script's end", "bare"),
    ],
)
def test_nothing_is_lost_hangs_or_warns(situation, wrapper):
    assert (situation in SITUATIONS, wrapper in WRAPPERS) == (True, True)
    assert outcome(situation, wrapper, 60) == "0 0 0"


def test_the_same_call_in_a_loop_and_in_a_thread_beside_it_is_sent_once():
    player = Player(["ok", "twice"])
    slow = FunctionModel(lambda prompt: _after_a_while(player, prompt), name="m")
    model = Cache(slow, CallsInMemory())

    async def both():
        return await asyncio.gather(model.complete("?"), asyncio.to_thread(run, model, "?"))

    assert [reply.text for reply in asyncio.run(both())] == ["ok", "ok"]
    assert len(player.asked) == 1


async def _after_a_while(player, prompt):
    await asyncio.sleep(0.3)
    return (await player.complete(prompt)).text


def test_who_waits_for_a_call_that_is_cancelled_with_its_loop_sends_it_anew():
    begun, asked = threading.Event(), []

    async def answer(prompt):
        asked.append(prompt)
        begun.set()
        await asyncio.sleep(3600 if len(asked) == 1 else 0)
        return "ok"

    model = Cache(FunctionModel(answer), CallsInMemory())

    async def interrupted():
        asyncio.get_running_loop().call_later(0.3, asyncio.current_task().cancel)
        await model.complete("?")

    def first():
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(interrupted())

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait()
    assert run(model, "?").text == "ok"
    thread.join()
    assert len(asked) == 2


def test_a_limit_holds_for_all_loops_and_threads_together():
    lock, now, most = threading.Lock(), [0], [0]

    async def answer(_):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        await asyncio.sleep(0.001)
        with lock:
            now[0] -= 1
        return "ok"

    model = Limit(FunctionModel(answer), 3)

    async def many():
        await asyncio.gather(*(model.complete(str(n)) for n in range(40)))

    threads = [threading.Thread(target=asyncio.run, args=(many(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 3


def test_the_place_of_a_call_whose_loop_was_closed_is_given_to_others():
    async def answer(prompt):
        await asyncio.sleep(3600 if prompt.question == "first" else 0)
        return "ok"

    model = Limit(FunctionModel(answer), 1)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    left = loop.create_task(model.complete("first"))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert run(model, "second").text == "ok"
    left.get_coro().close()


def test_a_call_in_a_loop_that_run_blocks_holds_up_nobody():
    async def answer(_):
        await asyncio.sleep(0.01)
        return "ok"

    model = Cache(Limit(FunctionModel(answer), 1), CallsInMemory())

    async def cell():
        behind = [asyncio.create_task(model.complete(question)) for question in "ab"]
        await asyncio.sleep(0)
        texts = [run(model, question).text for question in "abc"]
        return texts + [(await task).text for task in behind]

    assert asyncio.run(cell()) == ["ok"] * 5


def test_a_store_survives_a_loop_that_is_interrupted_in_the_middle_of_a_write(tmp_path):
    async def interrupted(store):
        model = Cache(Player(), store)
        calls = [asyncio.create_task(model.complete(str(n))) for n in range(20)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for call in calls:
            call.cancel()

    with CallStore(tmp_path / "calls.sqlite") as store:
        for _ in range(3):
            asyncio.run(interrupted(store))
        assert run(Cache(Player(), store), "after").text == "ok"


def test_a_closed_store_says_so(tmp_path):
    with CallStore(tmp_path / "calls.sqlite") as store:
        pass
    with pytest.raises(RecordError, match="is closed; open it again"):
        run(Cache(Player(), store), "?")


def test_a_stop_in_another_thread_wakes_those_who_wait():
    stop = Stop()

    async def waiting():
        threading.Timer(0.05, stop, [RecordError("enough")]).start()
        with pytest.raises(RecordError, match="enough"):
            await stop.sleep(3600)

    asyncio.run(waiting())


def test_an_outcome_reaches_whoever_waits_in_any_loop():
    outcome_of_all = Outcome[str]()
    got = []

    async def wait():
        got.append(await outcome_of_all.get())

    threads = [threading.Thread(target=asyncio.run, args=(wait(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    outcome_of_all.set("once")
    outcome_of_all.set("twice")
    for thread in threads:
        thread.join()
    assert got == ["once"] * 3


def test_what_is_done_in_a_thread_is_done_when_its_task_is_cancelled():
    done, go_on = threading.Event(), threading.Event()

    def write():
        go_on.wait()
        done.set()

    async def cancelled():
        task = asyncio.create_task(in_thread(write))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(cancelled())
    go_on.set()
    assert done.wait(60)


class Closable(Player):
    closed = 0

    async def aclose(self):
        self.closed += 1


def test_async_with_closes_the_models_that_are_held():
    bottom, critic = Closable(), Closable()

    async def ask():
        async with SelfReflection(ChainOfThought(Retry(Limit(bottom, 2))), critic=critic):
            pass

    asyncio.run(ask())
    assert (bottom.closed, critic.closed) == (1, 1)


def test_close_closes_without_await():
    model = Closable()
    close(ChainOfThought(Cache(model, CallsInMemory())))
    assert model.closed == 1
    with pytest.raises(TypeError, match="can't be closed"):
        close("nano")


def test_a_model_that_is_closed_in_one_loop_is_closed_in_all(server):  # noqa: F811
    model = OpenAI("m", provider="vllm", base_url=server.openai_url)
    assert run(model, "a").text == "you said: a"

    async def beside():
        await model.complete("b")
        close(model)
        with pytest.raises(UsageError, match="is closed; make a new one"):
            await model.complete("c")

    asyncio.run(beside())
    with pytest.raises(UsageError, match="is closed; make a new one"):
        run(model, "d")


def test_the_first_call_does_not_hold_up_the_loop_while_the_sdk_is_imported():
    script = """
import asyncio, sys
from promptkit import OpenAI
async def main():
    asked = asyncio.create_task(OpenAI("m", provider="vllm", base_url="http://127.0.0.1:9/v1").complete("?"))
    turns = 0
    while not asked.done():
        await asyncio.sleep(0.001)
        turns += "openai" in sys.modules and not hasattr(sys.modules["openai"], "AsyncOpenAI")
    print(turns > 0, type(asked.exception()).__name__)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "Unavailable"]


@pytest.mark.parametrize("last", ["run(model, '2')", "asyncio.run(model.complete('2'))", "loop_that_is_closed()"])
def test_a_script_that_closes_nothing_ends_without_a_word(server, tmp_path, last):  # noqa: F811
    script = f"""
import asyncio
from promptkit import Cache, CallStore, OpenAI, Record, run
def loop_that_is_closed():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(model.complete('2'))
    loop.close()
model = OpenAI("m", provider="vllm", base_url={server.openai_url!r})
model = Cache(Record(model, {str(tmp_path / "calls.jsonl")!r}), CallStore({str(tmp_path / "calls.sqlite")!r}))
run(model, "1")
{last}
"""
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Executing <")]
    assert (done.stdout, lines) == ("", [])
