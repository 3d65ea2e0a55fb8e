"""What all wrappers have in common."""

import asyncio
from pathlib import Path

import pytest

from promptkit import (
    AsText,
    Cache,
    CallStore,
    ChainOfThought,
    FunctionModel,
    Limit,
    Prompt,
    Record,
    Replay,
    Retry,
    SelfReflection,
    UsageError,
)
from promptkit.backend import Model
from promptkit.wrappers.budget import Budget
from promptkit.wrappers.deadline import Deadline
from tests.players import Player


@pytest.fixture
def store(tmp_path):
    opened = CallStore(tmp_path / "calls.sqlite")
    yield opened
    opened.close()


MAKE = {
    "AsText": lambda model, _: AsText(model),
    "Budget": lambda model, _: Budget(model, max_calls=9),
    "Cache": Cache,
    "Deadline": lambda model, _: Deadline(model),
    "Limit": lambda model, _: Limit(model, 3),
    "Record": lambda model, store: Record(model, store.path.with_suffix(".jsonl")),
    "Retry": lambda model, _: Retry(model),
}
INSTEAD = {
    "Cache": "Cache(model, store)",
    "Limit": "Limit(model, concurrency)",
    "Record": "Record(model, path)",
}


@pytest.mark.parametrize("name", MAKE)
def test_a_text_is_as_good_as_a_prompt(name, store):
    def answer_to(prompt):
        return asyncio.run(MAKE[name](Player(), store).complete(prompt))

    assert answer_to("How many?").prompt == answer_to(Prompt.of("How many?")).prompt


@pytest.mark.parametrize("name", MAKE)
def test_what_is_neither_a_text_nor_a_prompt_is_refused_in_one_line(name, store):
    with pytest.raises(TypeError, match=r"a prompt is a text or a Prompt, got int; build one with Prompt.of"):
        asyncio.run(MAKE[name](Player(), store).complete(3))


def test_a_cassette_takes_a_text_too(tmp_path):
    asyncio.run(Record(Player(), tmp_path / "calls.jsonl").complete("q"))
    assert asyncio.run(Replay(tmp_path / "calls.jsonl").complete("q")).text == "ok"


@pytest.mark.parametrize("name", MAKE)
def test_around_a_strategy_it_shows_how_to_write_it_instead(name, store):
    instead = INSTEAD.get(name, f"{name}(model)")
    for strategy, written in [
        (ChainOfThought(Player()), f"ChainOfThought({instead})"),
        (SelfReflection(ChainOfThought(Player())), f"SelfReflection(ChainOfThought({instead}))"),
    ]:
        with pytest.raises(UsageError) as caught:
            MAKE[name](strategy, store)
        assert str(caught.value) == f"{name} wraps a model, not a strategy; write {written}"


class OnlyCompletes:
    async def complete(self, prompt):
        raise AssertionError


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize(
    ("thing", "fact"),
    [
        ("openai/gpt-5-mini", "str is not one: it has no complete, name, endpoint, aclose"),
        (None, "NoneType is not one: it has no complete, name, endpoint, aclose"),
        (OnlyCompletes(), "OnlyCompletes is not one: it has no name, endpoint, aclose"),
    ],
    ids=["text", "none", "backend"],
)
def test_around_what_is_not_a_model_it_names_what_is_missing(name, thing, fact, store):
    with pytest.raises(UsageError) as caught:
        MAKE[name](thing, store)
    assert str(caught.value) == f"{name} wraps a model, and {fact}; see promptkit.Model"


def test_an_endpoint_that_is_dear_to_compute_is_not_computed_by_wrapping():
    class Dear(Player):
        @property
        def endpoint(self):
            raise AssertionError

        @endpoint.setter
        def endpoint(self, _):
            pass

    assert Retry(Dear()).name == "player"


@pytest.mark.parametrize("name", MAKE)
def test_it_is_a_model_and_equal_to_itself_alone(name, store):
    model = FunctionModel(str, name="m", endpoint="http://host")
    one, other = MAKE[name](model, store), MAKE[name](model, store)
    assert isinstance(one, Model)
    assert one.name == "m"
    assert one != other
    assert len({one, other}) == 2


def test_how_many_replies_a_model_writes_at_once_is_known_outside():
    class Two(Player):
        parallel = 2

    assert Retry(Deadline(Two())).parallel == 2
    assert Retry(Player()).parallel is None


def test_what_it_is_made_of_can_be_read():
    class Named(Player):
        def __repr__(self):
            return "m"

    made = Retry(Limit(Record(Named(), Path("calls.jsonl")), 8), attempts=3)
    path = repr(Path("calls.jsonl"))
    assert repr(made) == f"Retry(Limit(Record(m, path={path}), concurrency=8), attempts=3, total_seconds=900.0)"


def test_options_are_given_by_name():
    with pytest.raises(TypeError):
        Retry(Player(), 3)
    with pytest.raises(TypeError):
        Limit(Player(), 3, None)


def test_closing_it_closes_the_model(store):
    class Closes(Player):
        closed = False

        async def aclose(self):
            self.closed = True

    for make in MAKE.values():
        model = Closes()
        asyncio.run(make(model, store).aclose())
        assert model.closed
