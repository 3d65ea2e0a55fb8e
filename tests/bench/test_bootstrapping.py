"""`few-shot(select=bootstrapped)` in a run: examples of the model's own right replies, made before the first item."""

import asyncio
import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from promptkit import AnswerType, Example, FewShot, InvalidRequest, Unavailable, UsageError
from promptkit.bench import Item, Task, compare, read_run
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.ceiling import ceiling
from promptkit.bench.checking import check_benchmark
from promptkit.bench.forecast import forecast
from promptkit.errors import BackendError
from promptkit.record.reader import open_run
from promptkit.settings import RunLimits, RunSettings
from tests.players import Player

TRAIN = tuple(Example(question=f"{n} + {n}?", answer=str(2 * n)) for n in range(1, 21))
ITEMS = tuple(Item(str(n), f"{n} + 1?", str(n + 1)) for n in range(40, 50))
TASK = Task("sums", AnswerType("number"), ITEMS, TRAIN)
MADE = "few-shot(select=bootstrapped,n=3)+cot"
THIRD = "Twice {n} is meant. That is {twice}.\nThe answer is {answer}."


def number(prompt):
    return int(re.search(r"(\d+) \+", prompt.question)[1])


def thinks(prompt):
    """Right about every item, and about every third train question."""
    n = number(prompt)
    if n >= 40:
        return f"One more. The answer is {n + 1}."
    return THIRD.format(n=n, twice=2 * n, answer=2 * n if n % 3 == 0 else 1)


def never(prompt):
    n = number(prompt)
    return f"So. The answer is {n + 1 if n >= 40 else 1}."


def ran(model, *, strategies=f"cot,{MADE}", task=TASK, **settings):
    return compare(task, strategies, model=model, **settings)


def numbers(model):
    return [number(prompt) for prompt in model.asked]


def shown(prompt):
    return tuple(turn.content for turn in prompt.messages[:-1])


def test_train_questions_are_asked_before_the_first_item_until_enough_are_right():
    model = Player(reply=thinks)
    result = ran(model)
    assert numbers(model)[:16] == list(range(1, 17))  # two waves: the first has two that are right
    assert all(number >= 40 for number in numbers(model)[16:])
    (made,) = result.prepared
    assert (made.asked, made.right, len(made.examples), made.usage.calls, made.paid.calls) == (16, 5, 3, 16, 16)


def test_right_replies_are_shown_with_their_reasoning_in_the_order_of_the_questions():
    model = Player(reply=thinks)
    ran(model, strategies=MADE)
    expected = tuple(
        text for n in (3, 6, 9) for text in (f"{n} + {n}?", f"Twice {n} is meant. That is {2 * n}.\n{2 * n}")
    )
    assert {shown(prompt) for prompt in model.asked[16:]} == {expected}


def test_reasoning_is_shown_where_no_cot_asks_for_it_too_unless_it_is_left_out():
    for spec, answer in (("", "Twice 3 is meant. That is 6.\n6"), (",reasoning=false", "6")):
        model = Player(reply=thinks)
        ran(model, strategies=f"few-shot(select=bootstrapped,n=1{spec})")
        assert shown(model.asked[-1]) == ("3 + 3?", answer)


def test_who_stands_inside_makes_the_examples_and_chain_of_thought_where_nobody_does():
    bare, planning = Player(reply=thinks), Player(reply=thinks)
    ran(bare, strategies="few-shot(select=bootstrapped,n=1)")
    assert "step by step" in bare.asked[0].messages[-1].content
    ran(planning, strategies="rephrase+few-shot(select=bootstrapped,n=1)")
    assert "step by step" not in planning.asked[0].messages[-1].content
    assert planning.asked[0].messages[-1].content != "1 + 1?"


def test_what_two_strategies_ask_alike_is_paid_by_the_first():
    model = Player(reply=thinks)
    first, second = ran(
        model, strategies="few-shot(select=bootstrapped,n=3),few-shot(select=bootstrapped,n=3)+cot"
    ).prepared
    assert (first.paid.calls, second.paid.calls, second.usage.calls) == (16, 0, 16)
    assert first.examples == second.examples
    assert "16 of the calls are shared with a strategy before it" in second.sentence()


def test_every_model_and_task_has_its_own():
    other = Task("more", TASK.answer, TASK.items, TRAIN[5:])
    models = Player(reply=thinks, name="a"), Player(reply=thinks, name="b")
    made = compare([TASK, other], MADE, model=models).prepared
    assert {(one.task, one.model): one.asked for one in made} == {
        ("sums", "a"): 16,
        ("sums", "b"): 16,
        ("more", "a"): 8,
        ("more", "b"): 8,
    }


def test_independent_strategies_draw_their_own():
    model = Player(reply=thinks)
    specs = "few-shot(select=bootstrapped,n=1),few-shot(select=bootstrapped,n=1)+cot"
    assert [one.paid.calls for one in ran(model, strategies=specs, independent=True).prepared] == [8, 8]


def test_a_run_goes_on_where_it_stopped_and_pays_nothing_twice(tmp_path):
    models = [Player(reply=thinks) for _ in range(4)]
    for model, most in zip(models, (5, 14, 12, None), strict=True):
        result = ran(model, directory=tmp_path / "r", max_calls=most, concurrency=2)
    asked = [prompt for model in models for prompt in model.asked]
    assert len(asked) == len(set(asked)) == 16 + 2 * 10
    assert result.complete
    assert result.prepared[0].paid.calls == 16
    again = Player(reply=thinks)
    assert ran(again, directory=tmp_path / "r").prepared == result.prepared
    assert again.asked == []


def test_the_limit_on_calls_holds_and_tells_where_it_stopped(tmp_path):
    model = Player(reply=thinks)
    result = ran(model, directory=tmp_path / "r", max_calls=5)
    assert (len(model.asked), result.complete) == (5, False)
    assert "5 calls were sent, which is the limit" in result.stopped


KILLED = """
import os, sys
from promptkit import FunctionModel
from promptkit.bench import compare
from tests.bench.test_bootstrapping import MADE, TASK, thinks

asked = []

def answer(prompt):
    asked.append(prompt)
    if len(asked) > 8:  # the second wave: the first one is on disk
        os._exit(9)
    return thinks(prompt)

compare(TASK, MADE, model=FunctionModel(answer, name="player"), directory=sys.argv[1], concurrency=1)
"""


def test_after_a_kill_no_recorded_call_is_asked_again(tmp_path):
    place = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "r")]
    assert subprocess.run(command, env=environment, cwd=tmp_path, check=False).returncode == 9
    model = Player(reply=thinks, endpoint="function:player")
    with open_run(tmp_path / "r", may_be_empty=True) as run:
        kept = run.connection.execute("SELECT count(*), min(endpoint) FROM calls").fetchone()
    model.endpoint = kept[1]
    result = ran(model, strategies=MADE, directory=tmp_path / "r")
    assert kept[0] == 8
    assert len(model.asked) == 16 + 10 - kept[0]
    assert result.complete


def test_the_record_has_the_calls_and_the_examples(tmp_path):
    result = ran(Player(reply=thinks), directory=tmp_path / "r")
    with open_run(tmp_path / "r") as run:
        (made,) = run.preparations()
        calls = run.calls(key for _, key in made.calls)
    assert made == result.prepared[0]
    assert len(calls) == 16
    assert [example.question for example in made.examples] == ["3 + 3?", "6 + 6?", "9 + 9?"]
    assert read_run(tmp_path / "r").prepared == (made,)
    assert read_run(tmp_path / "r").to_json()["prepared"] == [made.to_json()]


def test_what_they_cost_is_told_apart_from_the_attempts():
    result = ran(Player(reply=thinks))
    row = next(row for row in result.rows if row.strategy == MADE)
    assert (row.calls, row.calls_paid) == (10, 10)
    assert f"sums: {MADE}: +16 calls once (" in str(result)
    assert "for 3 examples from 16 train questions, of which 5 were answered right" in result._repr_html_()


def test_fewer_than_wanted_are_shown_with_a_note():
    model = Player(reply=thinks)
    result = ran(model, strategies="few-shot(select=bootstrapped,n=10)+cot")
    assert len(shown(model.asked[-1])) == 2 * 6
    assert "for 6 examples (10 were wanted, and no train row is left)" in str(result)


def test_where_none_is_right_no_item_is_asked():
    model = Player(reply=never)
    with pytest.raises(UsageError, match=r"none of the 20 train questions of sums was answered right by player"):
        ran(model, strategies=MADE)
    assert numbers(model) == list(range(1, 21))


def test_where_none_is_right_that_strategy_ends_alone_and_the_record_tells_why(tmp_path):
    models = Player(reply=never, name="a"), Player(reply=thinks, name="b")
    result = compare(TASK, f"cot,{MADE}", model=models, directory=tmp_path / "r")
    judged = {(row.strategy, row.model): row.n for row in result.rows}
    assert judged == {("cot", "a"): 10, ("cot", "b"): 10, (MADE, "b"): 10}
    assert "was not run: none of the 20 train questions of sums was answered right by a" in str(result)
    read = read_run(tmp_path / "r")
    assert (result.complete, read.complete) == (False, False)
    assert read.prepared[0].ended == result.prepared[0].ended


@dataclass
class Failing(Player):
    """Fails for good where a question begins with one of some numbers."""

    failing: tuple[int, ...] = ()
    error: type[BackendError] = InvalidRequest

    async def complete(self, prompt):
        if number(prompt) in self.failing:
            raise self.error("no", model=self.name)
        return await super().complete(prompt)


def test_a_train_question_that_is_refused_is_left_out_and_told():
    model = Failing(reply=thinks, failing=(3, 5))
    result = ran(model, strategies=MADE)
    (made,) = result.prepared
    assert [example.question for example in made.examples] == ["6 + 6?", "9 + 9?", "12 + 12?"]
    assert (made.asked, made.right, made.usage.calls, made.refused) == (16, 4, 14, ("3 + 3?", "5 + 5?"))
    assert "from 16 train questions, of which 4 were answered right and 2 refused" in str(result)
    assert (result.complete, len(list(result.attempts))) == (True, 10)


def test_what_was_refused_stays_left_out_when_the_run_is_resumed(tmp_path):
    before = ran(Failing(reply=thinks, failing=(3,)), strategies=MADE, directory=tmp_path / "r")
    again = Player(reply=thinks)
    assert ran(again, strategies=MADE, directory=tmp_path / "r").prepared == before.prepared
    assert again.asked == []


def test_a_model_that_refuses_every_train_question_is_asked_no_more_of_them():
    model = Failing(reply=thinks, failing=tuple(range(1, 21)))
    result = ran(model, strategies=f"cot,{MADE}")
    assert [row.strategy for row in result.rows] == ["cot"]
    assert result.prepared[0].ended == "no; resume the run to try it again"
    with pytest.raises(InvalidRequest):
        ran(model, strategies=MADE)


def test_a_train_question_that_fails_ends_its_strategy_on_its_model_alone_until_the_run_is_resumed(tmp_path):
    failing = Failing(reply=thinks, name="a", failing=(5,), error=Unavailable)
    settings = {"directory": tmp_path / "r", "attempts": 1}
    result = compare(TASK, f"cot,{MADE}", model=(failing, Player(reply=thinks, name="b")), **settings)
    assert [(row.strategy, row.model) for row in result.rows] == [("cot", "a"), ("cot", "b"), (MADE, "b")]
    assert not result.complete
    again = Player(reply=thinks, name="a"), Player(reply=thinks, name="b")
    whole = compare(TASK, f"cot,{MADE}", model=again, **settings)
    assert whole.complete
    assert [made.asked for made in whole.prepared] == [16, 16]
    assert [number(prompt) for prompt in again[0].asked][:9] == [5, *range(9, 17)]
    assert again[1].asked == []


def test_a_record_without_these_columns_is_read_and_gone_on_with(tmp_path):
    before = ran(Player(reply=thinks), strategies=MADE, directory=tmp_path / "r")
    with contextlib.closing(sqlite3.connect(tmp_path / "r" / "run.sqlite")) as record, record:
        for column in ("refused", "ended"):
            record.execute(f"ALTER TABLE preparations DROP COLUMN {column}")
    assert read_run(tmp_path / "r").prepared == before.prepared
    assert ran(Player(reply=thinks), strategies=MADE, directory=tmp_path / "r").prepared == before.prepared


def benchmark(*specs, task=TASK, limits=None, model=None, **settings):
    given = RunSettings(strategies=specs, **settings)
    return Benchmark((task,), (model or Player(reply=thinks),), (), given, limits or RunLimits())


def test_a_dry_run_shows_all_train_questions_as_an_upper_bound():
    planned = benchmark("cot", MADE, "few-shot(select=bootstrapped,n=2)+cot")
    found = asyncio.run(forecast(planned))
    assert [one.once and one.once.calls for one in found] == [None, 20, None]  # the third asks what the second does
    assert planned.models[0].asked == []


def test_what_is_on_record_is_not_asked_again_by_a_dry_run(tmp_path):
    ran(Player(reply=thinks), directory=tmp_path / "r", strategies=MADE, max_calls=5)
    planned = benchmark(MADE)
    with open_run(tmp_path / "r", may_be_empty=True) as run:
        (left,) = asyncio.run(forecast(planned, recorded=run.call))
        most = asyncio.run(ceiling(planned, recorded=run.call))
    assert left.once.calls == 15
    assert most.calls == 15 + 10
    ran(Player(reply=thinks), directory=tmp_path / "r", strategies=MADE)
    with open_run(tmp_path / "r") as run:
        (left,) = asyncio.run(forecast(planned, recorded=run.call))
        assert (left.once, asyncio.run(ceiling(planned, recorded=run.call)).calls) == (None, 0)


def test_no_run_takes_more_than_the_ceiling():
    def longest(prompt):
        text = thinks(prompt)
        return "x" * (200 - len(text) - 1) + " " + text  # all but right before the end is reasoning

    model = Player(reply=longest)
    most = asyncio.run(ceiling(benchmark("cot", MADE, max_tokens=200, model=model)))
    result = ran(model, max_tokens=200)
    rows, made = result.rows, result.prepared
    assert sum(row.calls_paid for row in rows) + made[0].paid.calls <= most.calls == 40
    assert sum(row.input_tokens for row in rows) + made[0].usage.input_tokens <= most.input_tokens
    assert sum(row.output_tokens for row in rows) + made[0].usage.output_tokens <= most.output_tokens


@pytest.mark.parametrize(
    ("spec", "settings", "limits", "reason"),
    [
        (MADE, {"example_sets": 2}, {}, "can't be combined with `example_sets`"),
        (MADE, {}, {"batch": True}, "can't be combined with `batch`"),
        ("few-shot(select=bootstrapped,n=30)", {}, {}, "30 examples are wanted and the task has 20"),
        ("few-shot(select=bootstrapped,constant=1)", {}, {}, "leave constant out"),
        ("few-shot(select=bootstraped)", {}, {}, "did you mean bootstrapped"),
    ],
)
def test_what_can_not_be_kept_is_refused_before_anything_is_asked(spec, settings, limits, reason):
    planned = benchmark(spec, limits=RunLimits(**limits), **settings)
    with pytest.raises(UsageError, match=reason):
        check_benchmark(planned)
    assert planned.models[0].asked == []


def test_a_grader_is_refused_as_train_questions_have_answers_alone():
    model = Player(reply=thinks)
    with pytest.raises(UsageError, match="can't be combined with `grader`"):
        ran(model, grader=lambda _reply, _item: True)
    assert model.asked == []


def test_a_task_without_train_rows_is_refused():
    bare = Task("bare", TASK.answer, TASK.items)
    with pytest.raises(UsageError, match="1 example"):
        check_benchmark(benchmark("few-shot(select=bootstrapped,n=1)", task=bare))
    own = Task("own", TASK.answer, (Item("1", "40 + 1?", "41", examples=TRAIN[:5]),), TRAIN)
    with pytest.raises(UsageError, match="its items have examples of their own"):
        check_benchmark(benchmark(MADE, task=own))


def test_outside_of_a_run_the_error_names_what_makes_them():
    with pytest.raises(UsageError, match=r"promptkit examples bootstrap.*bootstrap_examples\(…\) and FewShot"):
        FewShot(Player(), select="bootstrapped")


def test_replicates_are_shown_the_same_examples_made_once():
    model = Player(reply=thinks)
    result = ran(model, strategies=MADE, replicates=3)
    assert result.prepared[0].paid.calls == 16
    assert len({shown(prompt) for prompt in model.asked[16:]}) == 1
    assert len(model.asked) == 16 + 30
