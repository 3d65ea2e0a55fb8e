"""Examples that are like the question, and unlike each other."""

from __future__ import annotations

from collections.abc import Sequence

from promptkit.examples.similarity import similarities
from promptkit.examples.situation import Situation


def diverse(asked: Situation) -> list[int]:
    """`n` of them by maximal marginal relevance, the likest first.

    Carbonell and Goldstein 1998, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing
    Summaries", SIGIR. The next is the one with the greatest relevance * (likeness to the question) - (1 - relevance) *
    (greatest likeness to one that is chosen), `relevance` being the paper's lambda.
    """
    likeness = similarities(asked.examples, asked.embed)
    to_question = likeness(asked.question)
    left, chosen = list(asked.places), list[int]()
    to_chosen: list[Sequence[float]] = []  # of each that is chosen, its likeness to all

    def worth(place: int) -> float:
        repeated = max((alike[place] for alike in to_chosen), default=0.0)
        return asked.relevance * to_question[place] - (1 - asked.relevance) * repeated

    while left and len(chosen) < asked.n:
        best = max(left, key=worth)
        left.remove(best)
        chosen.append(best)
        to_chosen.append(likeness(asked.examples[best].question))
    return chosen
