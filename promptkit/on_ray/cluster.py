"""The connection to a Ray cluster: one for the process, begun by the first model that needs it, ended by the last."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from typing import Any

from promptkit.errors import UsageError

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is reported to Ray's makers
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # an actor without a GPU sees those that the node has: Ray's own advice
}
_CONNECT_SECONDS = 10.0
_LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"  # at 0 every server of a local cluster listens on 127.0.0.1

_lock = threading.Lock()
_users = 0
_ours = False  # whether the connection was begun here


def enter(address: str) -> Any:  # noqa: ANN401 - the module `ray`, which is imported when first used
    """Ray, connected to the cluster at `address`; a connection that the program has itself is used as it is.

    Raises:
        UsageError: there is no such cluster, or the program is connected to another one.
    """
    global _users, _ours
    with _lock:
        ray = _imported(local=not address)
        if ray.is_initialized():
            _require_same(ray, address)
        else:
            _connect(ray, address)
            _ours = True
        _users += 1
        return ray


def leave() -> None:
    """Say that one user less needs the connection; the last one ends it, and with it a cluster of its own."""
    global _users, _ours
    with _lock:
        _users -= 1
        if _users == 0 and _ours:
            import ray

            _ours = False
            ray.shutdown()


def _imported(*, local: bool) -> Any:  # noqa: ANN401
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if local:  # Ray reads these once, when it is imported or begun, and so do the processes that it starts
        os.environ.setdefault(_LOOPBACK, "0")
        if os.environ.setdefault("RAY_AUTH_MODE", "token") == "token":
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # other users of the machine lack it
    import ray

    return ray


def _connect(ray: Any, address: str) -> None:  # noqa: ANN401
    # what Ray tells about lost nodes goes to standard output, whatever its options: into what a command prints there
    ray._private.worker.print_to_stdstream = lambda *_, **__: None  # noqa: SLF001
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if not address:
        ray.init(include_dashboard=False, **quiet)
        _require_loopback(ray)
        return
    try:
        _require_answer(address)
        ray.init(address=address, **quiet)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise UsageError(f"no Ray cluster at {address}: {reason}; start one: ray start --head") from None


def _require_answer(address: str) -> None:
    """See that something listens there: Ray itself would try for many minutes, and write about it."""
    host, colon, port = address.rpartition(":")
    if colon:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()


def _require_loopback(ray: Any) -> None:  # noqa: ANN401
    if (at := ray.util.get_node_ip_address()) not in {"127.0.0.1", "::1"}:
        ray.shutdown()
        fact = f"a cluster of its own would listen on {at}, since Ray was imported before"
        raise UsageError(f"{fact}; start one by ray.init() yourself, or set {_LOOPBACK}=0 before the import")


def _require_same(ray: Any, address: str) -> None:  # noqa: ANN401
    connected = ray.get_runtime_context().gcs_address
    if address not in {"", "auto", connected}:
        raise UsageError(f"this process is connected to the Ray cluster at {connected}, not to {address}")
