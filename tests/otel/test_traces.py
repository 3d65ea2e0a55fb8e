import asyncio
import json
import os
import subprocess
import sys

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from promptkit import (
    Cache,
    CallStore,
    ChainOfThought,
    Completion,
    FunctionModel,
    Prompt,
    RateLimited,
    SelfConsistency,
    SelfReflection,
    Usage,
    UsageError,
    current_path,
    preview,
    run,
)
from promptkit.otel.traced import CAPTURE
from tests.otel.spans import Sent
from tests.players import Player

SECRET = "the swordfish swims at noon"


@pytest.fixture
def sent(monkeypatch):
    monkeypatch.delenv(CAPTURE, raising=False)
    return Sent()


def test_spans_nest_as_the_strategies_do(sent):
    with sent.traced():
        run(SelfReflection(ChainOfThought(Player(["7", "It is correct."], name="openai/mock"))), "3 + 4?")
    assert sent.tree() == [
        "invoke_workflow SelfReflection",
        "  step draft",
        "    invoke_workflow ChainOfThought",
        "      chat mock",
        "  step critique",
        "    chat mock",
    ]


def test_concurrent_steps_are_beside_each_other(sent):
    with sent.traced():
        run(SelfConsistency(Player(["7"]), draws=3), "3 + 4?")
    steps = [f"  step draw {number}" for number in range(3)]
    assert sorted(sent.tree()) == sorted(["invoke_workflow SelfConsistency", *steps, *["    chat player"] * 3])


def test_a_call_has_the_attributes_of_the_conventions(sent):
    usage = Usage(calls=1, input_tokens=10, output_tokens=5, cached_tokens=4, reasoning_tokens=2)
    model = FunctionModel(
        lambda prompt: Completion(text="7", prompt=prompt, by="azure/mock", usage=usage, finish_reason="length"),
        name="azure/mock",
        endpoint="https://api.test:444/v1",
    )
    with sent.traced():
        run(model, Prompt.of("3 + 4?", temperature=0.5, max_tokens=9, stop=("\n",)))
    span = sent.one("chat mock")
    assert span.kind == SpanKind.CLIENT
    assert span.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "azure.ai.openai",
        "gen_ai.request.model": "mock",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 9,
        "gen_ai.request.stop_sequences": ("\n",),
        "gen_ai.response.finish_reasons": ("length",),
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.reasoning.output_tokens": 2,
        "promptkit.cached": False,
        "server.address": "api.test",
        "server.port": 444,
    }


def test_a_call_and_a_strategy_tell_the_steps_that_lead_there(sent):
    with sent.traced():
        run(SelfReflection(ChainOfThought(Player(["7", "It is correct."]))), "3 + 4?")
    assert sent.one("invoke_workflow ChainOfThought").attributes["promptkit.path"] == "draft"
    assert sent.one("invoke_workflow SelfReflection").attributes == {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": "SelfReflection",
        "promptkit.calls": 2,
        "promptkit.cached": False,
    }


def test_what_a_model_is_made_of_is_no_call_of_its_own(sent, tmp_path):
    async def twice():
        async with CallStore(tmp_path / "calls.sqlite") as store:
            model = Cache(Player(["7"]), store)
            with sent.traced():
                await model.complete("3 + 4?")
                await model.complete("3 + 4?")

    asyncio.run(twice())
    first, second = sent.spans
    assert (first.name, second.name) == ("chat player", "chat player")
    assert first.attributes["gen_ai.usage.output_tokens"] == 1
    assert second.attributes["promptkit.cached"] is True


def test_a_cached_reply_counts_no_tokens(sent):
    model = FunctionModel(
        lambda p: Completion(text="7", prompt=p, by="m", usage=Usage(calls=1, input_tokens=3), cached=True)
    )
    with sent.traced():
        run(model, "3 + 4?")
    (span,) = sent.spans
    assert not [name for name in span.attributes if "usage" in name]
    assert sent.metric("gen_ai.client.token.usage") == sent.metric("gen_ai.client.operation.duration") == []


def test_tokens_and_seconds_are_counted(sent):
    with sent.traced():
        run(ChainOfThought(Player(["seven"], name="openai/mock")), "3 + 4?")
    tokens = {series["gen_ai.token.type"]: total for series, total in sent.metric("gen_ai.client.token.usage")}
    assert tokens["output"] == 5
    assert tokens["input"] > 0
    assert sent.metric("gen_ai.client.operation.duration")[0][0] == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "mock",
    }
    assert sent.metric("gen_ai.workflow.duration")[0][0] == {"gen_ai.workflow.name": "ChainOfThought"}


def failing(_prompt):
    raise RateLimited(f"refused: {SECRET}", model="openai/mock", status=429)


def test_an_error_is_told_by_its_kind_without_its_message(sent):
    with sent.traced(), pytest.raises(RateLimited):
        run(ChainOfThought(FunctionModel(failing, name="openai/mock")), SECRET)
    call = sent.one("chat mock")
    assert (call.attributes["error.type"], call.attributes["http.response.status_code"]) == ("RateLimited", 429)
    assert {span.status.status_code for span in sent.spans} == {StatusCode.ERROR}
    assert sent.metric("gen_ai.client.operation.duration")[0][0]["error.type"] == "RateLimited"
    assert SECRET not in "".join(span.to_json() for span in sent.spans)


def test_what_was_said_is_told_only_when_asked_for(sent):
    with sent.traced():
        run(ChainOfThought(Player([SECRET])), SECRET)
    assert SECRET not in "".join(span.to_json() for span in sent.spans)
    with sent.traced(content=True):
        run(FunctionModel(lambda _: SECRET), Prompt.of("Why?", system="Be brief."))
    told = sent.one("chat function").attributes
    assert json.loads(told["gen_ai.input.messages"]) == [
        {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
        {"role": "user", "parts": [{"type": "text", "content": "Why?"}]},
    ]
    assert json.loads(told["gen_ai.output.messages"]) == [
        {"role": "assistant", "parts": [{"type": "text", "content": SECRET}], "finish_reason": "stop"}
    ]


@pytest.mark.parametrize("value", ["true", "SPAN_ONLY"])
def test_the_standard_variable_asks_for_what_was_said(sent, monkeypatch, value):
    monkeypatch.setenv(CAPTURE, value)
    with sent.traced():
        run(FunctionModel(lambda _: "7"), SECRET)
    assert SECRET in sent.one("chat function").attributes["gen_ai.input.messages"]


def test_content_as_events_is_refused(sent, monkeypatch):
    monkeypatch.setenv(CAPTURE, "EVENT_ONLY")
    with pytest.raises(UsageError, match="spans alone; set it to SPAN_ONLY"), sent.traced():
        pass


def test_nothing_is_traced_outside_of_the_block_or_in_a_preview(sent):
    with sent.traced():
        preview(ChainOfThought(Player()), "3 + 4?")
    run(ChainOfThought(FunctionModel(lambda _: "7")), "3 + 4?")
    assert sent.spans == []


def test_the_path_of_steps_is_known_to_a_model_that_nobody_traces():
    paths = []

    def reply(_prompt):
        paths.append(current_path())
        return "It is correct."

    run(SelfConsistency(SelfReflection(FunctionModel(reply)), draws=2), "3 + 4?")
    assert sorted(paths) == ["draw 0/critique", "draw 0/draft", "draw 1/critique", "draw 1/draft"]
    assert current_path() == ""


def test_nothing_of_it_is_imported_where_nobody_traces():
    code = "import sys; from promptkit import ChainOfThought, FunctionModel, run"
    code += "; run(ChainOfThought(FunctionModel(lambda p: '7')), 'q')"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{code}; print([m for m in sys.modules if 'opentelemetry' in m or 'promptkit.otel' in m])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def command(*arguments, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    return subprocess.run(
        [sys.executable, "-m", "promptkit", *arguments], capture_output=True, text=True, env=kept | variables
    )


def test_a_benchmark_sends_what_it_asked_where_the_standard_variables_say(tmp_path):
    (tmp_path / "task.jsonl").write_text('{"question": "What is 3 + 4?", "answer": "7"}\n')
    done = command(
        *("bench", str(tmp_path / "task.jsonl"), "--answer", "number", "-s", "direct,cot", "--otel"),
        *("--run", str(tmp_path / "run")),
        OTEL_TRACES_EXPORTER="console",
        OTEL_METRICS_EXPORTER="none",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"name": "invoke_workflow ChainOfThought"') == 1  # no forecast is among them
    assert done.stdout.count('"name": "chat ') == 2


def test_an_exporter_that_is_not_installed_is_named(tmp_path):
    (tmp_path / "task.jsonl").write_text('{"question": "What is 3 + 4?", "answer": "7"}\n')
    done = command(
        *("bench", str(tmp_path / "task.jsonl"), "--answer", "number", "-s", "direct", "--otel"),
        *("--run", str(tmp_path / "run")),
        OTEL_TRACES_EXPORTER="zipkin",
    )
    assert done.returncode == 2
    assert "OTEL_TRACES_EXPORTER is 'zipkin', and no installed package has that exporter" in done.stderr
