"""What the graders of a benchmark may ask, known before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.bench.benchmark import Benchmark
from promptkit.formatting import counted
from promptkit.grading.graders import ReadsAnswers
from promptkit.judges.named import asking_graders


@dataclass(frozen=True)
class GradingAhead:
    """What a grader that asks a model takes at most, beside what the strategies ask.

    Attributes:
        metric: the grader; `model` is the one that it asks.
        calls: one for each reply, at most; replies that are the same share theirs.
        reads: whether it reads answers, so that a reply which states its answer takes no call.
    """

    metric: str
    model: str
    calls: int
    reads: bool

    def sentence(self) -> str:
        """It in words."""
        each = "none for a reply that states its answer" if self.reads else "one for each reply"
        return f"grading by {self.model}: at most {counted(self.calls, 'call')} more, {each}"


def grading_ahead(benchmark: Benchmark) -> tuple[GradingAhead, ...]:
    """What each of its graders takes that asks a model."""
    attempts = sum(benchmark.attempts().values())
    return tuple(
        GradingAhead(name, one.model_name, attempts, isinstance(one, ReadsAnswers))
        for name, one in asking_graders(benchmark.graders).items()
    )
