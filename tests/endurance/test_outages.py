"""A small form of `python -m tests.endurance.outages`."""

import random

import pytest

from tests.endurance.outages import virtually
from tests.wrappers.troubled import FAILURES


@pytest.mark.parametrize("trouble", FAILURES)
def test_a_whole_run_goes_on_by_itself(trouble):
    random.seed(1)
    seen = virtually(trouble, 300, items=800)
    assert seen.stopped is None
    assert seen.outcomes["correct"] >= 799
    assert seen.outcomes.total() == 800
    assert seen.paid_twice == 0
