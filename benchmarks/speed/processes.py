"""Servers and callers, each in a process of its own, so that only the caller's CPU and memory are counted."""

from __future__ import annotations

import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.speed.server import REPLY

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
_STATIC = """
daemon off; master_process off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off; default_type application/json; keepalive_requests 100000000; keepalive_timeout 600s;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 '{reply}'; }} }}
}}
"""


def versions() -> str:
    """What the servers are, for the head of the report."""
    loop = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio (uvloop is not installed)"
    fixed = said([NGINX, "-v"]).rpartition("/")[2] if NGINX else "not installed, so the server below in its place"
    return f"nginx {fixed}; server with a delay on {loop}"


@contextmanager
def parallel() -> Iterator[str]:
    """The fastest server there is: nginx with a static reply, or ours without a delay; yields its address."""
    if NGINX is None:
        with after(0) as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
        found.close()
        file = Path(folder) / "nginx.conf"
        file.write_text(_STATIC.format(folder=folder, port=port, reply=REPLY.decode()), encoding="utf-8")
        with _running([NGINX, "-p", folder, "-c", str(file)]):
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def after(delay: float) -> Iterator[str]:
    """A server that answers after so many seconds; yields its address."""
    with _running([sys.executable, "-m", "benchmarks.speed.server", str(delay)]) as server:
        yield server.stdout.readline().strip() if server.stdout else ""


def measured(*arguments: object) -> dict[str, Any]:
    """What `benchmarks.speed.callers` prints for these arguments."""
    return dict(json.loads(said([sys.executable, "-m", "benchmarks.speed.callers", *map(str, arguments)])))


def tell(text: str) -> None:
    """What is going on, on standard error."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - named above
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(command: list[str]) -> str:
    """What a command prints; its failure is the end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - named above
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout or done.stderr.strip()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nginx did not listen on port {port}")
