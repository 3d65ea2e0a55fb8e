"""A worked example, which techniques show before the question."""

from __future__ import annotations

from pydantic import Field

from promptkit.types.value import Value


class Example(Value):
    """A question with a good answer, and the reasoning that leads there when it is known.

    Attributes:
        wrong_reasoning: how not to reason, for techniques that show it beside the right one (`Contrastive`).
    """

    question: str
    answer: str
    reasoning: str | None = None
    wrong_reasoning: str | None = Field(default=None, exclude_if=lambda wrong: wrong is None)
