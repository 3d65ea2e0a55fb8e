"""A vote over replies: which answer each has, and which reply stands for the answer that most have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from promptkit.answers import Answer, AnswerType
from promptkit.answers.votes import ballots
from promptkit.types import Completion


@dataclass(frozen=True)
class Vote:
    """How replies voted.

    Attributes:
        cast: the number of the answer that each reply has, in the order of the replies; `None` without one.
        votes: how many replies have each answer, in the order in which the answers came.
    """

    cast: tuple[int | None, ...] = ()
    votes: Counter[int] = field(default_factory=Counter)

    @property
    def winner(self) -> int | None:
        """The place of the first reply with the most common answer; of equals the one that came first."""
        return self.cast.index(max(self.votes, key=self.votes.__getitem__)) if self.votes else None

    @property
    def leading(self) -> tuple[int, int]:
        """The numbers of votes of the two leading answers; 0 where there is none."""
        first, second, *_ = [*sorted(self.votes.values(), reverse=True), 0, 0]
        return first, second


def count(replies: Sequence[Completion], answer: AnswerType, question: str) -> Vote:
    """The vote of `replies`: answers that grading takes for each other are one, and a reply without one has no vote."""
    cast = ballots([_read(reply, answer, question) for reply in replies], answer, question=question)
    return Vote(tuple(cast), Counter(ballot for ballot in cast if ballot is not None))


def _read(reply: Completion, answer: AnswerType, question: str) -> Answer | None:
    cut_off = reply.finish_reason == "length"  # then a number in mid-sentence is not an answer: it must be announced
    return answer.find(reply.text, question=question, strict=cut_off)
