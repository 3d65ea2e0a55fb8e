"""Arguments of the wrong type are refused when an object is made, and name the argument."""

import pytest

from promptkit import (
    Budget,
    Cache,
    ChainOfThought,
    ExplicitInstructions,
    FewShot,
    FunctionModel,
    Limit,
    OpenAI,
    Replay,
    Retry,
    SelfConsistency,
    SelfReflection,
    Structured,
    UsageError,
    load_model,
    run,
    stream,
)
from promptkit.answers import AnswerType
from promptkit.bench import compare
from tests.players import Player

NUMBER = AnswerType("number")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Limit(Player(), "8"), "concurrency must be a whole number, got '8'"),
        (lambda: Retry(Player(), attempts=2.5), "attempts must be a whole number, got 2.5"),
        (lambda: Retry(Player(), total_seconds="60"), "total_seconds must be a number, got '60'"),
        (lambda: Budget(Player(), max_calls="5"), "max_calls must be a whole number, got '5'"),
        (lambda: Cache(Player(), "calls.sqlite"), "store must be a store of calls, such as CallStore"),
        (lambda: Cache(Player(), dict), "got the class dict; make one"),
        (lambda: Replay("calls.jsonl", name=3), "name must be a text, got 3"),
        (lambda: FunctionModel("ok"), "takes a function of a prompt, got 'ok'"),
        (lambda: FunctionModel(str, name=None), "name must be a text, got None"),
        (lambda: ChainOfThought("nano"), "'nano' is not a backend"),
        (
            lambda: SelfReflection(Player(), critic="nano"),
            "critic must be a backend, such as load_model(name)",
        ),
        (lambda: SelfReflection(Player(), rounds="2"), "rounds must be a whole number, got '2'"),
        (lambda: SelfConsistency(Player(), answer=NUMBER, draws=2.5), "draws must be a whole number, got 2.5"),
        (lambda: SelfConsistency(Player(), answer=NUMBER, temperature="1"), "temperature must be a number, got '1'"),
        (lambda: SelfConsistency(Player(), answer="number"), "answer must be an answer type, such as AnswerType("),
        (lambda: ChainOfThought(Player(), templates="mine"), "templates must be templates, such as Templates("),
        (lambda: FewShot(Player(), examples=(("1 + 1?", "2"),)), "must be an Example(question=…, answer=…), got ("),
        (lambda: ExplicitInstructions(Player(), rules=(1,)), "a rule must be a text, got 1"),
        (lambda: Structured(Player(), int, repairs="2"), "repairs must be a whole number, got '2'"),
        (lambda: AnswerType(3), "kind must be a text, got 3"),
        (lambda: OpenAI("gpt-6-luna", headers=["X-Team"]), "headers must be a dict, got ['X-Team']"),
        (lambda: OpenAI("gpt-6-luna", extra="seed=7"), "extra must be a dict, got 'seed=7'"),
        (lambda: load_model(None), "name must be a text, got None"),
        (lambda: stream(Player(), "1 + 1?", seconds="5"), "seconds must be a number, got '5'"),
    ],
)
def test_a_wrong_type_is_told_when_the_object_is_made(make, message):
    with pytest.raises(TypeError) as caught:
        make()
    assert message in str(caught.value)


def test_a_function_that_returns_something_else_is_an_error_that_says_what_to_return():
    with pytest.raises(UsageError, match="returned a NoneType; return a text or a Completion"):
        run(FunctionModel(lambda _: None), "q")


def test_labels_that_are_one_text_are_refused():
    with pytest.raises(UsageError, match=r"labels is a tuple of texts, not one text; write labels=\('yes', …\)"):
        AnswerType("label", labels="yes")


@pytest.mark.parametrize(
    ("strategies", "settings", "message"),
    [
        (Player(), None, 'a strategy given as an object needs a name: strategies={"player": Player'),
        ({"direct": Player()}, 3, "`settings`: it should be a RunSettings, got 3"),
    ],
)
def test_what_compare_can_not_use_is_refused_by_name(strategies, settings, message):
    with pytest.raises(UsageError) as caught:
        compare([("1 + 1?", 2)], strategies, answer="number", settings=settings)
    assert message in str(caught.value)
