"""Explicit instructions: state what is wanted, in which language and in which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from promptkit.arguments import require_type
from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategy import PromptStrategy
from promptkit.task_context import TaskContext
from promptkit.types import Prompt


@dataclass(frozen=True, kw_only=True)
class ExplicitInstructions(PromptStrategy):
    """Put the task, its rules, its readers, and the language and form of the reply into a system turn.

    That models follow stated instructions is trained into them: Ouyang et al. 2022, "Training language models to follow
    instructions with human feedback", arXiv:2203.02155. The layout (task, rules as a list, readers, language, form) is
    ours. The turn goes after system turns that the prompt already has, which thus keep their precedence.

    Calls: 1 of the wrapped backend.

    Attributes:
        task: what to do, or who to be, as sentences.
        rules: one sentence each, shown as a list.
        audience: who reads the reply; completes the sentence "Write for …".
        language: completes the sentence "Reply in …".
        output_format: the wanted form of the reply, as sentences.

    Raises:
        UsageError: all of them are empty, so there is no instruction.
    """

    task: str = ""
    rules: tuple[str, ...] = ()
    audience: str = ""
    language: str = ""
    output_format: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        given: object = self.rules
        if isinstance(given, str):  # each of its letters would become a rule
            raise UsageError(f"rules is a tuple of sentences, not one text; write rules=({given!r},)")
        for rule in self.rules:
            require_type("a rule", rule, "a text")
        if not (self.task or self.rules or self.audience or self.language or self.output_format):
            raise UsageError(
                "ExplicitInstructions has no instruction; give task, rules, audience, language or output_format"
            )

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """The instructions of the task, and those of the specification before them."""
        if not context.instructions and not options:
            raise UsageError('nothing to instruct; state it: instructions(output_format="Answer with one word.")')
        return super().from_task(backend, {**context.instructions, **options}, context)

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt with the instructions as a system turn before the conversation."""
        instructions = self.templates.render(
            "explicit_instructions/instructions",
            task=self.task,
            rules=list(self.rules),
            audience=self.audience,
            language=self.language,
            output_format=self.output_format,
        )
        return prompt.with_context(*instructions)
