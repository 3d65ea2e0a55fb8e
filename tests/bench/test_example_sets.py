"""Several sets of examples for each item, so that intervals cover their choice."""

import asyncio
from collections import defaultdict

import pytest

from promptkit import AnswerType, Example, FewShot, UsageError
from promptkit.bench import Item, Task, compare
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.ceiling import ceiling
from promptkit.bench.forecast import forecast
from promptkit.examples.files import write_examples
from promptkit.settings import RunLimits, RunSettings
from tests.players import Player

TRAIN = tuple(Example(question=f"{'x' * n} {n} + {n}?", answer=str(2 * n)) for n in range(1, 31))
TASK = Task("sums", AnswerType("number"), tuple(Item(str(n), f"{n} + 1?", str(n + 1)) for n in range(40, 60)), TRAIN)
SPECS = ("direct", "few-shot(n=2)", "few-shot(n=2)+cot")


def examples_of(prompt):
    return tuple(turn.content for turn in prompt.messages[:-1:2])


def lucky(prompt):
    """Right when the first example is of an even number."""
    shown = examples_of(prompt)
    n = int(prompt.question.split()[0])
    return str(n + 1) if shown and int(shown[0].split()[1]) % 2 == 0 else "0"


def ran(model, *, directory=None, task=TASK, strategies=SPECS, **settings):
    return compare(task, strategies, model=model, directory=directory, **settings)


def rows(result):
    return {row.strategy: row for row in result.rows}


def test_every_item_has_as_many_sets_of_its_own():
    model = Player(reply=lucky)
    ran(model, strategies=("few-shot(n=2)",), example_sets=3)
    sets = defaultdict(set)
    for prompt in model.asked:
        sets[prompt.question].add(examples_of(prompt))
    assert [len(of_item) for of_item in sets.values()] == [3] * 20
    assert len(set.union(*sets.values())) > 50


def test_the_score_of_an_item_is_the_mean_over_its_sets():
    result = rows(ran(Player(reply=lucky), example_sets=5))
    few_shot = result["few-shot(n=2)"]
    assert (few_shot.n, few_shot.correct + few_shot.wrong) == (20, 100)
    assert few_shot.accuracy == pytest.approx(few_shot.correct / 100)
    assert 0.3 < few_shot.accuracy < 0.7


def test_what_shows_no_examples_is_asked_and_paid_once():
    model = Player(reply=lucky)
    result = rows(ran(model, example_sets=4))
    assert (result["direct"].calls_paid, result["few-shot(n=2)"].calls_paid) == (20, 80)
    assert len(model.asked) == sum(row.calls_paid for row in result.values()) == 180


def test_the_same_seed_has_the_same_sets_and_another_one_others(tmp_path):
    models = {name: Player(reply=lucky) for name in ("first", "again", "other")}
    ran(models["first"], example_sets=2)
    ran(models["again"], example_sets=2, seed=0, concurrency=1)
    ran(models["other"], example_sets=2, examples_seed=1, task=TASK_OF_SEED_1)
    first, again, other = (set(map(examples_of, model.asked)) for model in models.values())
    assert first == again
    assert len(first & other) < len(first) / 4


TASK_OF_SEED_1 = Task(TASK.name, TASK.answer, TASK.items, TASK.train, examples_seed=1)


def test_a_run_goes_on_where_it_stopped_and_pays_nothing_twice(tmp_path):
    first, again = Player(reply=lucky), Player(reply=lucky)
    whole = rows(ran(first, directory=tmp_path / "r", example_sets=3))
    resumed = rows(ran(again, directory=tmp_path / "r", example_sets=3))
    assert again.asked == []
    assert {name: (row.accuracy, row.calls_paid) for name, row in resumed.items()} == {
        name: (row.accuracy, row.calls_paid) for name, row in whole.items()
    }
    with pytest.raises(UsageError, match="example_sets"):
        ran(again, directory=tmp_path / "r", example_sets=4)


def test_an_item_s_own_examples_are_drawn_from_as_well():
    own = Task("own", TASK.answer, tuple(Item(i.id, i.question, i.target, examples=TRAIN[:6]) for i in TASK.items))
    model = Player(reply=lucky)
    ran(model, task=own, strategies=("few-shot(n=2)",), example_sets=3)
    assert len({examples_of(prompt) for prompt in model.asked}) > 15


def test_it_is_refused_where_it_means_nothing():
    bare = Task("bare", TASK.answer, TASK.items)
    for task, settings, said in [
        (bare, {"example_sets": 2}, "no strategy shows any"),
        (TASK, {"example_sets": 2}, "no strategy shows any"),
        (TASK, {"example_sets": 2, "replicates": 2}, "can't be combined with `replicates`"),
        (TASK, {"example_sets": 2, "stop_when_decided": True}, "can't be combined with `stop_when_decided`"),
    ]:
        model = Player()
        with pytest.raises(UsageError, match=said):
            ran(model, task=task, strategies=("direct", "cot"), **settings)
        assert model.asked == []


@pytest.mark.parametrize(
    ("specs", "sets"),
    [(SPECS, 3), (("few-shot(n=2,select=random)",), 1), (("cot+few-shot(n=3,select=random)",), 1)],
)
def test_what_a_run_can_take_at_most_holds_whichever_examples_are_shown(specs, sets):
    model = Player(reply=lambda prompt: "12345")
    settings = RunSettings(max_tokens=5, example_sets=sets)
    benchmark = Benchmark((TASK,), (model,), specs, settings, RunLimits())
    most, likely = asyncio.run(ceiling(benchmark)), asyncio.run(forecast(benchmark))
    ran(model, strategies=specs, example_sets=sets, max_tokens=5)
    took = sum(sum(len(turn.content.encode()) for turn in prompt.messages) for prompt in model.asked)
    assert len(model.asked) == most.calls == sum(one.paid[1] for one in likely)
    assert took <= most.input_tokens


def test_an_object_that_holds_its_own_examples_is_refused():
    model = Player()
    with pytest.raises(UsageError, match="draws no examples for 'mine', an object that holds its own"):
        compare(TASK, {"mine": FewShot(model, examples=TRAIN[:2])}, example_sets=2)
    assert model.asked == []


def test_examples_of_a_file_are_drawn_from_as_well(tmp_path):
    write_examples(tmp_path / "made.jsonl", TRAIN)
    model, bare = Player(reply=lucky), Task("bare", TASK.answer, TASK.items)
    ran(model, task=bare, strategies=(f"few-shot(n=2,examples={tmp_path / 'made.jsonl'})",), example_sets=2)
    assert len({examples_of(prompt) for prompt in model.asked}) > 30
