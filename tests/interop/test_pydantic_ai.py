"""Models of pydantic-ai as backends, and strategies as models of its agents: the real package, no network."""

import asyncio

import pytest

pytest.importorskip("pydantic_ai", reason="pydantic-ai-slim is not installed")

from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.function import FunctionModel as TheirFunctionModel
from pydantic_ai.output import NativeOutput
from pydantic_ai.usage import RequestUsage

from promptkit import (
    AuthenticationError,
    ChainOfThought,
    FunctionModel,
    Image,
    InvalidRequest,
    Prompt,
    PromptTooLong,
    RateLimited,
    SelfConsistency,
    TimedOut,
    Unavailable,
    UnknownModel,
    Usage,
    UsageError,
)
from promptkit.answers import AnswerType
from promptkit.interop.pydantic_ai import PydanticAIModel, StrategyModel
from tests.players import Player


class Theirs:
    """A model of pydantic-ai that answers with `parts`; keeps what it was asked."""

    def __init__(self, *parts, usage=None, finish_reason="stop", error=None):
        self.asked = []
        self._parts, self._usage, self._reason, self._error = parts, usage, finish_reason, error
        self.model = TheirFunctionModel(self._answer, model_name="played")

    def _answer(self, messages, info):
        self.asked.append((messages, info.model_settings))
        if self._error:
            raise self._error
        usage = self._usage or RequestUsage(input_tokens=10, output_tokens=2)
        return ModelResponse(list(self._parts), usage=usage, finish_reason=self._reason)


class City(BaseModel):
    name: str
    people: int


def asked_of(theirs, prompt):
    return asyncio.run(PydanticAIModel(theirs.model).complete(prompt))


def answered(backend, question="How far?", **options):
    settings = options.pop("model_settings", None)
    return asyncio.run(Agent(StrategyModel(backend), **options).run(question, model_settings=settings))


def test_a_model_of_pydantic_ai_is_asked_and_its_usage_comes_back():
    usage = RequestUsage(input_tokens=10, cache_read_tokens=3, output_tokens=5, output_reasoning_tokens=2)
    theirs = Theirs(TextPart("cut"), usage=usage, finish_reason="length")
    prompt = Prompt.of("1 + 1?", system="Be short.", temperature=0.5, max_tokens=9, stop=("5",)).then("2", "Sure?")
    answer = asked_of(theirs, prompt)
    ((messages, settings),) = theirs.asked
    assert [(p.part_kind, p.content) for m in messages for p in m.parts] == [
        ("system-prompt", "Be short."),
        ("user-prompt", "1 + 1?"),
        ("text", "2"),
        ("user-prompt", "Sure?"),
    ]
    assert settings == {"temperature": 0.5, "max_tokens": 9, "stop_sequences": ["5"]}
    assert (answer.text, answer.finish_reason, answer.by) == ("cut", "length", "function/played")
    assert answer.usage == Usage(calls=1, input_tokens=10, cached_tokens=3, output_tokens=5, reasoning_tokens=2)


def test_what_is_left_open_is_not_sent():
    theirs = Theirs(TextPart("4"))
    asked_of(theirs, "2 + 2?")
    assert not theirs.asked[0][1]


def test_a_strategy_votes_over_a_model_of_pydantic_ai():
    theirs = Theirs(TextPart("The answer is 4."))
    vote = SelfConsistency(ChainOfThought(PydanticAIModel(theirs.model)), answer=AnswerType("number"), draws=3)
    answer = asyncio.run(vote.complete("2 + 2?"))
    assert (answer.usage.calls, len(theirs.asked)) == (3, 3)


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("images", Prompt.of("What is it?", images=[Image(url="https://example.com/cat.png")])),
        ("logprobs", Prompt.of("What is it?", logprobs=1)),
        ("schema", Prompt.of("What is it?", schema={"type": "object"})),
        ("effort", Prompt.of("What is it?", effort="low")),
    ],
)
def test_what_is_not_passed_on_is_refused_by_name_before_anything_is_sent(name, prompt):
    theirs = Theirs(TextPart("4"))
    with pytest.raises(InvalidRequest, match=f"{name} can't be passed on to pydantic-ai's function/played"):
        asked_of(theirs, prompt)
    assert theirs.asked == []


def test_a_reply_that_calls_a_tool_is_refused():
    with pytest.raises(InvalidRequest, match="replied with a tool-call, and only texts are read"):
        asked_of(Theirs(ToolCallPart("search")), "2 + 2?")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (ModelAuthenticationError, AuthenticationError),
        (ModelNotFoundError, UnknownModel),
        (ModelContextWindowExceededError, PromptTooLong),
        (ModelRateLimitError, RateLimited),
        (ModelTimeoutError, TimedOut),
        (ModelAPIError, Unavailable),
    ],
)
def test_an_error_of_pydantic_ai_is_one_of_ours(theirs, ours):
    with pytest.raises(ours, match="function/played: it failed") as raised:
        asked_of(Theirs(error=theirs("played", "it failed")), "2 + 2?")
    assert type(raised.value) is ours


def test_an_error_that_pydantic_ai_does_not_know_is_one_of_ours():
    with pytest.raises(Unavailable, match="function/played failed with UnexpectedModelBehavior: no choices"):
        asked_of(Theirs(error=UnexpectedModelBehavior("no choices")), "2 + 2?")


def test_an_agent_answers_by_a_strategy():
    player = Player(["So 4. The answer is 4."])
    result = answered(ChainOfThought(player), "2 + 2?", instructions="Be kind.")
    assert result.output == "So 4. The answer is 4."
    (prompt,) = player.asked
    assert [m.role for m in prompt.messages] == ["system", "user"]
    assert prompt.messages[0].text == "Be kind."
    assert "step by step" in prompt.question


def test_the_response_has_the_usage_of_all_calls_and_the_account():
    vote = SelfConsistency(Player(["The answer is 4."]), answer=AnswerType("number"), draws=3)
    result = answered(vote, "2 + 2?")
    response = result.all_messages()[-1]
    assert result.usage.output_tokens == 3 * len("The answer is 4.")
    assert response.provider_details == {"calls": 3, "answered_by": "SelfConsistency"}
    assert response.finish_reason == "stop"


def test_the_settings_of_the_agent_reach_the_prompt():
    player = Player()
    answered(player, model_settings={"temperature": 0.2, "max_tokens": 7, "stop_sequences": ["."]})
    (prompt,) = player.asked
    assert (prompt.temperature, prompt.max_tokens, prompt.stop) == (0.2, 7, (".",))


def test_a_conversation_goes_on():
    player = Player(["one", "two"])
    agent = Agent(StrategyModel(player))
    first = asyncio.run(agent.run("First?"))
    asyncio.run(agent.run("Second?", message_history=first.all_messages()))
    assert [(m.role, m.text) for m in player.asked[1].messages] == [
        ("user", "First?"),
        ("assistant", "one"),
        ("user", "Second?"),
    ]


def test_an_output_type_is_asked_for_in_words_and_read():
    player = Player(['{"name": "Bern", "people": 130000}'])
    result = answered(player, "Capital of Switzerland?", output_type=City)
    assert result.output == City(name="Bern", people=130000)
    assert "people" in player.asked[0].messages[0].text
    assert player.asked[0].schema is None


def test_native_output_is_the_schema_of_the_prompt():
    player = Player(['{"name": "Bern", "people": 130000}'])
    assert answered(player, output_type=NativeOutput(City)).output.name == "Bern"
    assert '"people"' in player.asked[0].schema


def test_tools_are_refused_by_name():
    def search(query: str) -> str:
        return query

    player = Player()
    with pytest.raises(UsageError, match="strategies call no tools, and the agent has search; take them out"):
        answered(player, tools=[search])
    assert player.asked == []


def test_an_image_is_refused_by_its_kind():
    with pytest.raises(UsageError, match="content of the kind binary, and strategies take only texts"):
        answered(Player(), ["What is it?", BinaryContent(b"x", media_type="image/png")])


def test_a_setting_that_strategies_do_not_take_is_refused_by_name():
    with pytest.raises(UsageError, match="top_p can't be passed on to a strategy"):
        answered(Player(), model_settings={"top_p": 0.5})


def test_a_refused_call_is_an_error_of_pydantic_ai_that_another_model_stands_in_for():
    def failing(prompt):
        raise RateLimited("too many", model="m", status=429)

    refusing = StrategyModel(ChainOfThought(FunctionModel(failing)))
    with pytest.raises(ModelHTTPError, match="429"):
        asyncio.run(Agent(refusing).run("2 + 2?"))
    agent = Agent(FallbackModel(refusing, Theirs(TextPart("4")).model))
    assert asyncio.run(agent.run("2 + 2?")).output == "4"
