"""Runs that ask by batches: against a real server that has the batch APIs of OpenAI and Anthropic."""

from dataclasses import asdict

import pytest

from promptkit import ChainOfThought, SelfReflection, UsageError
from promptkit.bench import compare, read_run
from promptkit.providers.hosted.openai_batches import OpenAIBatches
from promptkit.record.reader import open_run
from promptkit.report.findings import findings_of
from promptkit.report.rows import attempt_rows
from tests.bench.batched import PROVIDERS, QUESTIONS, batches, model_of, outcomes, run
from tests.endurance.batch_kills import HASTY
from tests.loopback import server
from tests.players import Player

__all__ = ["server"]

BOTH = pytest.mark.parametrize("provider", PROVIDERS)
OPENAI = pytest.mark.parametrize("provider", ["openai"])


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    for module, name, seconds in HASTY:
        monkeypatch.setattr(module, name, seconds)


@BOTH
def test_a_run_by_batches_has_the_result_of_a_live_one_and_asks_each_call_once(server, provider, tmp_path):
    strategies = "direct,cot,cot+reflect,plan,cot+self-consistency(draws=3)"
    live, asked = run(server, provider, tmp_path / "live", strategies, batch=False)
    calls = len(server.requests)
    batched, asked_by_batches = run(server, provider, tmp_path / "batched", strategies, temperature=None)
    assert batched.complete
    assert outcomes(batched) == outcomes(live)
    assert asked_by_batches == asked
    assert len(server.requests) == calls
    assert {batch.step for batch in batches(tmp_path / "batched")} == {"ended"}
    assert sum(batch.calls for batch in batches(tmp_path / "batched")) == asked.total()


@BOTH
def test_what_was_paid_is_at_the_price_of_batches_and_told_beside_what_asking_live_costs(server, provider, tmp_path):
    result, _ = run(server, provider, tmp_path / "r")
    (row,), (batched,) = result.rows, result.tallies.batched
    assert (batched.calls, batched.cost_usd) == (4, pytest.approx(row.cost_usd / 2))
    assert f"4 calls of {row.model} went by batches, for $" in str(result)
    assert read_run(tmp_path / "r").tallies.batched == (batched,)
    assert result.to_json()["batched"] == [asdict(batched)]
    with open_run(tmp_path / "r") as opened:
        paid = sum(attempt["paid_usd"] for attempt in attempt_rows(opened))
        (section,) = findings_of(opened).sections
    assert paid == pytest.approx(batched.cost_usd)
    assert section.paid_usd == {"direct": pytest.approx(batched.cost_usd)}


@BOTH
def test_a_live_run_has_nothing_by_batches(server, provider, tmp_path):
    result, _ = run(server, provider, tmp_path / "r", batch=False)
    assert (result.tallies.batched, "batched" in result.to_json()) == ((), False)


@BOTH
def test_calls_that_need_no_other_reply_are_one_wave(server, provider, tmp_path):
    run(server, provider, tmp_path, "direct,cot,cot+self-consistency(draws=3)")
    assert [batch.calls for batch in batches(tmp_path)] == [len(QUESTIONS) * 4]


@BOTH
def test_a_temperature_is_sent_as_in_a_live_call(server, provider, tmp_path):
    result, _ = run(server, provider, tmp_path, temperature=0.5)
    assert result.complete


@BOTH
def test_a_run_ends_while_batches_are_under_way_and_goes_on_later(server, provider, tmp_path):
    server.batches.polls = 10**6
    stopped, _ = run(server, provider, tmp_path, batch_wait=0)
    assert not stopped.complete
    assert stopped.stopped == "4 calls wait for 1 batch at the provider"
    for batch in server.batches.made:
        batch.polls = 0
    result, asked_again = run(server, provider, tmp_path, batch=False)
    assert result.complete
    assert not asked_again


@BOTH
def test_a_model_without_a_batch_api_is_asked_live_in_the_same_run(server, provider, tmp_path):
    critic = Player(reply=lambda _: "Verdict: wrong", endpoint="http://critic.example")
    with_critic = SelfReflection(ChainOfThought(model_of(server, provider)), critic=critic)
    server.answer = lambda _: "The answer is 1."
    result = compare(QUESTIONS, {"reflect": with_critic}, directory=tmp_path, answer="number", batch=True)
    assert result.complete
    assert [len(critic.asked), [batch.calls for batch in batches(tmp_path)], server.requests] == [4, [4, 4], []]


@BOTH
def test_a_wave_is_split_at_the_limits_of_the_provider(server, provider, tmp_path, monkeypatch):
    api = type(model_of(server, provider).batch_api())
    monkeypatch.setattr(api, "most_calls", 3)
    result, _ = run(server, provider, tmp_path, "direct,cot")
    assert result.complete
    assert [batch.calls for batch in batches(tmp_path)] == [3, 3, 2]


@OPENAI
def test_a_wave_is_split_at_the_bytes_that_the_provider_takes(server, provider, tmp_path, monkeypatch):
    monkeypatch.setattr(OpenAIBatches, "most_bytes", 400)
    result, _ = run(server, provider, tmp_path)
    assert result.complete
    assert len(batches(tmp_path)) > 1
    assert max(len(file) for name, file in server.batches.uploads.items() if name.startswith("file")) <= 400


@BOTH
def test_max_calls_holds_and_what_fits_is_asked(server, provider, tmp_path):
    result, asked = run(server, provider, tmp_path, max_calls=3)
    assert not result.complete
    assert "3 calls were sent, which is the limit" in result.stopped
    assert asked.total() == 3
    result, asked = run(server, provider, tmp_path, max_calls=1)
    assert result.complete
    assert asked.total() == 1


@BOTH
def test_max_cost_holds_at_the_price_of_batches(server, provider, tmp_path):
    most = {"openai": 0.0009, "anthropic": 0.0075}[provider]  # three quarters of what a live call may cost
    live, asked = run(server, provider, tmp_path / "live", max_tokens=2000, max_cost=most, batch=False)
    assert [live.complete, asked.total()] == [False, 0]
    batched, _ = run(server, provider, tmp_path / "batched", max_tokens=2000, max_cost=most)
    assert batched.complete
    assert [batch.calls for batch in batches(tmp_path / "batched")] == [1, 1, 1, 1]


@OPENAI
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"item_seconds": 5.0}, "`item_seconds` can't be combined with `batch`"),
        ({"directory": None}, "a run by batches needs a directory"),
        ({"model": Player()}, "player has no batch API"),
    ],
)
def test_what_batches_can_not_be_used_with_is_refused_before_anything_is_sent(
    server, provider, tmp_path, options, words
):
    given = {"model": model_of(server, provider), "directory": tmp_path, **options}
    with pytest.raises(UsageError, match=words):
        compare(QUESTIONS, "direct", answer="number", batch=True, **given)
    assert not server.batches.requests
