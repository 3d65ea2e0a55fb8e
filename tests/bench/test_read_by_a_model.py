"""Runs whose answers a model reads where rules don't find one: what is asked, what it costs, and what comes of it."""

import dataclasses

import pytest

from promptkit import AnswerReader, SelfConsistency, UsageError
from promptkit.analysis.reflection import reflections
from promptkit.analysis.rescore import audit, rejudge_run
from promptkit.analysis.summary import tally
from promptkit.bench import Task, compare, read_run
from promptkit.judges.judge import Judge
from promptkit.record.reader import open_run
from promptkit.report.csv_file import write as write_csv
from tests.players import Player

TASK = Task.of([(f"What is {n} + 20?", n + 20) for n in range(1, 13)], answer="number")


def number(prompt):
    return int(prompt.question.split(" + 20")[0].split()[-1])


def states_or_implies(prompt):
    """An answer that is stated for even numbers; for odd ones it is shown in strokes, which no rule reads."""
    n = number(prompt)
    return f"The answer is {n + 20}." if n % 2 == 0 else in_strokes(n + 20)


def in_strokes(count):
    return f"I draw a stroke for each of them, and these are all: {'|' * count}"


def reading(prompt):
    """What a reader writes: it counts the strokes; of 21 it finds no answer, and of 23 it says something else."""
    count = prompt.question.split("[reply ")[2].count("|")
    return {21: "Answer: [none]", 23: "I can't tell."}.get(count, f'"these are all"\nAnswer: {count}')


@pytest.fixture
def model():
    return Player(reply=states_or_implies, name="m")


@pytest.fixture
def reader():
    return Player(reply=reading, name="reads")


def run(model, reader, place=None, **options):
    return compare(TASK, ["direct"], model=model, grader=AnswerReader(model=reader), directory=place, **options)


def test_the_model_is_asked_about_replies_alone_that_state_no_answer(model, reader):
    result = run(model, reader)
    assert len(reader.asked) == 6
    row = result.rows[0]
    assert (row.correct, row.wrong, row.unparsed, row.ungraded) == (10, 0, 1, 1)
    assert not result.complete
    assert 'AnswerReader: the last line of the reading is not an answer: "I can\'t tell"' in str(result)
    rules = {attempt.item: attempt.rule for attempt in result.attempts}
    assert (rules["2"], rules["5"], rules["1"]) == ("answer is", "read by reads", "read by reads")
    assert {a.item: a.answer for a in result.attempts}["5"] == "25"


def test_reading_is_no_part_of_what_strategies_cost_and_is_told_beside_them(model, reader):
    result = run(model, reader)
    row, (grading,) = result.rows[0], result.tallies.grading
    assert (row.calls, grading.calls, grading.by_model, grading.by_rules) == (12, 6, 6, 6)
    assert (grading.metric, grading.model) == ("AnswerReader", "reads")
    assert grading.sentence().startswith(
        "AnswerReader: 6 of 12 replies read by the model, the others by rules; that took"
    )
    assert grading.sentence() in str(result)
    assert "AnswerReader: 6 of 12 replies read by the model" in result._repr_html_()
    assert result.to_json()["grading"] == [dataclasses.asdict(grading)]


def test_where_every_answer_is_stated_no_call_is_made(reader):
    model = Player(reply=lambda prompt: f"The answer is {number(prompt) + 20}.", name="m")
    result = run(model, reader)
    (grading,) = result.tallies.grading
    assert (reader.asked, grading.calls, grading.cost_usd, grading.by_rules) == ([], 0, 0.0, 12)
    assert grading.sentence() == "AnswerReader: 0 of 12 replies read by the model, all by rules"


def test_a_run_goes_on_without_asking_again(model, reader, tmp_path):
    first = run(model, reader, tmp_path / "r")
    again = run(model, reader, tmp_path / "r")
    assert (len(model.asked), len(reader.asked)) == (12, 6)
    assert again.rows == first.rows
    assert sorted(again.attempts, key=str) == sorted(first.attempts, key=str)
    read = read_run(tmp_path / "r")
    assert (read.rows, read.tallies.grading) == (first.rows, first.tallies.grading)


def test_what_may_be_spent_holds_for_reading_too(model, reader, tmp_path):
    stopped = run(model, reader, tmp_path / "r", max_calls=14)
    assert len(model.asked) + len(reader.asked) == 14
    assert not stopped.complete
    rest = run(model, reader, tmp_path / "r")
    assert (len(model.asked), len(reader.asked)) == (12, 6)
    assert rest.rows[0].correct == 10


def test_replies_that_are_the_same_share_their_reading():
    reader = Player(("Answer: 21",), name="reads")
    model = Player((in_strokes(21),), name="m")
    compare(
        Task.of([("What is 1 + 20?", 21)], answer="number"),
        ["direct", "cot"],
        model=model,
        grader=AnswerReader(model=reader),
    )
    assert len(reader.asked) == 1


def test_targets_are_checked_and_answers_need_a_kind(model, reader):
    with pytest.raises(UsageError, match="many"):
        compare([("How many?", "many")], ["direct"], model=model, grader=AnswerReader(model=reader), answer="number")
    with pytest.raises(UsageError, match="how their answers are read"):
        compare([("How many?", "3")], ["direct"], model=model, grader=AnswerReader(model=reader))
    with pytest.raises(UsageError, match="no target"):
        compare([("How many?", None)], ["direct"], model=model, grader=AnswerReader(model=reader), answer="number")
    assert (model.asked, reader.asked) == ([], [])


def test_a_judge_beside_it_has_figures_of_its_own(model, reader):
    judge = Judge(model=Player(("Score: 1",), name="judge"), rubric="It is kind.")
    graders = {"read": AnswerReader(model=reader), "judged": judge}
    result = compare(TASK, ["direct"], model=model, grader=graders)
    assert (result.rows[0].correct, result.rows[0].unparsed) == (10, 1)
    assert result.metrics["judged"].rows[0].correct == 12
    turned = compare(TASK, ["direct"], model=model, grader=dict(reversed(graders.items())))
    assert turned.rows[0].correct == 12
    row = turned.metrics["read"].rows[0]
    assert (row.correct, row.unparsed, row.ungraded) == (10, 1, 1)


def test_what_the_model_read_is_beside_what_rules_read(model, reader, tmp_path):
    run(model, reader, tmp_path / "r")
    with open_run(tmp_path / "r") as opened:
        found = audit(rejudge_run(opened))
    assert {name: of.rows[0].correct for name, of in found.summaries.items()} == {
        "source": 10,
        "strict": 6,
        "lenient": 6,
    }
    assert found.disagreements == 4


def test_drafts_are_judged_by_rules_where_a_model_read_the_replies(reader, tmp_path):
    def reflects(prompt):
        text = prompt.question
        return (
            "Verdict: wrong"
            if "Verdict" in text
            else "The answer is 21."
            if len(prompt.messages) > 1
            else "The answer is 3."
        )

    model = Player(reply=reflects, name="m")
    task = Task.of([("What is 1 + 20?", 21)], answer="number")
    compare(task, ["reflect"], model=model, grader=AnswerReader(model=reader), directory=tmp_path / "r")
    with open_run(tmp_path / "r") as opened:
        (reflection,) = reflections(opened, tally(opened.attempts()))
    assert [(one.fixed, one.broken) for one in reflection.rounds] == [(1, 0)]


def test_a_vote_and_a_report_go_by_what_was_read(model, reader, tmp_path):
    voters = {"direct": model, "vote": SelfConsistency(model, draws=2)}
    result = compare(TASK, voters, grader=AnswerReader(model=reader), directory=tmp_path / "r", temperature=1.0)
    assert {row.strategy: row.calls for row in result.rows} == {"direct": 12, "vote": 24}
    with open_run(tmp_path / "r") as opened:
        write_csv(opened, tmp_path / "report.csv")
    assert "read by reads" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")


def test_a_reader_that_can_not_be_asked_leaves_replies_ungraded(model):
    def fails(prompt):
        raise RuntimeError("down")

    result = run(model, Player(reply=fails, name="reads"), attempts=1)
    assert (result.rows[0].correct, result.rows[0].ungraded, result.complete) == (6, 6, False)
