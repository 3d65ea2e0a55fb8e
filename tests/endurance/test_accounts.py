"""Accounts are exact under faults: a small form of `python -m tests.endurance.accounts`."""

import random

from tests.endurance.accounts import attempts


def test_how_many_calls_are_in_flight_changes_no_account():
    random.seed(1)
    one, asked_one_by_one = attempts(16, 60, concurrency=1)
    many, asked_together = attempts(16, 60, concurrency=256)
    assert min(asked_one_by_one.failed, asked_together.failed) > 40
    assert {attempt.outcome for attempt in one} == {"correct", "wrong", "error"}
    assert len(one) == 16 * 60
    assert one == many
