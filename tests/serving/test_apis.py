"""What clients of the openai SDK get."""

import asyncio
import base64
import threading

import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from promptkit import ChainOfThought, Image, PlanThenSolve, SelfConsistency, SelfReflection
from promptkit.answers import AnswerType
from tests.pictures import picture
from tests.serving.conftest import Writer, serving

SAID = [{"role": "user", "content": "How many legs do 3 spiders have?"}]


def planner(prompt):
    if "sub-questions" in prompt.question:
        return "1. How many legs has one?\n2. How many have three?"
    return "So the answer is 24."


def test_a_strategy_answers_as_a_model_with_the_usage_of_all_its_calls(writer):
    writer.reply = planner

    async def ask(served):
        async with served.client() as client:
            return await client.chat.completions.with_raw_response.create(model="planned", messages=SAID)

    with serving({"planned": PlanThenSolve(writer)}) as served:
        raw = asyncio.run(ask(served))
    reply = raw.parse()
    ChatCompletion.model_validate(raw.http_response.json(), strict=True)
    assert reply.choices[0].message.content == "So the answer is 24."
    assert reply.choices[0].finish_reason == "stop"
    assert (reply.model, raw.headers["x-promptkit-calls"], len(writer.asked)) == ("planned", "4", 4)
    usage = reply.usage
    assert (usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens) == (40, 16)
    assert usage.completion_tokens_details.reasoning_tokens == 4


def test_the_responses_api_answers_as_well(writer):
    async def ask(served):
        async with served.client() as client:
            return await client.responses.with_raw_response.create(
                model="plain",
                input="How far?",
                instructions="Be brief.",
                max_output_tokens=50,
                reasoning={"effort": "low"},
            )

    with serving({"plain": writer}) as served:
        raw = asyncio.run(ask(served))
    reply = raw.parse()
    Response.model_validate_json(raw.http_response.content, strict=True)
    assert (reply.output_text, reply.status, reply.usage.output_tokens) == ("you said: How far?", "completed", 4)
    asked = writer.asked[0]
    assert [(m.role, m.content) for m in asked.messages] == [("system", "Be brief."), ("user", "How far?")]
    assert (asked.max_tokens, asked.effort) == (50, "low")


def test_the_call_that_answers_is_streamed_while_it_is_written(writer):
    writer.gate = threading.Event()

    async def ask(served):
        texts = []
        async with served.client() as client:
            stream = await client.chat.completions.create(
                model="asked", messages=SAID, stream=True, stream_options={"include_usage": True}
            )
            async for chunk in stream:
                ChatCompletionChunk.model_validate(chunk.model_dump(), strict=True)
                if chunk.choices and chunk.choices[0].delta.content:
                    texts.append(chunk.choices[0].delta.content)
                    writer.gate.set()  # the first word is here before the second is written
                last = chunk
        return texts, last

    with serving({"asked": ChainOfThought(writer)}) as served:
        texts, last = asyncio.run(ask(served))
    assert len(texts) > 3
    assert "".join(texts).startswith("you said: How many legs")
    assert (last.usage.prompt_tokens, last.promptkit["calls"]) == (10, 1)


@pytest.mark.parametrize("shows_steps", [False, True])
def test_the_combination_of_a_plan_is_streamed_and_its_steps_are_reasoning_where_wanted(writer, shows_steps):
    writer.reply = planner

    async def ask(served):
        async with served.client() as client:
            chunks = [c async for c in await client.chat.completions.create(model="p", messages=SAID, stream=True)]
            events = [e async for e in await client.responses.create(model="p", input="How many?", stream=True)]
        return chunks, events

    with serving({"p": PlanThenSolve(writer)}, shows_steps=shows_steps) as served:
        chunks, events = asyncio.run(ask(served))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    content = [delta.content for delta in deltas if delta.content]
    thoughts = "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas)
    assert ("".join(content), len(content)) == ("So the answer is 24.", 5)
    assert ("[plan]" in thoughts, "[sub-question 2]" in thoughts) == (shows_steps, shows_steps)
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "So the answer is 24."
    kinds = [item.type for item in events[-1].response.output]
    assert kinds == (["reasoning", "message"] if shows_steps else ["message"])


def test_what_may_still_be_revised_is_sent_when_it_is_the_answer(writer):
    writer.reply = lambda prompt: "Verdict: correct" if len(prompt.messages) > 1 else "It is 24."

    async def ask(served):
        async with served.client() as client:
            return [c async for c in await client.chat.completions.create(model="r", messages=SAID, stream=True)]

    with serving({"r": SelfReflection(writer)}) as served:
        chunks = asyncio.run(ask(served))
    assert [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content] == ["It is 24."]


def test_a_conversation_is_kept_with_its_images_and_options(writer):
    image = picture()
    url = "data:image/png;base64," + base64.b64encode(image).decode()
    parts = [{"type": "text", "text": "And this?"}, {"type": "image_url", "image_url": {"url": url}}]
    turns = [
        {"role": "developer", "content": "You are terse."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": parts},
    ]

    async def ask(served):
        async with served.client() as client:
            form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
            await client.chat.completions.create(
                model="m", messages=turns, temperature=0.5, max_completion_tokens=9, stop="END", response_format=form
            )

    with serving({"m": writer}) as served:
        asyncio.run(ask(served))
    (asked,) = writer.asked
    assert [m.role for m in asked.messages] == ["system", "user", "assistant", "user"]
    assert asked.messages[-1].content == ("And this?", Image(data=image))
    assert (asked.temperature, asked.max_tokens, asked.stop, asked.schema) == (0.5, 9, ("END",), '{"type":"object"}')


def test_the_served_names_are_listed(writer):
    async def ask(served):
        async with served.client() as client:
            names = [model.id async for model in client.models.list()]
            return names, (await client.models.retrieve("b/c")).id

    with serving({"a": writer, "b/c": writer}) as served:
        assert asyncio.run(ask(served)) == (["a", "b/c"], "b/c")


def test_a_vote_without_an_answer_is_an_error_that_is_not_tried_again(writer):
    async def ask(served):
        async with served.client() as client:
            await client.chat.completions.create(model="v", messages=SAID)

    vote = SelfConsistency(Writer(reply=lambda _: "no idea"), answer=AnswerType("number"))
    with serving({"v": vote}) as served, pytest.raises(openai.UnprocessableEntityError, match="none of 5 draws"):
        asyncio.run(ask(served))
