"""The Responses API: our prompt as its request, its reply and its events as our completion."""

import asyncio
import contextlib
import json

import openai
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter, ValidationError

from promptkit import (
    InvalidRequest,
    OpenAIResponses,
    Prompt,
    RateLimited,
    Structured,
    Unavailable,
    UnknownModel,
    UsageError,
)
from promptkit import load_model as by_name
from promptkit.prices import cost_usd
from promptkit.providers.hosted.openai_responses_replies import ResponseStream
from promptkit.providers.hosted.replies import ErrorReply, Unusable
from promptkit.streaming import stream_to
from promptkit.types import Token, Usage
from tests.loopback import Fault, Server
from tests.loopback.apis import APIS, Answer
from tests.providers.hosted import KEY, ask

API = APIS["/v1/responses"]
REQUEST = {"model": "m", "input": [{"role": "user", "content": "two words"}]}


@pytest.fixture
def model(server: Server) -> OpenAIResponses:
    return OpenAIResponses("m", base_url=server.openai_url, api_key=KEY)


def message(*content, **fields):
    return {"type": "message", "role": "assistant", "content": list(content), **fields}


def said(text, **fields):
    return {"type": "output_text", "text": text, "annotations": [], **fields}


def replying(*output, **fields):
    return Fault(fields={"output": list(output), **fields})


def listened(model):
    heard = []
    with stream_to(lambda delta: heard.append("" if delta.restart else delta.text)):
        return ask(model), "".join(heard)


def test_a_prompt_is_sent_turn_by_turn_and_its_instructions_apart(model, server):
    ask(model, Prompt.of("first", system="be brief").then("reply", "second"))
    assert server.requests[0].path == "/v1/responses"
    assert server.requests[0].body == {
        "model": "m",
        "instructions": "be brief",
        "input": [
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "reply"},
            {"role": "user", "content": "second"},
        ],
        "store": False,
    }


def test_sampling_and_log_probabilities_are_asked_for_when_they_are_set(model, server):
    ask(model, Prompt.of("q", temperature=0.0, max_tokens=70, logprobs=2))
    body = server.requests[0].body
    assert (body["temperature"], body["max_output_tokens"], body["top_logprobs"]) == (0.0, 70, 2)
    assert body["include"] == ["message.output_text.logprobs"]


def test_a_stop_text_is_refused_before_anything_is_sent(model, server):
    with pytest.raises(InvalidRequest, match="Responses API has no stop texts; leave out stop, or ask the model as"):
        ask(model, Prompt.of("q", stop=("\n",)))
    assert server.requests == []


def test_fields_of_the_user_are_merged_with_ours(server):
    extra = {"store": True, "reasoning": {"summary": "auto"}, "text": {"verbosity": "low"}}
    model = OpenAIResponses("m", base_url=server.openai_url, api_key=KEY, extra=extra)
    ask(model, Prompt.of("q", effort="low", schema={"title": "A", "type": "object"}))
    body = server.requests[0].body
    assert body["store"] is True
    assert body["reasoning"] == {"summary": "auto", "effort": "low"}
    assert (body["text"]["verbosity"], body["text"]["format"]["type"]) == ("low", "json_schema")


@pytest.mark.parametrize("field", ["input", "instructions", "background", "include"])
def test_what_the_adapter_sets_can_not_be_set_beside_it(field):
    with pytest.raises(UsageError, match=f"extra can't set {field}"):
        OpenAIResponses("m", extra={field: True})


def test_what_is_no_message_to_the_user_is_no_part_of_the_text(model, server):
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}], "content": "any shape"}
    remark = message(said("Let me look."), phase="commentary")
    answer = message(said("The answer "), said("is 42."), phase="final_answer")
    server.then(*[replying(thought, remark, {"type": "web_search_call", "content": 7}, answer)] * 2)
    assert ask(model).text == "The answer is 42."
    model = OpenAIResponses("m", base_url=server.openai_url, api_key=KEY)
    answer, heard = listened(model)
    assert answer.text == heard == "The answer is 42."


def test_all_counts_of_the_usage_are_read(model, server):
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
        "output_tokens": 20,
        "output_tokens_details": {"reasoning_tokens": 15},
        "total_tokens": 30,
    }
    server.then(Fault(fields={"usage": usage}))
    assert ask(model).usage == Usage(calls=1, input_tokens=10, cached_tokens=4, output_tokens=20, reasoning_tokens=15)


def test_a_reply_costs_what_openais_model_costs():
    usage = Usage(calls=1, input_tokens=1000, output_tokens=1000)
    assert cost_usd("openai-responses/gpt-4.1", usage) == cost_usd("openai/gpt-4.1", usage) is not None


def test_log_probabilities_are_read(model, server):
    likely = {"token": "no", "logprob": -0.5, "bytes": [110, 111], "top_logprobs": [{"token": "no", "logprob": -0.5}]}
    server.then(replying(message(said("no", logprobs=[likely]))))
    assert ask(model).tokens == (Token(text="no", logprob=-0.5, alternatives=(Token(text="no", logprob=-0.5),)),)


@pytest.mark.parametrize("logprobs", [None, "?", [7]])
def test_a_reply_is_read_also_when_its_log_probabilities_are_unusable(model, server, logprobs):
    server.then(replying(message(said("no", logprobs=logprobs))))
    answer = ask(model)
    assert (answer.text, answer.tokens) == ("no", ())


def test_a_refusal_takes_the_place_of_the_text(model, server):
    server.then(replying(message(said("Well, "), {"type": "refusal", "refusal": "I won't."})))
    answer = ask(model)
    assert (answer.text, answer.finish_reason) == ("I won't.", "refusal")


@pytest.mark.parametrize(
    ("status", "details", "ours"),
    [
        ("completed", None, "stop"),
        ("incomplete", {"reason": "max_output_tokens"}, "length"),
        ("incomplete", {"reason": "content_filter"}, "refusal"),
        ("incomplete", {"reason": "steered"}, "unknown"),
        ("incomplete", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_why_a_reply_ended_is_its_status_and_the_reason(model, server, status, details, ours):
    server.then(replying(message(said("so")), status=status, incomplete_details=details))
    answer = ask(model)
    assert (answer.text, answer.finish_reason) == ("so", ours)


def test_a_reply_that_is_all_reasoning_is_a_paid_reply_without_text(model, server):
    usage = {"input_tokens": 3, "output_tokens": 64, "output_tokens_details": {"reasoning_tokens": 64}}
    cut = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "usage": usage}
    server.then(replying({"type": "reasoning", "summary": []}, **cut))
    answer = ask(model)
    assert (answer.text, answer.finish_reason, answer.usage.reasoning_tokens) == ("", "length", 64)


@pytest.mark.parametrize("status", ["in_progress", "queued", "failed", "cancelled"])
def test_a_reply_that_is_not_there_yet_or_failed_is_unavailable(model, server, status):
    server.then(replying(status=status))
    with pytest.raises(Unavailable, match=status):
        ask(model)


FAILED = {
    "rate_limit_exceeded": RateLimited,
    "server_error": Unavailable,
    "vector_store_timeout": Unavailable,
    "invalid_prompt": InvalidRequest,
}


@pytest.mark.parametrize(("code", "kind"), FAILED.items(), ids=FAILED)
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
def test_the_error_of_a_failed_reply_is_that_error(model, server, code, kind, streamed):
    server.then(replying(status="failed", error={"code": code, "message": "because"}))
    with pytest.raises(kind, match="because"):
        listened(model) if streamed else ask(model)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "invalid_prompt", "message": "Invalid prompt: your prompt was flagged as potentially violating."},
        {"code": "bio_policy", "message": "Held back."},
        {"code": "misalignment_policy_violation", "message": "Held back."},
    ],
    ids=lambda error: error["code"],
)
def test_a_prompt_that_was_held_back_is_a_refusal(model, server, error):
    server.then(replying(status="failed", error=error))
    answer = ask(model)
    assert (answer.text, answer.finish_reason) == (error["message"], "refusal")


@pytest.mark.parametrize("output", [None, "so", [None], [[]], [message("so")], [message(said(7))]], ids=str)
def test_an_output_of_another_shape_is_unavailable(model, server, output):
    server.then(Fault(fields={"output": output}))
    with pytest.raises(Unavailable, match="sent no usable reply"):
        ask(model)


def test_a_model_by_name_is_asked_by_this_api(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    model = by_name("openai-responses/m?service_tier=flex")
    assert (ask(model).by, model.endpoint) == ("openai-responses/m?service_tier=flex", server.openai_url)
    assert (server.requests[0].path, server.requests[0].body["service_tier"]) == ("/v1/responses", "flex")


def test_another_server_of_this_api_goes_by_a_name_of_its_own(server):
    ask(OpenAIResponses("m", provider="box", base_url=server.openai_url, api_key=KEY), Prompt.of("q", effort="high"))
    assert server.requests[0].body["reasoning"] == {"effort": "high"}
    with pytest.raises(UsageError, match="providers are openai-responses; another one needs base_url"):
        OpenAIResponses("m", provider="box")


def test_a_ready_client_is_asked_by_its_own_request(server):
    async def through():
        async with openai.AsyncAzureOpenAI(azure_endpoint=server.url, api_key=KEY, api_version="2025-01-01") as client:
            model = OpenAIResponses("my-deployment", provider="azure", client=client)
            with contextlib.suppress(UnknownModel):  # the server has no such path
                await model.complete("q")

    asyncio.run(through())
    assert server.requests[0].path == "/openai/responses?api-version=2025-01-01"


def test_a_schema_that_is_sent_is_read_as_a_value(server):
    class City(BaseModel):
        name: str

    server.answer = lambda turns: '{"name": "Oslo"}'
    model = OpenAIResponses("m", base_url=server.openai_url, api_key=KEY)
    assert ask(Structured(model, City)).value == City(name="Oslo")
    assert server.requests[0].body["text"]["format"]["strict"] is True


@pytest.mark.parametrize("stop", ["stop", "length", "refusal"])
def test_the_server_of_these_tests_speaks_as_the_sdk_reads(stop):
    reply = API.reply(REQUEST, Answer("so it is", stop))
    rest = {"parallel_tool_calls": False, "tool_choice": "auto", "tools": []}  # that a reply repeats of its request
    details = {
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    reply = {**reply, **rest, "usage": {**reply["usage"], **details}}
    assert Response.model_validate(reply, strict=True).output_text == "so it is"
    for event in API.stream(reply):
        assert TypeAdapter(ResponseStreamEvent).validate_python(event).type == event["type"]


def added(index, **fields):
    return {"type": "response.output_item.added", "output_index": index, "item": {"type": "message", **fields}}


def more(text, index=0, kind="output_text"):
    return {"type": f"response.{kind}.delta", "output_index": index, "content_index": 0, "delta": text}


def end(*output, status="completed", **fields):
    return {"type": f"response.{status}", "response": {"status": status, "output": list(output), **fields}}


def streamed(*events):
    stream = ResponseStream()
    heard = "".join(stream.add(event if isinstance(event, bytes) else json.dumps(event).encode()) for event in events)
    return stream.reading(), heard


def test_the_last_event_mends_what_was_lost_or_doubled_before_it():
    reading, heard = streamed(added(0), more("The "), more("The "), end(message(said("The answer"))))
    assert (reading.text, heard) == ("The answer", "The The ")


def test_a_listener_has_the_mended_text_in_the_end(model, server):
    server.then(Fault(events=lambda events: [e for e in events if e.get("delta") != "said: "]))
    answer, heard = listened(model)
    assert answer.text == "you said: What is 6 times 7?"
    assert heard.endswith(answer.text)


def test_where_the_last_event_has_no_content_the_pieces_count():
    assert streamed(added(0), more("so "), more("it is"), end())[0][:2] == ("so it is", "stop")
    refused = streamed(added(0), more("Well"), more("I won't.", kind="refusal"), end())[0]
    assert refused[:2] == ("I won't.", "refusal")


def test_remarks_are_not_heard():
    events = [added(0, phase="commentary"), more("Let me look.", 0), added(1, phase="final_answer"), more("42", 1)]
    assert streamed(*events, end())[0].text == streamed(*events, end())[1] == "42"


def test_events_of_other_types_and_an_end_mark_are_passed_over():
    thought = {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm"}
    new = {"type": "response.new", "delta": {"any": "shape"}, "item": 7}
    reading, heard = streamed(new, thought, added(0), more("so"), end(message(said("so"))), b"[DONE]")
    assert (reading.text, heard) == ("so", "so")


def test_an_end_mark_without_a_status_is_no_end():
    with pytest.raises(Unusable, match="the stream ended without a status"):
        streamed(added(0), more("so"), b"[DONE]")


@pytest.mark.parametrize("delta", [None, 7, {"text": "so"}], ids=str)
def test_a_piece_that_is_no_text_is_refused(delta):
    with pytest.raises(Unusable, match="a piece of the text that is not text"):
        streamed(added(0), more(delta), end())


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "code": "server_error", "message": "because", "param": None, "sequence_number": 3},
        {"type": "error", "error": {"code": "server_error", "message": "because"}},
        {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "because"}}},
        end(error={"code": "server_error", "message": "because"}),
    ],
    ids=["flat", "nested", "failed", "completed"],
)
def test_an_error_in_a_stream_is_that_error_in_all_its_forms(event):
    with pytest.raises(ErrorReply) as caught:
        streamed(added(0), more("so"), event)
    assert (caught.value.body["code"], caught.value.body["message"]) == ("server_error", "because")


@pytest.mark.parametrize("response", [None, {}, {"output": None}, [], {"output": [7]}], ids=str)
def test_a_last_event_without_a_reply_is_unusable(response):
    with pytest.raises(ValidationError):
        streamed(added(0), more("so"), {"type": "response.completed", "response": response})


def test_a_last_event_of_more_than_a_megabyte_is_read(model, server):
    likely = {"token": "so", "logprob": -0.5, "top_logprobs": [{"token": "so", "logprob": -0.5}] * 20}
    server.then(replying(message(said("so", logprobs=[likely] * 2000))))
    answer, _ = listened(model)
    assert (answer.text, len(answer.tokens)) == ("so", 2000)
