"""What holds for every way to choose examples, in every nesting with another technique."""

import itertools

import pytest

from promptkit import Example, FewShot, run
from promptkit.examples import SELECTIONS
from promptkit.record.identity import call_key
from tests.players import Player
from tests.strategies.test_laws import APART, QUESTION, TECHNIQUES, helpful, make, steps_of

POOL = tuple(Example(question=f"{n} + {n}?", answer=str(2 * n % 3), reasoning="Twice as many.") for n in range(1, 8))
OTHERS = tuple(technique for technique in TECHNIQUES if technique is not FewShot)
each_nesting = pytest.mark.parametrize(
    ("way", "other", "inside"),
    [(w, o, i) for w, o, i in itertools.product(SELECTIONS, OTHERS, (True, False))],
    ids=lambda part: getattr(part, "__name__", str(part)),
)


def nested(way, other, inside, model):
    def few_shot(backend):
        return FewShot(backend, examples=POOL, select=way, n=3)

    return make(other, few_shot(model)) if inside else few_shot(make(other, model))


@each_nesting
def test_it_answers_with_examples_and_asks_the_same_calls_again(way, other, inside):
    first, again = Player(reply=helpful), Player(reply=helpful)
    answer = run(nested(way, other, inside, first), QUESTION)
    run(nested(way, other, inside, again), QUESTION)
    assert "24" in answer.text
    assert answer.usage.calls == len(first.asked) == len(answer.calls())
    assert any(len(prompt.messages) >= 2 * 3 + 1 for prompt in first.asked)
    for path, prompt in steps_of(answer):
        apart = any(step.startswith(APART) for step in path.split("/"))
        assert apart or any(QUESTION.question in m.content for m in prompt.messages)
    assert {call_key(first, p) for p in first.asked} == {call_key(again, p) for p in again.asked}
    assert len(set(first.asked)) == len(first.asked)
