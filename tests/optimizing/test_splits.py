import dataclasses

import pytest

from promptkit import UsageError
from promptkit.leaks import normal_question
from promptkit.optimizing.splits import Sizes, split
from promptkit.tasks import Item, Task, load_task


def sums(count, **changes):
    return Task.of([Item(str(n), f"What is {n} + 1?", str(n + 1), **changes) for n in range(count)], answer="number")


def test_no_question_is_in_two_sets():
    found = split(load_task("stories"), Sizes(), shown=0, chooses=False, seed=0)
    asked = [normal_question(item.question) for of in (found.train, found.validation, found.held_out) for item in of]
    assert len(asked) == len(set(asked)) == 300


def test_rows_of_the_train_split_are_tried_out_on_first():
    found = split(load_task("stories"), Sizes(), shown=0, chooses=False, seed=0)
    practice = [item for item in (*found.train, *found.validation) if item.id.startswith("train/")]
    assert (len(practice), len(found.train), len(found.validation)) == (60, 40, 60)
    assert not any(item.id.startswith("train/") for item in found.held_out)


def test_examples_that_may_be_shown_are_never_asked():
    found = split(load_task("stories"), Sizes(), shown=4, chooses=True, seed=0)
    shown = {normal_question(example.question) for example in found.pool}
    asked = {normal_question(item.question) for of in (found.train, found.validation, found.held_out) for item in of}
    assert len(found.pool) == 30
    assert not shown & asked


def test_a_held_out_item_shares_no_cluster_with_the_search():
    items = [dataclasses.replace(item, cluster=str(n // 4)) for n, item in enumerate(sums(80).items)]
    found = split(dataclasses.replace(sums(80), items=tuple(items)), Sizes(5, 5), shown=0, chooses=False, seed=0)
    assert not {i.cluster for i in (*found.train, *found.validation)} & {i.cluster for i in found.held_out}


def test_a_question_that_is_put_in_two_ways_is_not_held_out_when_the_search_has_seen_it():
    items = sums(20).items
    again = (
        dataclasses.replace(one, id=f"again {one.id}", question=f"Please tell me: {one.question}") for one in items
    )
    doubled = (*items, *again)
    found = split(dataclasses.replace(sums(20), items=doubled), Sizes(4, 4, 3), shown=0, chooses=False, seed=1)
    seen = {item.id.removeprefix("again ") for item in (*found.train, *found.validation)}
    assert not seen & {item.id.removeprefix("again ") for item in found.held_out}


def test_a_small_task_keeps_half_of_its_items_for_the_proof():
    found = split(sums(40), Sizes(), shown=0, chooses=False, seed=0)
    assert (len(found.train), len(found.validation), len(found.held_out)) == (8, 12, 20)


def test_another_seed_draws_other_items():
    one, other = (split(sums(40), Sizes(), shown=0, chooses=False, seed=seed) for seed in (0, 1))
    assert {item.id for item in one.held_out} != {item.id for item in other.held_out}


def test_more_items_than_there_are_is_an_error_that_tells_how_many_there_are():
    with pytest.raises(UsageError, match=r"has 40 items and 0 train rows, which leaves 20 as `held_out`, not 90"):
        split(sums(40), Sizes(held_out=90), shown=0, chooses=False, seed=0)


def test_the_sizes_are_told():
    found = split(sums(40), Sizes(), shown=0, chooses=False, seed=0)
    assert found.sentence() == "8 train and 12 validation items for the search, 20 held-out items for the proof"
