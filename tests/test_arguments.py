"""Arguments of the wrong type are refused when an object is made, and name the argument."""

import pytest

from promptkit import (
    Budget,
    Cache,
    ChainOfThought,
    FunctionModel,
    Limit,
    Replay,
    Retry,
    SelfConsistency,
    SelfReflection,
    UsageError,
    run,
)
from promptkit.answers import AnswerType
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
    ],
)
def test_a_wrong_type_is_told_when_the_object_is_made(make, message):
    with pytest.raises(TypeError) as caught:
        make()
    assert message in str(caught.value)


def test_a_function_that_returns_something_else_is_an_error_that_says_what_to_return():
    with pytest.raises(UsageError, match="returned a NoneType; return a text or a Completion"):
        run(FunctionModel(lambda _: None), "q")
