"""Tasks of Inspect read as ours."""

import re

import pytest

from promptkit import Message, UsageError
from promptkit.interop.inspect_task import load_inspect_task

TASKS = "tests.interop.inspect_tasks"


def test_samples_are_items_with_their_targets_and_turns():
    task = load_inspect_task(f"{TASKS}:capitals", scorer="number")
    assert (task.name, task.answer.kind) == ("capitals", "number")
    assert [(i.id, i.question, i.target) for i in task.items] == [
        ("1", "What is 4 + 4?", '{"any of": ["8", "8.0"]}'),
        ("five", "What is 2 + 3?", "5"),
    ]
    assert task.items[1].before == (Message(role="system", content="Be short."),)


def test_choices_are_options_and_the_target_is_a_letter():
    task = load_inspect_task(f"{TASKS}:options")
    (item,) = task.items
    assert (task.answer.kind, item.target, item.row) == ("choice", "B", {"easy": True})
    shown = 'Which is a fruit?\nA. stone\nB. pear\nC. chair\nFinish with "The answer is <letter>."'
    assert item.prompt().question == shown
    assert task.notes[-1] == "options: its 2 epochs are not used; give replicates"


@pytest.mark.parametrize(
    ("scorer", "kind"),
    [("includes", "contains"), ("any", "contains"), ("exact", "text"), ("match", "text"), ("number", "number")],
)
def test_a_scorer_says_how_answers_are_read(scorer, kind):
    assert load_inspect_task(f"{TASKS}:capitals", scorer=scorer).answer.kind == kind


@pytest.mark.parametrize(
    ("scorer", "named"),
    [("begin", "match(location='begin')"), ("case", "includes(ignore_case=False)"), ("graded", "model_graded_fact(")],
)
def test_a_scorer_that_has_no_kind_of_ours_is_named_with_the_way_out(scorer, named):
    with pytest.raises(UsageError, match=rf"the scorer {re.escape(named)}.*; give answer=…, such as answer='text'"):
        load_inspect_task(f"{TASKS}:capitals", scorer=scorer)


def test_a_given_kind_of_answer_takes_the_place_of_the_scorer():
    assert load_inspect_task(f"{TASKS}:capitals", answer="exact", scorer="graded").answer.kind == "exact"


def test_several_scorers_are_named():
    with pytest.raises(UsageError, match=r"has 2 scorers \(match, includes\); give answer="):
        load_inspect_task(f"{TASKS}:two_scorers")


def test_a_solver_of_the_task_is_noted():
    notes = load_inspect_task(f"{TASKS}:solved").notes
    assert [note for note in notes if "its solver" in note]


def test_a_sample_that_needs_files_is_refused():
    with pytest.raises(UsageError, match=r"sample 1 of .*:boxed needs files, and strategies only write"):
        load_inspect_task(f"{TASKS}:boxed")


def test_what_is_no_task_is_refused():
    with pytest.raises(UsageError, match="made a str; name a function that returns a Task of inspect_ai"):
        load_inspect_task(f"{TASKS}:NO_TASK")
