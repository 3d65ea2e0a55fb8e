"""How examples are chosen for a question: its options, checked, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.examples import BEST_LAST, BOOTSTRAPPED, BY_QUESTION, BY_SIMILARITY, SELECTIONS
from promptkit.examples.bm25 import require_bm25
from promptkit.examples.labels import answers
from promptkit.examples.situation import Embed, Situation
from promptkit.types import Example

MADE_IN_A_RUN = (
    "select='bootstrapped': only a run (`promptkit bench`, `compare`) makes examples itself; elsewhere make them by "
    "`promptkit examples bootstrap TASK --output FILE` and show them by few-shot(examples=FILE), in Python by "
    "bootstrap_examples(…) and FewShot(examples=…)"
)


@dataclass(frozen=True)
class Chosen:
    """The examples for a question, in the order in which they are shown.

    Attributes:
        over: how many `max_tokens` left out.
        missing: how many answers none of them shows, though one of each was wanted.
    """

    examples: tuple[Example, ...]
    over: int = 0
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A way to choose examples; the attributes are those of `promptkit.FewShot`."""

    select: str = "fixed"
    n: int | None = None
    constant: int = 0
    seed: int | None = None
    relevance: float = 0.5
    embed: Embed | None = None
    max_tokens: int | None = None

    def check(self, examples: tuple[Example, ...]) -> None:
        """Find what is wrong with the options before anything is asked.

        Raises:
            UsageError: names it.
        """
        if self.select not in SELECTIONS:
            raise UsageError(_unknown(self.select))
        if self.n is None and self.select != "fixed":
            raise UsageError(f"select={self.select!r} needs n, how many examples are shown of {len(examples)}")
        if self.n is not None and not 1 <= self.n <= len(examples):
            raise UsageError(f"n={self.n}: there are {len(examples)} examples; show 1 to {len(examples)} of them")
        if self.constant and self.select not in BY_QUESTION:
            raise UsageError(f"constant={self.constant}: with {self.select!r} all examples stay the same; leave it out")
        if not 0 <= self.constant <= (self.n or 0):
            raise UsageError(f"constant={self.constant}: it is how many of the {self.n} examples stay the same")
        if not 0 <= self.relevance <= 1:
            raise UsageError(f"relevance={self.relevance}: it is from 0 (unlike each other) to 1 (like the question)")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise UsageError(f"max_tokens={self.max_tokens}: leave room for an example")
        if self.seed is not None and self.select != "random":
            raise UsageError(f"seed={self.seed} is of select='random'; {self.select!r} draws nothing")
        if self.embed is not None and self.select not in BY_SIMILARITY:
            raise UsageError(f"embed compares examples for nearest and diverse; {self.select!r} compares none")
        if self.select in BY_SIMILARITY and self.embed is None:
            require_bm25()

    def choose(
        self,
        examples: tuple[Example, ...],
        *,
        question: str,
        first: str,
        left_out: tuple[int, ...] = (),
        tokens: Callable[[Example], int],
    ) -> Chosen:
        """The examples for `question`, which outside of all strategies was `first`; those at `left_out` never.

        Those that are constant come first, in their order, so that prompt caches know the beginning of the prompt. An
        example that would exceed `max_tokens` is left out, and the next one that fits is taken.
        """
        wanted = self.n or len(examples)
        free = tuple(place for place in range(len(examples)) if place not in left_out)
        constant = [place for place in free if place < self.constant]
        situation = Situation(
            examples=examples,
            places=free[len(constant) :],
            n=wanted - self.constant,
            question=question,
            first=first,
            seed=self.seed or 0,
            relevance=self.relevance,
            embed=self.embed,
        )
        picked = SELECTIONS[self.select](situation) if situation.n else []
        kept = self._within(examples, [*constant, *picked], tokens)
        picked_kept = [place for place in picked if place in kept]
        if self.select in BEST_LAST:
            picked_kept.reverse()
        shown = [*(place for place in constant if place in kept), *picked_kept]
        chosen = tuple(examples[place] for place in shown)
        missing = answers(examples) - answers(chosen) if self.select == "one-of-each" else set()
        return Chosen(chosen, len(constant) + len(picked) - len(shown), len(missing))

    def _within(self, examples: tuple[Example, ...], places: list[int], tokens: Callable[[Example], int]) -> set[int]:
        """The places whose examples have room in `max_tokens`, the first taken first."""
        if self.max_tokens is None:
            return set(places)
        kept, left = set(), self.max_tokens
        for place in places:
            if (count := tokens(examples[place])) <= left:
                kept.add(place)
                left -= count
        return kept


def _unknown(select: str) -> str:
    if select == BOOTSTRAPPED:
        return MADE_IN_A_RUN
    hint = did_you_mean(select, (*SELECTIONS, BOOTSTRAPPED))
    return f"there is no way to choose examples called {select!r}; {hint}"
