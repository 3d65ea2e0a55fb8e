"""Contrastive chain of thought: examples that show how to reason, and how not to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.leaks import leaking, refuse_leaks
from promptkit.strategies.few_shot import ASKED, UNREASONED, note_of
from promptkit.strategies.wrong_reasoning import made_wrong
from promptkit.strategy import Ask, PromptStrategy
from promptkit.task_context import TaskContext
from promptkit.types import Completion, Example, Prompt


@dataclass(frozen=True, kw_only=True)
class Contrastive(PromptStrategy):
    """Show examples with a right and a wrong reasoning, and ask for the right one of the question.

    Chia et al. 2023, "Contrastive Chain-of-Thought Prompting", arXiv:2311.09277. The wrong reasoning of an example is
    its own (`Example.wrong_reasoning`) or is made of the right one as in the paper, by having its objects change
    places: its numbers and expressions, or its words where it has no two different numbers. The paper finds objects by
    a model that recognises entities; we by their spelling.

    Examples and question are one user turn. An example without reasoning has nothing to contrast and is left out, and
    so is one that asks the very question, but for case and blanks; the completion's `note` reports either. A benchmark
    refuses the latter: its answer would be shown.

    Calls: 1 of the wrapped backend, its prompt longer by the examples; the reply is longer by the reasoning.

    Attributes:
        examples: in the order shown; the last stands nearest to the question.

    Raises:
        UsageError: no example has reasoning of which a wrong one is there or can be made; in a benchmark, one asks the
            very question that is to be answered.
    """

    examples: tuple[Example, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not any(map(_contrast, self.examples)):
            none = f"none of {len(self.examples)} examples has" if self.examples else "there is no example with"
            raise UsageError(f"{none} reasoning to contrast; give examples with reasoning, or use few-shot")

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """The first `n` examples of the task that have reasoning."""
        given = context.arguments(cls, options, also={"n": int})
        wanted = given.pop("n", context.shots)
        if "examples" not in options:
            reasoned = tuple(example for example in context.examples if _contrast(example))
            if "n" in options and wanted > len(reasoned):
                raise UsageError(f"{wanted} examples with reasoning are wanted and the task has {len(reasoned)}")
            given["examples"] = reasoned[:wanted]
        return cls(backend, **given)

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt whose question stands behind the examples, but for those that ask it."""
        shown = [example for number, example in enumerate(self.examples) if number not in self._leaks(prompt)]
        examples = [contrast for example in shown if (contrast := _contrast(example))]
        return prompt.with_question(
            self.templates.text("contrastive/examples", question=prompt.question, examples=examples)
        )

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, with the examples, and report those that were left out."""
        leaks = self._leaks(prompt)
        refuse_leaks(self.examples, leaks)
        answer = await super().solve(prompt, ask)
        left_out = _left_out(self.examples, leaks)
        if not left_out:
            return answer
        return answer.model_copy(update={"note": "; ".join(left_out.values()), "fallbacks": tuple(left_out)})

    def _leaks(self, prompt: Prompt) -> tuple[int, ...]:
        return () if prompt.images else leaking(self.examples, prompt.question)


def _contrast(example: Example) -> dict[str, str] | None:
    """What the template shows of an example; nothing of one that has nothing to contrast."""
    if not example.reasoning:
        return None
    wrong = example.wrong_reasoning or made_wrong(example.reasoning)
    right = {"question": example.question, "answer": example.answer, "reasoning": example.reasoning}
    return {**right, "wrong": wrong} if wrong else None


def _left_out(examples: Sequence[Example], leaks: Sequence[int]) -> dict[str, str]:
    """Why examples are left out, as it is counted, with the note that has the particulars."""
    without = sum(_contrast(example) is None for example in examples)
    reasons = {ASKED: note_of(tuple(leaks))} if leaks else {}
    return reasons | ({UNREASONED: f"left out {without} without reasoning"} if without else {})
