"""A small form of `python -m tests.endurance.outages`."""

import random

import pytest

from promptkit.errors import ModelDown
from tests.endurance.outages import LOADING, virtually
from tests.wrappers.troubled import FAILURES


@pytest.mark.parametrize("trouble", FAILURES)
def test_a_whole_run_goes_on_by_itself(trouble):
    random.seed(1)
    seen = virtually(trouble, 300, items=800)
    assert seen.stopped is None
    assert seen.outcomes["correct"] >= 799
    assert seen.outcomes.total() == 800
    assert seen.paid_twice == 0


@pytest.mark.parametrize("seconds", [2, 8, 30])
def test_a_server_that_loads_its_model_at_first_is_waited_for(seconds):
    random.seed(1)
    seen = virtually(LOADING, seconds, items=800)
    assert seen.stopped is None
    assert seen.outcomes == {"correct": 800}
    assert seen.paid_twice == 0


def test_one_that_never_answered_is_given_up_after_a_minute():
    random.seed(1)
    seen = virtually(LOADING, 300, items=800)
    assert isinstance(seen.stopped, ModelDown)
    assert "has never answered, for 60 s" in str(seen.stopped)
    assert not seen.outcomes
