"""Why a model stopped, in the words of every provider."""

from typing import get_args

import pytest
from anthropic.types import StopReason
from anthropic.types.beta import BetaStopReason
from openai.types.chat.chat_completion import Choice

from promptkit.errors import Unavailable
from promptkit.providers.hosted.finish_reasons import finish_reason
from promptkit.providers.hosted.replies import Unusable
from promptkit.streaming import stream_to
from tests.loopback import Fault
from tests.providers.hosted import ADAPTERS, ask

OURS = {
    "stop": ["stop", "STOP", "end_turn", "stop_sequence", "eos", "completed", "COMPLETE"],
    "length": [
        *("length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "model_length", "ERROR_LIMIT"),
        "model_context_window_exceeded",
    ],
    "refusal": [
        *("refusal", "content_filter", "content-filter", "content_filter: RECITATION", "SAFETY", "RECITATION"),
        *("sensitive", "guardrail_intervened", "PROHIBITED_CONTENT", "ERROR_TOXIC"),
    ],
    "unknown": [
        *("tool_calls", "function_call", "tool_use", "pause_turn", "compaction", "a new one", "", ":", None),
        "MALFORMED_FUNCTION_CALL",
    ],
}
FAILED = ["error", "ERROR", "insufficient_system_resource", "network_error", "server_error", "abort", "cancelled"]
# What either SDK knows of, and that is not an answer, but what was asked for was not a plain reply either.
NOT_THE_END = {"tool_calls", "function_call", "tool_use", "pause_turn", "compaction"}


@pytest.fixture(params=ADAPTERS)
def make(request, server):
    return ADAPTERS[request.param](server)


def ended(reason):
    """A reply that stopped for this reason, in all APIs and in a stream."""
    of_responses = {"status": "incomplete", "incomplete_details": {"reason": reason}}

    def changed(events):
        for event in events:
            for told in (event, *event.get("choices", ())) if isinstance(event, dict) else ():
                if told.get("finish_reason"):
                    told["finish_reason"] = reason
                if "stop_reason" in told.get("delta", {}):
                    told["delta"]["stop_reason"] = reason
                if told.get("type") == "response.completed":
                    told |= {"type": "response.incomplete", "response": {**told["response"], **of_responses}}
        return events

    choices = [{"index": 0, "message": {"content": "so"}, "finish_reason": reason}]
    fields = {"choices": choices, "stop_reason": reason, **of_responses}
    return Fault(fields=fields), Fault(events=changed)


@pytest.mark.parametrize(("theirs", "ours"), [(theirs, ours) for ours in OURS for theirs in OURS[ours]])
def test_a_reason_to_stop_is_one_of_ours(theirs, ours):
    assert finish_reason(theirs) == ours


@pytest.mark.parametrize("theirs", FAILED)
def test_a_reply_that_failed_is_no_answer(theirs):
    with pytest.raises(Unusable, match=f"it ended with '{theirs.lower()}'"):
        finish_reason(theirs)


def test_every_reason_that_an_sdk_knows_is_known():
    theirs = {
        *get_args(StopReason),
        *get_args(BetaStopReason),
        *get_args(Choice.model_fields["finish_reason"].annotation),
    }
    assert {reason for reason in theirs if finish_reason(reason) == "unknown"} == NOT_THE_END


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("end_turn", "stop"), ("max_tokens", "length"), ("SAFETY", "refusal"), ("a new one", "unknown")],
)
def test_all_apis_are_read_by_the_same_table(make, server, theirs, ours):
    plain, streamed = ended(theirs)
    server.then(plain, streamed)
    assert ask(make()).finish_reason == ours
    with stream_to(lambda delta: None):
        assert ask(make()).finish_reason == ours


def test_a_call_that_failed_at_the_provider_is_unavailable_whatever_text_it_has(make, server):
    server.then(*ended("insufficient_system_resource"))
    with pytest.raises(Unavailable, match=r"sent no usable reply \(it ended with 'insufficient_system_resource'\)"):
        ask(make())
    with stream_to(lambda delta: None), pytest.raises(Unavailable, match="it ended with"):
        ask(make())


def test_a_reply_without_a_reason_is_unknown(make, server):
    server.then(ended(None)[0])
    assert ask(make()).finish_reason == "unknown"
