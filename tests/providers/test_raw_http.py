"""Whatever bytes come back, asking ends in a completion or in an error of ours, in bounded memory."""

import asyncio
import contextlib
import gc
import gzip
import json
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptkit.errors import AuthenticationError, BackendError, TimedOut, Unavailable
from promptkit.providers.hosted.openai_replies import ChatStream
from promptkit.providers.hosted.replies import MAX_REPLY_BYTES, Unusable
from promptkit.streaming import stream_to
from promptkit.types import Prompt
from tests.loopback.apis import APIS, Answer, in_frames
from tests.loopback.raw import RawServer
from tests.providers.hosted import ADAPTERS, KEY, ask

PATHS = {"openai": "/v1/chat/completions", "openai-responses": "/v1/responses", "anthropic": "/v1/messages"}
TURNS = [{"role": "user", "content": "q"}]
REQUEST = {"model": "m", "messages": TURNS, "input": TURNS}
JSON, EVENTS = b"Content-Type: application/json\r\n", b"Content-Type: text/event-stream\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("promptkit.providers.hosted.replies.TAIL_SECONDS", 0.05)


@pytest.fixture(params=PATHS)
def name(request):
    return request.param


def model_at(name, server, **options):
    return ADAPTERS[name](server)(**options)


def good(name, *, streamed=False):
    api = APIS[PATHS[name]]
    reply = api.reply(REQUEST, Answer("so it is"))
    return in_frames(api.stream(reply)) if streamed else json.dumps(reply).encode()


def sized(body, head=JSON, status=OK):
    return status + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(*chunks, head=JSON, end=b"0\r\n\r\n"):
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return OK + head + b"Transfer-Encoding: chunked\r\n\r\n" + framed + end


def outcome(model):
    """The completion or our error; any other exception fails the test."""
    try:
        return ask(model)
    except BackendError as error:
        failed = error
    assert failed.__cause__ is failed.__context__ is None
    assert KEY not in str(failed)
    assert str(failed).isprintable()
    assert len(str(failed)) < 500
    return failed


def encoded(kind, head=JSON):
    return b"Content-Encoding: " + kind + b"\r\n" + head


def replies(body, events):
    """Each kind of trouble: what is sent, where the good body and the good events would be `body` and `events`."""
    half, noise = len(body) // 2, random.Random(7).randbytes(5000)
    gzipped, deflated = gzip.compress(body), zlib.compress(body)
    corrupt = gzipped[:20] + b"\xff\xff\xff" + gzipped[23:]
    return {
        "nothing": b"",
        "a blank line": b"\r\n",
        "noise": noise,
        "a TLS alert": b"\x15\x03\x03\x00\x02\x02\x46",
        "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18),
        "HTTP/0.9": body,
        "a status line without a status": b"HTTP/1.1\r\n\r\n" + body,
        "a status of letters": b"HTTP/1.1 abc OK\r\n" + JSON + b"\r\n" + body,
        "a status of four digits": b"HTTP/1.1 2000 OK\r\n" + JSON + b"\r\n" + body,
        "an unknown version": b"HTTP/9.9 200 OK\r\n\r\n" + body,
        "an endless status line": b"HTTP/1.1 200 " + b"O" * 100_000,
        "a header of 9 KB": OK + b"X-Long: " + b"x" * 9_000 + b"\r\n" + JSON + b"\r\n" + body,
        "1,000 KB of headers": OK + b"X-More: abcdefgh\r\n" * 60_000 + b"\r\n" + body,
        "a header without a name": OK + b": x\r\n\r\n" + body,
        "a header without a colon": OK + b"nonsense\r\n\r\n" + body,
        "a header with a NUL": OK + b"X: a\x00b\r\n" + JSON + b"\r\n" + body,
        "headers cut": OK + b"Content-Type: appl",
        "two lengths": OK + JSON + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n" + body,
        "one length twice": sized(body, JSON + b"Content-Length: %d\r\n" % len(body)),
        "a length of letters": OK + JSON + b"Content-Length: many\r\n\r\n" + body,
        "a length below 0": OK + JSON + b"Content-Length: -5\r\n\r\n" + body,
        "a length of 30 digits": OK + JSON + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n" + body,
        "a length that is too long": OK + JSON + b"Content-Length: %d\r\n\r\n" % (len(body) + 9) + body,
        "a length that is too short": OK + JSON + b"Content-Length: %d\r\n\r\n" % half + body,
        "a length and chunks": OK
        + JSON
        + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
        "a chunk of no size": OK + JSON + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + body,
        "a chunk of a huge size": OK + JSON + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n" + body,
        "a chunk without its end": chunked(body[:half], end=b"5\r\nabcdefghij"),
        "chunks without an end": chunked(body[:half], end=b""),
        "broken gzip": sized(corrupt, encoded(b"gzip")),
        "gzip cut short": sized(gzipped[: len(gzipped) // 2], encoded(b"gzip")),
        "gzip that is none": sized(body, encoded(b"gzip")),
        "broken deflate": sized(deflated[:9] + b"\xff" * 30, encoded(b"deflate")),
        "broken br": sized(noise, encoded(b"br")),
        "broken zstd": sized(b"\x28\xb5\x2f\xfd" + noise, encoded(b"zstd")),
        "an unknown encoding": sized(noise, encoded(b"smoke")),
        "twenty encodings": sized(gzipped, encoded(b", ".join([b"gzip"] * 20))),
        "a page": sized(b"<!doctype html><title>Welcome</title>", b"Content-Type: text/html\r\n"),
        "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
        "an empty body": sized(b""),
        "not modified": b"HTTP/1.1 304 Not Modified\r\n\r\n",
        "another protocol from now on": b"HTTP/1.1 101 -\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "1xx and nothing else": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
        "a redirect to nowhere": b"HTTP/1.1 307 -\r\nContent-Length: 0\r\n\r\n",
        "a redirect to nonsense": b"HTTP/1.1 307 -\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        "a redirect to a file": b"HTTP/1.1 307 -\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
        "a redirect to itself": b"HTTP/1.1 307 -\r\nLocation: #\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "a redirect as GET": b"HTTP/1.1 302 -\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
        "a body nested without end": sized(b"[" * 1_000_000),
        "a number of 10,000 digits": sized(b'{"choices": %b, "content": 1}' % (b"9" * 10_000)),
        "UTF-16": sized(body.decode().encode("utf-16")),
        "not UTF-8": sized(body.replace(b"so it is", b"so \xff is")),
        "two replies for one": sized(body + body),
        "events cut": OK + EVENTS + b"\r\n" + events[: len(events) // 2],
        "events of noise": OK + EVENTS + b"\r\n" + b"data: " + noise + b"\n\n",
        "an event without an end": OK + EVENTS + b"\r\n" + b"data: " + b"x" * 3_000_000,
        "events in gzip cut short": OK
        + b"Content-Encoding: gzip\r\n"
        + EVENTS
        + b"\r\n"
        + gzip.compress(events + b": more\n" * 3000)[:120],
        "an event that is half a character": OK + EVENTS + b"\r\n" + b'data: {"type": "\\ud83d"}\n\n',
    }


KINDS = sorted(replies(b"x" * 90, b""))


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_that_are_no_reply_are_unavailable(name, kind, streamed):
    reply = replies(good(name), good(name, streamed=True))[kind]
    with RawServer(reply) as server, stream_to(lambda delta: None) if streamed else contextlib.nullcontext():
        assert type(outcome(model_at(name, server, timeout_seconds=20))) is Unavailable


def odd_but_good(body):
    """Replies that are HTTP, or nearly, and say all there is to say."""
    half, gzipped = len(body) // 2, gzip.compress(body)
    return {
        "HTTP/1.0": b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + body,
        "no reason": sized(body, status=b"HTTP/1.1 200\r\n"),
        "no content type": sized(body, b""),
        "an unknown charset": sized(body, b"Content-Type: application/json; charset=smoke\r\n"),
        "a charset that is none of text": sized(body, b"Content-Type: application/json; charset=zlib\r\n"),
        "1xx before it": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + sized(body),
        "201": sized(body, status=b"HTTP/1.1 201 Created\r\n"),
        "chunks": chunked(body[:half], body[half:]),
        "chunks with names": chunked(end=b"%x;name=x\r\n%b\r\n0\r\n\r\n" % (len(body), body)),
        "trailers": chunked(body, end=b"0\r\nX-Checksum: 7\r\n\r\n"),
        "gzip": sized(gzipped, encoded(b"gzip")),
        "gzip in chunks of a byte": chunked(*(bytes([byte]) for byte in gzipped), head=encoded(b"gzip")),
        "deflate": sized(zlib.compress(body), encoded(b"deflate")),
        "gzip of gzip": sized(gzip.compress(gzipped), encoded(b"gzip, gzip")),
        "an unknown transfer encoding": OK + JSON + b"Transfer-Encoding: smoke\r\n\r\n" + body,
        "blanks around": sized(b"\n" * 1000 + body + b"\n"),
        "a doubled key": sized(body[:-1] + b", " + body[1:]),
        "numbers that JSON has not": sized(body[:-1] + b', "created": NaN, "x": [-Infinity, 1e999]}'),
        "a header that is not ASCII": sized(body, JSON + "X-Ort: Österreich\r\n".encode("latin-1")),
        "many cookies": sized(body, JSON + b"Set-Cookie: a=b; Domain=\xff\r\n" * 50),
    }


@pytest.mark.parametrize("kind", odd_but_good(b"{}"))
def test_an_odd_reply_that_is_whole_is_read(name, kind):
    with RawServer(odd_but_good(good(name))[kind]) as server:
        assert outcome(model_at(name, server)).text == "so it is"


@pytest.mark.parametrize(
    ("sent", "read"), [(r"\ud83d", "\ufffd"), (r"\u0000\ud83e\udd9c", "\x00🦜"), (r"\udc00\ud83d", "\ufffd" * 2)]
)
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
def test_half_a_character_is_told_by_another_and_costs_no_reply(name, sent, read, streamed):
    body = good(name, streamed=streamed).replace(b'"so ', b'"%b ' % sent.encode())
    head = EVENTS if streamed else JSON
    with (
        RawServer(sized(body, head)) as server,
        stream_to(lambda delta: None) if streamed else contextlib.nullcontext(),
    ):
        assert outcome(model_at(name, server)).text == f"{read} it is"


@pytest.mark.parametrize("after", [0, 10, None], ids=["connected", "in the request", "after it"])
@pytest.mark.parametrize("sent", [0, 10, 60, 150], ids=["before all", "in the status", "in the headers", "in the body"])
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_connection_that_ends_early_is_unavailable(name, after, sent, reset):
    with RawServer(sized(good(name))[:sent], after=after, reset=reset) as server:
        error = outcome(model_at(name, server))
    assert type(error) is Unavailable
    assert str(error).startswith("the connection to http://127.0.0.1:")


def test_a_flood_of_1xx_ends_at_the_deadline(name):
    with RawServer(lambda: (b"HTTP/1.1 102 Processing\r\n\r\n" for _ in iter(int, 1))) as server:
        assert type(outcome(model_at(name, server, timeout_seconds=0.3))) is TimedOut


def test_a_plain_server_is_not_reached_by_tls(name):
    with RawServer(b"HTTP/1.1 400 Bad Request\r\n\r\n", after=1) as server:
        error = outcome(model_at(name, server, base_url=server.openai_url.replace("http:", "https:")))
    assert type(error) is Unavailable
    assert str(error).startswith("could not reach https://127.0.0.1:")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_key_to_another_server(name, status):
    with RawServer(sized(good(name))) as other:
        head = b"Location: %b/v1/messages\r\n" % other.url.encode()
        with RawServer(sized(b"", head, b"HTTP/1.1 %d -\r\n" % status)) as server:
            error = outcome(model_at(name, server))
        assert type(error) is Unavailable
        assert f"sent no reply ({status}): redirected to {other.url}/v1/messages; is the base URL right?" in str(error)
        assert other.requests == []


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_within_a_server_is_followed(name, status):
    elsewhere = sized(b"", b"Connection: close\r\nLocation: /further\r\n", b"HTTP/1.1 %d -\r\n" % status)
    replies = iter([elsewhere, sized(good(name))])
    with RawServer(lambda: next(replies)) as server:
        assert outcome(model_at(name, server)).text == "so it is"
    first, second = server.requests
    assert second.startswith(b"POST /further ")
    assert second.partition(b"\r\n")[2] == first.partition(b"\r\n")[2]


def test_the_rest_of_a_reply_that_was_too_long_is_no_part_of_the_next(name):
    replies = iter([sized(good(name)) + sized(good(name).replace(b"so it", b"so on")), sized(good(name))])

    async def twice(model):
        with contextlib.suppress(Unavailable):
            await model.complete(Prompt.of("q"))
        try:
            return await model.complete(Prompt.of("q"))
        finally:
            await model.aclose()

    with RawServer(lambda: next(replies)) as server:
        assert asyncio.run(twice(model_at(name, server))).text == "so it is"


REFUSALS = {
    "broken gzip": sized(b"\x1f\x8b noise", encoded(b"gzip"), b"HTTP/1.1 401 -\r\n"),
    "an unknown charset": sized(b"no", b"Content-Type: text/plain; charset=smoke\r\n", b"HTTP/1.1 401 -\r\n"),
    "a charset that is none of text": sized(
        b"no", b"Content-Type: text/plain; charset=zlib\r\n", b"HTTP/1.1 401 -\r\n"
    ),
    "half a character": sized(b'{"error": {"message": "no \\ud83d"}}', status=b"HTTP/1.1 401 -\r\n"),
    "nested without end": sized(b'{"error": ' * 100_000, status=b"HTTP/1.1 401 -\r\n"),
    "nested deep": sized(b'{"error": ' * 900 + b"1" + b"}" * 900, status=b"HTTP/1.1 401 -\r\n"),
    "a number of 10,000 digits": sized(b'{"error": %b}' % (b"9" * 10_000), status=b"HTTP/1.1 401 -\r\n"),
    "null": sized(b"null", status=b"HTTP/1.1 401 -\r\n"),
    "a list": sized(b"[[[]]]", status=b"HTTP/1.1 401 -\r\n"),
    "cut": b"HTTP/1.1 401 -\r\nContent-Length: 900\r\n\r\n{",
    "endless": lambda: [b"HTTP/1.1 401 -\r\n\r\n", *[b"no " * 1000] * 100_000],
}


@pytest.mark.parametrize("reply", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_counts_by_its_status_whatever_its_body_is(name, reply):
    with RawServer(reply) as server:
        error = outcome(model_at(name, server))
    assert (type(error), error.status) == (AuthenticationError, 401)


def packed(body, head=JSON, encoding=b"gzip"):
    return sized(zlib.compress(body, 1) if encoding == b"deflate" else gzip.compress(body, 1), encoded(encoding, head))


EVENT = {
    "openai": b'{"choices": [{"delta": {"content": "%b"}}]}',
    "openai-responses": b'{"type": "response.output_text.delta", "delta": "%b"}',
    "anthropic": b'{"type": "ping", "x": "%b"}',
}
UNHEARD = {  # the events before, and those that a listener gets nothing of
    "openai": (b"", b'{"choices": [{"delta": {"refusal": "%b"}}]}'),
    "openai-responses": (b"", b'{"type": "response.refusal.delta", "delta": "%b"}'),
    "anthropic": (
        b'data: {"type": "message_start", "message": {}}\n\n'
        b'data: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking"}}\n\n',
        b'{"type": "content_block_delta", "index": 0, "delta": {"text": "%b"}}',
    ),
}
BLANKS, COMMENTS = b" " * 100_000_000, (b": " + b"x" * 998 + b"\n") * 150_000
BOMBS = {
    "gzip": lambda name: packed(BLANKS),
    "gzip of gzip": lambda name: packed(gzip.compress(BLANKS, 1), JSON, b"gzip, gzip"),
    "deflate": lambda name: packed(BLANKS, JSON, b"deflate"),
    "endless": lambda name: [OK + JSON + b"\r\n", *[b" " * 10**6] * 100],
    "objects": lambda name: packed(b'{"choices": [' + b'{"message": {}},' * 900_000),
    "comments": lambda name: packed(COMMENTS, EVENTS),
    "events": lambda name: [OK + EVENTS + b"\r\n", *[b"data: " + EVENT[name] % (b"x" * 900_000) + b"\n\n"] * 200],
    "unheard events": lambda name: [
        OK + EVENTS + b"\r\n" + UNHEARD[name][0],
        *[b"data: " + UNHEARD[name][1] % (b"x" * 900_000) + b"\n\n"] * 200,
    ],
    "one event": lambda name: packed(b"data: " + BLANKS, EVENTS),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_reply_of_any_size_is_left_in_bounded_memory(name, kind):
    reply = BOMBS[kind](name)
    with RawServer(reply) as server, stream_to(lambda delta: None):
        tracemalloc.start()
        try:
            error = outcome(model_at(name, server))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert type(error) is Unavailable
    assert most < 4 * MAX_REPLY_BYTES


def test_a_reply_of_more_parts_than_any_has_is_none(name):
    texts = [{"type": "text", "text": "so"}] * 20_000
    parts = {"choices": [{"message": {"content": "so"}}] * 1000, "content": texts, "output": texts}
    with RawServer(sized(json.dumps(parts).encode())) as server:
        assert "should have at most" in str(outcome(model_at(name, server)))


def test_a_stream_with_more_log_probabilities_than_any_has_is_none():
    likely = {"token": "x" * (2**20 - 100), "logprob": -1.0}
    event = json.dumps({"choices": [{"logprobs": {"content": [likely]}}]}).encode()
    stream = ChatStream()
    for _ in range(16):
        stream.add(event)
    with pytest.raises(Unusable, match="more than 16 MB"):
        stream.add(event)


@pytest.mark.filterwarnings("ignore:Exception ignored")  # of a connection that the SDK's transport lets go unclosed
def test_a_reason_that_is_not_ascii_is_unavailable(name):
    with RawServer(sized(good(name), status="HTTP/1.1 200 Très bien\r\n".encode("latin-1"))) as server:
        assert type(outcome(model_at(name, server))) is Unavailable
    gc.collect()  # while the warning is ignored


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@settings(deadline=None)
@given(data=st.data())
def test_a_reply_with_any_bytes_in_it_ends_in_a_completion_or_an_error_of_ours(streamed, data):
    name = data.draw(st.sampled_from(sorted(PATHS)))
    reply = sized(good(name, streamed=streamed), EVENTS if streamed else JSON)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(len(OK), len(reply)))  # a reason that is not ASCII has a test of its own
        end = start + data.draw(st.integers(0, 9))
        reply = reply[:start] + data.draw(st.binary(max_size=9)) + reply[end:]
    with RawServer(reply) as server, stream_to(lambda delta: None) if streamed else contextlib.nullcontext():
        outcome(model_at(name, server, timeout_seconds=20))
