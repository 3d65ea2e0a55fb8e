"""A fixture for tests of prompts: `assert_not_worse`. pytest finds it by itself where promptkit is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from promptkit.analysis.gate import Check
    from promptkit.bench import Result


@pytest.fixture(scope="session")
def assert_not_worse() -> Callable[..., Result]:
    """Fail a test unless a way of asking is shown not to be worse than another one by more than a margin.

    ```python
    def test_the_new_prompt(assert_not_worse):
        assert_not_worse("cot", "direct", "questions.jsonl", margin=0.02, model="openai/gpt-6-luna", answer="number")
    ```
    """
    return compared


def compared(
    new: Any,  # noqa: ANN401 - a strategy, a model or a specification
    baseline: Any,  # noqa: ANN401
    task: Any,  # noqa: ANN401 - whatever `compare` takes
    *,
    margin: float,
    on_unclear: Literal["fail", "skip"] = "fail",
    **options: Any,  # noqa: ANN401
) -> Result:
    """The comparison, where it shows that `new` is not worse than `baseline` by more than `margin`.

    Decided by the 95 % interval of the paired difference on each task and model: all of it has to lie above `-margin`.

    Calls: those of both, an item each; with `directory=` they are recorded, and made once.

    Args:
        new: a strategy or model as an object, or a specification such as "cot", which asks `model=`.
        baseline: what it is compared with.
        task: what is asked, as `promptkit.bench.compare` takes it.
        margin: the largest loss that does not matter, as a fraction of 1: 0.02 for 2 points.
        on_unclear: what to do where there is not enough data to tell.
        **options: those of `promptkit.bench.compare`, such as `model`, `answer`, `grader`, `limit`, `directory`.

    Raises:
        pytest.fail.Exception: it is worse by more, it can't be told, or attempts are missing.
        pytest.skip.Exception: it can't be told, and `on_unclear` is "skip".
        UsageError: what can't be compared.
    """
    __tracebackhide__ = True
    from promptkit.analysis.gate import Condition, checks
    from promptkit.bench import compare
    from promptkit.errors import UsageError

    if not 0 <= margin < 1:
        raise UsageError(f"`margin` is a fraction of 1, such as 0.02 for 2 points, got {margin!r}")
    if on_unclear not in {"fail", "skip"}:
        raise UsageError(f"`on_unclear` is 'fail' or 'skip', got {on_unclear!r}")
    result = compare(task, {"new": new, "baseline": baseline}, baseline="baseline", **options)
    condition = Condition(f"new < baseline - {margin:g}", "new", "<", "baseline", -margin)
    found = checks([condition], result.tallies.groups, result.fed)
    for state, end in (("shown", pytest.fail), ("unclear", pytest.skip if on_unclear == "skip" else pytest.fail)):
        if lines := [_line(check, margin) for check in found if check.state == state]:
            end("\n".join(lines), **({} if end is pytest.skip else {"pytrace": False}))
    if not result.complete or not found:
        why = result.stopped or "attempts are missing; see its rows, and run it again with the same `directory`"
        pytest.fail(f"the comparison is incomplete: {why}", pytrace=False)
    return result


def _line(check: Check, margin: float) -> str:
    evidence = f"{check.task} on {check.model}: {check.evidence()}"
    lost = f"{100 * margin:g} points"
    if check.state == "shown":
        return f"new is worse than baseline by more than {lost} ({evidence})"
    needed = f"about {check.items_needed:,} items would be enough" if check.items_needed else "give more items"
    return f"not enough data to tell whether new is worse than baseline by more than {lost} ({evidence}); {needed}"
