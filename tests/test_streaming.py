"""A listener hears every call, wherever it is asked and whoever answers, and what it has in the end is the replies."""

import asyncio
from collections import defaultdict

import pytest

from promptkit import (
    Cache,
    CallStore,
    ChainOfThought,
    Completion,
    Delta,
    FunctionModel,
    OpenAI,
    Prompt,
    Record,
    Replay,
    SelfConsistency,
    SelfReflection,
    Unavailable,
    emit,
    run,
    stream_to,
)
from promptkit.answers import AnswerType
from tests.loopback import server  # noqa: F401 - a fixture
from tests.strategies.test_laws import QUESTION, each_nesting, helpful, nested

MODEL = FunctionModel(lambda prompt: f"re: {prompt.question}", name="m")


class Heard:
    """A listener: all pieces, and the text of each path since its last restart."""

    def __init__(self):
        self.deltas: list[Delta] = []
        self.texts: defaultdict[str, str] = defaultdict(str)

    def __call__(self, delta):
        self.deltas.append(delta)
        self.texts[delta.path] = ("" if delta.restart else self.texts[delta.path]) + delta.text


def leaves(completion: Completion, above=""):
    for step in completion.steps:
        path = "/".join(part for part in (above, step.step) if part)
        yield from leaves(step, path) if step.steps else [(path, step.text)]


@each_nesting
def test_every_call_is_heard_under_its_path(nesting):
    with stream_to(heard := Heard()):
        answer = run(nested(nesting, FunctionModel(helpful)), QUESTION)
    assert sorted((d.path, d.text) for d in heard.deltas) == sorted(leaves(answer))


def test_a_call_inside_strategies_is_heard_under_the_steps_that_lead_to_it():
    vote = SelfConsistency(ChainOfThought(FunctionModel(helpful)), answer=AnswerType("number"), draws=2)
    with stream_to(heard := Heard()):
        run(SelfReflection(vote), QUESTION)
    assert set(heard.texts) == {"draft/draw 0", "draft/draw 1", "critique", "revision"}


def test_streams_of_concurrent_calls_are_told_apart(server):  # noqa: F811
    server.answer = lambda turns: "It is one of many. The answer is 24."
    model = OpenAI("m", base_url=server.openai_url, api_key="k")

    async def once():
        with stream_to(heard := Heard()):
            answer = await SelfConsistency(model, answer=AnswerType("number"), draws=5).complete(QUESTION)
        await model.aclose()
        return heard, answer

    heard, answer = asyncio.run(once())
    assert heard.texts == dict(leaves(answer))
    assert len(heard.deltas) > len(heard.texts) == 5


def test_a_cached_reply_is_heard_as_one_piece(tmp_path):
    store = CallStore(tmp_path / "calls.sqlite")
    run(Cache(MODEL, store), "q")
    with stream_to(heard := Heard()):
        run(Cache(MODEL, store), "q")
    store.close()
    assert heard.deltas == [Delta("re: q", "", "m")]


def test_two_who_share_a_call_in_flight_hear_it_each(tmp_path):
    store = CallStore(tmp_path / "calls.sqlite")
    model = Cache(MODEL, store)

    async def heard_by(listener):
        with stream_to(listener):
            await model.complete(Prompt.of("q"))

    async def both():
        await asyncio.gather(heard_by(first), heard_by(second))

    first, second = Heard(), Heard()
    asyncio.run(both())
    store.close()
    assert first.deltas == second.deltas == [Delta("re: q", "", "m")]


def test_a_replayed_reply_is_heard_as_one_piece_and_a_recorded_one_once(tmp_path):
    with stream_to(heard := Heard()):
        run(Record(MODEL, tmp_path / "calls.jsonl"), "q")
        run(Replay(tmp_path / "calls.jsonl"), "q")
    assert heard.deltas == [Delta("re: q", "", "m")] * 2


def test_a_model_in_this_process_is_heard_while_it_writes():
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    from promptkit import load_model

    model = load_model("nano")

    async def once():
        with stream_to(heard := Heard()):
            answer = await model.complete(QUESTION)
        await model.aclose()
        return heard.deltas, answer

    deltas, answer = asyncio.run(once())
    assert "".join(delta.text for delta in deltas) == answer.text
    assert len(deltas) > 1
    assert {(delta.path, delta.by, delta.restart) for delta in deltas} == {("", "nano", False)}


def test_a_backend_of_ones_own_is_heard_when_it_tells():
    class Mine:
        async def complete(self, prompt):
            return emit(Completion(text="mine", prompt=prompt, by="me"))

    with stream_to(heard := Heard()):
        run(ChainOfThought(Mine()), "q")
    assert heard.deltas == [Delta("mine", "", "me")]


def test_a_function_that_asks_a_strategy_is_not_heard_twice():
    inner = ChainOfThought(MODEL)
    with stream_to(heard := Heard()):
        run(FunctionModel(inner.complete), "q")
    assert len(heard.deltas) == 1


def test_nobody_hears_before_or_after_the_block():
    with stream_to(heard := Heard()):
        pass
    run(MODEL, "q")
    assert heard.deltas == []


def test_a_listener_inside_a_listener_hears_alone():
    with stream_to(outer := Heard()):
        with stream_to(inner := Heard()):
            run(MODEL, "inside")
        run(MODEL, "outside")
    assert ([d.text for d in outer.deltas], [d.text for d in inner.deltas]) == (["re: outside"], ["re: inside"])


def test_an_empty_reply_has_no_pieces():
    with stream_to(heard := Heard()):
        run(FunctionModel(lambda prompt: ""), "q")
    assert heard.deltas == []


def test_a_step_that_fails_leaves_the_path_as_it_was():
    def failing(prompt):
        raise Unavailable("down")

    async def after_a_failure():
        with stream_to(heard := Heard()):
            with pytest.raises(Unavailable):
                await SelfReflection(FunctionModel(failing)).complete(QUESTION)
            await MODEL.complete(Prompt.of("q"))
        return heard.deltas

    assert asyncio.run(after_a_failure()) == [Delta("re: q", "", "m")]
