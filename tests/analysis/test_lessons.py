"""What was learnt, in sentences made by rules."""

import pytest

from promptkit.analysis.glance import glance
from promptkit.analysis.lessons import MOST, lessons
from tests.analysis.attempts import attempts, counted, tokens

RIGHT, WRONG, HALF = "c" * 40, "w" * 40, "c" * 20 + "w" * 20


def learnt(accuracies, *, models=("m",), costs=None):
    """Of tasks with strategies and their outcomes; a strategy costs so many tokens."""
    made = [
        attempts(strategy, outcomes, task=task, model=model, usage=tokens((costs or {}).get(strategy, 0), 0))
        for task, strategies in accuracies.items()
        for strategy, outcomes in strategies.items()
        for model in models
    ]
    return lessons(glance(counted(*made).summary()))


def test_the_first_sentence_is_of_the_strategy_that_is_better_on_most_tasks():
    first, *_ = learnt(
        {
            "a": {"direct": WRONG, "cot": RIGHT, "plan": RIGHT},
            "b": {"direct": WRONG, "cot": HALF, "plan": WRONG},
            "c": {"direct": HALF, "cot": HALF, "plan": HALF},
        }
    )
    assert first == (
        "cot is better than direct on 2 of 3 tasks, by +50 to +100 points (95 % intervals within +35 … +100); "
        "worse on none."
    )


def test_of_two_that_are_better_as_often_the_one_that_hurts_less_comes_first_and_then_the_cheaper():
    tasks = {"a": {"direct": WRONG, "x": RIGHT, "y": RIGHT}, "b": {"direct": HALF, "x": HALF, "y": HALF}}
    assert learnt(tasks, costs={"direct": 1, "x": 9, "y": 5})[0].startswith("y is better")
    tasks["b"]["y"] = WRONG
    assert learnt(tasks, costs={"direct": 1, "x": 9, "y": 5})[0].startswith("x is better")


def test_where_the_best_is_worse_it_says_so_itself():
    tasks = {"a": {"direct": WRONG, "cot": RIGHT}, "b": {"direct": RIGHT, "cot": WRONG}}
    first, *others = learnt(tasks)
    assert first.endswith("; worse on b, by −100 points (−100 … −82).")
    assert not any("worse" in sentence for sentence in others)


def test_a_technique_that_alone_is_better_on_a_task_is_named_with_it():
    tasks = {
        "a": {"direct": WRONG, "cot": RIGHT, "few-shot": WRONG},
        "b": {"direct": WRONG, "cot": RIGHT, "few-shot": WRONG},
        "labels": {"direct": WRONG, "cot": WRONG, "few-shot": RIGHT},
    }
    assert learnt(tasks)[1] == (
        "The only one better than direct: few-shot on labels, by +100 points (95 % interval +82 … +100)."
    )


def test_what_hurts_is_told_and_where_it_helps_all_the_same():
    tasks = {
        "a": {"direct": WRONG, "cot": RIGHT, "plan": RIGHT},
        "b": {"direct": RIGHT, "cot": RIGHT, "plan": WRONG},
    }
    assert (
        "Worse than direct: plan on b, by −100 points (95 % interval −100 … −82), though better on a, by +100 points "
        "(+82 … +100)."
    ) in learnt(tasks)


def test_that_nothing_hurts_is_told():
    tasks = {"a": {"direct": WRONG, "cot": RIGHT, "plan": WRONG}, "b": {"direct": HALF, "cot": HALF, "plan": HALF}}
    assert "Nothing is shown to be worse than direct." in learnt(tasks)


def test_that_nothing_helps_is_told_with_the_largest_difference():
    tasks = {"a": {"direct": HALF, "cot": HALF}, "b": {"direct": HALF, "cot": "c" * 21 + "w" * 19}}
    first, *others = learnt(tasks)
    assert first == (
        "Nothing is shown to be better than direct; the largest difference is that of cot on b, +2.5 points "
        "(95 % interval −6.5 … +13)."
    )
    assert "Not decided: 2 of 2 comparisons with direct, whose intervals lie within −8.8 … +13 points." in others


def test_what_the_outer_part_of_a_strategy_adds_is_compared_with_the_inner_one():
    tasks = {
        "a": {"direct": WRONG, "cot": HALF, "cot+reflect": RIGHT},
        "b": {"direct": WRONG, "cot": RIGHT, "cot+reflect": HALF},
    }
    assert (
        "Added to cot, reflect is better on a, by +50 points (95 % interval +35 … +65) and worse on b, by −50 points "
        "(−65 … −35)."
    ) in learnt(tasks)


def test_an_outer_part_that_changes_nothing_is_not_said_to_help():
    tasks = {task: {"direct": WRONG, "cot": RIGHT, "cot+self-consistency(draws=5)": RIGHT} for task in "ab"}
    assert "Added to cot, self-consistency is not shown to be better or worse on a and b." in learnt(tasks)


def test_the_cost_is_that_of_the_best_and_of_the_dearest_beside_the_baseline():
    tasks = {task: {"direct": WRONG, "cot": RIGHT, "plan": WRONG} for task in "ab"}
    assert (
        "An answer by direct takes 1 call and 10 tokens; cot takes 1 call and 2 times the tokens; plan takes 1 call "
        "and 9 times the tokens."
    ) in learnt(tasks, costs={"direct": 10, "cot": 20, "plan": 90})


def test_of_outputs_whose_calls_are_not_known_no_cost_is_told():
    made = [attempts(strategy, RIGHT, task=task) for task in "ab" for strategy in ("direct", "cot")]
    assert not any(s.startswith("An answer") for s in lessons(glance(counted(*made).summary())))


def test_tokens_are_compared_on_the_tasks_that_both_were_asked():
    tasks = {"short": {"direct": WRONG, "cot": RIGHT, "rules": RIGHT}, "long": {"direct": WRONG, "cot": RIGHT}}
    made = [
        attempts(strategy, outcomes, task=task, model="m", usage=tokens(10 if task == "short" else 1000, 0))
        for task, strategies in tasks.items()
        for strategy, outcomes in strategies.items()
    ]
    (found,) = [s for s in lessons(glance(counted(*made).summary())) if s.startswith("An answer")]
    assert "cot takes 1 call and 1 times the tokens" in found


def test_one_strategy_alone_is_not_praised():
    assert learnt({"a": {"cot": RIGHT}, "b": {"cot": HALF}}) == (
        "Only cot was tried, which is compared with nothing: 50.0 % to 100.0 % right on 2 tasks.",
    )


def test_a_run_without_any_judged_attempt_teaches_nothing():
    assert learnt({"a": {"direct": "eee", "cot": "eee"}, "b": {"direct": "eee", "cot": "eee"}}) == ()


def test_of_an_incomplete_run_only_what_was_judged_counts():
    tasks = {"a": {"direct": WRONG, "cot": RIGHT[:30] + "e" * 10}, "b": {"direct": "e" * 40, "cot": RIGHT}}
    assert learnt(tasks)[0].startswith("cot is better than direct on 1 of 1 task, by +100 points")


def test_of_several_models_places_are_counted_and_further_models_stand_beside_the_first():
    made = [
        attempts(strategy, outcomes, task=task, model=model)
        for task in "ab"
        for model in ("large", "small")
        for strategy, outcomes in {"direct": WRONG, "cot": RIGHT if model == "large" else HALF}.items()
    ]
    said = lessons(glance(counted(*made).summary()))
    assert said[0].startswith("cot is better than direct on 4 of 4 tasks of models, by +50 to +100 points")
    assert any(sentence.startswith("small is worse than large on a · small and b · small") for sentence in said)


def test_many_tasks_are_counted_and_few_are_named():
    tasks = {task: {"direct": RIGHT, "cot": WRONG} for task in "abcd"} | {"e": {"direct": WRONG, "cot": RIGHT}}
    assert "worse on 4 tasks, by −100 points" in learnt(tasks)[0]


@pytest.mark.parametrize("tasks", [2, 9])
def test_there_are_five_sentences_at_most(tasks):
    strategies = {"direct": HALF, "cot": RIGHT, "plan": WRONG, "cot+reflect": HALF, "few-shot": RIGHT}
    costs = dict.fromkeys(strategies, 7)
    assert len(learnt({str(n): strategies for n in range(tasks)}, models=("m", "n"), costs=costs)) == MOST


def test_a_hostile_name_stays_in_its_sentence():
    tasks = {"a\n\x1b[31m": {"direct": WRONG, "c\not": RIGHT}, "b": {"direct": WRONG, "c\not": RIGHT}}
    assert all("\n" not in sentence and "\x1b" not in sentence for sentence in learnt(tasks))
