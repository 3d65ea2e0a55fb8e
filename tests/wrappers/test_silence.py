"""Calls of which nothing is heard: left after far longer than others took, long before a call's own deadline."""

import asyncio
import contextlib
import math
import random

import pytest

from promptkit import Completion, FunctionModel, Stopped, stream_to
from promptkit.errors import TimedOut
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.outage import PATIENCE_AT_FIRST, Patience
from promptkit.wrappers.silence import DRAIN_SECONDS, SILENT_SECONDS, TIMES
from promptkit.wrappers.stop import Stop
from tests import virtual_time
from tests.virtual_time import now
from tests.wrappers.troubled import FAILURES, Troubled, asked, guarded, play

DEADLINE = 600  # of a call, as the models of providers have it


@pytest.fixture(autouse=True)
def seeded():
    random.seed(1)


class Forgetful(Troubled):
    """Is silent to the first call of some questions: its reply was lost, say."""

    def __init__(self, forgotten, **given):
        super().__init__(FAILURES["silent server"], **given)
        self._forgotten = set(forgotten)

    async def __call__(self, prompt):
        if prompt.question in self._forgotten:
            self._forgotten.remove(prompt.question)
            self.sent.append(now())
            await asyncio.sleep(DEADLINE)
            raise self.failure.error()
        return await super().__call__(prompt)


def test_a_call_that_is_silent_while_others_are_answered_is_asked_again_after_a_minute():
    provider = Forgetful({"40", "41", "150"}, start=math.inf)
    played = play(provider, 200)
    assert played.results == ["ok"] * 200
    assert len(provider.sent) == 203
    assert played.seconds < SILENT_SECONDS + 10


def test_one_that_is_silent_does_not_hold_up_the_only_place():
    provider = Forgetful({"20"}, start=math.inf)
    played = play(provider, 40, concurrency=1)
    assert played.results == ["ok"] * 40
    assert played.seconds < SILENT_SECONDS + 40


@pytest.mark.parametrize("concurrency", [1, 64])
def test_a_server_that_falls_silent_for_ten_minutes_is_noticed_when_it_is_back(concurrency):
    provider = Troubled(FAILURES["silent server"], start=10, seconds=600)
    played = play(provider, 1500 if concurrency == 64 else 40, concurrency=concurrency)
    assert set(played.results) == {"ok"}
    assert played.seconds < 610 + 2 * SILENT_SECONDS + 60  # the last probe in vain, the wait after it, and the rest


def test_of_a_model_that_was_never_answered_nothing_is_known_and_it_has_five_minutes():
    provider = Troubled(FAILURES["silent server"])

    async def given_up():
        [reason] = await asked(guarded(provider, 8, 1), ["1"], 1)
        assert str(reason).startswith("m has never answered, for 60 s: m was silent for 300 s")
        return now()

    at_first = TIMES * SILENT_SECONDS
    assert (
        at_first + PATIENCE_AT_FIRST <= virtual_time.run(given_up()) < at_first + PATIENCE_AT_FIRST + DRAIN_SECONDS + 2
    )


@pytest.mark.parametrize("minutes", [1.5, 4.5, 9])
def test_a_model_that_always_thinks_for_minutes_is_paid_once_for_each_answer(minutes):
    provider = Troubled(FAILURES["silent server"], start=math.inf, latency=minutes * 60 / 1.5)  # the slowest of them
    played = play(provider, 100, concurrency=8)
    assert played.results == ["ok"] * 100
    assert len(provider.sent) == 100 if minutes < 5 else len(provider.sent) <= 108


def test_a_prompt_that_honestly_needs_far_longer_than_others_is_answered():
    async def answered(prompt):
        await asyncio.sleep(400 if prompt.question == "30" else 2)
        return Completion(text="ok", prompt=prompt, by="m")

    provider, sent = FunctionModel(answered, name="m", endpoint="http://host"), []

    async def counted(prompt):
        sent.append(prompt.question)
        return await provider.complete(prompt)

    assert play(counted, 60, concurrency=4).results == ["ok"] * 60
    assert sent.count("30") == 4  # after 60, 120 and 240 seconds it was left
    assert len(sent) == 63


def test_one_that_was_slow_long_ago_says_nothing_about_now():
    async def answered(prompt):
        await asyncio.sleep({"0": 200, "300": 10_000}.get(prompt.question, 2))
        return Completion(text="ok", prompt=prompt, by="m")

    async def left():
        limit = Limit(
            FunctionModel(answered, name="m", endpoint="http://host"), 1, patience=Patience(seconds=0.1)
        )  # it is given up at once
        for number in range(300):
            await limit.complete(str(number))
        started = now()
        with pytest.raises(Exception, match="m was silent for 60 s"):
            await limit.complete("300")
        return now() - started

    assert virtual_time.run(left()) < SILENT_SECONDS + 10


def test_the_error_names_the_silence_and_the_option():
    async def answered(prompt):
        await asyncio.sleep(DEADLINE if prompt.question == "0" else 2)
        return Completion(text="ok", prompt=prompt, by="m")

    async def raised():
        limit = Limit(FunctionModel(answered, name="m", endpoint="http://host"), 2, patience=Patience())
        lost = asyncio.create_task(limit.complete("0"))
        for number in range(1, 40):
            await limit.complete(str(number))
        await lost

    with pytest.raises(TimedOut) as error:
        virtual_time.run(raised())
    assert str(error.value) == (
        "m was silent for 60 s, and answered other calls within 2 s; raise `silent_seconds` when it needs as long"
    )


@pytest.mark.parametrize("case", ["None", "without patience", "in this process", "streamed"])
def test_silence_is_left_to_the_model_where(case):
    async def answered(prompt):
        await asyncio.sleep(5000)
        return Completion(text="ok", prompt=prompt, by="m")

    async def seconds():
        model = FunctionModel(answered, name="m", endpoint="" if case == "in this process" else "http://host")
        patience = None if case == "without patience" else Patience(silent_seconds=None if case == "None" else 60)
        limit = Limit(model, 1, patience=patience)
        if case == "streamed":
            with stream_to(lambda _: None):
                await limit.complete("a")
        else:
            await limit.complete("a")
        return now()

    assert virtual_time.run(seconds()) == 5000


@pytest.mark.parametrize("silent_seconds", [60, None])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_silent_call_does_not_hold_up_a_stop(silent_seconds, streamed):
    provider, stop = Forgetful({"7", "30"}, start=math.inf), Stop()

    async def stopped():
        asyncio.get_running_loop().call_later(20, stop, Stopped("enough"))
        model = guarded(provider, 2, 3, Patience(silent_seconds=silent_seconds), stop)
        with stream_to(lambda _: None) if streamed else contextlib.nullcontext():
            results = await asked(model, map(str, range(1000)), 2)
        return [str(result) for result in results if result != "ok"], now()

    errors, ended = virtual_time.run(stopped())
    assert set(errors) == {"enough", "m had not answered when the run had to end"}
    assert 20 + DRAIN_SECONDS <= ended < 20 + DRAIN_SECONDS + 2


def test_calls_that_take_no_longer_than_others_are_finished_after_a_stop():
    stop = Stop()

    async def answered(prompt):
        await asyncio.sleep(100)
        return Completion(text="ok", prompt=prompt, by="m")

    async def stopped():
        asyncio.get_running_loop().call_later(110, stop, Stopped("enough"))
        return await asked(guarded(answered, 2, 3, None, stop), map(str, range(6)), 2)

    results = virtual_time.run(stopped())
    assert results[:4] == ["ok"] * 4
    assert all(isinstance(result, Stopped) for result in results[4:])
