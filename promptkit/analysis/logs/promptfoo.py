"""The output of `promptfoo eval --output results.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptkit.analysis.logs.texts import text_of
from promptkit.tasks.promptfoo import expected
from promptkit.tasks.records.record import Record


def is_promptfoo_output(log: object) -> bool:
    """Whether a JSON value is one."""
    return isinstance(log, Mapping) and isinstance(log.get("results"), Mapping) and "results" in log["results"]


def read_results(log: Mapping[str, Any]) -> Iterator[Record]:
    """Each output of a prompt by a provider on a test."""
    for number, one in enumerate(log["results"]["results"], start=1):
        yield (
            _result(one, number)
            if isinstance(one, Mapping)
            else Record(f"result {number}", number, problem="it is no object")
        )


def _result(one: Mapping[str, Any], number: int) -> Record:
    place = f"result {number}"
    test = one.get("testCase") if isinstance(one.get("testCase"), Mapping) else {}
    found = expected(test.get("assert") or (), one.get("vars") or {})  # type: ignore[union-attr]  # an object by now
    if found is None:
        return Record(place, number, problem="it has no assertion with a right answer (equals, contains, regex)")
    kind, target = found
    response = one.get("response") if isinstance(one.get("response"), Mapping) else {}
    output = text_of(response.get("output"))  # type: ignore[union-attr]  # an object by now
    if output is None:
        return Record(place, number, problem=f"it has no output: {one.get('error') or 'no reason is given'!r:.80}")
    prompt, provider = one.get("prompt"), one.get("provider")
    value = {
        "question": text_of(prompt.get("raw")) if isinstance(prompt, Mapping) else str(prompt),
        "target": target,
        "output": output,
        "item": str(one.get("testIdx", one.get("vars"))),
        "strategy": str(prompt.get("label") or "prompt")[:80] if isinstance(prompt, Mapping) else "prompt",
        "model": str(provider.get("id") if isinstance(provider, Mapping) else provider or ""),
        "answer_type": kind,
        "official_correct": one["success"] if isinstance(one.get("success"), bool) else None,
    }
    return Record(place, number, value)
