"""Runs on a cluster of two nodes on this machine: equal to the run in one process, and whole after a node died."""

import asyncio
import functools
import importlib.util
import os
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pytest

from promptkit import Prompt, Unavailable
from promptkit.bench import compare
from promptkit.on_ray.engine import Engine
from promptkit.on_ray.model import OnRay

pytestmark = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="the extra `ray` is not installed")

PAIRS = [(f"Anna has {i} pens. She buys 4 more pens. How many pens does she have?", i + 4) for i in range(3, 15)]
KEY = "sk-of-the-driver-alone"


@pytest.fixture(scope="module")
def cluster():
    """Two nodes with room for an actor each; their servers listen on 127.0.0.1."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # read when Ray is imported
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("NO_PROXY", "127.0.0.1")
        from ray.cluster_utils import Cluster

        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        made.add_node(num_cpus=1)
        yield made
        made.shutdown()


@pytest.fixture
def engine(cluster):
    return f"ray:{cluster.address}?actors=2"


@pytest.fixture
def hosted(server, monkeypatch):
    """A model behind a server on this machine, whose replies are right."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.answer = lambda turns: f"The answer is {int(turns[-1]['content'].split()[2]) + 4}."
    return "openai/mock"


def recorded(run: Path, left_out: Collection[str] = ()) -> dict[str, list[tuple[object, ...]]]:
    """All that a run has on record, but for times."""
    with closing(sqlite3.connect(run / "run.sqlite")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in set(tables) - set(left_out):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(column for column in columns if column not in {"seconds", "asked_at"})
            found[table] = sorted(connection.execute(f"SELECT {kept} FROM {table}"), key=repr)
        return found


def asked(server) -> Counter[str]:
    return Counter(request.body["messages"][-1]["content"] for request in server.requests)


def test_a_run_on_two_nodes_records_what_the_run_in_one_process_does(engine, tmp_path):
    """Also where replies are sampled: they depend on the seed, the prompt and its draw, and not on who answers."""
    specs = ["direct", "cot", "self-consistency(draws=3)"]
    plain = compare(PAIRS, specs, model="nano", answer="number", temperature=0.7, directory=tmp_path / "plain")
    on_ray = compare(
        PAIRS, specs, model="nano", answer="number", temperature=0.7, directory=tmp_path / "ray", engine=engine
    )
    assert on_ray.verdicts == plain.verdicts
    assert recorded(tmp_path / "ray") == recorded(tmp_path / "plain")


def test_a_limit_on_calls_holds_for_all_actors_together(engine, server, hosted):
    result = compare(PAIRS, ["direct"], model=hosted, answer="number", max_calls=5, engine=engine)
    assert "5" in result.stopped
    assert len(server.requests) == 5


def test_keys_reach_the_actors_and_no_log_of_ray(engine, cluster, server, hosted):
    assert compare(PAIRS[:2], ["direct"], model=hosted, answer="number", engine=engine).complete
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    logs = [file for file in Path(cluster.head_node.get_session_dir_path()).rglob("*") if file.is_file()]
    assert logs
    assert [file for file in logs if KEY.encode() in file.read_bytes()] == []


def test_other_variables_of_the_driver_do_not_reach_the_actors(engine, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_DRIVER", "yes")

    async def told():
        async with OnRay("tests.on_ray.models:teller/variable", engine=Engine.parse(engine), timeout_seconds=60) as m:
            return (await m.complete("SECRET_OF_THE_DRIVER")).text

    assert asyncio.run(told()) == "not set"


def test_an_actor_that_was_killed_is_started_again_and_asked_again(cluster):
    engine = Engine.parse(f"ray:{cluster.address}?actors=1")

    async def processes():
        async with OnRay("tests.on_ray.models:teller/pid", engine=engine, timeout_seconds=60) as model:
            first = int((await model.complete("?")).text)
            os.kill(first, signal.SIGKILL)
            with pytest.raises(Unavailable, match="the actor that was asked is gone"):
                await model.complete(Prompt.of("?"))
            return first, int((await model.complete("?")).text)

    first, second = asyncio.run(processes())
    assert first != second


class Doomed:
    """Lets a node answer some calls, holds its next ones, and kills it then; the others wait until it was asked."""

    def __init__(self, cluster, server):
        self.node = next(iter(cluster.worker_nodes))
        self.asked, self.held, self._lock = set[str](), set[str](), threading.Lock()
        self._begun, self.over, self._cluster = threading.Event(), threading.Event(), cluster
        server.refuses = self.refuses

    def refuses(self, request):
        if request.headers["x-node"] != self.node.node_id:
            self._begun.wait(1)  # or all would be asked before it is ready
            return
        question = request.body["messages"][-1]["content"]
        with self._lock:
            self.asked.add(question)
            if len(self.asked) < 4:
                return
            self.held.add(question)
            if not self._begun.is_set():
                self._begun.set()
                kill = functools.partial(self._cluster.remove_node, self.node, allow_graceful=False)
                threading.Thread(target=kill).start()
        self.over.wait(60)


def test_a_node_that_dies_in_the_middle_loses_nothing_and_no_reply_is_paid_twice(cluster, server, tmp_path):
    """The last test of the module: one node is left afterwards."""
    pairs = [(f"What is {i} plus 4?", i + 4) for i in range(30)]
    server.answer = lambda turns: f"The answer is {int(turns[-1]['content'].split()[2]) + 4}."
    model = f"tests.on_ray.models:Marked/mock?base_url={server.openai_url}"
    strategies = ["direct", "cot"]
    plain = compare(pairs, strategies, model=model, answer="number", directory=tmp_path / "plain")
    server.requests.clear()
    doomed, engine = Doomed(cluster, server), f"ray:{cluster.address}?actors=2"
    on_ray = compare(
        *(pairs, strategies), model=model, answer="number", concurrency=4, directory=tmp_path / "ray", engine=engine
    )
    doomed.over.set()
    assert on_ray.complete
    assert on_ray.verdicts == plain.verdicts
    left_out = {"run"}  # the settings, in which the concurrency is
    assert recorded(tmp_path / "ray", left_out) == recorded(tmp_path / "plain", left_out)
    times = asked(server)
    twice = {question for question, count in times.items() if count > 1}
    assert doomed.held <= twice <= doomed.asked, "only what was in flight on the node that died is asked again"
    assert len(times) == 60
    assert max(times.values()) == 2
