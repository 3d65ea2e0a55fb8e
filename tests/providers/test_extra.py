"""Further fields, headers and a client of one's own: sent, part of a call's identity, and no secret in it."""

import asyncio

import anthropic
import openai
import pytest

from promptkit import (
    Anthropic,
    AuthenticationError,
    OpenAI,
    OpenAIResponses,
    Prompt,
    RateLimited,
    Unavailable,
    UsageError,
    load_model,
)
from promptkit.prices import cost_usd
from promptkit.providers.hosted.request_body import merged
from promptkit.record.identity import call_key
from promptkit.streaming import stream_to
from promptkit.types import Usage
from tests.loopback import Fault, faults
from tests.providers.hosted import ADAPTERS, KEY, ask

QUESTION = Prompt.of("q")


@pytest.fixture(params=ADAPTERS)
def make(request, server):
    return ADAPTERS[request.param](server)


def test_fields_are_sent_and_those_of_the_prompt_count_before_them(make, server):
    ask(make(extra={"top_p": 0.9, "temperature": 0.1}), Prompt.of("q", temperature=0.7))
    body = server.requests[0].body
    assert (body["top_p"], body["temperature"]) == (0.9, 0.7)


def test_fields_are_part_of_a_calls_identity_and_of_the_name(make):
    plain, other = make(), make(extra={"top_p": 0.9, "seed": 7})
    assert other.name == f"{plain.name}?seed=7&top_p=0.9"
    assert call_key(plain, QUESTION) != call_key(other, QUESTION)
    assert call_key(other, QUESTION) == call_key(make(extra={"seed": 7, "top_p": 0.9}), QUESTION)


def test_headers_are_sent_and_are_part_of_the_identity_without_being_shown(make, server):
    model = make(headers={"X-Team": "blue whale"})
    ask(model)
    assert server.requests[0].headers["x-team"] == "blue whale"
    assert "blue" not in model.endpoint
    assert call_key(model, QUESTION) != call_key(make(), QUESTION)
    assert call_key(model, QUESTION) != call_key(make(headers={"X-Team": "red"}), QUESTION)


@pytest.mark.parametrize("name", ["Authorization-Extra", "X-Api-Key", "Helicone-Auth", "Cookie", "X-Token"])
def test_a_header_with_a_secret_changes_no_identity_and_is_in_no_error(make, server, name):
    model = make(headers={name: "hunter2-hunter2"})
    assert call_key(model, QUESTION) == call_key(make(), QUESTION)
    server.then(Fault(status=401, message="the header hunter2-hunter2 is wrong"))
    with pytest.raises(AuthenticationError) as caught:
        ask(model)
    assert "hunter2" not in str(caught.value) + repr(model)
    assert server.requests[0].headers[name.lower()] == "hunter2-hunter2"


@pytest.mark.parametrize("field", ["model", "messages", "stream"])
def test_what_the_prompt_says_is_no_extra(make, field):
    if make().name == "openai-responses/m" and field == "messages":
        field = "input"  # as this API calls them
    with pytest.raises(UsageError, match=f"extra can't set {field}: the prompt and the adapter do"):
        make(extra={field: 1})


@pytest.mark.parametrize("options", [{"extra": {"x": object()}}, {"headers": {"X": "a\nb"}}, {"headers": {"": "a"}}])
def test_unusable_fields_and_headers_are_mistakes(make, options):
    with pytest.raises(UsageError):
        make(**options)


def test_objects_of_both_are_merged_but_for_those_of_a_type():
    assert merged({"a": {"x": 1, "y": 1}, "b": 1}, {"a": {"y": 2}, "c": 3}) == {"a": {"x": 1, "y": 2}, "b": 1, "c": 3}
    thinking = {"type": "adaptive"}
    assert merged({"thinking": {"type": "enabled", "budget_tokens": 9}}, {"thinking": thinking}) == {
        "thinking": thinking
    }


def test_sampling_in_extra_is_sent_in_anthropics_version_that_takes_it(server):
    ask(Anthropic("m", base_url=server.url, api_key=KEY, extra={"top_k": 3}))
    assert server.requests[0].headers["anthropic-version"] == "2023-06-01"


def test_options_behind_a_models_name_are_fields(server, monkeypatch):
    monkeypatch.delenv("VLLM_BASE_URL", raising=False)
    model = load_model(f"vllm/gpt-6-luna?reasoning_effort=low&base_url={server.openai_url}")
    ask(model)
    assert (model.name, model.endpoint) == ("vllm/gpt-6-luna?reasoning_effort=low", server.openai_url)
    assert server.requests[0].body["reasoning_effort"] == "low"


def test_a_base_url_with_a_password_has_no_place_in_a_name():
    with pytest.raises(UsageError, match="the base URL has a password, and a model's name is recorded"):
        load_model("openai/m?base_url=http://me:secret@host/v1")


def test_a_model_with_options_has_the_price_of_the_model():
    pytest.importorskip("genai_prices")
    usage = Usage(calls=1, input_tokens=1000, output_tokens=1000)
    assert cost_usd("openai/gpt-4.1?top_p=0.9", usage) == cost_usd("openai/gpt-4.1", usage) is not None
    assert cost_usd("gemini/gemini-2.5-flash", usage) is not None


async def _asked(model, prompt=QUESTION):
    return await model.complete(prompt)


def test_a_ready_client_signs_its_own_requests_and_streams(server):
    tokens = iter(["first", "second"])

    async def fresh() -> str:
        return next(tokens)

    async def both():
        async with openai.AsyncOpenAI(base_url=server.openai_url, api_key=fresh, max_retries=5) as client:
            model = OpenAI("m", client=client)
            pieces = []
            with stream_to(lambda delta: pieces.append(delta.text)):
                answer = await model.complete("one two")
            server.then(faults.too_many(3))
            with pytest.raises(RateLimited) as caught:
                await model.complete("q")
            await model.aclose()
            assert not client.is_closed()
            return answer, pieces, caught.value

    answer, pieces, refused = asyncio.run(both())
    assert (answer.text, "".join(pieces)) == ("you said: one two", "you said: one two")
    assert len(pieces) > 1
    assert refused.retry_after == 3
    assert [r.headers["authorization"] for r in server.requests] == ["Bearer first", "Bearer second"]


def test_a_client_of_azure_asks_the_deployment(server):
    async def once():
        async with openai.AsyncAzureOpenAI(azure_endpoint=server.url, api_key=KEY, api_version="2025-01-01") as client:
            model = OpenAI("my-deployment", provider="azure", client=client)
            with pytest.raises(Exception, match="there is no API"):  # the server here has OpenAI's paths alone
                await model.complete("q")
            return model

    model = asyncio.run(once())
    assert server.requests[0].path == "/openai/deployments/my-deployment/chat/completions?api-version=2025-01-01"
    assert server.requests[0].headers["api-key"] == KEY
    assert (model.name, model.endpoint) == ("azure/my-deployment", f"{server.url}/openai")


def test_a_ready_client_of_anthropic_is_asked_by_its_own_request(server):
    async def once():
        async with anthropic.AsyncAnthropic(base_url=server.url, auth_token="of-a-broker") as client:
            return await Anthropic("m", client=client).complete("q")

    assert asyncio.run(once()).text == "you said: q"
    assert server.requests[0].headers["authorization"] == "Bearer of-a-broker"


def test_a_client_that_can_not_reach_its_server_is_unavailable():
    async def once():
        async with openai.AsyncOpenAI(base_url="http://127.0.0.1:9/v1", api_key=KEY) as client:
            await OpenAI("m", client=client).complete("q")

    with pytest.raises(Unavailable, match="connection refused"):
        asyncio.run(once())


def test_a_client_that_is_not_asynchronous_is_a_mistake():
    with pytest.raises(UsageError, match="the client is of type AzureOpenAI; give an asynchronous one"):
        OpenAI("m", client=openai.AzureOpenAI(azure_endpoint="http://x", api_key=KEY, api_version="1"))


@pytest.mark.parametrize("model", [OpenAI, OpenAIResponses, Anthropic])
@pytest.mark.parametrize(
    ("client", "reason"),
    [
        (object(), "the client is of type object; give one of the SDK, such as Async"),
        ("https://gateway", "the client is of type str; give one of the SDK, such as Async"),
        (openai.AsyncOpenAI, r"the client is the class AsyncOpenAI; make one, such as AsyncOpenAI\(…\)"),
    ],
)
def test_what_is_no_client_is_a_mistake(model, client, reason):
    with pytest.raises(UsageError, match=reason):
        model("m", client=client)


@pytest.mark.parametrize("model", [OpenAI, OpenAIResponses, Anthropic])
def test_a_model_without_a_name_is_a_mistake(model):
    with pytest.raises(UsageError, match=r"^the model of .* has no name; give it as the provider calls it$"):
        model(" ")


def test_a_field_whose_name_is_no_text_is_a_mistake():
    with pytest.raises(UsageError, match=r"^openai/m: extra has the field 1; the names of fields are texts$"):
        OpenAI("m", extra={1: 2})


@pytest.mark.parametrize(
    ("provider", "variable", "value", "endpoint"),
    [
        ("openrouter", "OPENROUTER_BASE_URL", "http://gateway/v1", "http://gateway/v1"),
        ("vllm", "VLLM_BASE_URL", "http://box:9/v1", "http://box:9/v1"),
        ("llamacpp", "LLAMACPP_BASE_URL", "http://box:9/v1", "http://box:9/v1"),
        ("azure", "AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com/", "https://r.openai.azure.com/openai/v1"),
        ("azure", "AZURE_OPENAI_ENDPOINT", "https://r.azure.com/openai/v1/", "https://r.azure.com/openai/v1"),
    ],
)
def test_every_preset_has_a_variable_for_another_address(monkeypatch, provider, variable, value, endpoint):
    monkeypatch.setenv(variable, value)
    assert OpenAI("m", provider=provider).endpoint == endpoint


def test_a_provider_without_an_address_of_its_own_wants_one(monkeypatch):
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)
    with pytest.raises(UsageError, match="azure/m has no address; set AZURE_OPENAI_ENDPOINT or give base_url"):
        OpenAI("m", provider="azure")
