"""Which questions are the same but for how they are put."""

import pytest

from promptkit import Example, FewShot, Prompt, UsageError
from promptkit.leaks import leaking, leaks_refused
from promptkit.near_copies import near_keys
from promptkit.sync import run
from promptkit.tasks import load_task, task_names
from tests.players import Player

SAME = [
    ("What is 2 plus 2?", "what is 2  plus 2 ?"),
    ("What is 2 plus 2?", "What is 2 plus 2"),
    ("It works well; I like it.", "it works well, I like it"),
    ('The "great" phone!', "the great phone"),
    ("What's up, doc?", "Whats up doc"),
    ("How tall is Everest?", "Q: how tall is Everest"),
    ("What is 2 plus 2?", "Please tell me: what is 2 plus 2?"),
    ("What is 2 plus 2?", "Hello! Could you please answer the following question: What is 2 plus 2, please?"),
    ("What is the capital of France?", "The capital of France is what?"),
    ("What is 2 plus 2?", "Can you tell me what 2 plus 2 is?"),
    ("Who was the president in 2001?", "In 2001, who was the president?"),
    ("法國的首都是哪裡？", "請問法國的首都是哪裡"),
    ("法國的首都是哪裡？", "法國的首都 是哪裡"),
]
OTHER = [
    ("What is 2 plus 2?", "What is 2 plus 3?"),
    ("Anna has 3 pens.", "Ben has 3 pens."),
    ("Is 3 greater than 5?", "Is 5 greater than 3?"),
    ("Anna gives Ben 3 pens.", "Ben gives Anna 3 pens."),
    ("Is Rome in Italy?", "Is Italy in Rome?"),
    ("17 wex 2 =", "2 wex 17 ="),
    ("Sort: 3 1 2", "Sort: 1 2 3"),
    ("Sort: b a c", "Sort: a b c"),
    ("1 0 1 1 0 0", "0 1 0 1 1 0"),
    ("Who saw Ann in town yesterday?", "Ann saw who in town yesterday?"),
    ("Move the ball. Open the box.", "Open the box. Move the ball."),
    ("In binary, what is 2 plus 2?", "What is 2 plus 2?"),
    ("It is not great", "It is great"),
    ("Ann is in Rome where Ben was in May.", "Ann was in Rome where Ben is in May."),
    ("What is 2 + 2?", "What is 2 - 2?"),
    ("What is -5 + 3?", "What is 5 + 3?"),
    ("What is 1.5 times 3?", "What is 15 times 3?"),
    ("What is .5 times 3?", "What is 5 times 3?"),
    ("What is 5!?", "What is 5?"),
    ("What is y' + y?", "What is y + y?"),
    ("(2+3)*4", "2+(3*4)"),
    ("Hello", "Hi"),
    ("...", "?!"),
    ("狗咬了那個人", "人咬了那個狗"),
    ("法國的首都是哪裡？", "德國的首都是哪裡？"),
]


def are_near(one, other):
    return not near_keys(one).isdisjoint(near_keys(other))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_question_put_in_another_way_is_a_near_copy(one, other):
    assert are_near(one, other)
    assert are_near(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_a_question_with_another_meaning_is_not(one, other):
    assert not are_near(one, other)


@pytest.mark.parametrize("name", task_names())
def test_no_two_questions_of_a_shipped_task_are_near_copies(name):
    task = load_task(name)
    questions = {*(item.question for item in task.items), *(example.question for example in task.train)}
    keys = [key for question in questions for key in near_keys(question)]
    assert len(set(keys)) == len(keys)


def test_an_app_leaves_a_near_copy_out_and_a_benchmark_refuses_it():
    examples = (Example(question="1 + 1?", answer="2"), Example(question="Tell me: what is 2 plus 2", answer="4"))
    asked = Prompt.of("What is 2 plus 2?")
    assert leaking(examples, asked.question) == (1,)
    answer = run(FewShot(Player(), examples=examples), asked)
    assert answer.note == "left out example 2, which asks this very question"
    with leaks_refused(), pytest.raises(UsageError, match="example 2 asks the question itself"):
        run(FewShot(Player(), examples=examples), asked)


def test_a_task_whose_train_split_has_a_near_copy_of_a_question_is_refused(tmp_path):
    file = tmp_path / "t.jsonl"
    rows = '{"question": "What is 2 plus 2?", "target": 4, "split": "train"}\n{"question": "%s", "target": 4}\n'
    file.write_text(rows % "2 plus 2 is what", encoding="utf-8")
    with pytest.raises(UsageError, match="a train row is also the test question 2"):
        load_task(str(file), answer="number")
    file.write_text(rows % "What is 2 plus 20?", encoding="utf-8")
    assert len(load_task(str(file), answer="number").train) == 1
