"""Chat models of LangChain as backends, and strategies as chat models in chains: the real package, no network."""

import asyncio
from typing import Any

import pytest

pytest.importorskip("langchain_core", reason="langchain-core is not installed")

from langchain_core.caches import InMemoryCache
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import PydanticOutputParser, StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel

from promptkit import (
    AuthenticationError,
    ChainOfThought,
    Image,
    InvalidRequest,
    Prompt,
    RateLimited,
    SelfConsistency,
    TimedOut,
    Unavailable,
    UnknownModel,
    Usage,
    UsageError,
)
from promptkit.answers import AnswerType
from promptkit.interop.langchain import LangChainModel, StrategyChatModel
from tests.players import Player


class Theirs(BaseChatModel):
    """A chat model of LangChain that answers with `reply`, or fails; keeps what it was asked."""

    reply: Any = AIMessage("The answer is 4.")
    failure: Any = None
    model_name: str = "played"
    asked: Any = None

    @property
    def _llm_type(self):
        return "played"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        self.asked.append((messages, stop, kwargs))
        if self.failure:
            raise self.failure
        return ChatResult(generations=[ChatGeneration(message=self.reply)])


class City(BaseModel):
    name: str
    people: int


class Refused(Exception):
    def __init__(self, status):
        super().__init__("it failed")
        self.status_code = status


def theirs(**fields):
    return Theirs(asked=[], **fields)


def asked_of(model, prompt):
    return asyncio.run(LangChainModel(model).complete(prompt))


def test_a_chat_model_of_langchain_is_asked_and_its_usage_comes_back():
    used = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
    details = {"input_token_details": {"cache_read": 3}, "output_token_details": {"reasoning": 2}}
    model = theirs(
        reply=AIMessage("cut", usage_metadata={**used, **details}, response_metadata={"finish_reason": "length"})
    )
    prompt = Prompt.of("1 + 1?", system="Be short.", temperature=0.5, max_tokens=9, stop=("5",)).then("2", "Sure?")
    answer = asked_of(model, prompt)
    ((messages, stop, options),) = model.asked
    assert [(m.type, m.content) for m in messages] == [
        ("system", "Be short."),
        ("human", "1 + 1?"),
        ("ai", "2"),
        ("human", "Sure?"),
    ]
    assert (stop, options) == (["5"], {"temperature": 0.5, "max_tokens": 9})
    assert (answer.text, answer.finish_reason, answer.by) == ("cut", "length", "langchain/played")
    assert answer.usage == Usage(calls=1, input_tokens=10, cached_tokens=3, output_tokens=5, reasoning_tokens=2)


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"input_tokens": 5, "output_tokens": 1, "total_tokens": 6, "input_token_details": None}, (5, 0, 1)),
        (
            {"input_tokens": 5, "output_tokens": 1, "total_tokens": 6, "input_token_details": {"cache_read": 90}},
            (95, 90, 1),
        ),
    ],
    ids=["no details", "cached tokens apart"],
)
def test_a_usage_that_is_told_in_another_way_is_counted(told, usage):
    made = asked_of(theirs(reply=AIMessage.model_construct(content="4", usage_metadata=told)), "2 + 2?").usage
    assert (made.input_tokens, made.cached_tokens, made.output_tokens) == usage


def test_a_key_that_an_error_of_a_library_quotes_is_not_shown():
    failure = ConnectionError("GET https://a.test/v1?key=AIzaSecret failed for sk-abcdef123456")
    with pytest.raises(Unavailable, match=r"key=\[key\] failed for \[key\]"):
        asked_of(theirs(failure=failure), "2 + 2?")


def test_what_is_left_open_is_not_sent_and_a_reply_without_usage_is_unmetered():
    model = theirs()
    assert asked_of(model, "2 + 2?").usage == Usage(calls=1, unmetered=1)
    assert model.asked[0][1:] == (None, {})


def test_a_strategy_votes_over_a_chat_model_and_no_draw_comes_from_langchains_cache():
    model = theirs(cache=InMemoryCache())
    vote = SelfConsistency(ChainOfThought(LangChainModel(model)), answer=AnswerType("number"), draws=3)
    assert asyncio.run(vote.complete("2 + 2?")).usage.calls == 3
    assert len(model.asked) == 3


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
    model = theirs()
    with pytest.raises(InvalidRequest, match=f"{name} can't be passed on to langchain/played"):
        asked_of(model, prompt)
    assert model.asked == []


def test_a_reply_that_calls_a_tool_is_refused():
    call = {"name": "search", "args": {}, "id": "1"}
    with pytest.raises(InvalidRequest, match="langchain/played called a tool, and strategies call none"):
        asked_of(theirs(reply=AIMessage("", tool_calls=[call])), "2 + 2?")


@pytest.mark.parametrize(
    ("failure", "ours"),
    [
        (Refused(401), AuthenticationError),
        (Refused(404), UnknownModel),
        (Refused(422), InvalidRequest),
        (Refused(429), RateLimited),
        (Refused(503), Unavailable),
        (TimeoutError("it failed"), TimedOut),
        (ConnectionError("it failed"), Unavailable),
        (ValueError("it failed"), InvalidRequest),
    ],
    ids=repr,
)
def test_an_error_of_langchain_is_one_of_ours(failure, ours):
    with pytest.raises(ours, match=f"langchain/played failed with {type(failure).__name__}: it failed") as raised:
        asked_of(theirs(failure=failure), "2 + 2?")
    assert type(raised.value) is ours


def test_a_reply_that_broke_off_is_unavailable():
    with pytest.raises(Unavailable, match="it ended with 'network_error'"):
        asked_of(theirs(reply=AIMessage("", response_metadata={"finish_reason": "network_error"})), "2 + 2?")


def test_what_is_no_chat_model_is_refused():
    with pytest.raises(TypeError, match="takes a chat model of LangChain, got"):
        LangChainModel("gpt-5")


def test_a_strategy_stands_in_a_chain():
    player = Player(["So 4. The answer is 4."])
    asked = ChatPromptTemplate.from_messages([("system", "Be kind."), ("human", "{a} + {a}?")])
    chain = asked | StrategyChatModel(ChainOfThought(player)) | StrOutputParser()
    assert chain.invoke({"a": 2}) == "So 4. The answer is 4."
    assert asyncio.run(chain.ainvoke({"a": 2})) == "So 4. The answer is 4."
    assert [m.role for m in player.asked[0].messages] == ["system", "user"]
    assert "step by step" in player.asked[0].question
    assert player.asked[0] == player.asked[1]


def test_the_message_has_the_usage_of_all_calls_and_the_account():
    vote = SelfConsistency(Player(["The answer is 4."]), answer=AnswerType("number"), draws=3)
    message = StrategyChatModel(vote).invoke("2 + 2?")
    assert message.usage_metadata["output_tokens"] == 3 * len("The answer is 4.")
    assert message.response_metadata["promptkit"] == {"calls": 3, "answered_by": "SelfConsistency"}
    assert message.response_metadata["finish_reason"] == "stop"


def test_what_is_bound_reaches_the_prompt():
    player = Player()
    StrategyChatModel(player).bind(stop=["."], temperature=0.2, max_tokens=7).invoke("How far?")
    (prompt,) = player.asked
    assert (prompt.temperature, prompt.max_tokens, prompt.stop) == (0.2, 7, (".",))


def test_a_conversation_with_an_earlier_answer_goes_on():
    player = Player()
    thought = AIMessage([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "one"}])
    StrategyChatModel(player).invoke(
        [SystemMessage("Be kind."), HumanMessage("First?"), thought, HumanMessage("Next?")]
    )
    assert [(m.role, m.text) for m in player.asked[0].messages] == [
        ("system", "Be kind."),
        ("user", "First?"),
        ("assistant", "one"),
        ("user", "Next?"),
    ]


def test_a_stream_is_one_piece():
    assert "".join(piece.text for piece in StrategyChatModel(Player(["four"])).stream("2 + 2?")) == "four"


def test_an_output_parser_reads_its_answer():
    chain = StrategyChatModel(Player(['{"name": "Bern", "people": 130000}'])) | PydanticOutputParser(
        pydantic_object=City
    )
    assert chain.invoke("Capital of Switzerland?").people == 130000


def test_tools_are_refused_by_name_and_so_is_an_output_that_needs_one():
    def search(query: str) -> str:
        """Search."""
        return query

    model = StrategyChatModel(Player())
    with pytest.raises(UsageError, match="strategies call no tools, and search is one"):
        model.bind_tools([search])
    with pytest.raises(UsageError, match="and City is one; for an output of a type, put an output parser behind it"):
        model.with_structured_output(City)


@pytest.mark.parametrize("option", [{"n": 2}, {"tools": ["search"]}, {"top_p": 0.5}], ids=str)
def test_an_argument_that_strategies_do_not_take_is_refused_by_name(option):
    player = Player()
    with pytest.raises(UsageError, match=f"{next(iter(option))} can't be passed on to a strategy"):
        StrategyChatModel(player).invoke("How far?", **option)
    assert player.asked == []


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (HumanMessage([{"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}]), "type image_url"),
        (ToolMessage("found", tool_call_id="1"), "type tool"),
    ],
    ids=["an image", "a tool"],
)
def test_a_message_that_is_no_text_is_refused_by_name(message, named):
    with pytest.raises(UsageError, match=named):
        StrategyChatModel(Player()).invoke([HumanMessage("How far?"), message])


def test_langchains_cache_is_refused_around_a_strategy():
    with pytest.raises(UsageError, match="LangChain's cache can't tell strategies apart"):
        StrategyChatModel(Player(), cache=True)
