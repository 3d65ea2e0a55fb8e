import asyncio

import pytest

from promptkit import BudgetExceeded, Prompt, RateLimited, Unavailable, Usage, UsageError
from promptkit.wrappers.budget import Budget
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


def test_calls_in_the_air_count_as_if_they_cost_the_most():
    class Slow(Player):
        async def complete(self, prompt):
            await asyncio.sleep(0)
            return await super().complete(prompt)

    model = Slow(["x"])
    replies = ask(Budget(model, max_cost=0.5, price=price), *[Prompt.of(str(i), max_tokens=20) for i in range(10)])
    assert len(model.asked) == 2  # 0.217 each at most, although each costs 0.011
    assert sum(isinstance(r, BudgetExceeded) for r in replies) == 8


@pytest.mark.parametrize(("error", "counted"), [(RateLimited("slow"), 0.0), (Unavailable("gone"), 0.217)])
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


def test_what_calls_in_flight_may_cost_is_reported_when_it_leaves_no_room():
    limited = Budget(Player(), max_cost=0.15, price=price)
    limited.spent.reserved_usd = 0.1
    (refused,) = ask(limited, Prompt.of("q", max_tokens=10))
    assert str(refused).startswith("$0 was spent, calls in flight may cost $0.1000, and the next call may cost $0.1")
