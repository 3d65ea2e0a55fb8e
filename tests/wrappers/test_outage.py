"""What a run does while its model answers nothing: it waits, asks now and then, and goes on by itself."""

import asyncio
import itertools
import math
import random

import pytest

from promptkit.errors import (
    AuthenticationError,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    RateLimited,
    Stopped,
    TimedOut,
    Unavailable,
    UnknownModel,
)
from promptkit.providers.function import FunctionModel
from promptkit.wrappers.deadline import Deadline, time_limit
from promptkit.wrappers.limit import START, Limit
from promptkit.wrappers.outage import CONTROL, LONGEST, Patience, Postponed
from promptkit.wrappers.stop import Stop
from tests import virtual_time
from tests.virtual_time import now
from tests.wrappers.troubled import FAILURES, FAST, LATENCY, Failure, Troubled, asked, guarded, play

TOTAL = [name for name, failure in FAILURES.items() if failure.share == 1]
REFUSED = FAILURES["connection refused"]


@pytest.fixture(autouse=True)
def seeded():
    random.seed(1)


@pytest.mark.parametrize("concurrency", [1, 64])
@pytest.mark.parametrize("seconds", [2, 30, 300, 1200])
@pytest.mark.parametrize("failure", TOTAL)
def test_an_outage_is_waited_out_and_uses_up_no_attempt(failure, seconds, concurrency):
    provider = Troubled(FAILURES[failure], start=5, seconds=seconds)
    played = play(provider, 1500 if concurrency == 64 else 40, concurrency=concurrency, attempts=3)
    assert played.results == ["ok"] * len(played.results)
    assert provider.paid_twice == 0


@pytest.mark.parametrize("failure", TOTAL)
def test_little_is_sent_while_it_lasts(failure):
    provider = Troubled(FAILURES[failure], start=5, seconds=1200)
    play(provider, 3000)
    assert provider.during <= 2 * 64 + 40  # what was in flight, what answers that still came let through, probes
    assert provider.sent_between(5 + 630, 5 + 1200) <= 16


def test_answers_that_still_come_let_few_of_those_who_wait_through():
    provider = Troubled(FAILURES["529"], start=20, seconds=60, latency=5)

    async def ten_times_as_many_as_may_be_sent():
        return await asked(guarded(provider, 64, 10), map(str, range(3000)), 640)

    assert set(virtual_time.run(ten_times_as_many_as_may_be_sent())) == {"ok"}
    assert provider.during < 4 * 64


@pytest.mark.parametrize("concurrency", [1, 4, 64])
@pytest.mark.parametrize("latency", [0.02, 0.5, 5])
def test_with_half_of_the_calls_failing_at_random_nearly_all_are_answered(concurrency, latency):
    provider = Troubled(FAILURES["50 % random 500s"], latency=latency)
    played = play(provider, 400, concurrency=concurrency)
    assert len(played.errors) <= 3  # each of 400 fails with a chance of 1 in 1,024
    assert all(type(error) is Unavailable and "failed 10 times" in str(error) for error in played.errors)
    assert provider.paid_twice == 0


def probes(provider, since):
    """The times at which the model was asked while it answered nothing."""
    return [t for t in provider.sent if t >= since]


def test_one_call_at_a_time_asks_for_all_at_growing_intervals_up_to_a_minute():
    most = []

    class Watched(Troubled):
        async def __call__(self, prompt):
            if now() > 6:
                most.append(self.in_flight + 1)
            return await super().__call__(prompt)

    provider = Watched(REFUSED, start=5)
    play(provider, 1000)
    assert set(most) == {1}
    times = probes(provider, 6)
    waits = [later - earlier - FAST for earlier, later in itertools.pairwise(times)]
    assert all(0.75 * min(60, 1.5**n) <= wait <= min(60, 1.5**n) + 0.01 for n, wait in enumerate(waits, start=1))
    assert waits[-1] > 0.75 * LONGEST
    assert len({round(wait, 3) for wait in waits[-20:]}) == 20


def test_those_who_wait_are_probes_in_turn():
    provider = Troubled(REFUSED, seconds=20)
    play(provider, 100, concurrency=3)
    tried = [question for question, _ in provider.failed.most_common()]
    assert set(tried) - {CONTROL.question} == {"0", "1", "2"}
    assert max(provider.failed.values()) - min(provider.failed.values()) <= 2


def test_afterwards_calls_grow_from_few():
    most = {}

    class Watched(Troubled):
        async def __call__(self, prompt):
            second = int(2 * now())
            most[second] = max(most.get(second, 0), self.in_flight + 1)
            return await super().__call__(prompt)

    provider = Watched(REFUSED, start=20, seconds=300)
    play(provider, 6000)
    first = min(second for second in most if second >= 2 * 320)
    assert most[2 * 19] == 64
    assert [most[first + n] <= 4 * 2**n for n in range(4)] == [True] * 4
    assert max(n for second, n in most.items() if second > first) == 64


def test_a_call_uses_up_an_attempt_when_others_are_answered_meanwhile():
    provider = Troubled(FAILURES["503"], seconds=0, always=frozenset({"3"}))
    played = play(provider, 2000, attempts=4)
    (error,) = played.errors
    assert played.results[3] is error
    assert "failed 4 times" in str(error)
    assert 4 <= provider.failed["3"] <= 8


def test_a_call_from_before_an_outage_that_fails_after_its_end_uses_up_no_attempt():
    late = []

    async def answer(prompt):
        if prompt.question == "0" and not late:
            late.append(now())
            await asyncio.sleep(10)
            raise Unavailable("from another time")
        await asyncio.sleep(0.1)
        if now() < 0.5:
            raise Unavailable("overloaded", status=529)
        return "ok"

    async def whole():
        return await asked(guarded(answer, 8, 1), map(str, range(20)), 20)

    assert virtual_time.run(whole()) == ["ok"] * 20
    assert late


@pytest.mark.parametrize("concurrency", [1, 4, 64])
@pytest.mark.parametrize("question", ["0", "20", "39"])
def test_a_prompt_that_always_fails_is_an_error_also_when_nobody_else_is_left(question, concurrency):
    provider = Troubled(FAILURES["503"], seconds=0, always=frozenset({question}))
    played = play(provider, 40, concurrency=concurrency, attempts=5)
    assert [type(result) for result in played.results].count(Unavailable) == 1
    assert type(played.results[int(question)]) is Unavailable
    assert played.seconds < 300
    assert provider.failed[question] <= 5 + 10
    assert provider.controls <= 1
    assert provider.paid_twice == 0


@pytest.mark.parametrize("count", [1, 2, 20, 100])
def test_prompts_that_always_fail_are_errors_also_when_a_run_has_no_others(count):
    provider = Troubled(FAILURES["503"], seconds=0, always=frozenset(map(str, range(count))))
    played = play(provider, count)
    assert [type(result) for result in played.results] == [Unavailable] * count
    assert provider.controls <= 1 + count / 2


def test_an_outage_while_a_prompt_that_always_fails_is_left_alone_is_waited_out():
    provider = Troubled(REFUSED, start=15, seconds=300, always=frozenset({"39"}))
    played = play(provider, 40, concurrency=4, attempts=3)
    assert [type(error) for error in played.errors] == [Unavailable]
    assert played.results[39] is played.errors[0]


@pytest.mark.parametrize(
    ("patience", "start", "given_up"),
    [(None, 5, 3605), (None, 0, 60), (100, 5, 105), (100, 0, 100)],
    ids=["an hour", "a minute when nothing was ever answered", "as given", "as given from the start"],
)
def test_a_model_is_given_up_when_nothing_is_answered_for_too_long(patience, start, given_up):
    provider = Troubled(REFUSED, start=start)
    played = play(provider, 2000, patience=Patience(seconds=patience))
    assert {type(error) for error in played.errors} == {ModelDown}
    assert len({id(error) for error in played.errors}) == len(played.errors) > 100
    assert played.seconds == pytest.approx(given_up, abs=2)
    since = "has answered nothing for" if start else "has never answered, for"
    shown = str(played.errors[0])
    assert shown.startswith(f"m {since} {given_up - start} s: could not reach http://host")
    assert provider.sent_between(given_up + 2, math.inf) == 0


def test_a_model_is_given_up_in_time_also_when_one_call_is_asked_at_a_time():
    played = play(Troubled(REFUSED, start=5), 30, concurrency=1, patience=Patience(seconds=300))
    assert {type(error) for error in played.errors} == {ModelDown}
    assert 305 <= played.seconds < 305 + 6


def test_patience_begins_anew_with_every_answer():
    class Flapping(Troubled):
        async def __call__(self, prompt):
            self.start = now() // 30 * 30 + 10  # 10 of every 30 seconds
            return await super().__call__(prompt)

    provider = Flapping(REFUSED, seconds=10)
    played = play(provider, 9000, patience=Patience(seconds=25))
    assert played.errors == []
    assert played.seconds > 100


def test_what_is_wrong_is_shown_since_when_and_when_it_is_tried_again():
    shown = []
    patience = Patience(on_trouble=lambda model, trouble: shown.append((now(), model, trouble)))
    provider = Troubled(REFUSED, start=5, seconds=30)
    play(provider, 1000, patience=patience)
    assert {model for _, model, _ in shown} == {"m"}
    last_time, _, last = shown[-1]
    assert last is None
    assert last_time > 35
    troubles = [(time, trouble) for time, _, trouble in shown if trouble][-4:]
    for time, trouble in troubles:
        assert (trouble.model, str(trouble.error)) == ("m", str(REFUSED.error()))
        assert 5 <= trouble.since < 6
        assert trouble.since <= time < trouble.next_try <= time + 60
    for (_, trouble), (next_time, _) in itertools.pairwise(troubles):
        assert next_time == pytest.approx(trouble.next_try + FAST)


@pytest.mark.parametrize("kind", [RateLimited, Unavailable])
def test_a_wait_that_the_model_asks_for_is_kept(kind):
    provider = Troubled(Failure(lambda: kind("busy", retry_after=40)), start=5, seconds=30)
    played = play(provider, 400, attempts=3)
    assert played.errors == []
    assert provider.sent_between(5 + LATENCY * 1.5, 5 + 40) == 0


@pytest.mark.parametrize("kind", [RateLimited, Unavailable])
@pytest.mark.parametrize(("seconds", "asks", "waits"), [(None, 3500, True), (None, 3700, False), (100, 120, False)])
def test_a_wait_beyond_patience_is_not_begun(kind, seconds, asks, waits):
    provider = Troubled(Failure(lambda: kind("busy", retry_after=asks)), start=5, seconds=10)
    played = play(provider, 1500, patience=Patience(seconds=seconds))
    if waits:
        assert played.errors == []
    else:
        assert {str(error) for error in played.errors} == {f"m asks to wait {asks} s; resume later"}
        assert played.seconds < 10


def with_status(status):
    return Failure(lambda: AuthenticationError(f"refused the key ({status})", status=status))


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_for_a_moment_is_asked_once_more(status):
    provider = Troubled(with_status(status), start=5, seconds=0.6)
    played = play(provider, 1000, attempts=3)
    assert played.errors == []


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("start", [0, 5])
def test_a_key_that_is_refused_twice_stops_all(status, start):
    stop, provider = Stop(), Troubled(with_status(status), start=start)
    played = play(provider, 1000, stop=stop)
    assert {type(error) for error in played.errors} == {AuthenticationError}
    assert type(stop.reason) is AuthenticationError
    assert played.seconds < start + 4
    assert provider.failed[CONTROL.question] == 1
    assert provider.during <= (2 * 64 if start else START + 1)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("calls", [1, 40])
def test_a_key_that_is_refused_for_one_prompt_alone_is_a_failure_of_that_prompt(status, calls):
    stop = Stop()
    provider = Troubled(with_status(status), seconds=0, always=frozenset({"0"}))
    played = play(provider, calls, attempts=3, stop=stop)
    (error,) = played.errors
    assert played.results[0] is error
    assert type(error) is Unavailable
    assert (error.status, stop.reason) == (status, None)
    assert "refused the key" in str(error)


@pytest.mark.parametrize(
    "error",
    [AuthenticationError("no credit", status=402), AuthenticationError("no key"), UnknownModel("?", status=404)],
    ids=["credit", "no key", "model"],
)
def test_what_no_waiting_mends_stops_all_at_once(error):
    stop, provider = Stop(), Troubled(Failure(lambda: error), start=5)
    played = play(provider, 1000, stop=stop)
    assert stop.reason is error
    assert {type(result) for result in played.errors} == {type(error)}
    assert played.seconds < 5 + 2 * LATENCY


def test_a_request_that_is_refused_shows_that_the_model_is_there():
    provider = Troubled(Failure(lambda: InvalidRequest("too hot", status=400)))
    played = play(provider, 200)
    assert {type(error) for error in played.errors} == {InvalidRequest}
    assert len(played.errors) == 200
    assert played.seconds < 2


def test_one_model_that_is_down_holds_up_only_itself():
    up, down = Troubled(REFUSED, seconds=0), Troubled(REFUSED, start=5, seconds=1200)

    async def both():
        async def timed(provider):
            results = await asked(guarded(provider, 8, 3), map(str, range(400)), 8)
            return results, now()

        return await asyncio.gather(timed(up), timed(down))

    (up_results, up_at), (down_results, down_at) = virtual_time.run(both())
    assert up_results == down_results == ["ok"] * 400
    assert up_at < 60
    assert down_at > 1205


def test_calls_can_be_postponed_instead_of_held_back():
    provider = Troubled(REFUSED, start=5, seconds=600)
    away = True
    patience = Patience(postpones=lambda: away)

    async def a_while():
        nonlocal away
        model, results = guarded(provider, 8, 1, patience), []
        for number in range(100):
            try:
                results.append((now(), (await model.complete(str(number))).text))
            except Postponed as error:
                results.append((now(), str(error)))
            await asyncio.sleep(10)
        away = False
        return results, provider.during

    results, during = virtual_time.run(a_while())
    turned_away = [time for time, text in results if "does not answer at the moment: could not reach" in text]
    assert turned_away
    assert max(turned_away) - 5 == pytest.approx(600, abs=75)
    assert during < len(turned_away)  # most were not even sent
    assert results[-1][1] == "ok"


def test_the_time_of_an_attempt_stands_still_while_its_call_is_held_back():
    provider = Troubled(REFUSED, start=5, seconds=300)

    async def attempts():
        model, results = Deadline(guarded(provider, 4, 3)), []

        async def attempt(number):
            with time_limit(10):
                await asyncio.sleep(4 * LATENCY)
                results.append((await model.complete(str(number))).text)

        await asyncio.gather(*(attempt(number) for number in range(40)))
        return results

    assert virtual_time.run(attempts()) == ["ok"] * 40


def test_the_time_of_an_attempt_runs_on_while_its_probe_is_in_flight():
    provider = Troubled(FAILURES["silent server"])

    async def attempt():
        with time_limit(10), pytest.raises(TimedOut, match="within the 10 s of an item"):
            await Deadline(guarded(provider, 4, 1)).complete("0")
        return now()

    assert virtual_time.run(attempt()) == 10


def test_a_probe_that_is_cancelled_makes_room_for_the_next():
    provider = Troubled(FAILURES["time-out"], seconds=15)

    async def cancelled():
        model = guarded(provider, 2, 1)
        calls = [asyncio.ensure_future(model.complete(str(number))) for number in range(2)]
        await asyncio.sleep(14)  # both timed out, and one of them is the probe
        calls[0].cancel()
        (done, kept) = await asyncio.gather(*calls, return_exceptions=True)
        return type(done), kept.text

    assert virtual_time.run(cancelled()) == (asyncio.CancelledError, "ok")


def test_who_is_held_back_learns_at_once_that_nothing_more_is_to_be_sent():
    stop, provider = Stop(), Troubled(REFUSED)

    async def stopped():
        asyncio.get_running_loop().call_later(30, stop, Stopped("enough"))
        results = await asked(guarded(provider, 4, 5, stop=stop), map(str, range(9)), 9)
        return [type(result) for result in results], now()

    assert virtual_time.run(stopped()) == ([Stopped] * 9, pytest.approx(30))


def test_without_patience_every_failure_is_raised_as_it_comes():
    provider = Troubled(REFUSED)

    async def plain():
        limit = Limit(FunctionModel(provider, endpoint="http://host"), 64)
        return await asyncio.gather(*(limit.complete("q") for _ in range(100)), return_exceptions=True)

    assert {type(error) for error in virtual_time.run(plain())} == {Unavailable}
    assert len(provider.sent) == 100


def test_an_outage_of_a_rate_limit_teaches_the_pace_as_before():
    provider = Troubled(FAILURES["429"], start=5, seconds=30)
    assert play(provider, 1000, attempts=3).errors == []
    assert provider.during <= 64 + START + 20


def test_errors_of_ours_pass_through_a_probe():
    class Full(PromptkitError):
        pass

    provider = Troubled(REFUSED)

    async def failing(prompt):
        if len(provider.sent) < 4:
            return await provider(prompt)
        raise Full

    async def run():
        limit = Limit(FunctionModel(failing), 1, patience=Patience())
        with pytest.raises(Full):
            await limit.complete("q")

    virtual_time.run(run())
