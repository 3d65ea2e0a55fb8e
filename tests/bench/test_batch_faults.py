"""What goes wrong with batches, and what becomes of the run."""

import pytest

from promptkit import UsageError
from promptkit.bench import compare
from promptkit.record.batches import BatchLedger
from tests.bench.batched import KEY, PROVIDERS, QUESTIONS, batches, errors, model_of, run
from tests.endurance.batch_kills import HASTY
from tests.loopback import Fault, server
from tests.loopback.faults import failing, too_many

__all__ = ["server"]

BOTH = pytest.mark.parametrize("provider", PROVIDERS)
OPENAI = pytest.mark.parametrize("provider", ["openai"])


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    for module, name, seconds in HASTY:
        monkeypatch.setattr(module, name, seconds)


def of_question(number, fate, times=10**6):
    """The fate of one question, for so many times; all others are answered."""
    return lambda body, before: fate if f"{number} modulo" in str(body) and before < times else "answered"


@BOTH
@pytest.mark.parametrize("fate", ["expired", "cancelled", failing(500), failing(529), too_many()], ids=str)
def test_a_call_that_was_not_answered_is_asked_again_in_the_next_wave(server, provider, tmp_path, fate):
    server.batches.fate = of_question(2, fate, times=2)
    result, asked = run(server, provider, tmp_path)
    assert result.complete
    assert [batch.calls for batch in batches(tmp_path)] == [4, 1, 1]
    assert asked.total() == len(QUESTIONS)


@BOTH
def test_a_call_that_is_never_answered_is_an_error_after_its_attempts(server, provider, tmp_path):
    server.batches.fate = of_question(2, "expired")
    result, _ = run(server, provider, tmp_path)
    assert len(batches(tmp_path)) == 3
    (error,) = errors(result)
    assert "did not answer in 3 batches, in the last one expired" in error
    server.batches.fate = of_question(2, "answered")
    result, asked = run(server, provider, tmp_path)
    assert result.complete
    assert asked.total() == 1


@BOTH
def test_a_refusal_is_the_error_of_a_live_call_and_asked_once(server, provider, tmp_path):
    refused = Fault(status=400, message="your prompt is odd", code="invalid_request_error")
    server.batches.fate = of_question(2, refused)
    result, _ = run(server, provider, tmp_path)
    assert len(batches(tmp_path)) == 1
    (error,) = errors(result)
    assert "refused the request (400): your prompt is odd" in error


@BOTH
def test_a_creation_whose_reply_was_lost_is_found_again_and_not_paid_twice(server, provider, tmp_path):
    server.batches.page = 1
    server.batches.loses = lambda number: number == 1
    result, asked = run(server, provider, tmp_path, "direct,cot+reflect")
    assert result.complete
    assert set(asked.values()) == {1}
    names = [batch.name for batch in batches(tmp_path)]
    assert names == [batch.name for batch in server.batches.made]


@BOTH
def test_a_batch_that_was_noted_and_never_sent_is_submitted_anew(server, provider, tmp_path):
    server.batches.polls = 10**6
    run(server, provider, tmp_path, batch_wait=0)
    ledger = BatchLedger(tmp_path)
    (batch,) = batches(tmp_path)
    ledger.keep(batch._replace(step="prepared", name=""))
    ledger.close()
    server.batches.made.clear()
    server.batches.polls = 1
    result, asked = run(server, provider, tmp_path)
    assert result.complete
    assert asked.total() == len(QUESTIONS)
    assert [batch.step for batch in batches(tmp_path)] == ["lost", "ended"]


@BOTH
@pytest.mark.parametrize("fault", [failing(503), failing(500), too_many()], ids=str)
def test_a_provider_that_fails_for_a_while_is_waited_for(server, provider, tmp_path, fault):
    server.batch_script.extend([fault] * 3)
    result, asked = run(server, provider, tmp_path)
    assert result.complete
    assert asked.total() == len(QUESTIONS)


@BOTH
def test_a_wrong_key_ends_the_run_and_is_not_shown(server, provider, tmp_path):
    wrong = Fault(status=401, message=f"Incorrect API key provided: {KEY}", code="invalid_api_key")
    server.batch_script.append(wrong)
    with pytest.raises(Exception, match="refused the key") as raised:
        run(server, provider, tmp_path)
    assert KEY not in str(raised.value)
    assert KEY.encode() not in (tmp_path / "batches.sqlite").read_bytes()


@BOTH
def test_a_batch_that_the_provider_does_not_know_ends_the_run(server, provider, tmp_path):
    server.batches.polls = 10**6
    run(server, provider, tmp_path, batch_wait=0)
    server.batches.made.clear()
    with pytest.raises(UsageError, match="which this run submitted; is the key of the same project"):
        run(server, provider, tmp_path)


@OPENAI
def test_a_batch_that_fails_as_a_whole_is_told_by_its_reason(server, provider, tmp_path):
    reason = {"code": "invalid_request", "message": "The batch is not to our liking.", "line": None, "param": None}
    server.batches.invalid = lambda _lines: [reason]
    result, asked = run(server, provider, tmp_path)
    (error,) = errors(result)
    assert "batch batch_0 failed: The batch is not to our liking." in error
    assert not asked


@OPENAI
def test_of_a_batch_that_fails_for_one_line_the_others_are_asked_again(server, provider, tmp_path):
    fault = {"code": "invalid_request", "message": "Line 3 is odd.", "line": 3, "param": None}
    server.batches.invalid = lambda lines: [fault] if len(lines) == 4 else []
    result, asked = run(server, provider, tmp_path)
    assert sum("Line 3 is odd" in (a.error or "") for a in result.attempts) == 1
    assert asked.total() == 3


@OPENAI
def test_a_provider_whose_queue_is_full_gets_smaller_batches_one_after_the_other(server, provider, tmp_path):
    full = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached.", "line": None, "param": None}
    server.batches.invalid = lambda lines: [full] if len(lines) > 2 else []
    result, asked = run(server, provider, tmp_path)
    assert result.complete
    assert asked.total() == len(QUESTIONS)
    assert [(batch.calls, batch.step) for batch in batches(tmp_path)] == [(4, "lost"), (2, "ended"), (2, "ended")]


@OPENAI
def test_a_reply_may_have_what_unicode_calls_the_end_of_a_line(server, provider, tmp_path):
    server.answer = lambda _: "a\u2028b\x85\x0c The answer is 1."
    model = model_of(server, provider)
    result = compare(QUESTIONS, "direct", model=model, directory=tmp_path, answer="number", batch=True)
    assert result.complete
    assert {a.answer for a in result.attempts} == {"1"}
