"""The events of each API: what is read of them, in which order they may come, and what can't be told."""

import asyncio
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from promptkit.providers.hosted import anthropic_replies, openai_replies, openai_responses_replies
from promptkit.providers.hosted.anthropic_replies import MessageStream
from promptkit.providers.hosted.openai_replies import ChatStream
from promptkit.providers.hosted.openai_responses_replies import ResponseStream
from promptkit.providers.hosted.replies import ErrorReply, ParsedReply, Unusable, read_stream
from promptkit.streaming import delta_stream, stream_to
from promptkit.types import Token, Usage
from tests.loopback.apis import APIS, Answer, in_frames
from tests.loopback.faults import in_crlf, with_noise

WHOLE = {"openai": openai_replies.read, "responses": openai_responses_replies.read, "anthropic": anthropic_replies.read}
STREAMS = {"/v1/chat/completions": ChatStream, "/v1/responses": ResponseStream, "/v1/messages": MessageStream}
TURNS = [{"role": "user", "content": "two words"}]
REQUEST = {"model": "m", "messages": TURNS, "input": TURNS}
LINE_ENDS = {"LF": bytes, "CRLF": in_crlf, "CR": lambda data: data.replace(b"\n", b"\r")}


def read(stream, *pieces: bytes) -> tuple[ParsedReply, str]:
    """What is read of a body that arrives in these pieces, and what a listener hears meanwhile."""
    heard: list[str] = []

    async def arriving():
        for piece in pieces:
            yield piece

    async def listened() -> ParsedReply:
        with stream_to(lambda delta: heard.append(delta.text)):
            return await read_stream(arriving(), stream, delta_stream("m"))

    return asyncio.run(listened()), "".join(heard)


def events_of(path, text, **said):
    api = APIS[path]
    return api.stream(api.reply(REQUEST, Answer(text, **said)))


@pytest.mark.parametrize("path", STREAMS)
@settings(deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    stop=st.sampled_from(["stop", "length", "refusal"]),
    framing=st.sampled_from(sorted(LINE_ENDS)),
    noisy=st.booleans(),
    cuts=st.lists(st.integers(0, 3000), max_size=30),
)
def test_however_the_bytes_are_cut_the_reading_is_the_same(path, text, stop, framing, noisy, cuts):
    sent = in_frames(events_of(path, text, stop=stop))
    sent = LINE_ENDS[framing](with_noise(sent) if noisy else sent)
    edges = [0, *sorted(cut % (len(sent) + 1) for cut in cuts), len(sent)]
    pieces = [sent[start:end] for start, end in itertools.pairwise(edges)]
    usage = Usage(calls=1, input_tokens=2, output_tokens=len(text.split()))
    assert read(STREAMS[path](), *pieces) == (ParsedReply(text, stop, usage), text)


# fmt: off
NAMES = st.sampled_from([
    *("type", "index", "delta", "text", "content", "choices", "finish_reason", "usage", "error", "message", "refusal"),
    *("content_block", "stop_reason", "output_tokens", "response", "output", "status", "incomplete_details"),
])
# fmt: on
TYPES = st.sampled_from(
    [
        *("message_start", "content_block_start", "content_block_delta", "message_delta", "message", "output_text"),
        *("response.output_text.delta", "response.completed", "response.failed", "response.refusal.delta", "error"),
    ]
)
EVENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner | TYPES, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("path", STREAMS)
@settings(deadline=None)
@given(events=st.lists(EVENTS, max_size=6), noise=st.binary(max_size=20))
def test_any_events_are_a_reply_or_unusable(path, events, noise):
    sent = b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in events) + noise
    try:
        reading, heard = read(STREAMS[path](), sent)
    except (Unusable, ErrorReply, ValidationError):
        return
    mended = path == "/v1/responses"  # by its last event
    assert reading.text == heard or reading.finish_reason == "refusal" or mended


@pytest.mark.parametrize("read_whole", WHOLE.values(), ids=WHOLE)
@settings(deadline=None)
@given(body=EVENTS.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=30))
def test_any_body_is_a_reply_or_unusable(read_whole, body):
    try:
        reading = read_whole(body)
    except (Unusable, ErrorReply, ValidationError):
        return
    assert isinstance(reading, ParsedReply)
    assert reading.text.encode().decode() == reading.text  # no half characters


def chat(*events):
    return read(ChatStream(), in_frames(list(events)))[0]


def chunk(content=None, finish_reason=None, **fields):
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish_reason, **fields}]}


def test_chunks_may_name_the_role_each_time_and_leave_fields_out():
    events = [{"choices": [{"delta": {"role": "assistant", "content": text}}]} for text in ("The answer", " is 42.")]
    assert chat(*events, {"choices": [{"finish_reason": "stop"}]}).text == "The answer is 42."


def test_an_end_mark_without_a_finish_reason_is_no_end():
    with pytest.raises(Unusable, match="the stream ended without a finish reason"):
        chat(chunk("so"), "[DONE]")


def test_of_a_server_that_sends_no_finish_reasons_the_end_mark_is_an_end_for_an_unknown_reason():
    events = in_frames([chunk("so"), "[DONE]"])
    assert read(ChatStream(unexplained=True), events)[0] == ParsedReply("so", "unknown", Usage(calls=1, unmetered=1))
    with pytest.raises(Unusable, match="in the middle of the reply"):
        read(ChatStream(unexplained=True), in_frames([chunk("so")]))


def test_a_stop_without_a_stop_reason_is_no_end():
    with pytest.raises(Unusable, match="the stream ended without a stop reason"):
        message(START, begin(0), more(0, "a"), close(0), STOP)


def test_a_refusal_takes_the_place_of_the_text():
    refused = [{"choices": [{"delta": {"refusal": text}}]} for text in ("I ", "won't.")]
    reading = chat(chunk("Well, "), *refused, chunk(None, "stop"), "[DONE]")
    assert (reading.text, reading.finish_reason) == ("I won't.", "refusal")


def test_log_probabilities_come_with_the_chunks():
    def told(text, logprob):
        return {"content": [{"token": text, "logprob": logprob, "top_logprobs": []}]}

    events = [chunk("no", logprobs=told("no", -0.5)), chunk(" way", "stop", logprobs=told(" way", -1.5))]
    reading = chat(*events, "[DONE]")
    assert reading.tokens == (Token(text="no", logprob=-0.5), Token(text=" way", logprob=-1.5))
    assert chat(chunk("no", "stop", logprobs="?"), "[DONE]").text == "no"


def test_a_stream_without_any_content_is_a_reply_without_text():
    usage = {"prompt_tokens": 3, "completion_tokens": 5}
    counted = Usage(calls=1, input_tokens=3, output_tokens=5)
    thought = {"choices": [{"index": 0, "delta": {"content": None, "reasoning_content": "hm"}}]}
    assert chat(thought, {**chunk(None, "stop"), "usage": usage}, "[DONE]") == ParsedReply("", "stop", counted)


@pytest.mark.parametrize(("theirs", "ours"), [("length", "length"), ("content_filter", "refusal")])
def test_a_stream_may_end_before_its_first_word(theirs, ours):
    assert chat(chunk(None, theirs), "[DONE]")[:2] == ("", ours)


def test_a_choice_nobody_asked_for_is_refused():
    with pytest.raises(Unusable, match="a second choice"):
        chat(chunk("a"), chunk("b", index=1), chunk(None, "stop"))


def test_an_end_that_comes_twice_is_one_end():
    assert chat(chunk("a"), chunk(None, "stop"), chunk(None, "stop"), "[DONE]", "[DONE]").text == "a"


def test_token_counts_are_read_with_the_finish_reason_or_after_it():
    usage = {"prompt_tokens": 3, "completion_tokens": 5}
    ours = Usage(calls=1, input_tokens=3, output_tokens=5)
    assert chat({**chunk("a", "stop"), "usage": usage}, "[DONE]").usage == ours
    assert chat(chunk("a", "stop"), {"choices": [], "usage": usage}, "[DONE]").usage == ours
    assert chat(chunk("a", "stop"), {"usage": usage}).usage == ours


START = {"type": "message_start", "message": {"usage": {"input_tokens": 1, "output_tokens": 1}}}
END = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}
STOP = {"type": "message_stop"}


def begin(index, kind="text", text=""):
    return {"type": "content_block_start", "index": index, "content_block": {"type": kind, "text": text}}


def more(index, text):
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}


def close(index):
    return {"type": "content_block_stop", "index": index}


def message(*events):
    return read(MessageStream(), in_frames(list(events)))[0]


def test_the_text_of_all_text_blocks_is_the_reply_and_no_thinking():
    thought = {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}
    blocks = [begin(0, "thinking"), thought, close(0), begin(1, text="The "), more(1, "answer "), close(1)]
    assert message(START, *blocks, begin(2), more(2, "is 42."), close(2), END, STOP).text == "The answer is 42."


def test_tokens_of_the_start_are_completed_by_those_of_the_end():
    start = {"input_tokens": 1, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 300, "output_tokens": 1}
    end = {"input_tokens": None, "output_tokens": 50, "output_tokens_details": {"thinking_tokens": 40}}
    read = message({**START, "message": {"usage": start}}, {**END, "usage": end}, STOP)
    assert read.usage == Usage(calls=1, input_tokens=321, cached_tokens=20, output_tokens=50, reasoning_tokens=40)


def test_tokens_of_the_start_alone_are_no_account():
    assert message(START, {**END, "usage": None}, STOP).usage == Usage(calls=1, unmetered=1)


def test_events_of_a_new_type_are_passed_over():
    assert message({"type": "new"}, START, begin(0), more(0, "a"), {"type": "new"}, close(0), END, STOP).text == "a"


OUT_OF_ORDER = {
    "no start": [begin(0), more(0, "a"), close(0), END],
    "two starts": [START, START, begin(0), close(0), END],
    "an end without a start": [END],
    "a stop without a start": [STOP],
    "a block twice": [START, begin(0), begin(0), close(0), END],
    "a block again": [START, begin(0), close(0), begin(0), close(0), END],
    "a block left out": [START, begin(1), close(1), END],
    "blocks swapped": [START, begin(1), close(1), begin(0), close(0), END],
    "text of a block that did not begin": [START, more(0, "a"), begin(0), close(0), END],
    "text of a block that ended": [START, begin(0), close(0), more(0, "a"), END],
    "a block that ends twice": [START, begin(0), close(0), close(0), END],
    "an end before that of a block": [START, begin(0), END, close(0)],
    "a stop before the end of a block": [START, begin(0), STOP],
    "a block after the end": [START, END, begin(0), close(0)],
    "a block of nothing": [START, {"type": "content_block_start", "index": 0}, close(0), END],
}


@pytest.mark.parametrize("events", OUT_OF_ORDER.values(), ids=OUT_OF_ORDER)
def test_events_that_can_not_follow_each_other_are_refused(events):
    with pytest.raises(Unusable):
        message(*events, STOP)


def test_a_doubled_or_swapped_piece_of_text_can_not_be_told():  # neither API numbers them
    assert chat(chunk("a"), chunk("a"), chunk(None, "stop")).text == "aa"
    assert message(START, begin(0), more(0, "b"), more(0, "a"), close(0), END).text == "ba"
