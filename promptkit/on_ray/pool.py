"""The actors that hold one model: which of them are ready, and which one is asked next."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from promptkit.errors import UsageError
from promptkit.loops import Outcome
from promptkit.on_ray.actor import Loaded


@dataclass(eq=False, slots=True)
class Worker:
    """An actor, how many calls it has, and whether it has told that it holds the model."""

    actor: Any
    in_flight: int = 0
    ready: bool = False


class Pool:
    """Gives each call to the ready actor that has the fewest.

    One that died is not ready until Ray has started it again, on another node where its own is gone, and it has loaded
    the model anew. Meanwhile the others are asked.

    Args:
        actors: their handles.
        load: tells an actor to load the model; done when it has, however long it takes Ray to start it.
        check: what is wrong with what an actor has loaded; raises `UsageError`.
    """

    def __init__(
        self,
        actors: Iterable[Any],
        load: Callable[[Any], Future[Loaded | UsageError]],
        check: Callable[[Loaded], None],
    ) -> None:
        self._load, self._check = load, check
        self._lock = threading.RLock()
        self._changed = Outcome[bool]()
        self._refused: UsageError | None = None
        self.lost = ""  # why an actor is gone for good, the last one
        self.workers = tuple(Worker(actor) for actor in actors)
        for worker in self.workers:
            self._prepare(worker)

    async def take(self) -> Worker:
        """The next worker to ask, once one is ready; `give_back` it.

        Raises:
            UsageError: an actor can't load the model, or has loaded another one.
        """
        while True:
            with self._lock:
                if self._refused:
                    raise copy.copy(self._refused)
                if ready := [worker for worker in self.workers if worker.ready]:
                    worker = min(ready, key=lambda one: one.in_flight)
                    worker.in_flight += 1
                    return worker
                changed = self._changed
            await changed.get()

    def give_back(self, worker: Worker, *, died: bool = False) -> None:
        """A call of the worker has ended; `died`: because its actor did."""
        with self._lock:
            worker.in_flight -= 1
            if not (died and worker.ready):
                return
            worker.ready = False
        self._prepare(worker)

    def _prepare(self, worker: Worker) -> None:
        self._load(worker.actor).add_done_callback(lambda loading: self._prepared(worker, loading))

    def _prepared(self, worker: Worker, loading: Future[Loaded | UsageError]) -> None:
        """See what came of it, in whichever thread."""
        if loading.cancelled():
            return
        if error := loading.exception():
            self.lost = str(error).strip().partition("\n")[0]
            return
        refused = self._refusal(loading.result())
        with self._lock:
            worker.ready = refused is None
            self._refused = self._refused or refused
            changed, self._changed = self._changed, Outcome[bool]()
        changed.set(True)

    def _refusal(self, loaded: Loaded | UsageError) -> UsageError | None:
        """What is wrong with what an actor has loaded."""
        if isinstance(loaded, UsageError):
            return loaded
        try:
            self._check(loaded)
        except UsageError as error:
            return error
        return None
