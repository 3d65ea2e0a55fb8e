"""Which actor is asked next: without Ray, its actors being names."""

import asyncio
from concurrent.futures import Future

import pytest

from promptkit import UsageError
from promptkit.on_ray.actor import Loaded
from promptkit.on_ray.pool import Pool

LOADED = Loaded(node="here", version="1", name="m", endpoint="e")


class Loading:
    """Keeps what actors were told to load, to be answered by the test."""

    def __init__(self, *actors, check=lambda loaded: None):
        self.told: list[tuple[str, Future]] = []
        self.pool = Pool(actors, self._load, check)

    def _load(self, actor):
        self.told.append((actor, Future()))
        return self.told[-1][1]

    def answer(self, actor, with_what=LOADED):
        next(future for told, future in self.told if told == actor and not future.done()).set_result(with_what)


async def taken(pool, count):
    return [(await pool.take()).actor for _ in range(count)]


def test_a_call_goes_to_the_actor_that_has_the_fewest():
    loading = Loading("a", "b")
    loading.answer("a")
    assert asyncio.run(taken(loading.pool, 2)) == ["a", "a"]
    loading.answer("b")
    assert asyncio.run(taken(loading.pool, 4)) == ["b", "b", "a", "b"]


def test_calls_wait_for_the_first_actor_that_has_loaded_the_model():
    async def waited():
        loading = Loading("a", "b")
        waiting = asyncio.ensure_future(loading.pool.take())
        await asyncio.sleep(0)
        assert not waiting.done()
        loading.answer("b")
        assert (await waiting).actor == "b"

    asyncio.run(waited())


def test_an_actor_that_died_is_asked_again_once_it_has_loaded_the_model_anew():
    loading = Loading("a", "b")
    loading.answer("a")
    dead = asyncio.run(loading.pool.take())
    loading.answer("b")
    loading.pool.give_back(dead, died=True)
    assert asyncio.run(taken(loading.pool, 3)) == ["b"] * 3
    loading.answer("a")
    assert asyncio.run(taken(loading.pool, 1)) == ["a"]


def test_an_actor_whose_calls_fail_together_is_told_once_to_load_anew():
    loading = Loading("a")
    loading.answer("a")
    workers = [asyncio.run(loading.pool.take()) for _ in range(3)]
    for worker in workers:
        loading.pool.give_back(worker, died=True)
    assert [actor for actor, _ in loading.told] == ["a", "a"]


def test_an_actor_that_has_another_model_under_the_name_ends_the_run():
    def check(_):
        raise UsageError("the node there has another file")

    loading = Loading("a", check=check)
    loading.answer("a")
    with pytest.raises(UsageError, match="another file"):
        asyncio.run(loading.pool.take())


def test_an_actor_that_can_not_load_the_model_ends_the_run():
    loading = Loading("a", "b")
    loading.answer("a")
    loading.answer("b", UsageError("on the node b: there is no such file"))
    with pytest.raises(UsageError, match="on the node b"):
        asyncio.run(loading.pool.take())
