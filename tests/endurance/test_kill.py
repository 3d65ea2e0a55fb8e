"""A killed run that is gone on with ends like one left alone. `python -m tests.endurance.kill` kills more often."""

import pytest

from tests.endurance.kill import COMMITS_AT_START, Trial
from tests.loopback import Server


@pytest.fixture
def trial(tmp_path):
    with Server() as server:
        yield Trial(server, tmp_path, questions=4)


def test_a_run_killed_again_and_again_ends_like_an_undisturbed_one(trial):
    died = trial.disturb(("request", 7), ("before", COMMITS_AT_START + 4), ("after", COMMITS_AT_START + 1))
    assert died == 3
