"""Limits, errors, clients that leave, keys, and the end of the server."""

import asyncio
import threading

import httpx2
import openai
import pytest

from promptkit import (
    AuthenticationError,
    ChainOfThought,
    FunctionModel,
    InvalidRequest,
    RateLimited,
    SelfReflection,
    Unavailable,
    UnknownModel,
)
from promptkit.errors import UsageError
from promptkit.serving.served import Limits, parse_names
from tests.serving.conftest import Writer, serving

ASK = {"model": "m", "messages": [{"role": "user", "content": "How far?"}]}
CLIENTS = 200


def post(served, body=ASK, path="/v1/chat/completions", **headers):
    return httpx2.post(served.url + path, json=body, headers=headers, timeout=30)


def until(condition):
    for _ in range(4000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it did not happen")


@pytest.mark.parametrize(
    ("error", "status", "headers"),
    [
        (RateLimited("slow down", status=429, retry_after=901.2), 429, {"retry-after": "902"}),
        (AuthenticationError("no key", status=401), 401, {}),
        (UnknownModel("no such model", status=404), 404, {}),
        (InvalidRequest("refuses a temperature", status=400), 400, {}),
        (InvalidRequest("refused here"), 400, {}),
        (Unavailable("overloaded", status=529, retry_after=901), 529, {"retry-after": "901"}),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_the_status_of_the_provider_is_passed_on(error, status, headers, streamed):
    def fail(_prompt):
        raise error

    with serving({"m": FunctionModel(fail)}) as served:
        reply = post(served, ASK | {"stream": streamed})
    assert reply.status_code == status
    assert reply.headers.items() >= headers.items()
    assert str(error).split()[0] in reply.json()["error"]["message"] or "asks to wait" in reply.text


def test_a_fault_of_the_server_is_told_without_its_words(caplog):
    def fail(_prompt):
        raise ZeroDivisionError("the secret of the house")

    with serving({"m": FunctionModel(fail)}) as served:
        reply = post(served)
    assert (reply.status_code, "secret" in reply.text) == (500, False)
    assert "a request for m failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text


def test_a_request_that_ended_is_told_to_the_log_without_its_words(caplog):
    caplog.set_level("DEBUG", "promptkit")
    with serving({"m": FunctionModel(lambda prompt: "swims away")}) as served:
        post(served)
        post(served, ASK | {"model": "unknown"})
    ended, refused = [record.getMessage() for record in caplog.records if record.name == "promptkit.serving"]
    assert ended.startswith("m by chat: 200, 1 calls, ")
    assert refused == "a request by chat was refused: 404"
    assert "swims away" not in caplog.text


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("{", 400, "not JSON"),
        ("[1]", 400, "must be a JSON object"),
        (
            '{"model": "x", "messages": [{"role": "user", "content": "?"}]}',
            404,
            "no model 'x' is served here; there are m",
        ),
        ('{"model": "m"}', 400, "there is no message"),
        ('{"model": "m", "messages": [{"role": "tool", "content": "?"}]}', 400, "the role 'tool'"),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "tools": [{}]}', 400, "tools is not"),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "n": 2}', 400, "n=2 is not supported"),
        (
            '{"model": "m", "messages": [{"role": "user", "content": "?"}], "temperature": "hot"}',
            400,
            "temperature must",
        ),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "temperature": -1}', 400, "temperature"),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "temperature": 1e999}', 400, "finite"),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "max_completion_tokens": 0}', 400, "greater"),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "\\ud800": 1}', 400, "is not supported"),
        ('{"model": "m", "messages": [{"role": "user", "content": [{"type": "audio"}]}]}', 400, "texts and images"),
        (
            '{"model": "m", "messages": '
            '[{"role": "user", "content": [{"type": "image_url", "image_url": "data:,é"}]}]}',
            400,
            "not base64",
        ),
        ('{"model": "m", "messages": [{"role": "user", "content": "?"}], "made_up": 1}', 400, "made_up=1"),
    ],
)
def test_a_request_that_would_be_answered_otherwise_than_asked_is_refused_by_its_field(body, status, told, writer):
    with serving({"m": writer}) as served:
        reply = httpx2.post(
            f"{served.url}/v1/chat/completions", content=body, headers={"content-type": "application/json"}
        )
    assert (reply.status_code, writer.asked) == (status, [])
    assert told in reply.json()["error"]["message"]


def test_dollars_can_not_be_limited_where_the_price_is_not_known(writer):
    with serving({"m": writer}) as served:
        reply = post(served, **{"x-promptkit-max-cost": "1"})
    assert (reply.status_code, writer.asked) == (400, [])
    assert "the price of test/writer is not known" in reply.json()["error"]["message"]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_half_a_character_of_a_reply_becomes_a_replacement(path, streamed, writer):
    writer.reply = lambda prompt: "so \ud83d and é"
    asked = {
        "model": "m",
        "stream": streamed,
        **({"input": "?"} if "responses" in path else {"messages": ASK["messages"]}),
    }
    with serving({"m": writer}) as served:
        reply = post(served, asked, path)
    assert (reply.status_code, "\ufffd" in reply.text, "é" in reply.text) == (200, True, True)


def test_an_earlier_response_can_not_be_continued(writer):
    with serving({"m": writer}) as served:
        reply = post(served, {"model": "m", "input": "?", "previous_response_id": "r"}, "/v1/responses")
    assert (reply.status_code, reply.json()["error"]["param"]) == (400, "previous_response_id")


def test_a_request_can_not_exceed_its_calls_and_may_lower_them_itself(writer):
    writer.reply = lambda prompt: "Verdict: wrong"
    asked = SelfReflection(ChainOfThought(writer), rounds=9)
    with serving({"m": asked}, limits=Limits(calls=4)) as served:
        first = post(served)
        assert (first.status_code, len(writer.asked)) == (402, 4)
        assert first.headers["x-promptkit-calls"] == "4"
        assert first.json()["error"]["code"] == "budget_exceeded"
        second = post(served, **{"x-promptkit-max-calls": "2"})
        assert (second.status_code, len(writer.asked)) == (402, 6)
        assert post(served, **{"x-promptkit-max-calls": "many"}).status_code == 400


def test_a_request_has_a_deadline_that_its_client_may_lower(writer):
    writer.gate = threading.Event()
    with serving({"m": writer}, limits=Limits(seconds=60)) as served:
        reply = post(served, **{"x-promptkit-seconds": "0.05"})
        writer.gate.set()
    assert (reply.status_code, len(writer.cancelled)) == (504, 1)


@pytest.mark.parametrize("streamed", [False, True])
def test_the_calls_of_a_client_that_leaves_are_cancelled(writer, streamed):
    writer.gate = threading.Event()

    async def ask_and_leave(url):
        async with httpx2.AsyncClient() as client:
            asking = asyncio.ensure_future(
                client.post(f"{url}/v1/chat/completions", json=ASK | {"stream": streamed}, timeout=30)
            )
            await asyncio.to_thread(until, lambda: writer.asked)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    with serving({"m": writer}) as served:
        asyncio.run(ask_and_leave(served.url))
        until(lambda: writer.cancelled)
        writer.gate.set()
        metrics = httpx2.get(f"{served.url}/metrics").text
    assert len(writer.cancelled) == 1
    assert 'promptkit_requests_total{api="chat",model="m",status="499"} 1.0' in metrics


def test_two_hundred_clients_at_once_one_slow_and_one_leaving(writer):
    async def ask(client, number):
        question = [{"role": "user", "content": f"question {number}"}]
        if number == 7:  # leaves after the first words
            stream = await client.chat.completions.create(model="m", messages=question, stream=True)
            await anext(stream)
            await stream.close()
            return None
        if number == 8:  # reads slowly
            texts = []
            async for chunk in await client.chat.completions.create(model="m", messages=question, stream=True):
                await asyncio.sleep(0.02)
                texts.append(chunk.choices[0].delta.content or "")
            return "".join(texts)
        reply = await client.chat.completions.create(model="m", messages=question)
        return reply.choices[0].message.content

    async def ask_all(served):
        async with served.client() as client:
            return await asyncio.gather(*(ask(client, number) for number in range(CLIENTS)))

    with serving({"m": ChainOfThought(writer)}) as served:
        answers = asyncio.run(ask_all(served))
    for number, answer in enumerate(answers):
        assert answer is None if number == 7 else answer.startswith(f"you said: question {number}\n")
    assert len(writer.asked) == CLIENTS


def test_with_keys_one_of_them_is_needed(writer):
    with serving({"m": writer}, keys=("first", "second")) as served:
        assert post(served).status_code == 401
        assert post(served, authorization="Bearer wrong").status_code == 401
        assert post(served, authorization="Bearer second").status_code == 200
        assert httpx2.get(f"{served.url}/metrics").status_code == 401
        assert httpx2.get(f"{served.url}/health").json() == {"status": "ok"}


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8000", "127.0.0.1", "localhost", "LOCALHOST:80"])
def test_a_host_without_a_port_is_one_at_port_80_ipv6_in_brackets_too(host, writer):
    with serving({"m": writer}) as served:
        assert post(served, host=host).status_code == 200


@pytest.mark.parametrize("host", ["", "[", "[::1", "::1", "[::1]x", "[rebound.example]", "127.0.0.1:80:80"])
def test_what_is_no_host_is_not_answered(host, writer):
    with serving({"m": writer}) as served:
        assert post(served, host=host).status_code in (400, 403)
    assert writer.asked == []


@pytest.mark.parametrize(
    "headers",
    [{"host": "rebound.example:8000"}, {"origin": "https://page.example"}, {"sec-fetch-site": "cross-site"}],
)
def test_without_keys_no_page_in_a_browser_is_answered(headers, writer):
    with serving({"m": writer}) as served:
        assert post(served, **headers).status_code == 403
        plain = httpx2.post(f"{served.url}/v1/chat/completions", content="{}", headers={"content-type": "text/plain"})
        assert plain.status_code == 415
    assert writer.asked == []


def test_what_was_asked_before_the_end_is_answered_and_the_models_are_closed():
    writer = Writer(gate=threading.Event())
    replies = []

    async def close():
        await writer.aclose()

    with serving({"m": writer}, close=close) as served:
        asking = threading.Thread(target=lambda: replies.append(post(served)))
        asking.start()
        until(lambda: writer.asked)
        served.server.should_exit = True
        writer.gate.set()
        asking.join()
    assert ([reply.status_code for reply in replies], writer.closed) == ([200], True)


def test_a_reply_that_begins_otherwise_when_asked_again_ends_the_stream_with_an_error():
    class Breaks(Writer):
        async def complete(self, prompt):
            stream = promptkit_stream(self.name)
            stream.emit("one way ")
            stream.restart()
            stream.emit("another way")
            return (await super().complete(prompt)).model_copy(update={"text": "another way"})

    from promptkit.streaming import delta_stream as promptkit_stream

    async def ask(served):
        async with served.client() as client:
            async for _ in await client.chat.completions.create(**ASK, stream=True):
                pass

    with serving({"m": Breaks(reply=lambda _: "")}) as served, pytest.raises(openai.APIError, match="broke off"):
        asyncio.run(ask(served))


def test_names_of_what_is_served():
    assert parse_names(["asked=cot+reflect", "direct", "self-consistency(draws=5)"]) == {
        "asked": "cot+reflect",
        "direct": "direct",
        "self-consistency(draws=5)": "self-consistency(draws=5)",
    }
    for wrong in ([], ["a=direct", "a=cot"], ["a="]):
        with pytest.raises(UsageError):
            parse_names(wrong)
