import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit import (
    AuthenticationError,
    BudgetExceeded,
    Completion,
    FunctionModel,
    Prompt,
    RateLimited,
    Stopped,
    Unavailable,
    Usage,
    UsageError,
    run,
)
from promptkit.wrappers.budget import Budget
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.outage import Patience
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop
from tests import virtual_time
from tests.players import Player


def price(usage: Usage) -> float:
    return 0.001 * usage.input_tokens + 0.01 * usage.output_tokens


def ask(model, *prompts):
    async def together():
        return await asyncio.gather(*(model.complete(p) for p in prompts), return_exceptions=True)

    return asyncio.run(together())


def test_the_limit_of_calls_is_never_exceeded_also_by_calls_at_the_same_time():
    model = Player()
    replies = ask(Budget(model, max_calls=7), *[Prompt.of(str(i)) for i in range(50)])
    assert len(model.asked) == 7
    assert sum(isinstance(r, BudgetExceeded) for r in replies) == 43


def test_no_call_is_sent_that_could_cost_more_than_is_left():
    model = Player(["x" * 10])  # costs 0.102: 2 of input, 10 of output
    limited = Budget(model, max_cost=1.0, price=price)
    prompts = [Prompt.of(f"{i:02}", max_tokens=10) for i in range(50)]
    replies = [ask(limited, prompt)[0] for prompt in prompts]
    assert limited.spent.usd == pytest.approx(0.102 * len(model.asked))
    assert limited.spent.usd <= 1.0
    assert limited.spent.reserved_usd == pytest.approx(0)
    assert len(model.asked) == 9
    assert all(isinstance(r, BudgetExceeded) for r in replies[9:])


def test_a_price_that_fails_leaves_nothing_reserved():
    costs = {1: 0.1, 10: 0.1}  # a token, to see whether it has a price; the most; no reply
    limited = Budget(Player([""]), max_cost=1.0, price=lambda usage: costs[usage.output_tokens])
    assert isinstance(ask(limited, Prompt.of("q", max_tokens=10))[0], KeyError)
    assert (limited.spent.usd, limited.spent.reserved_usd) == (0.1, 0)


@dataclass
class Slow(Player):
    """Takes a second of virtual time; `cost` tokens, at one dollar each, are what a prompt turns out to cost."""

    seconds: float = 1.0
    cost: Callable[[Prompt], int] = lambda prompt: 1
    in_flight: int = 0
    most: int = 0

    async def complete(self, prompt):
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            await asyncio.sleep(self.seconds)
            return await self.answer(prompt)
        finally:
            self.in_flight -= 1

    async def answer(self, prompt):
        answer = await super().complete(prompt)
        return answer.model_copy(update={"usage": Usage(calls=1, output_tokens=self.cost(prompt))})


def a_dollar_a_token(usage):
    return 1.0 * usage.output_tokens


def together(*coroutines, seconds=1e6):
    async def whole():
        async with asyncio.timeout(seconds):
            return await asyncio.gather(*coroutines, return_exceptions=True)

    return virtual_time.run(whole())


def prompts(count, max_tokens=10):
    return [Prompt.of(str(number), max_tokens=max_tokens) for number in range(count)]


def test_a_call_that_does_not_fit_beside_those_in_flight_waits_for_them():
    model = Slow()
    limited = Budget(model, max_cost=45, price=a_dollar_a_token)
    replies = together(*(limited.complete(prompt) for prompt in prompts(36)))
    assert all(isinstance(reply, Completion) for reply in replies)
    assert model.most == 4  # of 10 dollars each at most, although each costs 1
    assert limited.spent.usd == 36
    assert limited.spent.reserved_usd == 0


def test_a_call_is_refused_where_it_does_not_fit_although_nothing_is_in_flight():
    model = Slow()
    limited = Budget(model, max_cost=45, price=a_dollar_a_token)
    replies = together(*(limited.complete(prompt) for prompt in prompts(50)))
    assert [isinstance(reply, Completion) for reply in replies] == [True] * 36 + [False] * 14
    refused = [str(reply) for reply in replies[36:] if isinstance(reply, BudgetExceeded)]
    assert refused == ["$36.0000 was spent, and the next call may cost $10.0000; raise `max_cost`"] * 14


def test_calls_that_wait_are_sent_first_come_first_served():
    model = Slow()
    limited = Budget(model, max_cost=30, price=a_dollar_a_token)
    asked = [Prompt.of(name, max_tokens=most) for name, most in (("a", 20), ("large", 25), ("b", 5), ("c", 5))]
    together(*(limited.complete(prompt) for prompt in asked))
    assert [prompt.question for prompt in model.asked] == ["a", "large", "b", "c"]


def test_a_call_that_is_cancelled_while_it_waits_holds_nobody_up():
    async def ask():
        first, second, third = (asyncio.ensure_future(limited.complete(prompt)) for prompt in prompts(3))
        await asyncio.sleep(0.5)
        second.cancel()
        return [await first, await third]

    model = Slow()
    limited = Budget(model, max_cost=12, price=a_dollar_a_token)
    (replies,) = together(ask())
    assert [reply.prompt.question for reply in replies] == ["0", "2"]
    assert (limited.spent.calls, limited.spent.usd, limited.spent.reserved_usd) == (2, 2, 0)


def test_calls_that_wait_get_the_reason_to_stop_at_once():
    async def stop_later():
        await asyncio.sleep(0.5)
        stop(Stopped("enough"))
        return virtual_time.now()

    stop = Stop()
    limited = Budget(Slow(), max_cost=12, price=a_dollar_a_token, stop=stop)
    first, waiting, _ = together(*(limited.complete(prompt) for prompt in prompts(2)), stop_later())
    assert isinstance(first, Completion)
    assert isinstance(waiting, Stopped)
    assert str(waiting) == "enough"


def test_failed_calls_make_room_at_what_they_may_have_cost():
    class Fails(Slow):
        async def answer(self, prompt):
            self.asked.append(prompt)
            raise Unavailable("gone")

    model = Fails()
    limited = Budget(model, max_cost=45, price=a_dollar_a_token)
    replies = together(*(limited.complete(prompt) for prompt in prompts(10)))
    assert [type(reply) for reply in replies] == [Unavailable] * 4 + [BudgetExceeded] * 6
    assert limited.spent.usd == 40


def test_a_call_that_hangs_holds_up_those_that_wait_until_it_is_left():
    class Hangs(Slow):
        async def answer(self, prompt):
            if prompt.question == "3" and not any(p.question == "3" for p in self.asked):
                self.asked.append(prompt)
                await asyncio.sleep(1e5)
            return await super().answer(prompt)

    limited = Budget(Hangs(endpoint="https://example.org"), max_cost=45, price=a_dollar_a_token)
    guarded = Retry(Limit(limited, 64, patience=Patience(silent_seconds=60)))
    replies = together(*(guarded.complete(prompt) for prompt in prompts(20)), seconds=2000)
    assert all(isinstance(reply, Completion) for reply in replies)
    assert limited.spent.usd == 20 + 10  # the one that was left is counted at its most


def test_a_call_that_waits_for_money_is_not_taken_for_a_silent_one():
    model = Slow(endpoint="https://example.org", seconds=30)
    limited = Budget(model, max_cost=42, price=a_dollar_a_token)
    guarded = Limit(limited, 64, patience=Patience(silent_seconds=40))
    replies = together(*(guarded.complete(prompt) for prompt in prompts(30)))
    assert all(isinstance(reply, Completion) for reply in replies)
    assert len(model.asked) == limited.spent.calls == 30


def test_budgets_of_several_models_wait_for_each_others_calls():
    spent = Spent()
    quick, slow = (Slow(name=name, seconds=seconds) for name, seconds in (("quick", 1), ("slow", 100)))
    limited = [Budget(model, max_cost=25, price=a_dollar_a_token, spent=spent) for model in (quick, slow)]
    replies = together(*(model.complete(prompt) for prompt in prompts(8) for model in limited))
    assert all(isinstance(reply, Completion) for reply in replies)
    assert max(quick.most, slow.most) <= 2


def test_a_call_that_leads_to_another_one_of_its_own_budget_is_not_waited_for():
    class Asks(Slow):
        async def answer(self, prompt):
            return await limited.complete(prompt) if prompt.draw == 0 else await super().answer(prompt)

    limited = Budget(Asks(), max_cost=12, price=a_dollar_a_token)
    (reply,) = together(limited.complete(Prompt.of("q", max_tokens=10)))
    assert isinstance(reply, BudgetExceeded)
    assert str(reply).startswith("$0 was spent, calls in flight may cost $10.0000, and the next call may cost $10")


def test_a_loop_that_is_held_up_holds_up_no_other_one():
    model = FunctionModel(lambda prompt: run(limited, Prompt.of("inner", max_tokens=10)), name="outer")
    limited = Budget(model, max_cost=12, price=a_dollar_a_token)
    with pytest.raises(BudgetExceeded):
        asyncio.run(limited.complete(Prompt.of("outer", max_tokens=10)))


@given(st.data())
def test_whatever_calls_do_the_limit_is_kept_and_every_call_ends(data):
    most = data.draw(st.lists(st.integers(1, 20), min_size=1, max_size=30))
    limit = data.draw(st.integers(10, 200))
    seed = data.draw(st.integers(0, 2**32))
    chance = random.Random(seed)

    class Erratic(Player):
        async def complete(self, prompt):
            assert limited.spent.usd + limited.spent.reserved_usd <= limit
            await asyncio.sleep(chance.random())
            fate = chance.random()
            if fate < 0.1:
                raise RateLimited("slow")
            if fate < 0.2:
                raise Unavailable("gone")
            cost = chance.randint(0, prompt.max_tokens)
            answer = await super().complete(prompt)
            return answer.model_copy(update={"usage": Usage(calls=1, output_tokens=cost)})

    async def impatient(prompt):
        async with asyncio.timeout(chance.choice([0.3, 1e4])):
            return await limited.complete(prompt)

    limited = Budget(Erratic(), max_cost=limit, price=a_dollar_a_token)
    asked = [Prompt.of(str(number), max_tokens=tokens) for number, tokens in enumerate(most)]
    replies = together(*(impatient(prompt) for prompt in asked))
    allowed = (Completion, BudgetExceeded, RateLimited, Unavailable, TimeoutError)
    assert all(isinstance(reply, allowed) for reply in replies)
    assert limited.spent.usd <= limit
    assert limited.spent.reserved_usd == 0


@pytest.mark.parametrize(
    ("error", "counted"),
    [(RateLimited("slow"), 0.0), (AuthenticationError("no key"), 0.0), (Unavailable("gone"), 0.217)],
)
def test_a_failed_call_is_counted_unless_it_was_refused_outright(error, counted):
    class Fails(Player):
        async def complete(self, prompt):
            raise error

    limited = Budget(Fails(), max_cost=1.0, price=price)
    ask(limited, Prompt.of("x", max_tokens=20))
    assert limited.spent.usd == pytest.approx(counted)
    assert limited.spent.calls == 1


def test_a_reply_without_token_counts_is_counted_at_its_most():
    class Unmetered(Player):
        async def complete(self, prompt):
            return (await super().complete(prompt)).model_copy(update={"usage": Usage(calls=1, unmetered=1)})

    limited = Budget(Unmetered(), max_cost=1.0, price=lambda u: None if u.unmetered else price(u))
    ask(limited, Prompt.of("x", max_tokens=20))
    assert limited.spent.usd == pytest.approx(0.217)


def test_an_unknown_price_can_not_be_limited():
    with pytest.raises(UsageError, match="price of player is not known"):
        Budget(Player(), max_cost=1.0)


def test_a_limit_in_dollars_needs_a_longest_reply():
    model = Player()
    (reply,) = ask(Budget(model, max_cost=1.0, price=price), Prompt.of("x"))
    assert isinstance(reply, UsageError)
    assert not model.asked


def test_amounts_below_a_hundredth_of_a_cent_are_written_out():
    limited = Budget(Player(), max_cost=0.000001, price=lambda usage: 0.0000025 * usage.output_tokens)
    (refused,) = ask(limited, Prompt.of("q", max_tokens=1))
    assert str(refused) == "$0 was spent, and the next call may cost $0.00000250; raise `max_cost`"
