"""Few-shot examples: show what a good answer looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.examples import BOOTSTRAPPED
from promptkit.examples.files import read_examples
from promptkit.examples.offered import of_task
from promptkit.examples.selection import MADE_IN_A_RUN, Chosen, Selection
from promptkit.examples.situation import EMBEDDINGS, Embed
from promptkit.first_asked import first_asked
from promptkit.leaks import leaking, refuse_leaks
from promptkit.strategies.chain_of_thought import ChainOfThought
from promptkit.strategy import Ask, PromptStrategy, Strategy
from promptkit.task_context import TaskContext
from promptkit.token_counts import approximate_tokens
from promptkit.types import Completion, Example, Message, Prompt

ASKED = "left out an example: it asks the very question"
UNREASONED = "left out examples: they have no reasoning"
TOO_LONG = "left out examples: they exceed max_tokens"
_WITH_MADE = ("select", "n", "seed", "reasoning", "max_tokens")
NOT_EACH = "not one example of each answer: n is too small"


def note_of(leaks: tuple[int, ...]) -> str:
    """Which examples are left out since they ask the very question."""
    return f"left out example {', '.join(str(number + 1) for number in leaks)}, which asks this very question"


@dataclass(frozen=True, kw_only=True)
class FewShot(PromptStrategy):
    """Show worked examples as earlier turns of the conversation.

    Brown et al. 2020, "Language Models are Few-Shot Learners", arXiv:2005.14165. With examples that carry reasoning
    it is the chain-of-thought prompting of Wei et al. 2022, arXiv:2201.11903. The papers' models completed text; here
    an example is a user turn and an assistant turn, as chat models expect it.

    Which of the examples are shown is `select`: `fixed`, the first; `random`, drawn for every question; `nearest`,
    those most like the question (Liu et al. 2021, "What Makes Good In-Context Examples for GPT-3?", arXiv:2101.06804,
    who compare sentence vectors, as `embed` does; without it they are compared by words, BM25); `diverse`, like the
    question and unlike each other (Carbonell and Goldstein 1998, maximal marginal relevance); `balanced`, as many of
    one answer as of another; `one-of-each`, one of each answer and then the first. `nearest` and `diverse` show the
    likest one last, next to the question.

    A benchmark also has `bootstrapped`: before the first item it asks the model train questions, by chain of thought or
    by the strategy that stands inside, until `n` replies are right, and shows these with their reasoning
    (`promptkit.bootstrap_examples`, which says where that differs from STaR, Zelikman et al. 2022, arXiv:2203.14465,
    and from BootstrapFewShot of DSPy, Khattab et al. 2023, arXiv:2310.03714).

    An example that asks the very question, but for how it is put (`promptkit.near_copies`), is left out, and the
    completion's `note` reports it. A benchmark refuses it instead: its answer would be shown.

    Calls: 1 of the wrapped backend, its prompt longer by the examples. `bootstrapped` takes at most one of who makes
    them for each train row, once a run.

    Attributes:
        examples: to choose from, the best first; `fixed` shows them in this order, and the last stands nearest to the
            question and weighs most.
        reasoning: whether the reasoning of examples that have one is shown before their answer.
        select: how they are chosen.
        n: how many are shown; `None` is all, which only `fixed` can.
        constant: how many of the `n` are the same for every question: the first of `examples`, shown first, so that
            prompt caches know them. The rest is chosen by the question. For `random`, `nearest` and `diverse`.
        seed: of `random`; `None` is 0. Apart from the seed that models sample with.
        relevance: of `diverse`: what likeness to the question weighs beside being unlike each other, from 0 to 1.
        embed: makes a list of vectors of a list of texts, for `nearest` and `diverse`; not async. A command line
            imports it by `embed=module:name`.
        max_tokens: the most tokens that all examples may have together, by `promptkit.token_counts`. Those that
            exceed it are left out, the least wanted first, and the `note` reports how many.

    Raises:
        UsageError: there is no example, one is without a question or an answer, or an option can't be kept; in a
            benchmark, one asks the very question that is to be answered.
    """

    examples: tuple[Example, ...] = ()
    reasoning: bool = True
    select: str = "fixed"
    n: int | None = None
    constant: int = 0
    seed: int | None = None
    relevance: float = 0.5
    embed: Embed | None = None
    max_tokens: int | None = None
    _unreasoned: int = field(default=0, repr=False)  # examples that `from_task` left out: reported in the `note`

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.select == BOOTSTRAPPED:
            raise UsageError(MADE_IN_A_RUN)
        if not self.examples:
            raise UsageError("FewShot has no example; give examples=(Example(question=…, answer=…), …)")
        for number, example in enumerate(self.examples, 1):
            if not isinstance(example, Example):
                raise TypeError(
                    f"example {number} of FewShot must be an Example(question=…, answer=…), got {example!r:.80}"
                )
            if not (example.question.strip() and example.answer.strip()):  # its turn would be missing
                missing = "answer" if example.question.strip() else "question"
                raise UsageError(f"example {number} of FewShot has no {missing}; write one, or leave the example out")
        self._selection.check(self.examples)

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """`n` of the task's examples, or of those in a file that `examples` names.

        Where a `ChainOfThought` asks for reasoning as well, it is shown, and only examples that have some are; all of
        them where none has. `seed` draws the order that the examples are taken in, which for `random` is nothing but
        its seed; by default that is the seed of the task's examples. `bootstrapped` shows, in the manner of `fixed`,
        what the task's run made, with its reasoning whether or not it is asked for.
        """
        reasons = any(isinstance(t, type) and issubclass(t, ChainOfThought) for t in context.techniques)
        named = {name: _by_name(name, value) for name, value in options.items()}
        given = context.arguments(cls, named)
        if given.get("select") == BOOTSTRAPPED:
            return cls(backend, **{"reasoning": True, **given, **_made(backend, options, given, context)})
        shown, unreasoned = given.get("examples", ()), 0
        if "examples" not in options or isinstance(options["examples"], str):
            read = shown if "examples" in options else None
            shown, unreasoned = of_task(read, given, context, reasoned=reasons and given.get("reasoning", True))
        return cls(backend, **{"reasoning": reasons, **given, "examples": shown, "_unreasoned": unreasoned})

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt with the examples as turns before the conversation, but for those that ask its question."""
        return self._shown(prompt, self._chosen(prompt, self._leaks(prompt)))

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, with the examples, and report those that were left out."""
        leaks = self._leaks(prompt)
        refuse_leaks(self.examples, leaks)
        chosen = self._chosen(prompt, leaks)
        answer = await ask(self._shown(prompt, chosen))
        left_out = self._left_out(leaks, chosen)
        if not left_out:
            return answer
        return answer.model_copy(update={"note": "; ".join(left_out.values()), "fallbacks": tuple(left_out)})

    @property
    def _selection(self) -> Selection:
        return Selection(
            select=self.select,
            n=self.n,
            constant=self.constant,
            seed=self.seed,
            relevance=self.relevance,
            embed=self.embed,
            max_tokens=self.max_tokens,
        )

    def _leaks(self, prompt: Prompt) -> tuple[int, ...]:
        """The examples that ask its question; none of a question about images, which examples don't have."""
        if prompt.images:
            return ()
        asked = dict.fromkeys((prompt.question, first_asked(prompt).question))
        return tuple(sorted({place for question in asked for place in leaking(self.examples, question)}))

    def _chosen(self, prompt: Prompt, leaks: tuple[int, ...]) -> Chosen:
        """The examples for its question, whose line about the form of the answer is not compared."""
        return self._selection.choose(
            self.examples,
            question=prompt.without_form().question,
            first=first_asked(prompt).question,
            left_out=leaks,
            tokens=lambda example: sum(approximate_tokens(turn.text) for turn in self._turns(example)),
        )

    def _left_out(self, leaks: tuple[int, ...], chosen: Chosen) -> dict[str, str]:
        """Why examples are left out, as it is counted, with the note that has the particulars."""
        reasons = {ASKED: note_of(leaks)} if leaks else {}
        if self._unreasoned:
            reasons[UNREASONED] = f"left out {self._unreasoned} without reasoning"
        if chosen.over:
            reasons[TOO_LONG] = f"left out {chosen.over} that would exceed max_tokens={self.max_tokens} of examples"
        if chosen.missing:
            reasons[NOT_EACH] = f"answers without an example: {chosen.missing}; n is too small for one of each"
        return reasons

    def _shown(self, prompt: Prompt, chosen: Chosen) -> Prompt:
        return prompt.with_context(*(turn for example in chosen.examples for turn in self._turns(example)))

    def _turns(self, example: Example) -> tuple[Message, ...]:
        return self.templates.render(
            "few_shot/example",
            question=example.question,
            answer=example.answer,
            reasoning=(example.reasoning or "") if self.reasoning else "",
        )


def _made(
    backend: Backend, options: Mapping[str, object], given: dict[str, Any], context: TaskContext
) -> dict[str, object]:
    """What stands for `select=bootstrapped`: examples that were made by the strategy inside, or by chain of thought."""
    if context.making is None:
        raise UsageError(MADE_IN_A_RUN)
    if other := next((name for name in options if name not in _WITH_MADE), None):
        raise UsageError(f"select='bootstrapped' makes its own examples and shows all of them; leave {other} out")
    chosen = dict(given)
    pool, _ = of_task(None, chosen, context, reasoned=False)
    usual = context.templates.worded("")
    teacher = backend if isinstance(backend, Strategy) else ChainOfThought(backend, templates=usual)
    made = context.making(teacher, pool, chosen["n"])
    return {"examples": made, "select": "fixed", "n": None, "seed": None}


def _by_name(name: str, value: object) -> Any:  # noqa: ANN401 - of the type of the option
    """An option that is given as a text in place of what it names."""
    if name == "embed" and isinstance(value, str):
        return EMBEDDINGS.get(value)
    return read_examples(Path(value)) if name == "examples" and isinstance(value, str) else value
