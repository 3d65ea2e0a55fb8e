"""Whoever waits is told when nothing more is to be sent."""

import asyncio

import pytest

from promptkit.errors import (
    AuthenticationError,
    BudgetExceeded,
    InvalidRequest,
    PromptTooLong,
    RateLimited,
    RecordError,
    Stopped,
    TimedOut,
    Unavailable,
    UnknownModel,
)
from promptkit.providers.function import FunctionModel
from promptkit.types import Prompt
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.stop import Stop, ends_the_run
from tests import virtual_time

ENOUGH = Stopped("enough")


def test_the_first_reason_stays():
    stop = Stop()
    stop.check()
    stop(ENOUGH)
    stop(Stopped("more than enough"))
    with pytest.raises(Stopped, match=r"^enough$"):
        stop.check()


def test_everyone_gets_the_reason_as_an_error_of_their_own():
    stop, reason = Stop(), BudgetExceeded("no", spent=1, limit=2)
    stop(reason)
    raised = []
    for _ in range(2):
        with pytest.raises(BudgetExceeded) as caught:
            stop.check()
        raised.append(caught.value)
    assert len({id(error) for error in [reason, *raised]}) == 3
    assert [(str(error), error.spent, error.limit) for error in raised] == [("no", 1, 2)] * 2


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (AuthenticationError("no credit"), True),
        (UnknownModel("no such model"), True),
        (BudgetExceeded("no", spent=1, limit=1), True),
        (Stopped("enough"), True),
        (RecordError("disk full"), True),
        (InvalidRequest("refused"), False),
        (PromptTooLong("long"), False),
        (RateLimited("busy"), False),
        (Unavailable("gone"), False),
        (TimedOut("late"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_no_other_call_would_survive_ends_the_run(error, ends):
    assert ends_the_run(error) is ends


def test_sleep_lasts_as_long_as_it_should_when_nothing_happens():
    async def slept():
        await Stop().sleep(30)
        return virtual_time.now()

    assert virtual_time.run(slept()) == 30


def test_sleep_ends_with_the_reason():
    stop = Stop()

    async def woken():
        asyncio.get_running_loop().call_later(10, stop, ENOUGH)
        with pytest.raises(Stopped):
            await stop.sleep(30)
        return virtual_time.now()

    assert virtual_time.run(woken()) == 10


def test_nothing_is_tried_again_after_it():
    stop, asked = Stop(), []

    def fail(prompt):
        asked.append(prompt)
        raise Unavailable("gone", retry_after=600)

    async def retried():
        asyncio.get_running_loop().call_later(10, stop, ENOUGH)
        with pytest.raises(Stopped):
            await Retry(FunctionModel(fail), sleep=stop.sleep).complete(Prompt.of("q"))
        return virtual_time.now()

    assert virtual_time.run(retried()) == 10
    assert len(asked) == 1
