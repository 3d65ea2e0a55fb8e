"""What came of an optimisation: the candidates, the proof, the verdict, and how the winner is used."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from promptkit.analysis.comparison import Comparison
from promptkit.analysis.summary import Summary
from promptkit.optimizing.candidates import Candidate


@dataclass(frozen=True)
class Optimized:
    """What came of an optimisation.

    Attributes:
        directory: where every call, candidate and attempt is; `optimize.md` is its page.
        strategy: the specification that was optimised; `best_strategy` asks by the best candidate.
        candidates: all that were proposed, in order; the first is the original.
        best: the one with the best score on the validation items.
        sizes: items to train, to validate and held out.
        requests: sent by all processes of the run, failed ones included; `max_calls` is the limit.
        ended: why the search ended; empty while it has not.
        stopped: why the run was cut short; empty when it was not.
        proof: rows and the comparison on the held-out items; `None` before it, or when there was nothing to prove.
        page: the same as Markdown.
    """

    directory: Path
    task: str
    model: str
    reflection_model: str
    strategy: str
    best_strategy: str
    candidates: tuple[Candidate, ...]
    best: Candidate
    sizes: tuple[int, int, int]
    requests: int
    max_calls: int
    ended: str
    stopped: str
    templates: Path | None
    proof: Summary | None = field(default=None, repr=False)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing: the search has ended, and what it found was tested."""
        proven = self.best.number == 0 or (self.proof is not None and self.proof.complete)
        return bool(self.ended) and not self.stopped and proven

    @property
    def comparison(self) -> Comparison | None:
        """The best candidate beside the original on the held-out items."""
        return self.proof.comparisons[0] if self.proof and self.proof.comparisons else None

    @property
    def gain(self) -> bool:
        """Whether a gain is shown: on held-out items, with the test of every comparison."""
        return self.complete and self.comparison is not None and self.comparison.verdict == "better"

    @property
    def verdict(self) -> str:
        """What is shown, in a sentence."""
        if not self.complete:
            best = "the original" if self.best.number == 0 else f"candidate {self.best.number}"
            score = "" if self.best.validation is None else f" ({100 * self.best.validation:.1f} % on validation items)"
            return f"incomplete, so nothing is shown: the best so far is {best}{score}."
        if self.comparison is None:
            beaten = "no candidate was better than the original on the validation items"
            return f"no gain shown: {beaten}, so the held-out items were not asked."
        return f"{'gain shown' if self.gain else 'no gain shown'}: {self.comparison.sentence()}"

    @property
    def use(self) -> str:
        """The command that asks by the best candidate; empty where that is the original."""
        if self.templates is None:
            return ""
        words = ["promptkit", "bench", self.task, "--templates", str(self.templates), "-m", self.model]
        return shlex.join([*words, "-s", self.best_strategy])

    @property
    def advice(self) -> str:
        """How to use the best candidate, in a line; empty where that is the original."""
        return self.use and f"{'use it' if self.gain else 'to try it all the same'}: {self.use}"

    def to_json(self) -> dict[str, Any]:
        """The object that `promptkit optimize --json` prints."""
        return {
            "run": str(self.directory),
            "task": self.task,
            "model": self.model,
            "reflection_model": self.reflection_model,
            "complete": self.complete,
            "gain": self.gain,
            "verdict": self.verdict,
            "strategy": self.strategy,
            "best_strategy": self.best_strategy if self.best.number else self.strategy,
            "templates": None if self.templates is None else str(self.templates),
            "use": self.use,
            "sizes": dict(zip(("train", "validation", "held_out"), self.sizes, strict=True)),
            "requests": self.requests,
            "max_calls": self.max_calls,
            "ended": self.ended,
            "stopped": self.stopped,
            "best": self.best.number,
            "candidates": [asdict(one) for one in self.candidates],
            "rows": [asdict(row) for row in self.proof.rows] if self.proof else [],
            "comparison": None if self.comparison is None else asdict(self.comparison),
        }

    def __str__(self) -> str:
        return "\n".join(filter(None, [self.verdict, self.advice]))
