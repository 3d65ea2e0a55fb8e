"""Ways to choose examples, beside the papers that they are taken from."""

import math

import pytest

from promptkit import Example, FewShot, Prompt
from promptkit.examples.bm25 import Words
from tests.fidelity import fidelity
from tests.players import Player

PLANE = {  # texts in the plane, by angle from the question
    "question": 0,
    "a": 10,
    "b": 12,
    "c": 40,
    "d": -45,
    "e": 90,
    "f": 170,
}


def vectors(texts):
    return [(math.cos(math.radians(PLANE[text])), math.sin(math.radians(PLANE[text]))) for text in texts]


EXAMPLES = tuple(Example(question=text, answer="?") for text in "fedcba")


def shown(**options):
    strategy = FewShot(Player(), examples=EXAMPLES, embed=vectors, **options)
    return [turn.content for turn in strategy.rewrite(Prompt.of("question")).messages[:-1:2]]


@fidelity(
    "few-shot",
    source="Liu et al. 2021, arXiv:2101.06804, section 2.2 and algorithm 1",
    checks="the k examples with the greatest cosine to the question are shown, here with the likest next to it",
)
def test_nearest_are_the_k_of_the_greatest_cosine():
    assert shown(select="nearest", n=3) == ["c", "b", "a"]


@fidelity(
    "few-shot",
    source="Carbonell and Goldstein 1998, SIGIR, section 2",
    checks="the next example is argmax of λ·sim(question) − (1 − λ)·max sim(chosen), step by step",
)
@pytest.mark.parametrize("relevance", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_diverse_is_maximal_marginal_relevance(relevance):
    def cosine(one, other):
        return math.cos(math.radians(PLANE[one] - PLANE[other]))

    chosen, left = [], list("fedcba")
    while len(chosen) < 5:
        scores = {
            one: relevance * cosine(one, "question")
            - (1 - relevance) * max((cosine(one, other) for other in chosen), default=0)
            for one in left
        }
        best = max(left, key=scores.__getitem__)
        chosen.append(best)
        left.remove(best)
    assert shown(select="diverse", n=5, relevance=relevance) == chosen[::-1]


@fidelity(
    "few-shot",
    source="Robertson and Zaragoza 2009, section 3.4.3; idf of Lucene, ln(1 + (N − df + 0.5) / (df + 0.5))",
    checks="the likeness of words is the formula with k1 = 1.5 and b = 0.75, in proportion to the greatest",
)
def test_words_are_compared_by_the_formula_of_bm25():
    texts = ["red apple pie with apple", "red lemon", "old grey stone wall at sea", "apple"]
    split = [text.split() for text in texts]
    average = sum(map(len, split)) / len(split)

    def score(document, query):
        total = 0.0
        for word in query:
            frequency, having = document.count(word), sum(word in other for other in split)
            idf = math.log(1 + (len(split) - having + 0.5) / (having + 0.5))
            total += idf * frequency / (frequency + 1.5 * (1 - 0.75 + 0.75 * len(document) / average))
        return total

    wanted = [score(document, ["red", "apple"]) for document in split]
    assert Words(texts)("Red apple?") == pytest.approx([one / max(wanted) for one in wanted], rel=1e-5)
