"""The endpoint of docs/python.md, behind a real server, with clients that stay and clients that leave."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from promptkit import ChainOfThought, FunctionModel, Ledger, Usage
from tests.loopback import Fault, server  # noqa: F401 - a fixture

PAGE = (Path(__file__).parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
(CODE,) = re.findall(r"<!-- file: app.py -->\n```python\n(.*?)```", PAGE, re.DOTALL)
CLIENTS = 200
PIECE = 600  # bytes: some events of a stream, and not all


@pytest.fixture
def app(server, monkeypatch):  # noqa: F811
    pytest.importorskip("starlette")
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    server.answer = lambda turns: "It has eight legs, and three have 24. Verdict: wrong"
    server.fails = lambda body: Fault(delivery="halting", piece=PIECE) if "(leaves)" in str(body) else None
    names: dict = {}
    exec(compile(CODE, "app.py", "exec"), names)
    return names


@contextmanager
def served(app) -> Iterator[str]:
    """Its address, while it is served in a thread."""
    uvicorn = pytest.importorskip("uvicorn")
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        while not running.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/answer"
    finally:
        running.should_exit = True
        thread.join()


async def events_of(client, url, question, *, leaves=False):
    """The data of the events, or of the first alone."""
    events = []
    async with client.stream("POST", url, json={"question": question}) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line.removeprefix("data: ")))
            if leaves and events:
                break
    return events


async def everybody(url, accounts, clients):
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx2.AsyncClient(limits=limits, timeout=300) as client:
        heard = await asyncio.gather(*(events_of(client, url, question, leaves=leaves) for question, leaves in clients))
        while len(accounts) < len(clients):  # noqa: ASYNC110 - that a client left is noticed a moment later
            await asyncio.sleep(0.01)
    return heard


def test_clients_that_leave_cost_one_call_and_those_that_stay_get_the_answer(app, server):  # noqa: F811
    clients = [(f"{n}. How many legs do 3 spiders have?{' (leaves)' * (n % 2)}", n % 2 == 1) for n in range(CLIENTS)]
    with served(app["app"]) as url:
        heard = asyncio.run(everybody(url, app["ACCOUNTS"], clients))
    for events, (_, leaves) in zip(heard, clients, strict=True):
        assert events[0]["step"] == "draft"
        assert leaves or {e["step"] for e in events[:-1]} == {"draft", "critique", "revision"}
        assert leaves or events[-1] == {"answer": "It has eight legs, and three have 24. Verdict: wrong"}
    assert len(server.requests) == CLIENTS // 2 * (1 + 3)
    assert sorted(usage.calls for usage in app["ACCOUNTS"]) == [0] * (CLIENTS // 2) + [3] * (CLIENTS // 2)
    assert sum(app["ACCOUNTS"], Usage()).unmetered == 0


def test_a_question_that_could_cost_more_than_its_budget_is_not_sent(app, server):  # noqa: F811
    with served(app["app"]) as url:
        ((error,),) = asyncio.run(everybody(url, app["ACCOUNTS"], [("How far? " * 100_000, False)]))
    assert "raise `max_cost`" in error
    assert server.requests == []


def test_it_has_21_lines_beside_its_imports():
    lines = [line for line in CODE.splitlines() if line.strip() and not re.match(r"import |from ", line)]
    assert len(lines) == 21
    assert "Budget(" in CODE
    assert "seconds=" in CODE


def test_the_example_of_a_ledger_runs(capsys):
    (code,) = re.findall(r"```python\n(with Ledger\(\).*?)```", PAGE, re.DOTALL)
    names = {"asyncio": asyncio, "Ledger": Ledger, "strategy": ChainOfThought(FunctionModel(lambda prompt: "24"))}
    indented = "".join(f"    {line}\n" for line in code.splitlines())
    exec(f"async def example():\n{indented}", names)
    asyncio.run(names["example"]())
    assert "calls=1" in capsys.readouterr().out
