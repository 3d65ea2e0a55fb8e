"""The output of `promptfoo eval --output results.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from promptkit.analysis.logs.guarded import guarded
from promptkit.analysis.logs.texts import text_of
from promptkit.tasks.problems import Unusable
from promptkit.tasks.promptfoo import expected
from promptkit.tasks.records.record import Record


def is_promptfoo_output(log: object) -> bool:
    """Whether a JSON value is one."""
    inner = log.get("results") if isinstance(log, Mapping) else None
    return isinstance(inner, Mapping) and isinstance(inner.get("results"), list)


def read_results(log: Mapping[str, Any], *, graded: bool = False) -> Iterator[Record]:
    """Each output of a prompt by a provider on a test; unless `graded`, of those tests that have a right answer."""
    for number, one in enumerate(log["results"]["results"], start=1):
        yield guarded(f"result {number}", number, partial(_result, one, graded=graded))


def _result(one: Mapping[str, Any], *, graded: bool) -> dict[str, object]:
    found = expected(one["testCase"].get("assert") or (), one.get("vars") or {})
    if found is None and not graded:
        raise Unusable("it has no assertion with a right answer (equals, contains, regex)")
    output = text_of((one.get("response") or {}).get("output"))
    if output is None:
        raise Unusable(f"it has no output: {one.get('error') or 'no reason is given'!r:.80}")
    prompt, provider = one["prompt"], one.get("provider")
    return {
        "question": text_of(prompt["raw"]),
        "target": found[1] if found else None,
        "output": output,
        "item": str(one.get("testIdx", one.get("vars"))),
        "strategy": str(prompt.get("label") or "prompt")[:80],
        "model": str(provider.get("id") if isinstance(provider, Mapping) else provider or ""),
        "answer_type": found[0] if found else None,
        "official_correct": one["success"] if isinstance(one.get("success"), bool) else None,
    }
