import json

import pytest

from promptkit import UsageError
from promptkit.answers.targets import each_target
from promptkit.tasks import load_task, task_names


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_a_bare_jsonl_is_a_task(tmp_path):
    name = write(tmp_path / "sums.jsonl", {"question": "1 + 1?", "target": 2}, {"question": "2 + 2?", "target": "4"})
    task = load_task(name, answer="number")
    assert (task.name, task.answer.kind) == ("sums", "number")
    assert [(i.id, i.question, i.target) for i in task.items] == [("1", "1 + 1?", "2"), ("2", "2 + 2?", "4")]


def test_a_csv_is_a_task(tmp_path):
    path = tmp_path / "sums.csv"
    path.write_text('id,question,target\na,"1 + 1, or so?",2\nb,"two\nlines?",4\n', encoding="utf-8-sig")
    assert [(i.id, i.question) for i in load_task(str(path), answer="number").items] == [
        ("a", "1 + 1, or so?"),
        ("b", "two\nlines?"),
    ]


def test_a_yaml_says_how_its_data_is_asked(tmp_path):
    write(tmp_path / "data.jsonl", {"question": "1 + 1?", "target": "2"})
    write(tmp_path / "train.jsonl", {"question": "3 + 3?", "target": "6", "reasoning": "Twice three."})
    (tmp_path / "t.yaml").write_text(
        "name: sums\nanswer: number\ninstruction: End with the number.\nshown_answer: It is {target}.\n"
        "data: data.jsonl\ntrain: train.jsonl\n"
    )
    task = load_task(str(tmp_path / "t.yaml"))
    assert task.items[0].question == "1 + 1?\nEnd with the number."
    example = task.train[0]
    assert (example.question, example.answer) == ("3 + 3?\nEnd with the number.", "It is 6.")
    assert example.reasoning == "Twice three."


def test_examples_come_from_train_rows_alone(tmp_path):
    name = write(
        tmp_path / "t.jsonl",
        {"question": "a?", "target": "1"},
        {"question": "b?", "target": "2", "split": "train"},
    )
    task = load_task(name, answer="number")
    assert [i.question for i in task.items] == ["a?"]
    assert [e.question for e in task.train] == ["b?"]


@pytest.mark.parametrize("copy", ["What is 2 plus 2?", "What is 2  plus 2 ?", " what is\n2 PLUS 2?\t"])
def test_a_train_row_that_is_also_a_test_question_is_refused_whatever_its_case_and_blanks(tmp_path, copy):
    name = write(
        tmp_path / "t.jsonl",
        {"question": "What is 1 plus 2?", "target": "3"},
        {"question": "What is 2 plus 2?", "target": "4", "id": "sum"},
        {"question": copy, "target": "4", "split": "train"},
    )
    with pytest.raises(UsageError, match="also the test question sum"):
        load_task(name, answer="number")


def test_a_train_row_of_other_words_or_numbers_is_another_question(tmp_path):
    train = ("Add 1, 2.", "Add 1,23.", "Add 12 3.", "Add 1, 2 3.")
    name = write(
        tmp_path / "t.jsonl",
        {"question": "Add 1, 23.", "target": "24"},
        *({"question": other, "target": "3", "split": "train"} for other in train),
    )
    assert len(load_task(name, answer="number").train) == len(train)


def test_an_example_of_an_item_that_asks_its_question_is_refused(tmp_path):
    own = {"question": "A ?", "answer": "1"}
    name = write(tmp_path / "t.jsonl", {"question": "a?", "target": "1", "examples": [own]})
    with pytest.raises(UsageError, match="line 1: one of its examples is its question"):
        load_task(name, answer="number")


def test_a_limit_draws_the_same_items_for_the_same_seed():
    task = load_task(task_names()[0])
    first, again, other = task.limited(10, 1), task.limited(10, 1), task.limited(10, 2)
    assert first == again != other
    assert len(first.items) == 10
    assert list(first.items) == [i for i in task.items if i in first.items]


def test_what_a_strategy_gets_holds_no_target():
    task = load_task(task_names()[0])
    for item in task.items[:50]:
        prompt = item.prompt()
        assert prompt.question == item.question
        assert set(prompt.model_dump()) == {"messages", "temperature", "max_tokens", "stop", "logprobs", "form", "draw"}
        assert prompt.form == 'Finish with "The answer is <number>."'


@pytest.mark.parametrize("name", task_names())
def test_every_shipped_task_loads_and_its_targets_are_answers(name):
    task = load_task(name)
    assert len(task.items) >= (140 if name.startswith("small-") else 300)
    assert task.description
    for item in task.items:
        for target in each_target(item.target):
            found = task.answer.find(target, question=item.question)
            assert found is not None, item
            assert task.answer.is_correct(found, item.target, question=item.question)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no rows"),
        ("{", "line 1: it is not JSON"),
        ('{"question": "a?"}', "no column 'target'; it has question"),
        ('{"question": "", "target": "1"}', "its only row can't be used: line 1: it has no question"),
        (
            '{"question": "a?", "target": "1", "id": "x"}\n{"question": "b?", "target": "1", "id": "x"}',
            "'x' occurs twice",
        ),
        ("[1]", "line 1"),
        ('{"question": "a?", "target": "many"}', "line 1: the target 'many'"),
    ],
)
def test_a_row_that_can_not_be_used_is_named(tmp_path, content, said):
    (tmp_path / "t.jsonl").write_text(content)
    with pytest.raises(UsageError) as mistake:
        load_task(str(tmp_path / "t.jsonl"), answer="number")
    assert said in str(mistake.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("storiess", "did you mean stories"),
        ("nowhere.jsonl", "does not exist"),
        ("nowhere.yaml", "does not exist"),
    ],
)
def test_an_unknown_task_is_named(name, said):
    with pytest.raises(UsageError, match=said):
        load_task(name, answer="number")


def test_bare_data_needs_to_know_how_answers_are_read(tmp_path):
    with pytest.raises(UsageError, match="give `answer`"):
        load_task(write(tmp_path / "t.jsonl", {"question": "a?", "target": "1"}))


def test_a_csv_without_the_columns_says_which_it_has(tmp_path):
    (tmp_path / "t.csv").write_text("frage,antwort\na,b\n")
    with pytest.raises(UsageError, match=r"no column 'question'; it has frage, antwort"):
        load_task(str(tmp_path / "t.csv"), answer="number")


def test_text_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "t.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        load_task(str(tmp_path / "t.jsonl"), answer="number")


@pytest.mark.parametrize("content", ["- a\n", "name: x\n", "{", "name: x\nanswer: colour\ndata: d\n", "a: &a [*a]\n"])
def test_a_yaml_that_is_no_task_is_refused(tmp_path, content):
    (tmp_path / "t.yaml").write_text(content)
    with pytest.raises(UsageError, match=r"t\.yaml"):
        load_task(str(tmp_path / "t.yaml"))
