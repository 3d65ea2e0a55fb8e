"""The time of an attempt is over for all its calls."""

import asyncio
from dataclasses import dataclass

import pytest

from promptkit.errors import TimedOut, Unavailable
from promptkit.providers.function import FunctionModel
from promptkit.wrappers.deadline import Deadline, time_limit
from promptkit.wrappers.retry import Retry
from tests import virtual_time
from tests.virtual_time import now


@dataclass
class Slow:
    """Answers after so many seconds, and counts the calls that were cancelled."""

    seconds: float
    asked: int = 0
    cancelled: int = 0

    async def __call__(self, prompt):
        self.asked += 1
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return "ok"


def asked(slow, seconds, *, times=1):
    """What comes of calls one after the other that have so much time together, and when."""

    async def one_after_the_other():
        model, results = Deadline(FunctionModel(slow)), []
        with time_limit(seconds):
            for _ in range(times):
                try:
                    results.append((await model.complete("q")).text)
                except TimedOut as error:
                    results.append(str(error))
        return results, now()

    return virtual_time.run(one_after_the_other())


OVER = "function was not done within the 10 s of an item; raise `item_seconds`"


def test_a_call_is_cancelled_when_the_time_is_over():
    slow = Slow(30)
    assert asked(slow, 10) == ([OVER], 10)
    assert slow.cancelled == 1


def test_all_calls_have_the_time_together_and_none_is_begun_after_it():
    slow = Slow(4)
    assert asked(slow, 10, times=4) == (["ok", "ok", OVER, OVER], 10)
    assert (slow.asked, slow.cancelled) == (3, 1)


def test_without_a_limit_a_call_takes_as_long_as_it_takes():
    assert asked(Slow(1e6), None) == (["ok"], 1e6)


def test_waits_between_attempts_count():
    async def retried():
        def gone(_):
            raise Unavailable("gone", retry_after=600)

        with time_limit(10), pytest.raises(TimedOut):
            await Deadline(Retry(FunctionModel(gone))).complete("q")
        return now()

    assert virtual_time.run(retried()) == 10


def test_tasks_begun_inside_share_the_time_and_what_comes_after_has_none():
    async def tasks():
        model = Deadline(FunctionModel(Slow(30)))
        with time_limit(10):
            inside = [asyncio.ensure_future(model.complete("q")) for _ in range(2)]
        after = await model.complete("q")
        return [type(error) for error in await asyncio.gather(*inside, return_exceptions=True)], after.text, now()

    assert virtual_time.run(tasks()) == ([TimedOut, TimedOut], "ok", 30)


def test_an_inner_limit_ends_with_its_block():
    async def nested():
        model = Deadline(FunctionModel(Slow(5)))
        with time_limit(60):
            with time_limit(1), pytest.raises(TimedOut, match="within the 1 s"):
                await model.complete("q")
            return (await model.complete("q")).text

    assert virtual_time.run(nested()) == "ok"
