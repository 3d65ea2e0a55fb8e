import pytest


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries wait no time, and probes little."""
    monkeypatch.setattr("promptkit.wrappers.retry._jitter", lambda _: 0.0)
    monkeypatch.setattr("promptkit.wrappers.outage.FIRST", 0.001)
