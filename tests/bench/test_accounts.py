"""Accounts are exact: what attempts used and paid for depends on the calls alone, not on which was answered first."""

import asyncio
import dataclasses
import hashlib

import pytest

from promptkit import AnswerType, Cache, Completion, Example, InvalidRequest, Limit, Retry, Unavailable, Usage
from promptkit.bench.runner import Trial, run_trials
from promptkit.record.identity import call_key
from promptkit.specs import build
from promptkit.task_context import TaskContext
from promptkit.tasks import Item
from tests.bench.arms import arms
from tests.players import Player

NUMBER = AnswerType("number")
CONTEXT = TaskContext(
    NUMBER, (Example(question="1 + 1?", answer="2"),), instructions={"rules": ("Be brief.",)}, load_model=lambda _: None
)
PARTS = ("instructions", "few-shot", "cot", "plan", "reflect(rounds=3)", "self-consistency(draws=3)")
STRATEGIES = (
    "direct",
    "best-of-n(draws=5)",
    "cot+self-consistency(draws=5)",
    *PARTS,
    *(f"{inner}+{outer}" for inner in PARTS for outer in PARTS),
    "cot+self-consistency(draws=2)+reflect+self-consistency(draws=3)",
    "cot+reflect(rounds=3)+best-of-n(draws=4)",
)


class Kept(dict):
    """A store in memory."""

    def get(self, key):
        found = super().get(key)
        return found and found.model_copy(update={"cached": True, "key": key})

    async def put(self, key, endpoint, call):
        await asyncio.sleep(0)
        self[key] = call


class Faulty(Player):
    """Refuses some calls for good and fails others once, by a number that is drawn from the call; answers the others.

    Its replies are a few texts, so that votes tie, drafts stay as they were, and some draws have no answer.
    """

    def __init__(self):
        super().__init__()
        self.failed = set()

    async def complete(self, prompt):
        key = call_key(self, prompt)
        number = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)
        for _ in range(number % 7):
            await asyncio.sleep(0)
        if number % 101 < 3:
            raise InvalidRequest("refused", model=self.name, status=400)
        if number % 103 < 3 and key not in self.failed:
            self.failed.add(key)
            raise Unavailable("busy", model=self.name, status=503)
        self.asked.append(prompt)
        text = (
            "The answer is 24.",
            "The answer is 25. Verdict: wrong",
            "1. How many?\n2. And now?",
            "Verdict: correct",
        )
        usage = Usage(calls=1, input_tokens=number % 1000, output_tokens=number % 77)
        return Completion(text=text[number % 4], prompt=prompt, by=self.name, usage=usage)


async def no_wait(_):
    await asyncio.sleep(0)


def attempts(concurrency, strategies=STRATEGIES, items=20, replicates=1):
    model, found, store = Faulty(), [], Kept()
    asked = Cache(Retry(Limit(model, concurrency), attempts=3, sleep=no_wait), store)
    built = {spec: build(spec, asked, CONTEXT) for spec in strategies}
    trials = [
        Trial("legs", Item(str(i), f"How many legs have {i} spiders?", "24"), NUMBER, arms(built), replicate=r)
        for i in range(items)
        for r in range(replicates)
    ]
    asyncio.run(run_trials(trials, concurrency, found.append))
    counted = [dataclasses.replace(attempt, seconds=0.0) for attempt in found]
    return model, sorted(counted, key=lambda a: (a.item, a.replicate, a.strategy))


def test_attempts_are_the_same_at_any_concurrency():
    one_at_a_time, (_, many_at_a_time) = attempts(1), attempts(64)
    assert {a.outcome for a in many_at_a_time} >= {"correct", "wrong", "unparsed", "error"}
    assert one_at_a_time[1] == many_at_a_time


@pytest.mark.parametrize("concurrency", [1, 64])
def test_what_all_attempts_paid_for_is_what_was_answered(concurrency):
    model, found = attempts(concurrency, replicates=2)
    assert sum(a.paid.calls for a in found) == len(model.asked)


def test_an_attempt_that_failed_has_the_usage_of_what_was_answered():
    _, found = attempts(8)
    failed = [a for a in found if a.outcome == "error"]
    assert any(a.usage.calls > 0 for a in failed)
    assert all(a.usage.calls == len(a.calls) for a in found)
