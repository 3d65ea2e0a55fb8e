"""How an answer came about: as a tree to read, or as JSON lines to keep."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from promptkit.formatting import counted
from promptkit.types import Completion, Usage


def trace_tree(completion: Completion) -> str:
    """The calls behind `completion` as a tree: what each was for, who answered, tokens in and out, seconds, notes."""
    return "\n".join([_line(completion), *_branches(completion, "")])


def trace_rows(completion: Completion) -> Iterator[dict[str, object]]:
    """Every node of the tree as a flat object; `parent` is the `id` of the node it was a step of."""
    numbers = itertools.count()

    def rows(node: Completion, parent: int | None) -> Iterator[dict[str, object]]:
        number = next(numbers)
        yield {"id": number, "parent": parent, **node.model_dump(mode="json", exclude={"steps"})}
        for step in node.steps:
            yield from rows(step, number)

    return rows(completion, None)


def write_trace(completion: Completion, path: Path) -> None:
    """Append the rows of `trace_rows` to `path`, one JSON object per line. A new file may be read by its owner only."""
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8", errors="surrogatepass") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in trace_rows(completion))


def _branches(completion: Completion, indent: str) -> Iterator[str]:
    for step in completion.steps:
        last = step is completion.steps[-1]
        yield f"{indent}{'└─ ' if last else '├─ '}{_line(step)}"
        yield from _branches(step, indent + ("   " if last else "│  "))


def _line(node: Completion) -> str:
    calls = f"{counted(node.usage.calls, 'call')}, " if node.steps else ""
    parts = [f"{node.step}: " if node.step else "", f"{node.by}  ", calls, _tokens(node.usage)]
    marks = [
        f"{node.seconds:.2f} s",
        *(["cached"] if node.cached else []),
        *_ended(node),
        *([node.note] if node.note else []),
    ]
    return "".join(parts) + ", " + ", ".join(marks)


def _tokens(usage: Usage) -> str:
    if usage.calls and usage.unmetered == usage.calls:
        return "tokens unknown"
    unknown = f" ({usage.unmetered} calls not counted)" if usage.unmetered else ""
    reasoning = f", {usage.reasoning_tokens} of them reasoning" if usage.reasoning_tokens else ""
    return f"{usage.input_tokens} → {usage.output_tokens} tokens{reasoning}{unknown}"


def _ended(node: Completion) -> list[str]:
    return {"length": ["cut off at the token limit"], "refusal": ["refused"]}.get(node.finish_reason, [])
