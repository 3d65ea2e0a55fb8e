"""How far a run is, by a clock that the test turns."""

import re

import pytest

from promptkit import Unavailable, Usage
from promptkit.bench.meter import WINDOW, Meter
from promptkit.bench.progress import EVERY, _printing, _troubles, shown_progress
from promptkit.outcomes import Attempt
from promptkit.types import Completion, Prompt
from promptkit.wrappers.outage import Trouble

GROUP = ("t", "cot", "nano")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def call(tokens=10):
    usage = Usage(calls=1, input_tokens=tokens, output_tokens=tokens)
    return Completion(text="24", prompt=Prompt.parse("?"), by="nano", usage=usage)


def attempt(calls, outcome="correct", strategy="cot"):
    return Attempt("t", strategy, "nano", "1", outcome, paid=Usage(calls=calls))


def answer(meter, clock, calls, seconds):
    for _ in range(calls):
        clock.now += seconds / calls
        meter.call(call())


def test_calls_count_as_they_are_answered_before_any_attempt_has_ended(clock):
    meter = Meter({GROUP: 13}, {GROUP: 100}, clock=clock)
    answer(meter, clock, 590, 20)
    assert (meter.calls, meter.done.total(), meter.tokens()) == (590, 0, 11_800)
    assert meter.rate() == pytest.approx(29.5)
    assert meter.seconds_left() == pytest.approx((1300 - 590) / 29.5)


def test_the_rate_is_that_of_the_last_half_minute(clock):
    meter = Meter({GROUP: 10}, clock=clock)
    answer(meter, clock, 300, 60)
    answer(meter, clock, 30, WINDOW)
    assert meter.rate() == pytest.approx(1, rel=0.2)
    clock.now += WINDOW + 2
    assert meter.rate() == 0
    assert meter.seconds_left() is None


def test_what_attempts_took_corrects_what_was_expected(clock):
    meter = Meter({GROUP: 100}, {GROUP: 10}, clock=clock)
    for _ in range(50):
        answer(meter, clock, 2, 1)
        meter.attempt(attempt(2))
    assert 200 <= meter.all_calls() < 270


def test_without_an_expectation_the_time_left_is_known_when_each_strategy_has_ended_once(clock):
    meter = Meter({GROUP: 4, ("t", "direct", "nano"): 4}, clock=clock)
    answer(meter, clock, 3, 3)
    meter.attempt(attempt(3))
    assert meter.seconds_left() is None
    answer(meter, clock, 1, 1)
    meter.attempt(attempt(1, strategy="direct"))
    assert meter.all_calls() == 16
    assert meter.seconds_left() == pytest.approx(12)


def test_calls_on_record_are_behind_us_and_not_in_the_rate(clock):
    meter = Meter({GROUP: 10}, clock=clock)
    for _ in range(5):
        meter.attempt(attempt(3))
    answer(meter, clock, 1, 1)
    assert (meter.answered(), meter.all_calls(), meter.calls) == (15, 30, 1)
    assert meter.rate() == pytest.approx(1)


def test_nothing_is_left_when_all_attempts_have_ended(clock):
    meter = Meter({GROUP: 1}, {GROUP: 9}, clock=clock)
    meter.attempt(attempt(1))
    assert (meter.seconds_left(), meter.all_calls(), meter.answered()) == (0, 1, 1)


def test_a_price_that_is_not_known_is_not_0(clock):
    meter = Meter({GROUP: 1}, clock=clock)
    meter.call(call())
    assert meter.cost() == 0
    meter.call(call().model_copy(update={"by": "openai/nobody-knows-it"}))
    assert meter.cost() is None


def test_where_there_is_no_terminal_a_line_is_printed_now_and_then(clock, capsys):
    meter = Meter({GROUP: 13}, {GROUP: 100}, clock=clock)
    meter.changed = _printing(meter, "openai/m\x1b[31m")
    answer(meter, clock, 10, 10)
    assert capsys.readouterr().err == ""
    clock.now += EVERY
    meter.call(call())
    meter.attempt(attempt(1, "error"))
    since = clock.now
    clock.now += 125
    meter.trouble("openai/m", Trouble("openai/m", Unavailable("overloaded\n(529)"), since, clock.now + 38))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("openai/m␛[31m: 0/13 attempts, 11 calls, ")
    assert "1/13 attempts, 11 calls" in second
    assert "1 failed attempts" in second
    assert second.endswith(", openai/m has not answered for 2:05, next try in 0:38: overloaded (529)")


def test_a_model_that_answers_again_is_shown_no_more(clock):
    meter = Meter({GROUP: 13}, {GROUP: 100}, clock=clock)
    for model in ("openai/m", "openai/n"):
        meter.trouble(model, Trouble(model, Unavailable("gone"), clock.now - 3700, clock.now))
    meter.trouble("openai/m", None)
    assert _troubles(meter) == ["openai/n has not answered for 1:01:40, trying again: gone"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_on_a_terminal_it_is_two_lines_that_fit(clock, monkeypatch, capsys, columns):
    for name, value in {"COLUMNS": str(columns), "TERM": "xterm", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    meter = Meter({GROUP: 13_000}, {GROUP: 100}, clock=clock)
    answer(meter, clock, 590, 20)
    with shown_progress(meter, "openai/a-model-with-a-long-name-indeed"):
        pass
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", capsys.readouterr().err)
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", shown) if line.strip()]
    assert max(map(len, lines)) <= columns
    assert "590 calls, 29.5/s, 11,800 tokens, $0" in lines[-1]
    assert "0/13,000 attempts" in lines[-2]
