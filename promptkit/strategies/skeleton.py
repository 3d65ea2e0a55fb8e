"""Skeleton of thought: list the points of an answer, and write them all at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptkit.errors import UsageError
from promptkit.gather import gather
from promptkit.strategies.plan_list import MOST, parse_plan
from promptkit.strategies.steps import SKELETON, WHOLE_QUESTION, member_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NO_SKELETON = "fell back to a direct answer: no skeleton could be read"
LONG_SKELETON = "left out the end of the skeleton: it had more than max_points"


@dataclass(frozen=True, kw_only=True)
class Skeleton(Strategy):
    """Ask for a skeleton of short points, have each written out concurrently, and join them: a long answer, sooner.

    Ning et al. 2023, "Skeleton-of-Thought: Prompting LLMs for Efficient Parallel Generation", arXiv:2307.15337. It is
    made for latency: the points are written at the same time, each without knowing how the others turn out. So it suits
    advice, overviews and lists, and harms what builds on itself: mathematics, programs, stories. The paper's router,
    which decides by the question whether to do it, is not part of it.

    The answer is a numbered list that no single call wrote: the form of the answer (`Prompt.form`) is asked for nowhere
    unless it falls back, and a JSON schema is refused. All calls are asides (`Prompt.aside`).

    If no list can be read, the question is asked whole; one of more than `max_points` is cut there. The `note` reports
    either.

    Calls: 1 of the bare model for the skeleton, then 1 of the wrapped backend for each point, at the same time; 2 when
    it falls back.

    Attributes:
        max_points: how many points are written out at most.

    Raises:
        UsageError: no point is allowed, or the prompt has a schema.
    """

    max_points: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.max_points <= MOST:
            raise UsageError(f"max_points={self.max_points}: allow at least one point and at most {MOST:,}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the skeleton, then for all points at once."""
        if prompt.schema is not None:
            raise UsageError("the points of a Skeleton are joined and follow no JSON schema; leave one of them out")
        aside = prompt.without_form().aside()
        outline = self.templates.text("skeleton/outline", question=aside.question, points=self.max_points)
        skeleton = await ask(aside.with_question(outline), self.base, step=SKELETON)
        listed = parse_plan(passed_on(skeleton.text), cut_off=skeleton.finish_reason == "length")
        points = listed[: self.max_points]
        if not points:
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "no list was found in the skeleton; asked the question whole"
            return whole.model_copy(update={"note": note, "fallbacks": (NO_SKELETON,)})
        written = await gather(
            ask(aside.with_question(self._expand(aside.question, points, number)), step=member_step("point", number))
            for number in range(1, len(points) + 1)
        )
        return _joined(written, len(listed) - len(points))

    def _expand(self, question: str, points: Sequence[str], number: int) -> str:
        return self.templates.text(
            "skeleton/point", question=question, points=list(points), number=number, point=points[number - 1]
        )


def _joined(written: Sequence[Completion], left_out: int) -> Completion:
    """The points as one answer, numbered in the order of the skeleton."""
    text = "\n\n".join(f"{number}. {passed_on(one.text).strip()}" for number, one in enumerate(written, start=1))
    cut_off = next((one.finish_reason for one in written if one.finish_reason != "stop"), "stop")
    note = f"the skeleton had {len(written) + left_out} points; the last {left_out} were left out" if left_out else ""
    fallbacks = (LONG_SKELETON,) if left_out else ()
    return written[0].model_copy(
        update={"text": text, "finish_reason": cut_off, "tokens": (), "note": note, "fallbacks": fallbacks}
    )
