"""The bundled base model itself: what makes it a base model, and that it can be asked as one."""

import asyncio

import pytest

from promptkit import AsText, Example, FewShot, Prompt, load_model
from promptkit.tasks import load_task

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")


def ask(*asked):
    """The replies to pairs of a function that makes the backend of a model, and a question."""

    async def together():
        model = load_model("nano-base")
        try:
            return await asyncio.gather(*(make(model).complete(prompt) for make, prompt in asked))
        finally:
            await model.aclose()

    return asyncio.run(together())


def test_it_goes_on_listing_questions_where_a_text_ends_with_one_and_answers_when_asked_as_text():
    question = "What is 12+3?"
    raw, answer = ask(
        (lambda model: model, Prompt.of(f"Q: {question}\nA:", max_tokens=60)),
        (AsText, Prompt.of(question, max_tokens=60)),
    )
    assert "\nQ:" in raw.text
    assert "Q:" not in answer.text
    assert raw.text.strip().startswith(answer.text)
    assert (raw.finish_reason, answer.finish_reason) == ("length", "stop")


def test_examples_as_earlier_lines_tell_it_what_an_invented_operator_means():
    items = load_task("operators").items[:40]
    asked = [(AsText, item.prompt(max_tokens=20)) for item in items]
    asked += [(shown(item.examples), item.prompt(max_tokens=20)) for item in items]
    right = [reply.text == item.target for reply, item in zip(ask(*asked), items * 2, strict=True)]
    assert sum(right[len(items) :]) >= sum(right[: len(items)]) + 15


def shown(examples: tuple[Example, ...]):
    return lambda model: FewShot(AsText(model), examples=examples)
