"""Attempts to analyse, written as letters."""

from collections.abc import Iterator

from promptkit.analysis.summary import Tallies, tally
from promptkit.outcomes import Attempt, Outcome
from promptkit.types import Usage

LETTERS: dict[str, Outcome] = {
    "c": "correct",
    "w": "wrong",
    "u": "unparsed",
    "t": "truncated",
    "e": "error",
    "m": "missing",
}


def attempts(
    strategy: str,
    outcomes: str,
    *,
    task: str = "sums",
    model: str = "openai/mock",
    usage: Usage = Usage(),
    seconds: float = 0.0,
    cluster: int = 0,
    replicates: int = 1,
) -> Iterator[Attempt]:
    """One attempt a letter, on items 0, 1, …: each item `replicates` times; `cluster` items to a cluster."""
    for i, letter in enumerate(outcomes):
        item = i // replicates
        yield Attempt(
            *(task, strategy, model, str(item), LETTERS[letter]),
            replicate=i % replicates,
            usage=usage,
            paid=usage,
            seconds=seconds,
            cluster=str(item // cluster) if cluster else "",
        )


def counted(*groups: Iterator[Attempt]) -> Tallies:
    """All of them, tallied."""
    return tally(attempt for group in groups for attempt in group)


def tokens(read: int, written: int, **more: int) -> Usage:
    """The usage of one call."""
    return Usage(calls=1, input_tokens=read, output_tokens=written, **more)
