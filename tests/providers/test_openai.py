"""The Chat Completions API: our prompt as its request, its reply as our completion, and the servers that speak it."""

import pytest

from promptkit.errors import Unavailable, UsageError
from promptkit.providers.openai import PRESETS, OpenAI
from promptkit.streaming import stream_to
from promptkit.types import Prompt, Token, Usage
from tests.loopback import Fault, Server, faults
from tests.providers.hosted import KEY, ask


@pytest.fixture
def model(server: Server) -> OpenAI:
    return OpenAI("m", base_url=server.openai_url, api_key=KEY)


def replying(message, finish_reason="stop"):
    return Fault(fields={"choices": [{"index": 0, "message": message, "finish_reason": finish_reason}]})


def test_a_prompt_is_sent_turn_by_turn(model, server):
    prompt = Prompt.of("first", system="be brief").then("reply", "second")
    ask(model, prompt)
    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "reply"},
            {"role": "user", "content": "second"},
        ],
    }


def test_sampling_is_sent_when_it_is_set(model, server):
    ask(model, Prompt.of("q", temperature=0.0, max_tokens=7))
    body = server.requests[0].body
    assert (body["temperature"], body["max_completion_tokens"]) == (0.0, 7)
    assert "max_tokens" not in body


def test_stop_texts_and_log_probabilities_are_asked_for_when_they_are_set(model, server):
    ask(model, Prompt.of("q", stop=("\n", "Q:"), logprobs=2))
    body = server.requests[0].body
    assert (body["stop"], body["logprobs"], body["top_logprobs"]) == (["\n", "Q:"], True, 2)


def test_log_probabilities_without_alternatives_are_asked_for_without_a_number(model, server):
    ask(model, Prompt.of("q", logprobs=0))
    body = server.requests[0].body
    assert body["logprobs"] is True
    assert not {"stop", "top_logprobs"} & body.keys()


def test_log_probabilities_are_read(model, server):
    content = [
        {
            "token": "no",
            "logprob": -0.5,
            "bytes": [110, 111],
            "top_logprobs": [{"token": "no", "logprob": -0.5, "bytes": None}, {"token": "yes", "logprob": -1.5}],
        }
    ]
    choice = {"index": 0, "message": {"content": "no"}, "finish_reason": "stop", "logprobs": {"content": content}}
    server.then(Fault(fields={"choices": [choice]}))
    alternatives = (Token(text="no", logprob=-0.5), Token(text="yes", logprob=-1.5))
    assert ask(model).tokens == (Token(text="no", logprob=-0.5, alternatives=alternatives),)


@pytest.mark.parametrize("theirs", [None, {"content": None}, {"content": "?"}, "?"])
def test_a_reply_is_read_also_when_its_log_probabilities_are_unusable(model, server, theirs):
    choice = {"index": 0, "message": {"content": "no"}, "finish_reason": "stop", "logprobs": theirs}
    server.then(Fault(fields={"choices": [choice]}))
    answer = ask(model)
    assert (answer.text, answer.tokens) == ("no", ())


@pytest.mark.parametrize("provider", [name for name in PRESETS if name not in ("openai", "azure")])
def test_a_compatible_server_is_sent_the_limit_by_its_old_name(server, provider):
    ask(OpenAI("m", provider=provider, base_url=server.openai_url, api_key=KEY), Prompt.of("q", max_tokens=7))
    body = server.requests[0].body
    assert body["max_tokens"] == 7
    assert "max_completion_tokens" not in body


def test_all_counts_of_the_usage_are_read(model, server):
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 20,
        "total_tokens": 30,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 15},
    }
    server.then(Fault(fields={"usage": usage}))
    assert ask(model).usage == Usage(calls=1, input_tokens=10, cached_tokens=4, output_tokens=20, reasoning_tokens=15)


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        (
            {"prompt_tokens": 5, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 500}},
            Usage(calls=1, input_tokens=505, cached_tokens=500, output_tokens=1),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 1, "completion_tokens_details": {"reasoning_tokens": 30}},
            Usage(calls=1, input_tokens=5, output_tokens=31, reasoning_tokens=30),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 10, "total_tokens": 415},
            Usage(calls=1, input_tokens=5, output_tokens=410, reasoning_tokens=400),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 10, "total_tokens": "many"},
            Usage(calls=1, input_tokens=5, output_tokens=10),
        ),
    ],
    ids=["cached tokens apart", "reasoning apart", "reasoning in the total alone", "no total"],
)
def test_tokens_that_a_provider_counts_apart_are_counted(model, server, counts, usage):
    server.then(Fault(fields={"usage": counts}))
    assert ask(model).usage == usage


def test_details_of_the_usage_may_be_null(model, server):
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": None}}
    server.then(Fault(fields={"usage": usage}))
    assert ask(model).usage == Usage(calls=1, input_tokens=1, output_tokens=2)


def test_a_refusal_message_is_a_refusal(model, server):
    server.then(replying({"role": "assistant", "content": None, "refusal": "I won't."}))
    answer = ask(model)
    assert (answer.text, answer.finish_reason) == ("I won't.", "refusal")


@pytest.mark.parametrize(("theirs", "ours"), [("length", "length"), ("content_filter", "refusal")])
def test_a_reply_may_end_before_its_first_word(model, server, theirs, ours):
    server.then(replying({"role": "assistant", "content": None}, theirs))
    answer = ask(model)
    assert (answer.text, answer.finish_reason) == ("", ours)


def test_an_empty_reply_is_a_reply(model, server):
    server.then(replying({"role": "assistant", "content": ""}))
    assert ask(model).text == ""


def test_a_missing_message_is_named(model, server):
    server.then(Fault(fields={"choices": [{"index": 0}]}))
    with pytest.raises(Unavailable, match=r"\(choices\.0\.message: Field required\)"):
        ask(model)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "assistant", "content": None, "reasoning_content": "3 + 4 is 7."},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": {}}]},
        {"role": "assistant", "content": None},
        {},
    ],
    ids=["reasoning", "tool calls", "nothing", "no content"],
)
def test_a_message_without_content_is_a_paid_reply_without_text(model, server, message):
    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    server.then(Fault(fields={"choices": choices, "usage": usage}))
    answer = ask(model)
    assert (answer.text, answer.usage) == ("", Usage(calls=1, input_tokens=100, output_tokens=20))


def test_of_content_in_blocks_the_text_is_read_and_no_thinking(model, server):
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    blocks = [thought, {"type": "text", "text": "The answer "}, {"type": "text", "text": "is 42."}]
    server.then(replying({"role": "assistant", "content": blocks}))
    assert ask(model).text == "The answer is 42."


@pytest.mark.parametrize("count", [-1, 10**30, 1.5, "1e9"], ids=repr)
def test_a_count_of_tokens_that_is_none_leaves_the_reply_unmetered(model, server, count):
    server.then(Fault(fields={"usage": {"prompt_tokens": count, "completion_tokens": 1}}))
    assert ask(model).usage == Usage(calls=1, unmetered=1)


def test_a_server_that_never_sends_finish_reasons_can_be_listened_to(server):
    server.then(*[Fault(events=lambda events: [*faults.before_end(events), "[DONE]"])] * 2)
    options = {"base_url": server.openai_url, "api_key": KEY}
    with stream_to(lambda delta: None):
        answer = ask(OpenAI("m", requires_finish_reason=False, **options), "q")
        assert (answer.text, answer.finish_reason) == ("you said: q", "unknown")
        with pytest.raises(Unavailable, match="the stream ended without a finish reason"):
            ask(OpenAI("m", **options), "q")


def test_the_key_and_the_address_are_those_of_the_environment(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    model = OpenAI("m")
    ask(model)
    assert (model.name, model.endpoint) == ("openai/m", server.openai_url)
    assert server.requests[0].headers["authorization"] == "Bearer sk-of-the-environment"


def test_arguments_win_over_the_environment(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.example")
    ask(OpenAI("m", base_url=server.openai_url, api_key=KEY))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_openais_key_is_sent_to_no_other_provider(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    ask(OpenAI("m", provider="vllm", base_url=server.openai_url))
    assert KEY not in str(server.requests[0].headers)


@pytest.mark.parametrize(
    ("provider", "endpoint"),
    [
        ("openai", "https://api.openai.com/v1"),
        ("ollama", "http://localhost:11434/v1"),
        ("vllm", "http://localhost:8000/v1"),
        ("llamacpp", "http://localhost:8080/v1"),
        ("lmstudio", "http://localhost:1234/v1"),
    ],
)
def test_a_provider_says_where_its_server_is(provider, endpoint):
    model = OpenAI("some/model", provider=provider)
    assert (model.name, model.endpoint) == (f"{provider}/some/model", endpoint)


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("", "http://localhost:11434/v1"),
        ("box", "http://box:11434/v1"),
        ("box:1", "http://box:1/v1"),
        (":1", "http://localhost:1/v1"),
        ("0.0.0.0", "http://localhost:11434/v1"),
        ("0.0.0.0:1", "http://localhost:1/v1"),
        ("http://box:1", "http://box:1/v1"),
        ("https://box/sub/", "https://box/sub/v1"),
        ("[::1]:1", "http://[::1]:1/v1"),
        ("[::]", "http://localhost:11434/v1"),
    ],
)
def test_the_host_of_ollama_is_honoured_in_all_its_forms(monkeypatch, host, endpoint):
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert OpenAI("m", provider="ollama").endpoint == endpoint


@pytest.mark.parametrize("host", ["box:port", "[::1"])
def test_a_host_of_ollama_that_is_none_is_a_mistake(monkeypatch, host):
    monkeypatch.setenv("OLLAMA_HOST", host)
    with pytest.raises(UsageError, match="give one such as localhost:11434"):
        OpenAI("m", provider="ollama")


def test_an_unknown_provider_is_a_mistake():
    with pytest.raises(
        UsageError, match=r"providers are openai, azure, openrouter, .*lmstudio; another one needs base_url"
    ):
        OpenAI("m", provider="nobody")
