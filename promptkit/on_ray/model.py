"""A model whose calls are made by actors of Ray."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import Future
from typing import Any, cast

from promptkit.backend import Backend, Model
from promptkit.distribution import version_of
from promptkit.errors import PromptkitError, Unavailable, UsageError
from promptkit.loops import in_thread
from promptkit.on_ray import cluster
from promptkit.on_ray.actor import Loaded, ModelActor
from promptkit.on_ray.engine import Engine
from promptkit.on_ray.pool import Pool, Worker
from promptkit.providers.load import load_model, variables_of
from promptkit.types import Completion, Prompt
from promptkit.wrappers.silence import not_sent
from promptkit.wrappers.wrapper import Wrapper

PLACE_SECONDS = 60.0  # without any actor that is ready, until that is the failure of a call
_AT_ONCE = 10_000  # calls an actor may have: who sends them limits them


class OnRay(Wrapper):
    """The model called `name`, held by actors on the nodes of a Ray cluster, each of which loads it once.

    Only the call is sent there: strategies, cache, limits, budget and record stay in this process, and so hold for all
    actors together. Actors are spread over the nodes. One that dies is started again by Ray; the calls that it had in
    flight fail as those of a broken connection do, with `Unavailable`, and what they had cost is lost.

    The environment variables of the model's provider (`variables_of`), and no others, go to its actors, as an argument:
    Ray writes it into no log.

    Raises:
        UsageError: the model can't be loaded here, where it is described but never asked. With the first call: there is
            no such cluster, or an actor has another version of promptkit, can't load the model, or has another one
            under this name.
    """

    _shown = ("engine",)

    def __init__(self, name: str, *, engine: Engine, seed: int = 0, timeout_seconds: float) -> None:
        super().__init__(load_model(name, seed=seed, timeout_seconds=timeout_seconds))
        self.engine = engine
        self._loaded_as, self._seed, self._timeout_seconds = name, seed, timeout_seconds
        self._pool: Pool | None = None
        self._ray: Any = None
        self._starting = threading.Lock()

    @property
    def parallel(self) -> int | None:
        """How many replies all actors write at the same time; not known before their number is."""
        each = super().parallel
        return each * self.engine.actors if each and self.engine.actors else None

    async def answer(self, prompt: Prompt) -> Completion:
        """Have it answered by the actor that has the fewest calls.

        Raises:
            Unavailable: the actor died, or none could be placed for a minute.
            PromptkitError: what the model raised there.
        """
        while True:
            with not_sent():
                pool = self._pool
                if pool is None:
                    pool = await in_thread(self._start)
                worker = await self._worker(pool)
            reply = await self._ask(pool, worker, prompt)
            if isinstance(reply, PromptkitError):
                raise reply
            if reply is not None:
                return reply.model_copy(update={"prompt": prompt})

    async def aclose(self) -> None:
        """End the actors, and the connection when no other model needs it."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await in_thread(self._end, pool)
        await super().aclose()

    async def _worker(self, pool: Pool) -> Worker:
        try:
            async with asyncio.timeout(PLACE_SECONDS):
                return await pool.take()
        except TimeoutError:
            raise Unavailable(f"{self.name}: {self._placed_nowhere(pool)}", model=self.name) from None

    async def _ask(self, pool: Pool, worker: Worker, prompt: Prompt) -> Completion | PromptkitError | None:
        call = worker.actor.complete.remote(prompt)
        died = True
        try:
            reply = await call
            died = reply is None
        except self._ray.exceptions.RayTaskError:
            raise  # a mistake in code, which asking another actor would not mend
        except self._ray.exceptions.RayError as error:
            reason = str(error).strip().partition("\n")[0]
            raise Unavailable(f"{self.name}: the actor that was asked is gone: {reason}", model=self.name) from None
        except asyncio.CancelledError:
            died = False
            self._ray.cancel(call)
            raise
        finally:
            pool.give_back(worker, died=died)
        return cast("Completion | PromptkitError | None", reply)

    def _start(self) -> Pool:
        with self._starting:
            if self._pool is None:
                self._ray = cluster.enter(self.engine.address)
                nodes = sum(node["Alive"] for node in self._ray.nodes())
                actors = [self._actor() for _ in range(self.engine.actors or nodes)]
                self._pool = Pool(actors, self._load, self._check_loaded)
            return self._pool

    def _actor(self) -> Any:  # noqa: ANN401 - a handle of Ray's
        engine = self.engine
        placed = self._ray.remote(ModelActor).options(
            num_cpus=engine.num_cpus,
            num_gpus=engine.num_gpus,
            resources=engine.resources,
            scheduling_strategy="SPREAD",
            max_concurrency=_AT_ONCE,
            max_restarts=-1,
            max_task_retries=0,  # a call that was paid for is not sent again behind the back of the record
        )
        return placed.remote(self._loaded_as, self._seed, self._timeout_seconds)

    def _load(self, actor: Any) -> Future[Loaded | UsageError]:  # noqa: ANN401
        variables = {name: os.environ[name] for name in variables_of(self._loaded_as) if name in os.environ}
        loading = actor.load.options(max_task_retries=-1).remote(variables)
        return cast("Future[Loaded | UsageError]", loading.future())

    def _end(self, pool: Pool) -> None:
        for worker in pool.workers:
            self._ray.kill(worker.actor)
        cluster.leave()

    def _check_loaded(self, loaded: Loaded) -> None:
        """See that replies of an actor are those that the run records them as."""
        where = f"the node {loaded.node}"
        if loaded.version != (here := version_of("promptkit")):
            raise UsageError(f"{where} has promptkit {loaded.version}, and this process {here}; install the same one")
        if (loaded.name, loaded.endpoint) != (self.name, self.endpoint):
            same = f"{loaded.name} at {loaded.endpoint}", f"{self.name} at {self.endpoint}"
            raise UsageError(f"{where} has {same[0]} under the name {self._loaded_as}, and this process {same[1]}")

    def _placed_nowhere(self, pool: Pool) -> str:
        needs = ", ".join(f"{amount:g} {name}" for name, amount in self.engine.needs.items()) or "no room"
        there = self._ray.cluster_resources()
        has = ", ".join(f"{there.get(name, 0):g} {name}" for name in self.engine.needs)
        lost = f" ({pool.lost})" if pool.lost else ""
        return f"no actor of Ray is ready after {PLACE_SECONDS:g} s{lost}; each needs {needs}; there are {has}"


def is_on_ray(model: Backend) -> bool:
    """Whether the calls of a model are made by actors of Ray, whatever is around it."""
    while isinstance(model, Wrapper) and not isinstance(model, OnRay):
        model = model.backend
    return isinstance(model, OnRay)


def model_on(name: str, engine: str | None, *, seed: int, timeout_seconds: float) -> Model:
    """The model called `name`: in this process, or on the engine.

    Raises:
        UsageError: it can't be loaded.
    """
    if engine is None:
        return load_model(name, seed=seed, timeout_seconds=timeout_seconds)
    return OnRay(name, engine=Engine.parse(engine), seed=seed, timeout_seconds=timeout_seconds)
