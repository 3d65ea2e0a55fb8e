"""At most so many calls at the same time."""

import asyncio
from dataclasses import dataclass

import pytest

from promptkit.backend import Model
from promptkit.errors import InvalidRequest, Stopped, UsageError
from promptkit.providers.function import FunctionModel
from promptkit.types import Prompt
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.queue import ranked
from promptkit.wrappers.stop import Stop


@dataclass
class Counting:
    """Counts how many calls are under way, and lets all others run before it answers."""

    now: int = 0
    most: int = 0

    async def __call__(self, prompt: Prompt) -> str:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(10):
            await asyncio.sleep(0)
        self.now -= 1
        if prompt.question == "fail":
            raise InvalidRequest("no")
        return prompt.question


async def all_of(backend: Model, questions: list[str]) -> list[object]:
    answers = await asyncio.gather(*(backend.complete(Prompt.of(q)) for q in questions), return_exceptions=True)
    return [answer if isinstance(answer, BaseException) else answer.text for answer in answers]


def test_what_was_begun_earlier_goes_before_what_waits_and_else_who_came_first():
    asked = []

    async def model(prompt):
        asked.append(prompt.question)
        for _ in range(100):  # longer than what is done between two calls
            await asyncio.sleep(0)
        return "yes"

    async def item(backend, rank, count):
        with ranked(rank):
            await asyncio.gather(*(backend.complete(f"{rank}{letter}") for letter in "abc"[:count]))
            await backend.complete(f"{rank} then")

    async def items():
        backend = Limit(FunctionModel(model), 1)
        await asyncio.gather(item(backend, 1, 2), item(backend, 2, 3))

    asyncio.run(items())
    assert asked == ["1a", "1b", "2a", "1 then", "2b", "2c", "2 then"]  # "2a" waited when "1b" came back


@pytest.mark.parametrize("concurrency", [1, 3])
def test_so_many_calls_are_under_way_and_no_more(concurrency):
    counting, questions = Counting(), [str(i) for i in range(12)]
    assert asyncio.run(all_of(Limit(FunctionModel(counting), concurrency), questions)) == questions
    assert counting.most == concurrency


def test_a_failed_call_gives_its_place_back():
    answers = asyncio.run(all_of(Limit(FunctionModel(Counting()), 1), ["fail", "fail", "last"]))
    assert answers[-1] == "last"


def test_a_cancelled_call_gives_its_place_back():
    limit = Limit(FunctionModel(Counting()), 1)

    async def cancelled_then_asked() -> str:
        first = asyncio.ensure_future(limit.complete(Prompt.of("first")))
        await asyncio.sleep(0)
        first.cancel()
        return (await limit.complete(Prompt.of("second"))).text

    assert asyncio.run(cancelled_then_asked()) == "second"


def test_it_works_in_one_event_loop_after_another():
    counting = Counting()
    limit = Limit(FunctionModel(counting), 2)
    for _ in range(3):
        assert asyncio.run(all_of(limit, ["a", "b", "c", "d"])) == ["a", "b", "c", "d"]
    assert counting.most == 2


def test_those_who_wait_are_told_why_nothing_more_is_sent_and_those_under_way_are_answered():
    reason, stop, counting = Stopped("enough"), Stop(), Counting()

    async def stopped() -> list[object]:
        limit = Limit(FunctionModel(counting), 2, stop=stop)
        asking = asyncio.ensure_future(all_of(limit, ["a", "b", "c", "d"]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        stop(reason)
        return [*await asking, *await all_of(limit, ["e"])]

    first, second, *others = asyncio.run(stopped())
    assert (first, second) == ("a", "b")
    assert [(type(error), str(error)) for error in others] == [(Stopped, "enough")] * 3


def test_a_place_that_came_at_the_same_moment_as_the_stop_is_given_back():
    stop, release = Stop(), asyncio.Event()

    async def ask(prompt: Prompt) -> str:
        await release.wait()
        return "ok"

    async def stopped() -> int:
        limit = Limit(FunctionModel(ask), 1, stop=stop)

        async def first() -> None:
            await limit.complete(Prompt.of("q"))
            stop(Stopped("enough"))  # now the place is the second's, who does not know it yet

        calls = asyncio.gather(first(), limit.complete(Prompt.of("q")), return_exceptions=True)
        await asyncio.sleep(0)
        release.set()
        assert [type(result) for result in await calls] == [type(None), Stopped]
        return limit._queue.pace.in_air

    assert asyncio.run(stopped()) == 0


@pytest.mark.parametrize("concurrency", [0, -1])
def test_no_place_at_all_is_a_mistake(concurrency):
    with pytest.raises(UsageError, match="concurrency must be at least 1"):
        Limit(FunctionModel(str), concurrency)


def test_it_is_the_model_it_holds():
    inner = FunctionModel(str, name="m", endpoint="http://host")
    limit = Limit(inner, 1)
    assert isinstance(limit, Model)
    assert (limit.name, limit.endpoint) == ("m", "http://host")
