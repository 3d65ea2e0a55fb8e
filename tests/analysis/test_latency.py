import pytest

from promptkit.analysis.latency import latency
from promptkit.types import Completion, Prompt


def call(seconds, step="", *steps):
    return Completion(text="", prompt=Prompt.of("?"), by="m", seconds=seconds, step=step, steps=steps)


def test_a_call_takes_its_own_time():
    assert latency([call(0.5)]) == 0.5


def test_calls_one_after_the_other_add_up_whatever_the_strategy_waited_between_them():
    steps = [call(1, "draft"), call(2, "critique"), call(4, "revision")]
    assert latency([call(600, "", *steps)]) == 7


def test_draws_run_at_the_same_time():
    draws = [call(s, f"draw {i}") for i, s in enumerate((1, 3, 2))]
    assert latency([call(600, "", *draws, call(0.5, "pick"))]) == 3.5


def test_steps_of_steps_count_in_their_place():
    vote = call(600, "draft", call(1, "draw 0"), call(2, "draw 1", call(1.5, "plan"), call(1, "combine")))
    assert latency([call(600, "", vote, call(1, "critique"))]) == pytest.approx(3.5)


def test_nothing_asked_takes_no_time():
    assert latency([]) == 0


def test_members_of_a_group_run_at_the_same_time_and_groups_one_after_the_other():
    steps = [call(1, "round 1: agent 1"), call(2, "round 1: agent 2"), call(4, "round 2: agent 1"), call(8, "plan")]
    assert latency(steps) == 14
