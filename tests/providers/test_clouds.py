"""Anthropic's models at Amazon and Google, through the SDK's own clients; no request leaves this process."""

import asyncio
import binascii
import json
import struct

import anthropic
import httpx2
import pytest
from anthropic._constants import ANTHROPIC_API_VERSION

from promptkit import Anthropic, InvalidRequest, Prompt, RateLimited, Unavailable, stream_to
from promptkit.providers.hosted.facts import UNKNOWN, facts

MESSAGE = {
    "id": "msg-1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "It is 42."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 9, "output_tokens": 4},
}
EVENTS = [
    {"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "It is "}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "42 ☃."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}},
    {"type": "message_stop"},
]


def frame(payload, **headers):
    """A frame of Amazon's event streams, with its two checksums."""
    packed = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    body = json.dumps(payload).encode()
    start = struct.pack(">II", 16 + len(packed) + len(body), len(packed))
    start += struct.pack(">I", binascii.crc32(start))
    whole = start + packed + body
    return whole + struct.pack(">I", binascii.crc32(whole))


def chunk(event):
    """An event as Bedrock sends it: in base64, in JSON, in a frame."""
    packed = binascii.b2a_base64(json.dumps(event).encode(), newline=False).decode()
    return frame({"bytes": packed}, **{":event-type": "chunk", ":message-type": "event"})


def exception(name, message):
    return frame({"message": message}, **{":exception-type": name, ":message-type": "exception"})


class Cloud:
    """Answers in place of a cloud, and keeps what it was asked."""

    def __init__(self, *replies):
        self.requests, self._replies = [], list(replies)
        self.http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))

    def _answer(self, request):
        self.requests.append(request)
        return self._replies.pop(0)

    @property
    def body(self):
        return json.loads(self.requests[-1].content)


def frames(*sent):
    return httpx2.Response(200, headers={"content-type": "application/vnd.amazon.eventstream"}, content=b"".join(sent))


def at_amazon(cloud, **credentials):
    pytest.importorskip("boto3", reason="signatures of Amazon need boto3")
    keys = credentials or {"aws_access_key": "AKIAFAKE", "aws_secret_key": "of-no-one"}
    return anthropic.AsyncAnthropicBedrock(aws_region="us-east-1", http_client=cloud.http, **keys)


def at_google(cloud):
    return anthropic.AsyncAnthropicVertex(
        region="us-east5", project_id="ours", access_token="ya29.fake", http_client=cloud.http
    )


def ask(client, name="anthropic.claude-opus-5", prompt="What is it?"):
    async def once():
        async with client:
            return await Anthropic(name, client=client).complete(prompt)

    return asyncio.run(once())


def test_bedrock_is_asked_by_a_signed_request():
    cloud = Cloud(httpx2.Response(200, json=MESSAGE))
    answer = ask(at_amazon(cloud), prompt=Prompt.of("What is it?", system="Be brief.", max_tokens=99))
    (request,) = cloud.requests
    assert request.url.host == "bedrock-runtime.us-east-1.amazonaws.com"
    assert request.url.path == "/model/anthropic.claude-opus-5/invoke"
    assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAFAKE/")
    assert cloud.body == {
        "anthropic_version": ANTHROPIC_API_VERSION,
        "messages": [{"role": "user", "content": "What is it?"}],
        "max_tokens": 99,
        "system": "Be brief.",
    }
    assert (answer.text, answer.usage.input_tokens, answer.usage.output_tokens) == ("It is 42.", 9, 4)


def test_bedrock_takes_a_key_of_its_own():
    cloud = Cloud(httpx2.Response(200, json=MESSAGE))
    ask(at_amazon(cloud, api_key="bedrock-fake"))
    assert cloud.requests[0].headers["authorization"] == "Bearer bedrock-fake"


def test_a_stream_of_bedrock_is_heard_piece_by_piece():
    cloud, pieces = Cloud(frames(*map(chunk, EVENTS))), []
    with stream_to(lambda delta: pieces.append(delta.text)):
        answer = ask(at_amazon(cloud))
    assert cloud.requests[0].url.path == "/model/anthropic.claude-opus-5/invoke-with-response-stream"
    assert pieces == ["It is ", "42 ☃."]
    assert (answer.text, answer.finish_reason, answer.usage.output_tokens) == ("It is 42 ☃.", "stop", 4)


@pytest.mark.parametrize(
    ("sent", "error", "reason"),
    [
        ([*map(chunk, EVENTS[:3]), exception("throttlingException", "slow down")], RateLimited, "slow down"),
        ([*map(chunk, EVENTS[:3]), exception("validationException", "no such thing")], InvalidRequest, "no such thing"),
        ([*map(chunk, EVENTS[:3]), exception("internalServerException", "oops")], Unavailable, "oops"),
        (list(map(chunk, EVENTS[:4])), Unavailable, "ended in the middle of the reply"),
        ([chunk(EVENTS[0])[:-2] + b"xx" + chunk(EVENTS[1])], Unavailable, "can't be read"),
        ([b"HTTP gone wrong" * 10], Unavailable, "can't be read"),
    ],
)
def test_a_stream_of_bedrock_that_fails_is_an_error_of_the_call(sent, error, reason):
    with stream_to(lambda delta: None), pytest.raises(error, match=reason):
        ask(at_amazon(Cloud(frames(*sent))))


@pytest.mark.parametrize(("status", "error"), [(400, InvalidRequest), (429, RateLimited), (503, Unavailable)])
def test_what_bedrock_refuses_is_an_error_of_ours_without_retries(status, error):
    cloud = Cloud(httpx2.Response(status, json={"message": "not like this"}))
    with pytest.raises(error):
        ask(at_amazon(cloud))
    assert len(cloud.requests) == 1


def test_vertex_is_asked_with_a_token_for_a_project():
    cloud = Cloud(httpx2.Response(200, json=MESSAGE))
    answer = ask(at_google(cloud), "claude-opus-5@20260401")
    (request,) = cloud.requests
    place = "projects/ours/locations/us-east5/publishers/anthropic/models/claude-opus-5@20260401"
    assert request.url.path.endswith(f"{place}:rawPredict")
    assert request.headers["authorization"] == "Bearer ya29.fake"
    assert "model" not in cloud.body
    assert cloud.body["anthropic_version"] == ANTHROPIC_API_VERSION
    assert answer.text == "It is 42."


def test_a_stream_of_vertex_is_heard_piece_by_piece():
    lines = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS)
    headers = {"content-type": "text/event-stream"}
    cloud, pieces = Cloud(httpx2.Response(200, headers=headers, content=lines.encode())), []
    with stream_to(lambda delta: pieces.append(delta.text)):
        answer = ask(at_google(cloud), "claude-opus-5@20260401")
    assert cloud.requests[0].url.path.endswith(":streamRawPredict")
    assert pieces == ["It is ", "42 ☃."]
    assert answer.text == "It is 42 ☃."


@pytest.mark.parametrize(("client", "version"), [(at_amazon, "bedrock-2023-05-31"), (at_google, "vertex-2023-10-16")])
def test_a_temperature_is_sent_in_the_version_that_knows_one(client, version):
    cloud = Cloud(httpx2.Response(200, json=MESSAGE))
    ask(client(cloud), "claude-opus-4-5", Prompt.of("What is it?", temperature=0.5))
    assert (cloud.body["anthropic_version"], cloud.body["temperature"]) == (version, 0.5)


@pytest.mark.parametrize(
    "name", ["anthropic.claude-opus-5", "us.anthropic.claude-opus-5-20260401-v1:0", "claude-opus-5@20260401"]
)
def test_what_is_known_of_a_model_holds_wherever_it_is_sold(name):
    assert facts("anthropic", name) is facts("anthropic", "claude-opus-5") is not UNKNOWN
