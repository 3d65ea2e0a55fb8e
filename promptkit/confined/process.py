"""Start a program of this folder in a process of its own, ask it, and end it when it takes too long."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from promptkit.errors import NotGraded, UsageError

_FOLDER = Path(__file__).parent
_MOST_OUTPUT = 100_000  # bytes


def run_once(
    program: str, request: dict[str, Any], *, cpu_seconds: int, seconds: float, megabytes: int
) -> bytes | None:
    """What the program writes when it is given `request`; `None` when it takes longer than `seconds`.

    It begins in a new, empty folder, which is removed afterwards, without the environment.

    Raises:
        UsageError: this system has no way to limit a process.
        NotGraded: no process could be started.
    """
    _require_limits()
    with (
        tempfile.TemporaryDirectory(prefix="promptkit-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as output,
    ):
        try:
            process = subprocess.Popen(  # noqa: S603 - this Python, and a program of ours
                _command(program, ["-I"], cpu_seconds, megabytes),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={"OMP_NUM_THREADS": "1"},
                start_new_session=True,
            )
        except OSError as error:
            raise NotGraded(f"no process could be started: {error}") from None
        try:
            process.communicate(json.dumps(request).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        except BrokenPipeError:
            pass  # it ended before it had read everything
        finally:
            _end(process)
        output.seek(0)
        return output.read(_MOST_OUTPUT)


class Worker:
    """A program that is asked again and again, one question at a time, from any thread.

    It is started when it is first asked, and again after it took too long.
    """

    def __init__(self, program: str, *, megabytes: int, start_seconds: float) -> None:
        self._program, self._megabytes, self._start_seconds = program, megabytes, start_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def ask(self, question: dict[str, Any], *, seconds: float) -> dict[str, Any]:
        """The program's answer.

        Raises:
            NotGraded: it took longer than `seconds`, failed, or could not be started.
        """
        with self._lock:
            process = self._process or self._start()
            answer: dict[str, Any]
            try:
                assert process.stdin is not None  # noqa: S101 - it is a pipe
                process.stdin.write(json.dumps(question).encode() + b"\n")
                process.stdin.flush()
                answer = json.loads(self._lines.get(timeout=seconds) or b"{}")
            except (queue.Empty, OSError, ValueError):
                self._stop()
                raise NotGraded(f"it took longer than {seconds:g} s") from None
            if not answer or "error" in answer:
                self._stop()
                raise NotGraded(answer.get("error", "its process ended"))
            return answer

    def _start(self) -> subprocess.Popen[bytes]:
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._lines = lines
        self._folder = tempfile.TemporaryDirectory(prefix="promptkit-", ignore_cleanup_errors=True)
        try:
            process = subprocess.Popen(  # noqa: S603 - this Python, and a program of ours
                _command(self._program, ["-P"], 100_000, self._megabytes),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
                start_new_session=True,
            )
        except OSError as error:
            raise NotGraded(f"no process could be started: {error}") from None

        def read() -> None:
            assert process.stdout is not None  # noqa: S101
            with process.stdout as output:
                for line in output:
                    lines.put(line)
            lines.put(b"")

        threading.Thread(target=read, daemon=True).start()
        self._process = process
        atexit.register(self._stop)
        try:
            if lines.get(timeout=self._start_seconds):
                return process
        except queue.Empty:
            pass
        self._stop()
        raise NotGraded(f"{self._program} could not be started")

    def _stop(self) -> None:
        if self._process is not None:
            _end(self._process)
            if self._process.stdin:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._folder = None


def _command(program: str, flags: list[str], cpu_seconds: int, megabytes: int) -> list[str]:
    script = [str(_FOLDER / "confine.py"), str(_FOLDER / program)]
    return [sys.executable, *flags, "-B", *script, str(cpu_seconds), str(megabytes)]


def _require_limits() -> None:
    if sys.platform == "win32":
        raise UsageError("Windows has no way to limit what a process of others uses; run it on Linux, such as in WSL")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, with all that it started."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
