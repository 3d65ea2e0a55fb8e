"""Program of thought: the model writes the sum as a program, and the computer does the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.answers.code import CodeReader
from promptkit.answers.prose.reply import without_thinking
from promptkit.calculator import NoResult, as_text, require_calculator, run_program
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NO_PROGRAM = "kept the reply as it is: there is no program in it"
NO_RESULT = "kept the reply as it is: its program gave no result"


@dataclass(frozen=True, kw_only=True)
class ProgramOfThought(Strategy):
    """Ask for a program that computes the answer, and run it: the model reasons, and makes no mistakes in arithmetic.

    Chen et al. 2022, "Program of Thoughts Prompting: Disentangling Computation from Reasoning for Numerical Reasoning
    Tasks", arXiv:2211.12588. As in the paper, the program has named steps and leaves its result in `ans`. Differences:
    worked examples are not needed, and the program is arithmetic alone: assignments of numbers, `+ - * / // % **`,
    comparisons, and functions such as `round`, `min` and `sqrt`. The paper's interpreter takes all of Python and
    `sympy`. That way no code of a model is run: expressions are evaluated one by one, exactly (0.1 is a tenth), with
    bounds on their length and the size of numbers (`promptkit.calculator`).

    The reply that comes back states the result in a sentence; the model's is its step. A reply without a program, or
    whose program fails or leaves no result, comes back as it is, and the completion's `note` reports it. The program is
    asked for without the form of the answer (`Prompt.form`), which a program can't have.

    Needs the extra `calc`.

    Calls: 1 of the wrapped backend.

    Raises:
        UsageError: `simpleeval`, of the extra `calc`, is not installed.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        require_calculator()

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the program, and compute it."""
        asked = prompt.without_form()
        text = self.templates.text("program_of_thought/program", question=asked.question)
        reply = await ask(asked.with_question(text))
        program = CodeReader().find(without_thinking(reply.text))
        if program is None:
            note = "there is no program in the reply; kept it as it is"
            return reply.model_copy(update={"note": note, "fallbacks": (NO_PROGRAM,)})
        try:
            result = as_text(run_program(program.text))
        except NoResult as error:
            note = f"the program gave no result: {error}; kept the reply as it is"
            return reply.model_copy(update={"note": note, "fallbacks": (NO_RESULT,)})
        stated = self.templates.text("program_of_thought/answer", result=result)
        return reply.model_copy(update={"text": stated, "tokens": (), "finish_reason": "stop"})
