"""A killed run by batches pays for nothing twice. `python -m tests.endurance.batch_kills` kills a run at each point."""

import pytest

from tests.endurance.batch_kills import PROVIDERS, Trial, points
from tests.loopback import Server


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_run_killed_at_every_point_of_a_batch_pays_nothing_twice_and_loses_nothing(provider, tmp_path):
    with Server() as server:
        deaths = [(point, 1) for point in points(provider)]
        assert Trial(server, tmp_path, provider).dies(*deaths) == (len(deaths), 0, 0)
