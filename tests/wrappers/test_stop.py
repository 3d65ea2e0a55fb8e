"""Whoever waits is told when nothing more is to be sent."""

import asyncio

import pytest

from promptkit.errors import Stopped, Unavailable
from promptkit.providers.function import FunctionModel
from promptkit.types import Prompt
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.stop import Stop
from tests import virtual_time

ENOUGH = Stopped("enough")


def test_the_first_reason_stays():
    stop = Stop()
    stop.check()
    stop(ENOUGH)
    stop(Stopped("more than enough"))
    with pytest.raises(Stopped) as caught:
        stop.check()
    assert caught.value is ENOUGH


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
