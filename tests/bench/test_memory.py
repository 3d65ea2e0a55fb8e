"""A run of many items keeps little of each: counted in objects, which do not depend on the machine."""

import asyncio
import gc
import json
import weakref
from dataclasses import replace

from promptkit import FunctionModel
from promptkit.analysis.summary import Tallies
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.running import run_guarded
from promptkit.outcomes import Attempt
from promptkit.record.reader import open_run
from promptkit.record.writer import RunWriter
from promptkit.tasks import load_task
from promptkit.tasks.rows import Row
from promptkit.types import Completion, Usage

ITEMS = 2000
FEW = 200


def written(tmp_path):
    path = tmp_path / "sums.jsonl"
    rows = ({"question": f"What is {i} + 4?", "target": i + 4} for i in range(ITEMS))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def alive(kind):
    gc.collect()
    return sum(type(thing) is kind for thing in gc.get_objects())  # isinstance() would run code of strange objects


def tracked():
    gc.collect()
    return len(gc.get_objects())


def test_a_task_keeps_one_object_an_item_and_no_row(tmp_path):
    name = written(tmp_path)
    load_task(name, answer="number")  # what loading itself needs is there by now
    before, rows = tracked(), alive(Row)
    task = load_task(name, answer="number")
    assert len(task.items) == ITEMS
    assert tracked() - before < ITEMS + FEW
    assert alive(Row) == rows
    assert not hasattr(task.items[0], "__dict__")


def test_what_is_counted_of_an_attempt_is_no_object():
    attempt = Attempt("sums", "direct", "m", "1", "correct", usage=Usage(calls=1), paid=Usage(calls=1))
    counted = Tallies()
    counted.add(attempt)
    before = tracked()
    for number in range(ITEMS):
        counted.add(replace(attempt, item=str(number), outcome=("correct", "wrong", "unparsed", "error")[number % 4]))
    assert tracked() - before < FEW
    assert counted.summary().rows[0].items == ITEMS


def test_an_item_that_is_done_leaves_no_reply_behind(tmp_path):
    replies: weakref.WeakSet[Completion] = weakref.WeakSet()
    most, before = 0, alive(Attempt)

    def answer(prompt):
        reply = Completion(text="The answer is 24.", prompt=prompt, by="function", usage=Usage(calls=1))
        replies.add(reply)
        return reply

    record = RunWriter(tmp_path / "run")
    plan = Benchmark((load_task(written(tmp_path), answer="number"),), (FunctionModel(answer),), strategies=("direct",))
    counted = Tallies()

    def done(attempt):
        nonlocal most
        record.add(attempt)
        counted.add(attempt)
        most = max(most, len(replies))

    asyncio.run(run_guarded(plan, record.calls, done))
    record.close()
    assert counted.summary().rows[0].n == ITEMS
    assert most < FEW
    assert alive(Attempt) - before < FEW


def test_the_attempts_of_a_record_are_read_one_at_a_time(tmp_path):
    record = RunWriter(tmp_path)
    for number in range(ITEMS):
        record.add(Attempt("sums", "direct", "m", str(number), "correct"))
    record.close()
    with open_run(tmp_path) as run:
        attempts, before = run.attempts(), alive(Attempt)
        for _ in zip(range(ITEMS // 2), attempts, strict=False):
            pass
        assert alive(Attempt) - before < FEW
