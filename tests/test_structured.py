"""Values of a type, from models that can be held to a schema and from those that can't."""

import asyncio
import json

import pytest
from pydantic import BaseModel

from promptkit import (
    GGUF,
    AnswerNotFound,
    Anthropic,
    ChainOfThought,
    FunctionModel,
    InvalidRequest,
    OpenAI,
    Prompt,
    SelfReflection,
    Structured,
    UsageError,
    preview,
    run,
)
from promptkit.data_files import data_path
from tests.loopback import Fault, server, strict
from tests.players import Player
from tests.providers.hosted import KEY

__all__ = ["server"]


class Person(BaseModel):
    name: str
    age: int


ANNA = '{"name": "Anna", "age": 7}'


def saying(*replies):
    said = iter(replies)
    return FunctionModel(lambda prompt: next(said))


def test_a_value_is_read_from_what_was_written_around_it():
    reply = run(Structured(saying(f"<think>{{}}</think> Here it is:\n```json\n{ANNA}\n```"), Person), "Who?")
    assert reply.value == Person(name="Anna", age=7)
    assert reply.by == "Structured"


def test_a_wrong_reply_is_given_back_with_its_faults_and_mended():
    prompts = []

    def answer(prompt):
        prompts.append(prompt)
        return ['{"name": "Anna", "age": "seven"}', "Sorry.", ANNA][len(prompts) - 1]

    reply = run(Structured(FunctionModel(answer), Person), "Who?")
    assert (reply.value.age, reply.note, reply.usage.calls) == (7, "mended 2 times", 3)
    assert "age: Input should be a valid integer" in prompts[1].question
    assert "it has no JSON" in prompts[2].question


def test_after_the_last_repair_there_is_no_value():
    with pytest.raises(AnswerNotFound, match="no reply of 2 follows the schema: name: Field required") as caught:
        run(Structured(saying("{}", "{}"), Person, repairs=1), "Who?")
    assert len(caught.value.completions) == 2


def test_any_type_will_do():
    assert run(Structured(saying("[1, 2]"), list[int]), "Which?").value == [1, 2]


@pytest.mark.parametrize("options", [{"form": Person, "repairs": -1}, {"form": object()}])
def test_what_can_not_be_is_a_mistake(options):
    with pytest.raises(UsageError):
        Structured(Player(), **options)


def test_a_model_that_can_be_held_to_a_schema_is_sent_it_and_another_is_asked_in_words():
    (worded,) = preview(Structured(saying("{}"), Person, repairs=0), Prompt.of("Who?"))[:1]
    assert worded.prompt.schema is None
    assert '"properties"' in worded.prompt.question


@pytest.mark.parametrize("make", [OpenAI, Anthropic])
def test_providers_are_sent_the_schema_in_a_form_that_they_take(server, make):
    server.refuses, server.answer = strict.refuses, lambda turns: ANNA
    name, url = ("gpt-6-luna", server.openai_url) if make is OpenAI else ("claude-haiku-5-5", server.url)

    async def once():
        model = make(name, base_url=url, api_key=KEY)
        try:
            return await Structured(model, Person).complete("Who?")
        finally:
            await model.aclose()

    assert asyncio.run(once()).value == Person(name="Anna", age=7)
    assert '"properties"' in json.dumps(server.requests[0].body)
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "Who?"}]


class Held(FunctionModel):
    has_schema = True


def test_side_calls_never_see_the_schema():
    asked = []

    def answer(prompt):
        asked.append(prompt)
        return ANNA + " Verdict: wrong" if prompt.schema is None else ANNA

    run(Structured(SelfReflection(ChainOfThought(Held(answer))), Person), "Who?")
    assert [prompt.schema is not None for prompt in asked] == [True, False, True]


def test_a_gguf_file_is_held_to_the_schema():
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    model = GGUF(data_path("models") / "nano.gguf", max_tokens=60)
    schema = {"type": "object", "properties": {"legs": {"type": "integer"}}, "required": ["legs"]}
    reply = run(model, Prompt.of("How many legs has a spider?", schema={**schema, "additionalProperties": False}))
    assert list(json.loads(reply.text)) == ["legs"]


def held_to(refuses, asked):
    """A model that would be sent a schema, and may refuse it."""

    class Refusing(FunctionModel):
        has_schema = True

    def answer(prompt):
        asked.append(prompt)
        if refuses(prompt):
            raise InvalidRequest("response_format is not supported here", model="m", status=400)
        return ANNA

    return Refusing(answer)


def test_a_schema_that_is_refused_is_asked_for_in_words_within_the_call():
    asked = []
    reply = run(Structured(held_to(lambda prompt: prompt.schema, asked), Person), "Who?")
    assert reply.value == Person(name="Anna", age=7)
    assert reply.fallbacks == ("asked for the form in words: the model refused the schema",)
    assert [prompt.schema is None for prompt in asked] == [False, True]
    assert "age" in asked[1].question
    assert reply.usage.calls == 1


def test_what_is_refused_in_words_too_is_an_error():
    asked = []
    with pytest.raises(InvalidRequest, match="not supported here"):
        run(Structured(held_to(lambda prompt: True, asked), Person), "Who?")
    assert len(asked) == 2


def test_a_model_that_is_to_be_held_to_the_schema_is_not_asked_in_words():
    asked = []
    with pytest.raises(InvalidRequest):
        run(Structured(held_to(lambda prompt: prompt.schema, asked), Person, in_words=False), "Who?")
    assert len(asked) == 1


def test_a_server_that_refuses_schemas_is_sent_one_once(server):
    server.answer = lambda turns: ANNA
    server.fails = lambda body: (
        Fault(status=400, message="Unknown parameter: 'response_format'.", code="invalid_request_error")
        if "response_format" in body
        else None
    )

    async def thrice():
        async with OpenAI("m", base_url=server.openai_url, api_key=KEY) as model:
            return [await Structured(model, Person).complete(f"Who? {number}") for number in range(3)]

    replies = asyncio.run(thrice())
    assert [reply.value.name for reply in replies] == ["Anna"] * 3
    assert all(reply.fallbacks for reply in replies)
    assert ["response_format" in request.body for request in server.requests] == [True, False, False, False]
