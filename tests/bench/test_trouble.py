"""A whole run whose models are in trouble, on virtual time."""

import random

import pytest

from promptkit import (
    AnswerType,
    BudgetExceeded,
    FunctionModel,
    InvalidRequest,
    ModelDown,
    PromptTooLong,
    SelfReflection,
    Stopped,
    Unavailable,
)
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.refusals import ALIKE, Refusals
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task
from promptkit.wrappers.outage import CONTROL
from promptkit.wrappers.stop import Stop
from tests import virtual_time
from tests.virtual_time import now
from tests.wrappers.troubled import FAILURES, Failure, Troubled

REFUSED = FAILURES["connection refused"]


@pytest.fixture(autouse=True)
def seeded():
    random.seed(1)


def task(items):
    return Task("legs", AnswerType("text"), tuple(Item(str(i), f"{i}?", "ok") for i in range(items)))


class Run:
    """A benchmark of strategies as objects, and when which of their attempts ended."""

    def __init__(self, strategies, *, items=100, store=None, limits=None, **settings):
        self.attempts, self.ended, self.troubles, self.store = [], {}, [], CallsInMemory() if store is None else store
        self._planned = Benchmark((task(items),), (), strategies, RunSettings(**settings), RunLimits(**(limits or {})))

    def done(self, attempt):
        self.attempts.append(attempt)
        self.ended.setdefault(attempt.strategy, []).append(now())

    def begin(self, stop=None):
        async def whole():
            on_trouble = lambda model, trouble: self.troubles.append((model, trouble))  # noqa: E731
            return await run_guarded(self._planned, self.store, self.done, stop, on_trouble=on_trouble), now()

        self.refused, self.seconds = virtual_time.run(whole())
        return self

    def outcomes(self, strategy):
        return [a.outcome for a in self.attempts if a.strategy == strategy]


def model(provider, name="m"):
    return FunctionModel(provider, name=name, endpoint="http://host")


def with_a_critic(main, critic):
    """Strategies of which one alone asks the critic."""
    asked = model(main)
    return {"direct": asked, "reviewed": SelfReflection(asked, critic=model(critic, "critic"))}


UP = Troubled(REFUSED, seconds=0)


def test_an_outage_of_the_model_costs_no_attempt_and_nothing_is_paid_twice():
    provider = Troubled(REFUSED, start=2, seconds=1200)
    asked = model(provider)
    run = Run({"direct": asked, "reviewed": SelfReflection(asked)}, items=200).begin()
    assert run.outcomes("direct") == run.outcomes("reviewed") == ["correct"] * 200
    assert provider.paid_twice == 0
    assert run.troubles[-1] == ("m", None)


def test_a_critic_that_is_down_for_a_while_holds_up_only_what_needs_it():
    main, critic = Troubled(REFUSED, seconds=0), Troubled(REFUSED, seconds=1200)
    run = Run(with_a_critic(main, critic), items=300, concurrency=8, patience=2000).begin()
    assert run.outcomes("direct") == run.outcomes("reviewed") == ["correct"] * 300
    assert max(run.ended["direct"]) < 120
    assert min(run.ended["reviewed"]) > 1200
    assert main.paid_twice == critic.paid_twice == 0
    assert critic.during < 40


def test_what_strategies_share_is_paid_once_also_when_one_of_them_comes_later():
    main, critic = Troubled(REFUSED, seconds=0), Troubled(REFUSED, seconds=300)
    shaken = Run(with_a_critic(main, critic), items=50, patience=2000).begin()
    calm = Run(with_a_critic(UP, Troubled(REFUSED, seconds=0)), items=50).begin()

    def accounts(run):
        return sorted((a.strategy, a.item, a.usage, a.paid) for a in run.attempts)

    assert accounts(shaken) == accounts(calm)


def test_a_critic_that_stays_down_ends_only_what_needs_it():
    main, critic = Troubled(REFUSED, seconds=0), Troubled(REFUSED)
    run = Run(with_a_critic(main, critic), items=300, concurrency=8)
    with pytest.raises(ModelDown, match="critic has never answered, for 60 s"):
        run.begin()
    assert run.outcomes("direct") == ["correct"] * 300
    assert run.outcomes("reviewed") == []


def test_a_model_that_is_given_up_leaves_no_errors_and_the_rest_is_made_by_the_next_run():
    provider = Troubled(REFUSED, start=2)
    first = Run({"direct": model(provider)}, items=1000, patience=100)
    with pytest.raises(ModelDown, match="m has answered nothing for 100 s: could not reach"):
        first.begin()
    assert 0 < len(first.attempts) < 1000
    assert set(first.outcomes("direct")) == {"correct"}
    provider.seconds = 0
    second = Run({"direct": model(provider)}, items=1000, store=first.store).begin()
    assert second.outcomes("direct") == ["correct"] * 1000
    assert provider.paid_twice == 0


def test_calls_that_are_held_back_use_up_no_limit():
    provider = Troubled(REFUSED, start=2, seconds=600)
    run = Run({"direct": model(provider)}, items=300, limits={"max_calls": 450})
    assert run.begin().outcomes("direct") == ["correct"] * 300
    assert len(provider.sent) < 450
    few = Run({"direct": model(Troubled(REFUSED, start=2, seconds=600))}, items=300, limits={"max_calls": 290})
    with pytest.raises(BudgetExceeded, match="290 calls were sent"):
        few.begin()


def test_an_item_that_always_fails_is_an_error_of_this_run_and_of_every_further_one():
    provider = Troubled(FAILURES["503"], seconds=0, always=frozenset({"7?"}))
    first = Run({"direct": model(provider)}, items=40, attempts=4).begin()
    assert sorted(first.outcomes("direct")) == ["correct"] * 39 + ["error"]
    for _ in range(2):
        again = Run({"direct": model(provider)}, items=40, attempts=4, store=first.store).begin()
        assert sorted(again.outcomes("direct")) == ["correct"] * 39 + ["error"]
        assert again.seconds < 200


def test_one_that_asks_to_stop_is_heard_in_an_outage():
    provider, stop = Troubled(REFUSED, start=1), Stop()

    async def answering(prompt):
        if now() > 30 and not stop.reason:
            stop(Stopped("enough"))
        return await provider(prompt)

    run = Run({"direct": model(answering)}, items=500)
    with pytest.raises(Stopped, match="enough"):
        run.begin(stop)
    assert now_of(provider) < 60


def now_of(provider):
    return provider.sent[-1]


def refusing(words="temperature 0.8 is not supported, only the default (1) is"):
    return Troubled(Failure(lambda: InvalidRequest(words, status=400)))


def test_a_strategy_that_is_refused_altogether_ends_after_a_few_attempts_and_the_others_go_on():
    run = Run({"direct": model(UP), "hot": model(refusing(), "picky")}, items=200, concurrency=4).begin()
    assert run.outcomes("direct") == ["correct"] * 200
    assert set(run.outcomes("hot")) == {"error"}
    assert ALIKE <= len(run.outcomes("hot")) <= ALIKE + 3
    assert list(run.refused) == [("hot", "picky")]
    assert "temperature 0.8 is not supported" in str(run.refused["hot", "picky"])


def test_a_run_of_few_items_knows_a_strategy_that_was_refused_altogether():
    run = Run({"direct": model(UP), "hot": model(refusing(), "picky")}, items=2).begin()
    assert run.outcomes("hot") == ["error"] * 2
    assert list(run.refused) == [("hot", "picky")]


def refused(message="no", status=400, kind=InvalidRequest):
    return kind(message, status=status)


@pytest.mark.parametrize(
    ("errors", "ended"),
    [
        ([refused()] * 5, True),
        ([refused()] * 4, False),
        ([refused(f"no (request 0f3a9bc{i}d, {i} tokens)") for i in range(5)], True),
        ([None, *[refused()] * 5], False),
        ([refused(), None, *[refused()] * 5], False),
        ([refused("one thing"), *[refused("another")] * 5], False),
        ([refused(status=422), *[refused()] * 5], False),
        ([refused(kind=PromptTooLong)] * 5, False),
        ([Unavailable("gone", status=500)] * 5, False),
    ],
    ids=[
        *("alike", "too few", "but for numbers", "answered first", "answered later"),
        *("for two reasons", "of two kinds", "too long", "out of reach"),
    ],
)
def test_refused_altogether_is_who_began_with_five_refusals_for_one_reason(errors, ended):
    refusals = Refusals()
    told = [refusals.add("s", error) for error in errors]
    assert any(told) is ended
    assert refusals.add("another", None) is False


def test_a_strategy_that_was_answered_once_is_not_refused_altogether():
    refusals = Refusals()
    for error in (refused(), refused(), None):
        refusals.add("some", error)
    refusals.add("all", refused("no"))
    assert {name: str(error) for name, error in refusals.reasons().items()} == {"all": "no"}


def test_the_control_question_is_in_no_record():
    provider = Troubled(FAILURES["503"], seconds=0, always=frozenset({"0?"}))
    run = Run({"direct": model(provider)}, items=1, attempts=2).begin()
    assert run.outcomes("direct") == ["error"]
    assert provider.answered[CONTROL] == 1
    assert run.store._calls == {}
