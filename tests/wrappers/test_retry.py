"""Asking again: when, how often, after how long, and what is told in the end."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.backend import Model
from promptkit.errors import (
    AuthenticationError,
    BackendError,
    BudgetExceeded,
    InvalidRequest,
    PromptkitError,
    RateLimited,
    Unavailable,
    UsageError,
)
from promptkit.providers.function import FunctionModel
from promptkit.providers.openai import OpenAI
from promptkit.types import Completion, Prompt
from promptkit.wrappers.retry import Retry
from tests.loopback import faults
from tests.providers.hosted import KEY, ask

BUSY = RateLimited("busy", model="function", status=429, request_id="req-1")
GONE = Unavailable("could not reach http://host (connection refused); is the server running?")


@dataclass
class Clock:
    """Time that passes only while one sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now


@dataclass
class Failing:
    """A model that raises these in turn, and then answers."""

    errors: list[PromptkitError]
    asked: list[Prompt] = field(default_factory=list)

    def __call__(self, prompt: Prompt) -> str:
        self.asked.append(prompt)
        if len(self.asked) <= len(self.errors):
            raise self.errors[len(self.asked) - 1]
        return "answered"


def retrying(backend: Model, clock: Clock, **options: float) -> Retry:
    return Retry(backend, sleep=clock.sleep, clock=clock.read, **options)


def asked(*errors: PromptkitError, **options: float) -> tuple[Completion | BackendError, Failing, Clock]:
    failing, clock = Failing(list(errors)), Clock()
    try:
        return ask(retrying(FunctionModel(failing), clock, **options)), failing, clock
    except BackendError as error:
        return error, failing, clock


@pytest.mark.parametrize("error", [BUSY, GONE], ids=["rate limited", "unavailable"])
def test_what_may_pass_is_asked_again(error):
    answer, failing, clock = asked(error, error)
    assert answer.text == "answered"
    assert len(failing.asked) == 3
    assert len(clock.slept) == 2


def test_every_attempt_is_the_same_draw():
    failing, clock = Failing([BUSY, GONE]), Clock()
    prompt = Prompt.of("q").with_draw(4)
    ask(retrying(FunctionModel(failing), clock), prompt)
    assert failing.asked == [prompt] * 3


@pytest.mark.parametrize(
    "error",
    [AuthenticationError("no"), InvalidRequest("no"), UsageError("no"), BudgetExceeded("no", spent=1, limit=1)],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_pass_is_raised_at_once_and_unchanged(error):
    failing, clock = Failing([error]), Clock()
    with pytest.raises(PromptkitError) as caught:
        ask(retrying(FunctionModel(failing), clock))
    assert caught.value is error
    assert clock.slept == []


def test_the_last_error_tells_how_often_and_how_long_was_tried():
    error, failing, clock = asked(*[BUSY] * 9, attempts=5)
    waited = sum(clock.slept)
    assert len(failing.asked) == 5
    assert str(error) == f"function refused 5 times in {waited:.0f} s (429); lower `concurrency` or raise `attempts`"


def test_the_last_error_keeps_its_type_and_attributes():
    last = RateLimited("busy", model="function", status=429, request_id="req-2", retry_after=1.0)
    error, _, _ = asked(BUSY, last, attempts=2)
    assert type(error) is RateLimited
    assert (error.model, error.status, error.request_id, error.retry_after) == ("function", 429, "req-2", 1.0)
    assert error.__cause__ is last


def test_an_unavailable_model_is_told_with_what_it_said_last():
    error, _, clock = asked(*[GONE] * 9, attempts=3)
    assert type(error) is Unavailable
    assert str(error) == f"function failed 3 times in {sum(clock.slept):.0f} s: {GONE}"


def test_every_wait_is_announced_with_its_error_before_it_begins():
    clock, announced = Clock(), []
    retry = Retry(
        FunctionModel(Failing([BUSY, GONE])),
        on_retry=lambda error, seconds: announced.append((error, seconds, len(clock.slept))),
        sleep=clock.sleep,
        clock=clock.read,
    )
    ask(retry, "?")
    assert [(error, before) for error, _, before in announced] == [(BUSY, 0), (GONE, 1)]
    assert [seconds for _, seconds, _ in announced] == clock.slept


def test_one_attempt_is_no_retry():
    error, failing, clock = asked(BUSY, attempts=1)
    assert str(error) == "function refused once in 0 s (429); lower `concurrency` or raise `attempts`"
    assert (len(failing.asked), clock.slept) == (1, [])


def test_a_wait_longer_than_the_time_left_is_not_begun():
    first, second = RateLimited("busy", retry_after=500.0), RateLimited("busy", retry_after=7200.0)
    error, failing, clock = asked(first, second, total_seconds=600.0)
    assert len(failing.asked) == 2
    assert str(error) == (
        f"function asks to wait 7200 s, and {600 - clock.slept[0]:.0f} of 600 s are left for trying; "
        "try again later, or raise `total_seconds`"
    )


def test_when_time_ran_out_more_attempts_are_not_the_way_out():
    error, failing, _ = asked(*[BUSY] * 99, attempts=99, total_seconds=300)
    assert len(failing.asked) < 99
    assert str(error).endswith("lower `concurrency` or raise `total_seconds`")


@given(waits=st.lists(st.none() | st.floats(0, 500), max_size=12), total=st.floats(0, 900), attempts=st.integers(1, 8))
def test_no_wait_is_shorter_than_asked_for_and_all_together_fit_into_the_total(waits, total, attempts):
    errors = [Unavailable("gone", retry_after=wait) for wait in waits]
    result, failing, clock = asked(*errors, attempts=attempts, total_seconds=total)
    assert all(slept >= (wait or 0) for slept, wait in zip(clock.slept, waits, strict=False))
    assert sum(clock.slept) <= total
    assert len(failing.asked) == len(clock.slept) + 1 <= attempts
    assert isinstance(result, Completion) == (len(failing.asked) == len(waits) + 1)


@given(st.integers(2, 12))
def test_waits_grow_at_most_twofold_up_to_a_minute(attempts):
    _, _, clock = asked(*[BUSY] * attempts, attempts=attempts, total_seconds=1e6)
    assert all(0 <= slept <= min(60, 2**n) for n, slept in enumerate(clock.slept, start=1))


def test_a_cancelled_call_is_not_tried_again():
    clock, asked = Clock(), []

    async def cancelled() -> None:
        entered = asyncio.Event()

        async def endless(prompt: Prompt) -> str:
            asked.append(prompt)
            entered.set()
            return await asyncio.Future()

        task = asyncio.ensure_future(retrying(FunctionModel(endless), clock).complete(Prompt.of("q")))
        await entered.wait()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert (len(asked), clock.slept) == (1, [])


@pytest.mark.parametrize("attempts", [0, -1])
def test_no_attempts_are_a_mistake(attempts):
    with pytest.raises(UsageError, match="attempts must be at least 1"):
        Retry(FunctionModel(str), attempts=attempts)


def test_it_is_the_model_it_holds():
    inner = OpenAI("m", api_key=KEY)
    assert isinstance(Retry(inner), Model)
    assert (Retry(inner).name, Retry(inner).endpoint) == (inner.name, inner.endpoint)


def test_a_real_provider_is_asked_until_it_answers(server):
    server.then(faults.too_many(3), faults.failing(503), faults.RESET, faults.CUT_UNNOTICED)
    clock = Clock()
    answer = ask(retrying(OpenAI("m", base_url=server.openai_url, api_key=KEY), clock), "q")
    assert answer.text == "you said: q"
    assert len(server.requests) == 5
    assert clock.slept[0] >= 3
