"""What the rows of a file mean: columns by name, options, targets, splits, templates, and what is left out."""

import json

import pytest

from promptkit import FunctionModel, Message, UsageError
from promptkit.bench import compare
from promptkit.tasks import Task, load_task
from promptkit.tasks.options import read_options

LETTERS = "ABCD"
MMLU = {"question": "Which gas?", "choices": ["oxygen", "carbon dioxide", "helium", "neon"], "answer": 1}


@pytest.fixture
def load(tmp_path):
    """The task of a file with these rows or this text."""

    def load(*rows, name="t.jsonl", **options):
        text = rows[0] if isinstance(rows[0], str) else "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return load_task(str(tmp_path / name), **options)

    return load


@pytest.fixture
def yaml(tmp_path, load):
    """The task of a YAML file with these lines, beside its rows."""

    def load_yaml(lines, *rows, **options):
        (tmp_path / "d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return load(f"name: t\ndata: d.jsonl\n{lines}", name="t.yaml", **options)

    return load_yaml


def asked(task):
    return [(item.question, item.target) for item in task.items]


def notes(task):
    return [note.partition(": ")[2] for note in task.notes]


def test_a_column_is_named_by_a_dotted_path_into_json(load):
    row = {"data": {"ask": {"text": "1 + 1?"}}, "gold": [{"value": 2}]}
    task = load(row, columns={"question": "data.ask.text", "target": "gold.0.value"}, answer="number")
    assert asked(task) == [("1 + 1?", "2")]


def test_a_path_leads_into_json_in_the_cell_of_a_table(load):
    text = 'attributes.input,out\n"{""value"": ""1 + 1?""}","[{""text"": ""2""}]"\n'
    columns = {"question": "attributes.input.value", "target": "out.0.text"}
    with pytest.raises(UsageError, match=r"has no column 'attributes.input.value'; did you mean 'attributes.input'"):
        load(text, name="t.csv", columns=columns, answer="number")
    columns["question"] = "attributes.value"
    task = load(text.replace("attributes.input", "attributes"), name="t.csv", answer="number", columns=columns)
    assert asked(task) == [("1 + 1?", "2")]


def test_the_case_and_blanks_of_a_column_do_not_matter(load):
    columns = {"question": "frage", "target": "richtige antwort"}
    task = load(" Frage ,Richtige  Antwort\n1 + 1?,2\n", name="t.csv", answer="number", columns=columns)
    assert asked(task) == [("1 + 1?", "2")]


def test_columns_may_stand_in_the_yaml_and_those_given_count_more(yaml):
    row = {"q": "1 + 1?", "a": 2, "b": 3}
    lines = "answer: number\ncolumns: {question: q, target: a}\n"
    assert asked(yaml(lines, row)) == [("1 + 1?", "2")]
    assert asked(yaml(lines, row, columns={"target": "b"})) == [("1 + 1?", "3")]


def test_a_part_that_no_item_has_is_refused(load):
    with pytest.raises(UsageError, match="`columns`: questoin"):
        load({"question": "a", "target": "b"}, columns={"questoin": "question"}, answer="text")


def test_a_passage_a_cluster_and_an_id_have_columns(load):
    row = {"text": "Ada lives in Oslo.", "question": "Where?", "target": "Oslo", "key": 7, "group": "g"}
    (item,) = load(row, columns={"context": "text", "id": "key", "cluster": "group"}, answer="text").items
    assert (item.question, item.id, item.cluster) == ("Ada lives in Oslo.\n\nWhere?", "7", "g")


@pytest.mark.parametrize(
    "value",
    [
        ["ice", "dew"],
        ["A) ice", "B) dew"],
        ["(A) ice", "(B) dew"],
        {"A": "ice", "B": "dew"},
        {"text": ["ice", "dew"], "label": ["1", "2"]},
        [{"label": "1", "text": "ice"}, {"label": "2", "text": "dew"}],
        '["ice", "dew"]',
        "['ice', 'dew']",
        "ice|dew",
        "ice; dew",
        "A. ice\nB. dew",
    ],
)
def test_options_are_read_as_they_are_written(value):
    assert read_options(value).texts == ("ice", "dew")


@pytest.mark.parametrize(
    ("target", "letter"), [(1, "B"), ("B", "B"), ("(b)", "B"), ("Dew.", "B"), ("1", "B"), ("B.", "B")]
)
def test_a_target_names_its_option_by_letter_text_or_number(load, target, letter):
    task = load({"question": "Which?", "options": ["ice", "dew", "fog"], "target": target})
    assert asked(task) == [("Which?\nA. ice\nB. dew\nC. fog", letter)]
    assert task.answer.kind == "choice"


@pytest.mark.parametrize("target", ["C", 2, "2", "fog"])
def test_an_option_that_is_empty_moves_no_target_to_another(load, target):
    asked_ = [("Which?\nA. ice\nB. fog\nC. dew", "B")]
    columns = "question,A,B,C,D,target\n"
    assert asked(load(f"{columns}Which?,ice,,fog,dew,{target}\n", name="t.csv")) == asked_
    assert asked(load({"question": "Which?", "choices": ["ice", None, "fog", "dew"], "answer": target})) == asked_
    empty = load(f"{columns}Which?,ice,,fog,dew,B\nOr?,a,b,c,d,A\nAnd?,a,b,c,d,A\n", name="t.csv")
    assert notes(empty)[-1] == "1 row can't be used and is left out: line 2: the target 'B' is not one of its 3 options"


def test_a_row_without_options_is_not_asked_beside_others_that_have_them(load):
    text = "question,A,B,C,D,answer\nWhich?,a,b,c,d,A\nOr?,,,,,B\n"
    assert notes(load(text, name="t.csv"))[-1] == "1 row can't be used and is left out: line 3: it has no options"


def test_numbers_of_options_count_from_1_where_one_is_the_number_of_them(load):
    rows = [{"question": f"q{n}", "options": ["x", "y", "z"], "answer": n} for n in (1, 3)]
    assert [item.target for item in load(*rows).items] == ["A", "C"]


def test_options_that_the_question_shows_are_not_shown_twice(load):
    question = "Which?\nA. ice\nB. dew"
    assert asked(load({"question": question, "options": ["ice", "dew"], "target": "B"})) == [(question, "B")]


def test_shuffled_options_take_their_target_along(load):
    rows = [{"question": f"Which of {n}?", "choices": [f"{n}{x}" for x in "wxyz"], "answer": 1} for n in range(40)]
    task = load(*rows, shuffle_options=True)
    letters = {item.target for item in task.items}
    assert letters == set(LETTERS)
    for number, item in enumerate(task.items):
        assert f"{item.target}. {number}x" in item.question
    again = load(*rows, shuffle_options=True)
    other = load(*rows, shuffle_options=True, seed=1)
    assert asked(task) == asked(again) != asked(other)


def test_options_that_refer_to_others_stay_where_they_are(load):
    task = load({**MMLU, "choices": ["x", "y", "both A and B", "none of the above"]}, shuffle_options=True)
    assert "\nC. both A and B\nD. none of the above" in task.items[0].question
    assert notes(task)[-1] == "" or "keeps the order" in task.notes[-1]


def test_any_of_several_targets_is_right(load):
    task = load({"question": "Who?", "target": ["Shakespeare", "William Shakespeare"]}, answer="text")
    (item,) = task.items
    for name in ("Shakespeare", "William Shakespeare"):
        assert task.answer.is_correct(task.answer.find(name), item.target)
    same = Task.of([("Who?", ["Shakespeare", "William Shakespeare"])], answer="text")
    assert same.items[0].target == item.target


def test_a_tolerance_holds_for_all_rows_or_for_one(load, yaml):
    rows = ({"question": "pi?", "target": 3.14}, {"question": "e?", "target": 2.7, "tolerance": "5%"})
    targets = ["3.14 ± 0.01", "2.7 ± 5%"]
    assert [item.target for item in load(*rows, answer="number", tolerance="0.01").items] == targets
    assert [item.target for item in yaml("answer: number\ntolerance: 0.01\n", *rows).items] == targets


def test_a_system_text_and_messages_are_turns_before_the_question(load):
    turns = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "1 + 1?"},
    ]
    task = load({"question": turns, "system": "Be brief.", "target": 2}, answer="number")
    (item,) = task.items
    assert item.prompt().messages == (
        Message(role="system", content="Be brief."),
        Message(role="user", content="Hi"),
        Message(role="assistant", content="Hello"),
        Message(role="user", content="1 + 1?"),
    )
    assert item.question == "1 + 1?"


@pytest.mark.parametrize(
    ("splits", "asked_", "shown"),
    [
        (["test", "train"], 1, 1),
        (["", "few-shot"], 1, 1),
        (["Validation", "Training"], 1, 1),
        (["test", "dev"], 1, 1),
        (["dev", "train"], 1, 1),
        (["test", "validation"], 1, 0),
    ],
)
def test_a_column_states_which_rows_are_asked_and_which_are_shown(load, splits, asked_, shown):
    rows = [{"question": f"q{n}", "target": n, "fold": split} for n, split in enumerate(splits)]
    task = load(*rows, columns={"split": "fold"}, answer="number")
    assert (len(task.items), len(task.train)) == (asked_, shown)


def test_rows_of_a_split_that_is_neither_asked_nor_shown_are_counted(load):
    rows = [{"question": f"q{n}", "target": n, "split": split} for n, split in enumerate(["test", "val", "val"])]
    assert notes(load(*rows, answer="number")) == ["2 rows of the split 'val' are neither asked nor shown"]


def test_a_template_puts_other_columns_into_the_question(yaml):
    row = {"id": 1, "product": "lamp", "text": "It is {{ 7 * 7 }} dark.", "label": "bad"}
    lines = 'answer: label\nlabels: [bad, good]\nquestion: "{{ row.product }}:\\n{{ row.text }}"\nsystem: Be kind.\n'
    (item,) = yaml(lines, row).items
    assert item.question == "lamp:\nIt is {{ 7 * 7 }} dark."
    assert item.before == (Message(role="system", content="Be kind."),)


def test_a_template_does_not_see_the_target(yaml):
    lines = 'answer: text\nquestion: "{{ row.text }} {{ row.label }}"\n'
    with pytest.raises(UsageError, match=r"its only row can't be used: line 1: .*question: .*the row has no 'label'"):
        yaml(lines, {"text": "a", "label": "b"})


def test_a_template_that_can_not_be_read_is_named_with_its_line(yaml):
    with pytest.raises(UsageError, match=r"t.yaml: question, line 1: .*\{% raw %\}"):
        yaml('answer: text\nquestion: "{{ row. }}"\n', {"text": "a", "label": "b"})


def test_a_template_that_loops_for_ever_is_stopped(yaml):
    lines = (
        'answer: text\nquestion: "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"\n'
    )
    with pytest.raises(UsageError, match="takes more than 1,000,000 steps"):
        yaml(lines, {"text": "a", "label": "b"})


def test_columns_that_nothing_reads_are_named_once_and_kept(load):
    rows = [{"question": f"q{n}", "target": n, "level": n, "topic": "sums"} for n in range(3)]
    task = load(*rows, answer="number")
    assert notes(task) == ["columns not used: level, topic"]
    assert task.items[2].row == {"level": 2, "topic": "sums"}


def test_a_column_that_a_template_shows_is_used(yaml):
    row = {"question": "q", "target": 1, "topic": "sums"}
    assert notes(yaml('answer: number\nquestion: "{{ row.topic }}: {{ row.question }}"\n', row)) == []


def test_rows_that_can_not_be_used_are_counted_and_the_first_named(load):
    good = [json.dumps({"question": f"q{n}", "target": n}) for n in range(9)]
    bad = ['{"question": "a"}', "{", "[1]", '{"question": "b", "target": "many"}']
    task = load("\n".join(good + bad), answer="number")
    assert len(task.items) == 9
    (note,) = notes(task)
    assert note.startswith("4 rows can't be used and are left out: line 11: it is not JSON")
    assert note.endswith(
        "line 12: it is a list, not an object; line 10: it has no target (a `grader` needs none); and 1 more"
    )


def test_strict_stops_at_the_first_row_that_can_not_be_used(load):
    with pytest.raises(UsageError, match=r"t\.jsonl, line 2: it has no target"):
        load({"question": "a", "target": 1}, {"question": "b"}, answer="number", strict=True)


def test_few_examples_show_each_label_first(load):
    rows = [{"question": f"Great {n}", "target": "positive", "split": "train"} for n in range(18)]
    rows += [
        {"question": "Bad", "target": "negative", "split": "train"},
        {"question": "Hm", "target": "neutral", "split": "train"},
    ]
    rows += [{"question": "Fine?", "target": "neutral"}]
    for seed in range(5):
        train = load(*rows, answer="label", labels=("positive", "negative", "neutral"), seed=seed).train
        assert {example.answer for example in train[:3]} == {"positive", "negative", "neutral"}
        assert len(train) == 20


def test_examples_have_a_seed_of_their_own(load):
    rows = [{"question": f"q{n}", "target": n, "split": "train"} for n in range(20)] + [{"question": "?", "target": 1}]
    first = load(*rows, answer="number", seed=0)
    assert load(*rows, answer="number", seed=1, examples_seed=0).train == first.train
    assert load(*rows, answer="number", seed=0, examples_seed=1).train != first.train


def test_an_example_with_shuffled_options_is_still_known_as_a_question_that_is_asked(load):
    with pytest.raises(UsageError, match="also the test question"):
        load({**MMLU, "id": "a"}, {**MMLU, "id": "b", "split": "train"}, shuffle_options=True)


def test_a_label_that_is_not_given_is_proposed(load):
    rows = [{"question": f"q{n}", "target": ("yes", "no")[n % 2]} for n in range(4)]
    with pytest.raises(UsageError, match="give `answer` label and `labels` yes,no"):
        load(*rows)
    with pytest.raises(UsageError, match="`answer` label needs `labels`; the targets are yes,no"):
        load(*rows, answer="label")
    with pytest.raises(UsageError, match="`answer` label needs `labels`; the targets are yes,no"):
        load(*rows[:3], answer="label")
    with pytest.raises(UsageError, match="`answer` label needs `labels`; name all that there are"):
        load(*({"question": f"q{n}", "target": f"label {n}"} for n in range(30)), answer="label")


def test_a_comma_behind_a_zero_shows_the_decimal_mark_of_a_column(load):
    task = load(*({"question": f"q{n}", "target": t} for n, t in enumerate(("0,125", "1.500"))), answer="number")
    assert [item.target for item in task.items] == ["0,125"]


@pytest.mark.parametrize(("target", "ways"), [("1.500", "1500 or 1,5,"), ("2,125", "2125 or 2,1250,")])
def test_a_target_that_is_another_number_by_the_commas_of_the_others_is_left_out_and_named(load, target, ways):
    rows = [{"question": f"q{n}", "target": t} for n, t in enumerate(("7", "1,35", "14,5", target, "1.500.000"))]
    task = load(*rows, answer="number")
    assert [item.target for item in task.items] == ["7", "1,35", "14,5", "1.500.000"]
    assert any(f"line 4: its target {target!r} may be {ways}" in note for note in task.notes)


def test_points_between_thousands_leave_the_same_doubt(load):
    task = load(
        *({"question": f"q{n}", "target": t} for n, t in enumerate(("1.234.567", "1.500", "12"))), answer="number"
    )
    assert [item.target for item in task.items] == ["1.234.567", "12"]
    assert any("its target '1.500' may be 1500 or 1,5, since" in note for note in task.notes)


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        (("1.500", "7"), "the point of 1.500 is read as a decimal point"),
        (("-1.500", "2.250", "3.125", "4.750"), "the point of -1.500, 2.250, 3.125, … is read as a decimal point"),
        (("1.500", "7.25"), ""),
        (("1.500", "0.125"), ""),
        (("1.500", "1,234.5"), ""),
        (("1.500", "1,234,567"), ""),
        (("1500", "1,500"), ""),
    ],
)
def test_a_point_that_no_other_target_explains_is_told_and_read_as_before(load, targets, told):
    task = load(*({"question": f"q{n}", "target": t} for n, t in enumerate(targets)), answer="number")
    assert [item.target for item in task.items] == list(targets)
    found = [note for note in task.notes if "is read as a decimal point" in note]
    assert len(found) == bool(told)
    assert all(told in note and note.endswith("if it groups thousands") for note in found)


def test_thousands_are_read_as_before_where_no_target_has_a_decimal_comma(load):
    rows = [{"question": f"q{n}", "target": t} for n, t in enumerate(("7", "1,500", "1.500"))]
    assert len(load(*rows, answer="number").items) == 3


@pytest.mark.parametrize(
    ("targets", "proposal"),
    [
        (["1", "2.5", "$3"], "numbers: give `answer` number"),
        (["2020-01-02"], "dates: give `answer` date"),
        (['{"a": 1}'], "JSON: give `answer` json"),
        (["Paris", "Rome"], "texts: give `answer` text"),
    ],
)
def test_a_kind_that_targets_look_like_is_proposed_and_not_assumed(load, targets, proposal):
    with pytest.raises(UsageError, match=proposal.replace("$", r"\$")):
        load(*({"question": f"q{n}", "target": target} for n, target in enumerate(targets)))


def test_compare_warns_of_rows_that_it_leaves_out(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"question": "1 + 1?", "target": 2}\n{"question": "a?"}\n')
    asked = (str(tmp_path / "t.jsonl"), {"direct": FunctionModel(lambda _: "2", name="m")})
    with pytest.warns(UserWarning, match=r"1 row can't be used and is left out: line 2: it has no target"):
        result = compare(*asked, answer="number")
    assert result.rows[0].correct == 1
    with pytest.raises(UsageError, match="line 2: it has no target"):
        compare(*asked, answer="number", strict=True)


def test_questions_without_targets_are_for_a_grader(tmp_path):
    (tmp_path / "tickets.csv").write_text("id,question\n7,Where is my parcel?\n8,How do I pay?\n")
    task = load_task(str(tmp_path / "tickets.csv"), graded=True)
    assert [(item.id, item.question, item.target) for item in task.items] == [
        ("7", "Where is my parcel?", ""),
        ("8", "How do I pay?", ""),
    ]
    with pytest.raises(UsageError, match=r"no column 'target'; it has id, question; .* or score replies by a `grader`"):
        load_task(str(tmp_path / "tickets.csv"), answer="text")


@pytest.mark.parametrize("kind", ["number", "text", "list", "json", "code", "math"])
def test_a_row_without_a_target_is_asked_for_a_grader_whatever_the_kind_of_answer(load, kind):
    rows = '{"question": "1 + 1?", "target": "2"}\n{"question": "2 + 2?", "target": ""}\n{"question": "3 + 3?"}'
    assert [item.target for item in load(rows, answer=kind, graded=True).items] == ["2", "", ""]


def test_an_example_without_an_answer_is_not_shown(load):
    rows = [
        {"question": "Where is my parcel?", "split": "test"},
        {"question": "How do I pay?", "split": "train"},
        {"question": "Hi", "target": "Hello!", "split": "train"},
    ]
    task = load("\n".join(json.dumps(row) for row in rows), graded=True)
    assert [example.answer for example in task.train] == ["Hello!"]
    assert "line 2: it has no target, and an example shows one" in task.notes[-1]


def test_a_task_with_an_item_without_a_target_is_refused_where_answers_are_read():
    task = Task.of([("How do I pay?", None), ("1 + 1?", "2")], answer="text", graded=True)
    assert task.items[0].target == ""
    with pytest.raises(UsageError, match="item 1 of questions has no target; give one, or score replies by a `grader`"):
        compare(task, ["direct"], model=FunctionModel(lambda prompt: "ok"))
    with pytest.raises(UsageError, match="question 1 has no target; give one, or score replies by a `grader`"):
        Task.of([("How do I pay?", None)], answer="text")


def test_questions_alone_are_compared_by_a_grader():
    questions = [("How do I pay?", None), ("Where is my parcel?", "")]
    model = FunctionModel(lambda prompt: "By card." if "pay" in prompt.question else "I don't know.")
    seen = []

    def grader(reply, item):
        seen.append(item.target)
        return "card" in reply

    (row,) = compare(questions, ["direct"], model=model, grader=grader).rows
    assert (row.n, row.correct, seen) == (2, 1, ["", ""])
