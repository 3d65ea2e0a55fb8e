"""How the connection to Ray is begun: without Ray, which is played."""

import os
import sys
from types import SimpleNamespace

import pytest

from promptkit import UsageError
from promptkit.on_ray import cluster


class PlayedRay:
    """Keeps how it was begun."""

    def __init__(self, *, at="127.0.0.1", connected_to=None, refuses=None):
        self.begun, self.ended, self._connected_to, self._refuses = [], 0, connected_to, refuses
        self.util = SimpleNamespace(get_node_ip_address=lambda: at)
        self._private = SimpleNamespace(worker=SimpleNamespace())

    def is_initialized(self):
        return self._connected_to is not None or bool(self.begun)

    def init(self, **options):
        if self._refuses:
            raise self._refuses
        self.begun.append(options)

    def get_runtime_context(self):
        return SimpleNamespace(gcs_address=self._connected_to)

    def shutdown(self):
        self.ended += 1
        self.begun.clear()


@pytest.fixture
def played(monkeypatch):
    """Put a played Ray in the place of the real one."""

    def play(ray):
        monkeypatch.setitem(sys.modules, "ray", ray)
        for name in ("RAY_USAGE_STATS_ENABLED", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
            monkeypatch.setenv(name, "")  # so that it is as before afterwards
            monkeypatch.delenv(name)
        return ray

    return play


def test_a_cluster_of_its_own_is_for_this_machine_and_user_alone_and_reports_nothing(played):
    ray = played(PlayedRay())
    cluster.enter("")
    assert ray.begun[0]["include_dashboard"] is False
    assert os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert len(os.environ["RAY_AUTH_TOKEN"]) == 64
    cluster.leave()


def test_the_last_user_of_a_connection_ends_it(played):
    ray = played(PlayedRay())
    cluster.enter("")
    cluster.enter("")
    cluster.leave()
    assert ray.ended == 0
    cluster.leave()
    assert ray.ended == 1


def test_a_connection_of_the_program_stays(played):
    ray = played(PlayedRay(connected_to="10.0.0.1:6379"))
    cluster.enter("10.0.0.1:6379")
    cluster.leave()
    assert (ray.begun, ray.ended) == ([], 0)


def test_a_program_that_is_connected_elsewhere_is_told_so(played):
    played(PlayedRay(connected_to="10.0.0.1:6379"))
    with pytest.raises(UsageError, match=r"connected to the Ray cluster at 10\.0\.0\.1:6379, not to 10\.0\.0\.2"):
        cluster.enter("10.0.0.2:6379")


def test_a_cluster_that_is_not_there_is_one_line(played):
    played(PlayedRay(refuses=ConnectionError("Could not find any running Ray instance.\nmore")))
    with pytest.raises(UsageError, match=r"no Ray cluster at auto: Could not find any running Ray instance\.; start"):
        cluster.enter("auto")


def test_a_cluster_of_its_own_that_others_could_reach_is_refused(played):
    ray = played(PlayedRay(at="10.0.0.7"))
    with pytest.raises(UsageError, match=r"would listen on 10\.0\.0\.7, since Ray was imported before"):
        cluster.enter("")
    assert ray.ended == 1


def test_an_address_at_which_nothing_listens_is_told_at_once(played):
    ray = played(PlayedRay())
    with pytest.raises(UsageError, match=r"no Ray cluster at 127\.0\.0\.1:1: .*refused"):
        cluster.enter("127.0.0.1:1")
    assert ray.begun == []
