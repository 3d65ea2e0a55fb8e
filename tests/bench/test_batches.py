"""Runs that ask by batches: against a real server that has the batch APIs of OpenAI and Anthropic."""

from collections import Counter

import pytest

from promptkit import Anthropic, OpenAI
from promptkit.bench import compare
from promptkit.record.batches import read_batches
from tests.endurance.batch_kills import HASTY
from tests.endurance.oracle import Oracle
from tests.loopback import server
from tests.loopback.strict import refuses

__all__ = ["server"]

QUESTIONS = [(f"What is {i} modulo 3?", str(i % 3)) for i in range(4)]
STRATEGIES = "direct,cot,cot+reflect,plan,cot+self-consistency(draws=3)"
PROVIDERS = ("openai", "anthropic")


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    for module, name, seconds in HASTY:
        monkeypatch.setattr(module, name, seconds)


def model_of(server, provider):
    if provider == "openai":
        return OpenAI("gpt-4o-mini", base_url=server.openai_url, api_key="sk-0123456789")
    return Anthropic("claude-haiku-4-5", base_url=server.url, api_key="sk-0123456789")


def run(server, provider, directory, strategies=STRATEGIES, **options):
    server.refuses = refuses
    oracle = server.answer = Oracle()
    options = {"answer": "number", "batch": True, **options}
    result = compare(QUESTIONS, strategies, model=model_of(server, provider), directory=directory, **options)
    return result, oracle.asked


def outcomes(result):
    return Counter((a.strategy, a.item, a.outcome, a.answer, a.usage.model_dump_json()) for a in result.attempts)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_run_by_batches_has_the_result_of_a_live_one_and_asks_each_call_once(server, provider, tmp_path):
    live, asked = run(server, provider, tmp_path / "live", batch=False)
    calls = len(server.requests)
    batched, asked_by_batches = run(server, provider, tmp_path / "batched")
    assert batched.complete
    assert outcomes(batched) == outcomes(live)
    assert asked_by_batches == asked
    assert len(server.requests) == calls
    assert {batch.step for batch in read_batches(tmp_path / "batched")} == {"ended"}
    assert sum(batch.calls for batch in read_batches(tmp_path / "batched")) == asked.total()
