"""Examples of a model's own right reasoning."""

import json

import pytest

from promptkit import (
    AnswerType,
    Cache,
    CallStore,
    ChainOfThought,
    Example,
    FewShot,
    Unavailable,
    UsageError,
    bootstrap_examples,
    run,
)
from promptkit.examples.files import read_examples, write_examples
from tests.players import Player

NUMBER = AnswerType("number")
FORM = 'Finish with "The answer is <number>."'
TRAIN = tuple(Example(question=f"{n} + {n}?\n{FORM}", answer=f"The answer is {2 * n}.") for n in range(1, 11))
EVEN = "Twice {n} is meant. That is {twice}.\nSo the answer is {twice}."


def thinks(prompt):
    """Adds right if the number is even, wrong otherwise."""
    n = int(prompt.question.split()[0])
    return EVEN.format(n=n, twice=2 * n if n % 2 == 0 else 7)


def test_right_replies_become_examples_with_their_reasoning_in_the_order_of_the_questions():
    made = bootstrap_examples(Player(reply=thinks), TRAIN, answer=NUMBER, n=3, concurrency=2, form=FORM)
    assert [example.question for example in made.examples] == [TRAIN[n].question for n in (1, 3, 5)]
    assert made.examples[0].reasoning == "Twice 2 is meant. That is 4."
    assert made.examples[0].answer == "The answer is 4."
    assert (made.asked, made.right, made.usage.calls) == (6, 3, 6)


def test_the_question_is_asked_as_the_task_does_and_no_example_s_reasoning_is_shown():
    model = Player(reply=thinks)
    known = [example.model_copy(update={"reasoning": "secret"}) for example in TRAIN[:2]]
    bootstrap_examples(ChainOfThought(model), known, answer=NUMBER, n=1, form=FORM, max_tokens=50)
    assert all(prompt.max_tokens == 50 and prompt.form == FORM for prompt in model.asked)
    assert not any("secret" in turn.content for prompt in model.asked for turn in prompt.messages)


def test_a_right_reply_without_reasoning_is_no_example():
    made = bootstrap_examples(Player(["The answer is 2."]), TRAIN[:1], answer=NUMBER)
    assert (made.examples, made.right) == ((), 1)


def test_thoughts_are_no_reasoning_to_show():
    reply = "<think>Hm. 9? No.</think>One and one are two. The answer is 2."
    made = bootstrap_examples(Player([reply]), TRAIN[:1], answer=NUMBER)
    assert made.examples[0].reasoning == "One and one are two."


def test_a_question_is_asked_again_until_a_reply_is_right():
    model = Player(["Hm. The answer is 1.", "So. The answer is 2.", "No. The answer is 3."])
    made = bootstrap_examples(model, TRAIN[:1], answer=NUMBER, draws=5, temperature=0.8)
    assert made.examples[0].reasoning == "So."
    assert [prompt.draw for prompt in model.asked] == [0, 1]
    assert model.asked[0].temperature == 0.8


def test_an_example_whose_answer_can_not_be_read_is_named_before_anything_is_asked():
    model = Player()
    with pytest.raises(UsageError, match=r"'many\?' shows 'a lot', which is no answer of kind number"):
        bootstrap_examples(model, [*TRAIN, Example(question="many?", answer="a lot")], answer=NUMBER)
    with pytest.raises(UsageError, match="n=0"):
        bootstrap_examples(model, TRAIN, answer=NUMBER, n=0)
    assert model.asked == []


def test_after_a_failure_the_same_call_pays_for_nothing_twice(tmp_path):
    class Failing(Player):
        async def complete(self, prompt):
            if len(self.asked) == 4:
                raise Unavailable("gone", model=self.name)
            return await super().complete(prompt)

    with CallStore(tmp_path / "calls.sqlite") as store:
        failing, working = Failing(reply=thinks), Player(reply=thinks)
        with pytest.raises(Unavailable):
            bootstrap_examples(Cache(failing, store), TRAIN, answer=NUMBER, n=4, concurrency=2)
        made = bootstrap_examples(Cache(working, store), TRAIN, answer=NUMBER, n=4, concurrency=2)
    assert len(failing.asked) + len(working.asked) == made.usage.calls == 8
    assert made.paid.calls == len(working.asked) == 4


def test_examples_are_read_as_they_were_written_and_shown_by_few_shot(tmp_path):
    made = bootstrap_examples(Player(reply=thinks), TRAIN, answer=NUMBER, n=2)
    write_examples(tmp_path / "made.jsonl", made.examples)
    assert read_examples(tmp_path / "made.jsonl") == made.examples
    model = Player()
    run(FewShot(model, examples=made.examples), "12 + 12?")
    assert model.asked[0].messages[1].content == "Twice 2 is meant. That is 4.\nThe answer is 4."


def test_the_file_has_no_more_than_an_example_has(tmp_path):
    write_examples(tmp_path / "made.jsonl", [Example(question="水?", answer="H2O")])
    assert (tmp_path / "made.jsonl").read_text(encoding="utf-8") == '{"question": "水?", "answer": "H2O"}\n'
    assert json.loads((tmp_path / "made.jsonl").read_text(encoding="utf-8"))
