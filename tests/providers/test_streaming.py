"""A reply that is listened to comes as a stream, and is the reply that it would have been."""

import asyncio
import contextlib
import json
import time

import pytest

from promptkit import Delta, Prompt, Retry, stream_to
from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    PromptTooLong,
    RateLimited,
    TimedOut,
    Unavailable,
    UnknownModel,
)
from promptkit.types import Usage
from tests.loopback import Fault, Server, faults
from tests.providers.hosted import ADAPTERS, KEY, Make, ask

TEXTS = ["you said so", "", "one", "a\n\nb\r\nc  d\t", "naïve 答案是 🦜 e\u0301", "data: x\n\n: y", "\u2028\x85\ufffd"]


@pytest.fixture(params=ADAPTERS)
def make(request: pytest.FixtureRequest, server: Server) -> Make:
    return ADAPTERS[request.param](server)


@pytest.fixture(autouse=True)
def _no_long_wait(monkeypatch):
    monkeypatch.setattr("promptkit.providers.hosted.replies.TAIL_SECONDS", 0.05)


def hear(model, prompt="q"):
    """The completion, and the pieces that were heard."""
    heard: list[Delta] = []
    with stream_to(heard.append):
        return ask(model, prompt), heard


def text(heard):
    """What a listener has in the end."""
    last = max((i for i, delta in enumerate(heard) if delta.restart), default=0)
    return "".join(delta.text for delta in heard[last:])


def failure(model):
    """The error, after which nothing that was heard holds."""
    heard: list[Delta] = []
    with stream_to(heard.append), pytest.raises(BackendError) as caught:
        ask(model)
    assert text(heard) == ""
    return caught.value


def same(one, other):
    return one.model_copy(update={"seconds": other.seconds}) == other


@pytest.mark.parametrize("said", TEXTS, ids=ascii)
def test_a_streamed_reply_is_the_same_completion(make, server, said):
    server.answer = lambda turns: said
    prompt = Prompt.of("q", system="s", temperature=0.5, max_tokens=9)
    streamed, heard = hear(make(), prompt)
    assert same(streamed, ask(make(), prompt))
    assert text(heard) == streamed.text == said
    assert {(delta.by, delta.path) for delta in heard} <= {(streamed.by, "")}


def test_the_pieces_come_one_after_another(make, server):
    server.answer = lambda turns: "one two three"
    _, heard = hear(make())
    assert [delta.text for delta in heard] == ["one ", "two ", "three"]


def test_a_stream_is_asked_for_only_when_someone_listens(make, server):
    ask(make(), "q")
    hear(make())
    plain, streamed = (request.body for request in server.requests)
    assert "stream" not in plain
    assert streamed.pop("stream") is True
    if make().name.startswith("openai/"):
        assert streamed.pop("stream_options") == {"include_usage": True}
    assert streamed == plain


def test_a_plain_reply_to_who_asked_for_a_stream_is_a_reply(make, server):
    server.then(Fault(events=None))
    streamed, heard = hear(make())
    assert same(streamed, ask(make(), "q"))
    assert heard == [Delta(streamed.text, "", streamed.by)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(framing=faults.with_noise),
        Fault(framing=faults.in_crlf),
        Fault(framing=lambda data: faults.in_crlf(faults.with_noise(data)), piece=1),
        Fault(piece=1),
        Fault(piece=7),
        Fault(events=faults.without_end_mark),
        Fault(events=faults.without_end_mark, delivery="unended"),
        Fault(events=faults.without_end_mark, delivery="kept open"),
        Fault(delivery="kept open"),
    ],
    ids=[
        *("comments", "CRLF", "comments in CRLF, byte by byte", "byte by byte", "in sevens"),
        *("no end mark", "no end", "no end mark, kept open", "kept open"),
    ],
)
def test_how_a_stream_is_framed_and_how_it_ends_changes_nothing(make, server, fault):
    server.answer = lambda turns: "naïve 答案是 🦜 42"
    server.then(fault)
    streamed, heard = hear(make())
    assert same(streamed, ask(make(), "q"))
    assert text(heard) == streamed.text


@pytest.mark.parametrize("delivery", ["whole", "unended", "kept open"])
def test_a_stream_that_breaks_off_after_the_finish_reason_is_whole(make, server, delivery):
    server.then(Fault(events=faults.until_end, delivery=delivery))
    streamed, heard = hear(make())
    plain = ask(make(), "q")
    comes_last = make().name.startswith("openai/")
    usage = Usage(calls=1, unmetered=1) if comes_last else plain.usage
    assert same(streamed, plain.model_copy(update={"usage": usage}))
    assert text(heard) == streamed.text


STREAM_BREAKS = {
    "reset in the body": faults.RESET_IN_BODY,
    "cut": faults.CUT,
    "cut unnoticed": faults.CUT_UNNOTICED,
    "ended before the finish reason": Fault(events=faults.before_end),
    "text after the end": Fault(events=faults.text_after_end),
    "no events": Fault(events=lambda events: []),
    "only the end mark": Fault(events=faults.only_end_mark),
    "malformed JSON": Fault(events=lambda events: [*events[:3], '{"choices": [', *events[3:]]),
    "no object": Fault(events=lambda events: [*events[:3], "[1, 2]", *events[3:]]),
    "null": Fault(events=lambda events: [*events[:3], "null", *events[3:]]),
    "nested without end": Fault(events=lambda events: [*events[:3], "[" * 100_000, *events[3:]]),
    "not UTF-8": Fault(framing=lambda data: data.replace(b"said", b"s\xffid")),
    "a huge event": Fault(events=lambda events: [*events[:3], "x" * 2_000_000, *events[3:]]),
}


@pytest.mark.parametrize("fault", STREAM_BREAKS.values(), ids=STREAM_BREAKS)
def test_a_stream_that_breaks_is_unavailable(make, server, fault):
    server.then(fault)
    assert type(failure(make())) is Unavailable
    assert len(server.requests) == 1


PLAIN_ONLY = {"no choices"}  # a stream that says nothing of a text says an empty one


@pytest.mark.parametrize("name", sorted(faults.UNAVAILABLE.keys() - PLAIN_ONLY))
def test_whatever_fails_without_a_listener_fails_with_one(make, server, name):
    server.then(faults.UNAVAILABLE[name])
    assert type(failure(make())) is Unavailable


@pytest.mark.parametrize("delivery", ["late", "trickling"])
def test_the_deadline_is_for_the_whole_stream(make, server, delivery):
    server.then(Fault(delivery=delivery))
    error = failure(make(timeout_seconds=0.3))
    assert type(error) is TimedOut
    assert str(error) == f"{make().name} did not answer within 0.3 s; raise timeout_seconds"


def test_a_stream_that_stands_still_past_the_deadline_is_unavailable(make, server):
    server.then(Fault(events=faults.before_end, delivery="kept open"))
    error = failure(make(timeout_seconds=0.3))
    assert type(error) is TimedOut
    assert str(error) == f"{make().name} did not answer within 0.3 s; raise timeout_seconds"


def test_what_is_left_of_the_limits_is_told_with_a_stream(make, server):
    left = {
        "x-ratelimit-remaining-requests": "9",
        "x-ratelimit-limit-requests": "10",
        "x-ratelimit-reset-requests": "1s",
    }
    server.then(Fault(headers=left))
    assert [quota.left for quota in hear(make())[0].quotas] == [9]


def test_a_filtered_stream_is_a_refusal(make, server):
    server.then(faults.FILTERED)
    assert hear(make())[0].finish_reason == "refusal"


def test_a_stream_at_the_token_limit_is_kept_as_such(make, server):
    server.then(faults.CUT_BY_LIMIT)
    assert hear(make())[0].finish_reason == "length"


def test_null_content_is_a_reply_without_text(make, server):
    server.then(faults.NULL_CONTENT)
    streamed, heard = hear(make(), "two words")
    assert (streamed.text, streamed.usage.input_tokens, heard) == ("", 2, [])


def test_a_refusal_after_some_text_takes_it_back(make, server):
    moderated = faults.then_error("content_filter", "the output was held back")
    server.then(Fault(events=moderated))
    streamed, heard = hear(make())
    assert (streamed.text, streamed.finish_reason) == ("the output was held back", "refusal")
    assert text(heard) == streamed.text
    assert any(delta.restart for delta in heard)


def test_a_stream_that_falls_silent_is_left_long_before_the_deadline(make, server):
    server.then(Fault(events=faults.before_end, delivery="kept open"))
    error = failure(make(idle_seconds=0.2))
    assert type(error) is TimedOut
    assert str(error) == f"{make().name} sent nothing for 0.2 s in the middle of its reply; raise idle_seconds"


def test_the_first_word_may_take_longer_than_a_pause(make, server):
    server.gate = lambda: contextlib.nullcontext(time.sleep(0.3))
    assert hear(make(idle_seconds=0.1))[0].text == "you said: q"


@pytest.mark.parametrize("fault", [faults.UNMETERED, faults.MALFORMED_USAGE], ids=["missing", "malformed"])
def test_a_stream_without_token_counts_is_unmetered(make, server, fault):
    server.then(fault)
    streamed, _ = hear(make())
    assert streamed.text == "you said: q"
    assert streamed.usage == Usage(calls=1, unmetered=1)


# The type, as Anthropic has them, or the code, as OpenAI and servers like it do; and what it is to us.
ERROR_EVENTS = {
    "overloaded_error": Unavailable,
    "api_error": Unavailable,
    "timeout_error": Unavailable,
    "server_error": Unavailable,
    "a new one": Unavailable,
    "rate_limit_error": RateLimited,
    "rate_limit_exceeded": RateLimited,
    "insufficient_quota": AuthenticationError,
    "billing_error": AuthenticationError,
    "authentication_error": AuthenticationError,
    "permission_error": AuthenticationError,
    "invalid_request_error": InvalidRequest,
    "not_found_error": UnknownModel,
    "context_length_exceeded": PromptTooLong,
    400: InvalidRequest,
    503: Unavailable,
    17: Unavailable,
}


@pytest.mark.parametrize(("code", "kind"), ERROR_EVENTS.items(), ids=str)
def test_an_error_in_a_stream_is_one_of_ours(make, server, code, kind):
    server.then(Fault(events=faults.then_error(code, "because")))
    error = failure(make())
    assert type(error) is kind
    assert "because" in str(error)


@pytest.mark.parametrize("body", ["boom", ["boom"], {"message": ["boom"], "code": {"a": 1}}, 7, True], ids=str)
def test_an_error_of_any_shape_in_a_stream_is_unavailable(make, server, body):
    server.then(Fault(events=lambda events: [*events[:2], {"type": "error", "error": body}]))
    assert type(failure(make())) is Unavailable


def test_a_stream_that_breaks_off_is_asked_for_again_and_its_text_begins_anew(make, server):
    server.answer = lambda turns: "one two three four"
    server.then(Fault(events=faults.before_last_piece), faults.CUT)
    model = Retry(make(), sleep=lambda seconds: asyncio.sleep(0))
    streamed, heard = hear(model)
    assert same(streamed, ask(make(), "q"))
    restarts = [i for i, delta in enumerate(heard) if delta.restart]
    assert len(restarts) == 2
    assert [delta.text for delta in heard[: restarts[0]]] == ["one ", "two ", "three "]
    assert [delta.text for delta in heard[restarts[1] :]] == ["", "one ", "two ", "three ", "four"]


def test_a_cancelled_call_takes_back_what_was_heard(make, server):
    server.then(Fault(events=faults.before_end, delivery="kept open"))
    heard: list[Delta] = []

    async def cancelled():
        model, spoken = make(), asyncio.Event()
        with stream_to(lambda delta: (heard.append(delta), spoken.set())):
            call = asyncio.ensure_future(model.complete(Prompt.of("q")))
            await spoken.wait()
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        await model.aclose()

    asyncio.run(cancelled())
    assert heard[0].text
    assert text(heard) == ""


def test_what_a_listener_raises_ends_the_call(make, server):
    def deaf(delta):
        raise ValueError("deaf")

    with stream_to(deaf), pytest.raises(ValueError, match="deaf"):
        ask(make())


@pytest.mark.parametrize(
    "fault",
    [
        Fault(events=faults.then_error("overloaded_error", "Incorrect key: " + KEY)),
        Fault(events=faults.then_error("authentication_error", KEY)),
        Fault(events=lambda events: [*events[:3], json.dumps({"type": KEY, "error": {"message": KEY}})]),
        Fault(events=lambda events: [*events[:3], json.dumps({"type": 7, "choices": KEY, "index": KEY})]),
        Fault(events=lambda events: [*events[:3], '{"' + KEY]),
        Fault(events=lambda events: [*events[:3], KEY]),
    ],
    ids=["overloaded", "refused", "no type", "no event", "malformed", "no JSON"],
)
def test_no_error_of_a_stream_tells_the_key(make, server, fault):
    server.then(fault)
    error = failure(make())
    assert KEY not in str(error) + repr(vars(error))
    assert error.__cause__ is None
    assert error.__context__ is None
