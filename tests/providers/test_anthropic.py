"""The Messages API: our prompt as its request, its reply as our completion."""

import pytest

from promptkit.errors import InvalidRequest, Unavailable
from promptkit.providers.anthropic import MAX_TOKENS, Anthropic
from promptkit.types import Message, Prompt, Usage
from tests.loopback import Fault, Server, faults
from tests.providers.hosted import KEY, ask


@pytest.fixture
def model(server: Server) -> Anthropic:
    return Anthropic("m", base_url=server.url, api_key=KEY)


def test_a_prompt_is_sent_with_its_system_text_apart(model, server):
    prompt = Prompt.of("first", system="be brief").with_context(Message(role="system", content="be kind"))
    ask(model, prompt.then("reply", "second").model_copy(update={"max_tokens": 7}))
    assert server.requests[0].path == "/v1/messages"
    assert server.requests[0].body == {
        "model": "m",
        "system": "be brief\n\nbe kind",
        "max_tokens": 7,
        "messages": [
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "reply"},
            {"role": "user", "content": "second"},
        ],
    }


def test_without_a_system_turn_there_is_no_system_text(model, server):
    ask(model, "q")
    assert "system" not in server.requests[0].body


def test_a_prompt_without_a_limit_is_sent_with_one(model, server):
    ask(model, "q")
    assert server.requests[0].body["max_tokens"] == MAX_TOKENS == 16_384


def test_a_temperature_is_sent_in_the_version_of_the_api_that_takes_one(model, server):
    ask(model, Prompt.of("q", temperature=0.0))
    assert server.requests[0].body["temperature"] == 0.0
    assert server.requests[0].headers["anthropic-version"] == "2023-06-01"


def test_without_a_temperature_the_version_is_the_sdks(model, server):
    ask(model, "q")
    assert "temperature" not in server.requests[0].body
    assert server.requests[0].headers["anthropic-version"] > "2023-06-01"


def test_stop_texts_are_sent(model, server):
    ask(model, Prompt.of("q", stop=("Q:",)))
    assert server.requests[0].body["stop_sequences"] == ["Q:"]


def test_log_probabilities_are_refused_before_anything_is_sent(model, server):
    with pytest.raises(InvalidRequest, match="Anthropic's API has no log probabilities; leave out logprobs"):
        ask(model, Prompt.of("q", logprobs=1))
    assert not server.requests


def test_only_the_text_of_a_reply_is_its_text(model, server):
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "d"},
        {"type": "of_another_kind", "text": "not said to the user"},
        {"type": "text", "text": "The answer "},
        {"type": "text", "text": "is 42."},
    ]
    server.then(Fault(fields={"content": content}))
    assert ask(model).text == "The answer is 42."


def test_a_reply_may_end_before_its_first_word(model, server):
    server.then(Fault(fields={"content": [], "stop_reason": "max_tokens"}))
    answer = ask(model)
    assert (answer.text, answer.finish_reason) == ("", "length")


def test_tokens_of_the_cache_are_tokens_of_the_prompt(model, server):
    usage = {
        "input_tokens": 1,
        "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": 300,
        "output_tokens": 50,
        "output_tokens_details": {"thinking_tokens": 40},
    }
    server.then(Fault(fields={"usage": usage}))
    assert ask(model).usage == Usage(calls=1, input_tokens=321, cached_tokens=20, output_tokens=50, reasoning_tokens=40)


def test_missing_content_is_named(model, server):
    server.then(faults.NO_CHOICES)
    with pytest.raises(Unavailable, match=r"\(content: Input should be a valid array\)"):
        ask(model)


def test_the_key_and_the_address_are_those_of_the_environment(server, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    model = Anthropic("m")
    ask(model)
    assert (model.name, model.endpoint) == ("anthropic/m", server.url)
    assert server.requests[0].headers["authorization"] == "Bearer sk-of-the-environment"


def test_its_own_address_is_anthropics():
    assert Anthropic("m").endpoint == "https://api.anthropic.com"
