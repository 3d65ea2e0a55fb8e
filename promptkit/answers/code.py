"""Python code in a reply, graded by running the target, its tests, in a process with limits."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass

from promptkit.answers.answer import Answer
from promptkit.confined.process import run_once
from promptkit.errors import UsageError

CPU_SECONDS = 10
SECONDS = 30.0  # by the clock, for tests that wait
MEGABYTES = 1024
_FENCE = re.compile(r"```[ \t]*(?:python3?|py)?[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL | re.IGNORECASE)
_DEFINES = re.compile(r"^(?:async )?(?:def|class)\s", re.MULTILINE)


@dataclass(frozen=True)
class CodeReader:
    """Finds code: the last fenced block that defines something, else the last one, else a reply that is code itself.

    It is right when it and then the target, run in the same module, raise nothing: `assert add(1, 2) == 3`.

    Attributes:
        allow_code: whether what a model wrote may be run on this machine (`docs/security.md`).
    """

    allow_code: bool = False

    def find(self, text: str) -> Answer | None:
        """The code of a reply; `None` where it has none."""
        blocks = [found[1] for found in _FENCE.finditer(text)]
        defining = [block for block in blocks if _DEFINES.search(block)]
        if blocks:
            code = (defining or blocks)[-1]
            return Answer(code, code, "code block", code.strip(), explicit=True)
        code = text.strip("\n")
        if not code.strip() or _problem(code):
            return None
        return Answer(code, code, "whole reply", code.strip(), explicit=True)

    def check(self, target: str) -> None:
        """Refuse a target that is not a text of Python. It is not run.

        Raises:
            UsageError: it is not.
        """
        if not target.strip():
            raise UsageError("the target is empty; write tests, such as assert add(1, 2) == 3")
        if problem := _problem(target):
            raise UsageError(f"the target is not Python: {problem}; write tests, such as assert add(1, 2) == 3")

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether the tests in `target` pass with the code of `answer`.

        Raises:
            UsageError: running code was not allowed, or this system can't limit it.
            NotGraded: no process could be started.
        """
        if not self.allow_code:
            fact = "answers of type code are graded by running what a model wrote, with limits, on this machine"
            raise UsageError(f"{fact}; allow it by `allow_code`")
        return problem_in_tests(answer.text, target) == ""


def problem_in_tests(code: str, tests: str) -> str:
    """What goes wrong when `code` and then `tests` are run in the same module, in a process with limits; else empty.

    Raises:
        UsageError: this system can't limit what a process uses.
        NotGraded: no process could be started.
    """
    token = secrets.token_hex(16)
    request = {"code": code, "tests": tests, "token": token}
    written = run_once("run_tests.py", request, cpu_seconds=CPU_SECONDS, seconds=SECONDS, megabytes=MEGABYTES)
    try:
        report = json.loads(written or b"{}")
    except ValueError:
        report = None
    if not isinstance(report, dict) or report.get("token") != token:
        return "it did not come to the end of the tests"
    return str(report.get("problem"))


def _problem(code: str) -> str:
    """Why it is not Python; empty where it is."""
    try:
        compile(code, "<text>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return str(error) or type(error).__name__
    return ""
