"""How many recorded replies are read and graded in a second of CPU: `python -m benchmarks.speed.answers FOLDER`.

The folder has gzipped JSONL files, a question a line: `answer_type`, `labels`, `question`, `target`, and the replies in
`outputs`. Every kind is measured on the same number of replies, taken evenly; the best round counts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from promptkit.answers import AnswerType


class Reply(NamedTuple):
    """A recorded reply, and what it answers."""

    kind: AnswerType
    question: str
    target: str
    text: str


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.answers", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--replies", type=int, default=6000, help="of each kind (default 6000)")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    recorded: dict[str, list[Reply]] = defaultdict(list)
    for file in sorted(given.folder.glob("*.jsonl.gz")):
        for reply in _replies(file):
            recorded[reply.kind.kind].append(reply)
    print("| kind | replies | characters each | a second of CPU |\n| --- | ---: | ---: | ---: |")  # noqa: T201
    for kind, replies in sorted(recorded.items()):
        some = replies[:: max(1, len(replies) // given.replies)]
        rate = len(some) / min(_seconds(some) for _ in range(given.rounds))
        print(f"| {kind} | {len(some):,} | {sum(len(r.text) for r in some) // len(some):,} | {rate:,.0f} |")  # noqa: T201


def _replies(file: Path) -> Iterator[Reply]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            kind = AnswerType(row["answer_type"], tuple(row.get("labels") or ()))
            for text in row["outputs"]:
                if text is not None:
                    yield Reply(kind, row["question"], row["target"], text)


def _seconds(replies: Sequence[Reply]) -> float:
    start = time.process_time()
    for kind, question, target, text in replies:
        answer = kind.find(text, question=question)
        if answer:
            kind.is_correct(answer, target, question=question)
    return time.process_time() - start


if __name__ == "__main__":
    main()
