"""The table of models, beside what the SDKs know of the same models, and what becomes of a prompt by it."""

import asyncio
import datetime
import re
import tomllib
from pathlib import Path

import pytest
from anthropic._data import DEPRECATED_MODELS
from openai.types.shared import chat_model

from promptkit import Anthropic, InvalidRequest, OpenAI, OpenAIResponses, Prompt
from promptkit.providers.hosted.facts import checked_on, facts, table
from promptkit.providers.openai import PRESETS
from tests.loopback import Server, strict
from tests.loopback.faults import Fault
from tests.providers.hosted import KEY, ask

EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max", 2048]
ASKED = [
    *(Prompt.of("q", effort=effort) for effort in EFFORTS),
    Prompt.of("q", temperature=0.5),
    *(Prompt.of("q", temperature=0.5, effort=effort) for effort in ("none", "high")),
]
KNOWN = [(entry.provider, name) for entry in table() for name in entry.names if "*" not in name]


@pytest.fixture
def strict_server(server: Server) -> Server:
    server.refuses = strict.refuses
    return server


def model_of(provider: str, name: str, server: Server):
    if provider == "anthropic":
        return Anthropic(name, base_url=server.url, api_key=KEY)
    if provider == "openai-responses":
        return OpenAIResponses(name, base_url=server.openai_url, api_key=KEY)
    return OpenAI(name, provider=provider, base_url=server.openai_url, api_key=KEY)


def test_every_entry_has_a_source_and_the_table_a_date():
    assert all(entry.source.startswith("https://") for entry in table())
    assert checked_on() >= datetime.date(2026, 11, 26)
    assert {entry.provider for entry in table()} <= {*PRESETS, "anthropic"}


def test_a_snapshot_is_its_model():
    assert facts("openai", "gpt-5-mini-2025-08-07") == facts("openai", "gpt-5-mini")
    assert facts("anthropic", "claude-haiku-4-5-20251001") == facts("anthropic", "claude-haiku-4-5")
    assert facts("openai", "gpt-5-mini").shutdown == datetime.date(2026, 12, 11)


def test_days_of_shutdown_are_those_of_the_sdks():
    text = Path(chat_model.__file__).read_text(encoding="utf-8").partition('"""Deprecated values:')[2]
    told = re.findall(r"^- (.*?):\s+Announced\s+shutdown\s+date:\s+(\d{4}-\d\d-\d\d)\.", text, re.MULTILINE | re.DOTALL)
    days = {name: day for names, day in told for name in re.findall(r'"([^"]+)"', names)}
    assert "gpt-5" in days
    for name, day in days.items():
        if (known := facts("openai", name)).shutdown and not any("*" in n for n in known.names):
            assert known.shutdown == datetime.date.fromisoformat(day), name
    for name, day in DEPRECATED_MODELS.items():
        written = datetime.datetime.strptime(re.sub(r"(\d)(st|nd|rd|th),", r"\1,", day), "%B %d, %Y")
        assert facts("anthropic", name).shutdown == written.date(), name


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        *((provider, name) for provider, name in KNOWN if provider in ("openai", "anthropic")),
        *(("openai-responses", name) for provider, name in KNOWN if provider == "openai"),
    ],
)
def test_what_a_model_refuses_is_known_before_it_is_asked(strict_server, provider, name):
    """Everything that is sent is taken, and everything that would be refused is not sent."""
    if facts(provider, name).efforts is None:
        pytest.skip("of this model only the day of its end is known")
    for prompt in ASKED:
        before = len(strict_server.requests)
        refused = failure(model_of(provider, name, strict_server), prompt)
        sent = len(strict_server.requests) - before
        assert sent == (refused is None), (prompt.effort, prompt.temperature, refused)


def failure(model, prompt: Prompt) -> InvalidRequest | None:
    try:
        ask(model, prompt)
    except InvalidRequest as refusal:
        return refusal
    return None


def test_a_refusal_by_the_table_names_the_way_out():
    def refusal(model, **asked):
        with pytest.raises(InvalidRequest) as caught:
            model.check(Prompt.of("q", **asked))
        return str(caught.value)

    luna = OpenAI("gpt-6-luna", api_key=KEY)
    assert refusal(luna, temperature=0.5) == (
        "openai/gpt-6-luna takes no temperature while it reasons (by itself it has medium); "
        "leave it out, or give the `effort` none"
    )
    assert refusal(luna, effort="minimal") == (
        "openai/gpt-6-luna has no `effort` minimal; give none, low, medium, high, xhigh, max"
    )
    assert refusal(OpenAI("gpt-4.1"), effort="low") == "openai/gpt-4.1 does not reason; leave out `effort`"
    haiku = Anthropic("claude-haiku-4-5")
    assert refusal(haiku, effort="high").endswith("has no `effort` high; give none or a number of tokens")
    assert "fewer than `max_tokens`" in refusal(haiku, effort=4096, max_tokens=99)


def test_nothing_is_refused_of_a_model_that_the_table_lacks():
    model = OpenAI("brand-new", api_key=KEY)
    for effort in EFFORTS[:-1]:
        model.check(Prompt.of("q", effort=effort, temperature=0.5))


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Unsupported value: 'temperature' does not support 0.5 with this model.", {"temperature": 0.5}),
        ("temperature: Extra inputs are not permitted", {"temperature": 0.5}),
        ("`reasoning_effort` is not known here", {"effort": "low"}),
        ('"thinking.type.enabled" is not supported for this model.', {"effort": "low"}),
        ("'response_format' of type 'json_schema' is not supported", {"schema": {"type": "object"}}),
    ],
)
def test_a_parameter_that_was_refused_is_not_sent_again(server, message, asked):
    server.then(Fault(status=400, message=message, code="invalid_request_error"))
    refused, again, plain = in_turn(server, *[Prompt.of("q", **asked)] * 2, Prompt.of("q"))
    assert message in str(refused)
    assert str(again) == str(refused)
    assert plain.text == "you said: q"
    assert len(server.requests) == 2


def in_turn(server, *prompts):
    """What one model answers to each."""

    async def all_of_them():
        model = OpenAI("brand-new", base_url=server.openai_url, api_key=KEY)
        try:
            return [await one(model, prompt) for prompt in prompts]
        finally:
            await model.aclose()

    async def one(model, prompt):
        try:
            return await model.complete(prompt)
        except InvalidRequest as refusal:
            return refusal

    return asyncio.run(all_of_them())


def test_a_refusal_that_names_no_parameter_says_nothing_of_the_next_call(server):
    server.then(Fault(status=400, message="the temperature of the prompt is too hot to handle", code="x"))
    refused, answered = in_turn(server, *[Prompt.of("q", temperature=0.5)] * 2)
    assert isinstance(refused, InvalidRequest)
    assert answered.text == "you said: q"


def test_a_model_without_system_text_gets_it_in_the_user_turn(server):
    ask(
        OpenAI("gemma-3-27b-it", provider="gemini", base_url=server.openai_url, api_key=KEY), Prompt.of("q", system="s")
    )
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "s\n\nq"}]


NO_SYSTEM = {
    "OpenAI": (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
    "Google": (400, "Developer instruction is not enabled for models/gemma-3-27b-it"),
    "vLLM, Gemma": (400, "System role not supported"),
    "llama.cpp, Gemma": (500, "Error: Jinja Exception: System role not supported"),
    "LM Studio, Mistral": (
        400,
        'Error rendering prompt with jinja template: "Only user and assistant roles are supported!".',
    ),
    "Ministral": (500, "Only user, assistant and tool roles are supported, got system."),
    "vLLM, Mistral": (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
}


@pytest.mark.parametrize(("status", "words"), NO_SYSTEM.values(), ids=NO_SYSTEM)
def test_a_model_that_refuses_system_text_gets_it_in_the_user_turn_from_then_on(server, status, words):
    server.then(Fault(status=status, message=words))
    first, second = in_turn(server, *[Prompt.of("q", system="s")] * 2)
    assert first.text == second.text == "you said: s\n\nq"
    assert [[m["role"] for m in request.body["messages"]] for request in server.requests] == [
        ["system", "user"],
        ["user"],
        ["user"],
    ]


def test_a_refusal_without_a_system_turn_is_no_reason_to_ask_again(server):
    server.then(Fault(status=400, message="System role not supported"))
    refused, answered = in_turn(server, Prompt.of("q"), Prompt.of("q", system="s"))
    assert isinstance(refused, InvalidRequest)
    assert answered.text == "you said: q"
    assert [m["role"] for m in server.requests[-1].body["messages"]] == ["system", "user"]


def test_a_model_that_refuses_the_prompt_again_is_asked_no_third_time(server):
    server.then(*[Fault(status=400, message="System role not supported")] * 2)
    assert isinstance(in_turn(server, Prompt.of("q", system="s"))[0], InvalidRequest)
    assert len(server.requests) == 2


def test_calls_in_flight_that_are_all_refused_for_their_system_turn_are_all_asked_again(server):
    def without_system(request):
        system = any(m["role"] == "system" for m in request.body["messages"])
        return Fault(status=400, message="System role not supported") if system else None

    async def at_once():
        model = OpenAI("brand-new", base_url=server.openai_url, api_key=KEY)
        replies = await asyncio.gather(*[model.complete(Prompt.of("q", system="s")) for _ in range(5)])
        await model.aclose()
        return {reply.text for reply in replies}

    server.refuses = without_system
    assert asyncio.run(at_once()) == {"you said: s\n\nq"}


def test_the_file_has_no_field_that_nothing_reads():
    read = tomllib.loads((Path(facts.__wrapped__.__code__.co_filename).parent / "models.toml").read_text("utf-8"))
    assert set(read) == {"checked", "models"}  # unknown fields of an entry are refused when it is read
