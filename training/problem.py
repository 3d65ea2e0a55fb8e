# A problem with everything that can be said about it: the common shape of all families.
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from training.languages import ENGLISH, Language
from training.split import held_out_form, held_out_text
from training.world import World

Generator = Callable[[Random, World, int], "Problem"]


@dataclass(frozen=True)
class Part:
    """A sub-question, the work that answers it, and its answer."""

    question: str
    work: str
    answer: str


@dataclass(frozen=True)
class Problem:
    """A problem, its answer, and how it is solved by a chain, by a plan, and wrongly."""

    kind: str
    steps: int
    text: str
    question: str
    answer: str
    answer_kind: str
    form: str
    """Which sentence forms it is made of: combinations of these are held out of training."""
    chain: tuple[str, ...]
    parts: tuple[Part, ...]
    slipped: tuple[str, ...]
    """The chain with one slip, carried on to its end."""
    slipped_answer: str
    near_misses: tuple[str, ...]
    """Wrong answers that a hasty reader would give."""
    dead_ends: tuple[tuple[str, ...], ...] = ()
    """Honest chains that start from a wrong fact and find that they do not arrive."""
    search: str = ""
    """What a plan says before its list: the way back from what is asked to what is given."""
    language: Language = ENGLISH

    @property
    def body(self) -> str:
        """The problem as it is asked."""
        return f"{self.text}{self.language.gap}{self.question}".strip()

    @property
    def announced(self) -> str:
        """The answer sentence that every format sentence asks for."""
        return self.language.answer.format(self.answer)

    @property
    def is_held_out(self) -> bool:
        """Whether no training text may contain it."""
        return held_out_text(self.text)


def trainable(generate: Generator, rng: Random, world: World, steps: int) -> Problem:
    """A problem that is neither a test item nor made of a held-out combination of forms."""
    while True:
        problem = generate(rng, world, steps)
        if not problem.is_held_out and not held_out_form(problem.form):
            return problem


def test_item(generate: Generator, rng: Random, world: World, steps: int) -> Problem:
    """A problem that no training text contains."""
    while True:
        problem = generate(rng, world, steps)
        if problem.is_held_out:
            return problem
