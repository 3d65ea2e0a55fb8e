"""Nothing more is sent once it is known to be no use."""

import asyncio

import pytest

from promptkit.errors import (
    AuthenticationError,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    RateLimited,
    Unavailable,
    UnknownModel,
    UsageError,
)
from promptkit.providers.function import FunctionModel
from promptkit.types import Prompt
from promptkit.wrappers.breaker import Breaker
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.stop import Stop

PROMPT = Prompt.of("q")
GONE = Unavailable("could not reach http://host (connection refused); is the server running?")


def told(outcomes, **options):
    """What asking as often as there are outcomes brought, and how many calls were let through."""
    waiting = list(outcomes)

    def play(_):
        outcome = waiting.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    breaker = Breaker(FunctionModel(play), **options)

    async def ask():
        try:
            return (await breaker.complete(PROMPT)).text
        except PromptkitError as error:
            return error

    async def all_of_them():
        return [await ask() for _ in outcomes]

    return asyncio.run(all_of_them()), len(outcomes) - len(waiting)


@pytest.mark.parametrize(
    "error", [AuthenticationError("no credit"), UnknownModel("no such model", status=404)], ids=["key", "model"]
)
def test_what_no_call_survives_stops_all_at_once(error):
    answers, sent = told([error, *["ok"] * 9])
    assert [(type(answer), str(answer)) for answer in answers] == [(type(error), str(error))] * 10
    assert sent == 1


def test_a_model_out_of_reach_stops_all_after_some_failures():
    answers, sent = told([GONE] * 10, failures=4)
    assert sent == 4
    assert answers[:3] == [GONE] * 3
    assert {type(answer) for answer in answers[3:]} == {ModelDown}
    assert str(answers[3]) == f"function failed 4 times in a row: {GONE}"


def test_an_answer_between_failures_is_a_new_start():
    answers, sent = told([GONE, GONE, "ok"] * 5, failures=3)
    assert sent == 15
    assert answers.count("ok") == 5


@pytest.mark.parametrize(
    "error", [RateLimited("busy"), InvalidRequest("too long", status=400)], ids=["busy", "refused"]
)
def test_what_says_nothing_about_other_calls_stops_none(error):
    assert told([error] * 40, failures=3) == ([error] * 40, 40)


def test_failures_of_calls_in_the_air_together_count_once():
    async def fail(_):
        await asyncio.sleep(0)
        raise GONE

    async def rounds(*sizes):
        breaker = Breaker(FunctionModel(fail), failures=3)

        async def round_of(size):
            calls = (breaker.complete(PROMPT) for _ in range(size))
            return {type(error) for error in await asyncio.gather(*calls, return_exceptions=True)}

        return [await round_of(size) for size in sizes]

    assert asyncio.run(rounds(50, 1, 1)) == [{Unavailable}, {Unavailable}, {ModelDown}]


@pytest.mark.parametrize("kind", [RateLimited, Unavailable])
def test_a_wait_that_is_too_long_stops_all_at_once(kind):
    answers, sent = told([kind("busy", retry_after=7200), "ok"])
    assert sent == 1
    assert {str(answer) for answer in answers} == {"function asks to wait 7200 s; resume later"}
    assert told([kind("busy", retry_after=900), "ok"])[0][1] == "ok"


def test_what_stops_it_stops_others_and_what_stops_others_stops_it():
    stop, refused = Stop(), AuthenticationError("no credit")
    told([refused], stop=stop)
    assert stop.reason is refused
    (answer,), sent = told(["ok"], stop=stop)
    assert (type(answer), str(answer), sent) == (AuthenticationError, "no credit", 0)


def test_retries_end_when_it_stops():
    async def wait(_):
        return None

    model = Retry(Breaker(FunctionModel(lambda _: (_ for _ in ()).throw(GONE)), failures=5), attempts=99, sleep=wait)
    with pytest.raises(ModelDown, match="5 times in a row"):
        asyncio.run(model.complete(PROMPT))


def test_no_failure_at_all_is_a_mistake():
    with pytest.raises(UsageError, match="failures must be at least 1, got 0"):
        Breaker(FunctionModel(str), failures=0)
