from promptkit.answers import AnswerType
from promptkit.outcomes import Attempt
from promptkit.record.reader import open_run
from promptkit.record.writer import RunWriter
from promptkit.tasks import Item, Task
from promptkit.types import Usage


def test_an_attempt_is_read_as_it_was_written(tmp_path):
    written = Attempt(
        *("sums", "cot", "m", "1", "wrong"),
        replicate=2,
        answer="7",
        rule="answer is",
        usage=Usage(calls=2, input_tokens=30, cached_tokens=10, output_tokens=9, reasoning_tokens=4),
        paid=Usage(calls=1),
        seconds=0.25,
        error="none",
        cluster="a",
        calls=(("draft", "k1"), ("critique", "k2")),
        reply="k1",
    )
    writer = RunWriter(tmp_path)
    writer.add(written)
    writer.close()
    with open_run(tmp_path) as run:
        assert list(run.attempts()) == [written]


def test_attempts_and_items_of_an_earlier_plan_are_kept_beside_those_of_another(tmp_path):
    number = AnswerType("number")
    for task in ("sums", "legs"):
        writer = RunWriter(tmp_path)
        writer.begin({"tasks": [task]}, [Task(task, number, (Item("1", "3 + 4?", "7"),))])
        writer.add(Attempt(task, f"{task} way", "m", "1", "correct"))
        writer.close()
    with open_run(tmp_path) as run:
        assert [(a.task, a.strategy) for a in run.attempts()] == [("sums", "sums way"), ("legs", "legs way")]
        assert [item.task for item in run.items()] == list(run.answer_types) == ["sums", "legs"]
        assert run.configuration == {"tasks": ["legs"]}


def test_an_attempt_that_is_judged_anew_takes_the_place_of_the_earlier_one(tmp_path):
    for outcome in ("error", "correct"):
        writer = RunWriter(tmp_path)
        writer.begin({"tasks": ["sums"]})
        writer.add(Attempt("sums", "direct", "m", "1", outcome))
        writer.close()
    with open_run(tmp_path) as run:
        assert [a.outcome for a in run.attempts()] == ["correct"]
