"""Few-shot examples: show what a good answer looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.leaks import leaking, refuse_leaks
from promptkit.strategies.chain_of_thought import ChainOfThought
from promptkit.strategy import Ask, PromptStrategy
from promptkit.task_context import TaskContext
from promptkit.types import Completion, Example, Prompt

ASKED = "left out an example: it asks the very question"
UNREASONED = "left out examples: they have no reasoning"


def note_of(leaks: tuple[int, ...]) -> str:
    """Which examples are left out since they ask the very question."""
    return f"left out example {', '.join(str(number + 1) for number in leaks)}, which asks this very question"


@dataclass(frozen=True, kw_only=True)
class FewShot(PromptStrategy):
    """Show worked examples as earlier turns of the conversation.

    Brown et al. 2020, "Language Models are Few-Shot Learners", arXiv:2005.14165. With examples that carry reasoning
    it is the chain-of-thought prompting of Wei et al. 2022, arXiv:2201.11903. The papers' models completed text; here
    an example is a user turn and an assistant turn, as chat models expect it.

    An example that asks the very question, but for case and blanks, is left out, and the completion's `note` reports
    it. A benchmark refuses it instead: its answer would be shown.

    Calls: 1 of the wrapped backend, its prompt longer by the examples.

    Attributes:
        examples: in the order shown; the last stands nearest to the question and weighs most.
        reasoning: whether the reasoning of examples that have one is shown before their answer.

    Raises:
        UsageError: there is no example, or one is without a question or an answer; in a benchmark, one asks the very
            question that is to be answered.
    """

    examples: tuple[Example, ...] = ()
    reasoning: bool = True
    _unreasoned: int = field(default=0, repr=False)  # examples that `from_task` left out: reported in the `note`

    def __post_init__(self) -> None:
        super().__post_init__()
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

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """The first `n` examples of the task.

        Where a `ChainOfThought` asks for reasoning as well, it is shown, and of the `n` only those that have some; all
        of them where none has.
        """
        given = context.arguments(cls, options, also={"n": int})
        wanted = given.pop("n", min(context.shots, len(context.examples)) or context.shots)
        if "examples" not in options:
            if wanted > len(context.examples):
                have = f"has {len(context.examples)}" if context.examples else "has none"
                raise UsageError(f"{wanted} examples are wanted and the task {have}; add rows to its train split")
            given["examples"] = context.examples[:wanted]
        reasons = any(isinstance(t, type) and issubclass(t, ChainOfThought) for t in context.techniques)
        if reasons and given.get("reasoning", True) and "examples" not in options:
            shown = given["examples"]
            reasoned = tuple(example for example in shown if example.reasoning) or shown
            given |= {"examples": reasoned, "_unreasoned": len(shown) - len(reasoned)}
        return cls(backend, **{"reasoning": reasons, **given})

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt with the examples as turns before the conversation, but for those that ask its question."""
        return self._shown(prompt, self._leaks(prompt))

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, with the examples, and report those that were left out."""
        leaks = self._leaks(prompt)
        refuse_leaks(self.examples, leaks)
        answer = await ask(self._shown(prompt, leaks))
        left_out = self._left_out(leaks)
        if not left_out:
            return answer
        return answer.model_copy(update={"note": "; ".join(left_out.values()), "fallbacks": tuple(left_out)})

    def _leaks(self, prompt: Prompt) -> tuple[int, ...]:
        """The examples that ask its question; none of a question about images, which examples don't have."""
        return () if prompt.images else leaking(self.examples, prompt.question)

    def _left_out(self, leaks: tuple[int, ...]) -> dict[str, str]:
        """Why examples are left out, as it is counted, with the note that has the particulars."""
        reasons = {ASKED: note_of(leaks)} if leaks else {}
        if self._unreasoned:
            reasons[UNREASONED] = f"left out {self._unreasoned} without reasoning"
        return reasons

    def _shown(self, prompt: Prompt, left_out: tuple[int, ...]) -> Prompt:
        turns = (
            self.templates.render(
                "few_shot/example",
                question=e.question,
                answer=e.answer,
                reasoning=(e.reasoning or "") if self.reasoning else "",
            )
            for number, e in enumerate(self.examples)
            if number not in left_out
        )
        return prompt.with_context(*(turn for example in turns for turn in example))
