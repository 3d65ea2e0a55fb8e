"""From a plan to its result: search, then proof, in a directory where both go on after a stop or a kill."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from promptkit.analysis.summary import Summary
from promptkit.bench.guard import require_keys
from promptkit.bench.recording import configuration_of, require_keys_of_new
from promptkit.errors import PromptkitError, UsageError
from promptkit.optimizing.asking import Asking
from promptkit.optimizing.candidates import INDEX, Candidates, read_candidates, write_json, write_text
from promptkit.optimizing.page import page
from promptkit.optimizing.plan import Plan
from promptkit.optimizing.proof import FOLDER, proof_of, prove
from promptkit.optimizing.proposing import Proposals
from promptkit.optimizing.requests import Requests
from promptkit.optimizing.result import Optimized
from promptkit.optimizing.search import Search
from promptkit.record.reader import read_configuration
from promptkit.record.tables import FILE
from promptkit.record.writer import RunWriter
from promptkit.wrappers.outage import Trouble
from promptkit.wrappers.stop import Stop

ENDED, PAGE = "search.json", "optimize.md"  # in the run's directory


@dataclass
class Watch:
    """Who follows an optimisation, and may stop it.

    Attributes:
        phase: what is being done; `requests`, `candidates` and `best` are how far it has come.
        changed: called when one of these has changed.
        stopping: makes a context in which something may call the phase's `Stop`, such as a signal.
    """

    changed: Callable[[Watch], None] = lambda _: None
    stopping: Callable[[Stop], AbstractContextManager[None]] = lambda _: nullcontext()
    on_trouble: Callable[[str, Trouble | None], None] = lambda _model, _trouble: None
    phase: str = ""
    requests: int = 0
    candidates: int = 0
    best: float | None = None


async def run_plan(plan: Plan, directory: Path, watch: Watch) -> tuple[Optimized, PromptkitError | None]:
    """Search and prove, and write the page; what it came to, and what cut it short.

    Raises:
        UsageError: another optimisation is in the directory.
        AuthenticationError: it would be a new one, and a model has no key.
        RecordError: the record can't be written, or another process is working in it.
    """
    _check_same(plan, directory)
    require_keys_of_new(plan.benchmark, directory)
    if plan.wants_reflection and not (directory / FILE).exists():
        require_keys([plan.reflection])
    record = RunWriter(directory)
    requests: Requests | None = None
    try:
        begun = read_configuration(directory) or configuration_of(plan.benchmark)
        record.begin({**begun, "optimize": plan.to_record()})
        requests = Requests(directory)
        return await _Running(plan, directory, record, requests, watch).run()
    finally:
        record.close()
        if requests:
            requests.close()


def _check_same(plan: Plan, directory: Path) -> None:
    earlier = read_configuration(directory)
    if not earlier:
        return
    if "optimize" not in earlier:
        raise UsageError(f"the run in {directory} is not an optimisation; give another `directory`")
    for name, now in json.loads(json.dumps(plan.identity)).items():
        if (was := earlier["optimize"].get(name)) != now:
            fact = f"the optimisation in {directory} has another `{name}`"
            shown = f": {was!r:.60}, not {now!r:.60}" if name in ("strategy", "reflection_model", "sizes") else ""
            raise UsageError(f"{fact}{shown}; give another `directory`")


class _Running:
    def __init__(self, plan: Plan, directory: Path, record: RunWriter, requests: Requests, watch: Watch) -> None:
        self._plan, self._directory, self._record = plan, directory, record
        self._requests, self._watch = requests, watch
        self._candidates = Candidates(directory)

    async def run(self) -> tuple[Optimized, PromptkitError | None]:
        """Search, unless that has ended before, and prove."""
        ended, failed = self._ended_before(), None
        if not ended:
            ended, failed = await self._search()
        proof: Summary | None = None
        if ended and self._candidates.best.number:
            proof, failed = await self._prove()
        made = self._result(ended, failed, proof)
        write_text(self._directory / PAGE, page(made))
        return made, failed

    def _ended_before(self) -> str:
        """Why the search has ended, when it has, with its candidates."""
        file = self._directory / ENDED
        if not file.exists():
            return ""
        try:
            ended = str(json.loads(file.read_text(encoding="utf-8"))["ended"])
            listed = json.loads((self._directory / INDEX).read_text(encoding="utf-8"))["candidates"]
            for candidate in read_candidates(listed):
                self._candidates.keep(candidate)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{self._directory} can't be read as an optimisation: {error}") from None
        return ended

    async def _search(self) -> tuple[str, PromptkitError | None]:
        stop = Stop()
        asking = self._asking(self._plan.search_calls, stop)
        proposals = Proposals(self._plan, self._candidates, self._directory, self._requests, self._changed)
        search = Search(self._plan, asking, self._candidates, proposals, self._requests)
        self._watch.phase = "search"
        try:
            with self._watch.stopping(stop):
                await search.run()
        finally:
            await asking.aclose()
        if search.ended and not search.failed:
            write_json(self._directory / ENDED, {"ended": search.ended, "best": self._candidates.best.number})
            return search.ended, None
        return "", search.failed

    async def _prove(self) -> tuple[Summary | None, PromptkitError | None]:
        stop = Stop()
        asking = self._asking(self._plan.max_calls, stop)
        self._watch.phase = "proof"
        benchmark = proof_of(self._plan, self._candidates.best, self._directory)
        try:
            with self._watch.stopping(stop):
                return await prove(benchmark, asking, self._record, self._plan, self._changed), None
        except PromptkitError as error:
            return None, error
        finally:
            await asking.aclose()

    def _asking(self, limit: int, stop: Stop) -> Asking:
        return Asking(
            self._plan,
            self._record.calls,
            self._requests,
            limit,
            stop,
            answered=lambda _: self._changed(),
            on_trouble=self._watch.on_trouble,
        )

    def _changed(self) -> None:
        watch = self._watch
        watch.requests, watch.candidates = self._requests.count, len(self._candidates.all)
        watch.best = self._candidates.best.validation if self._candidates.all else None
        watch.changed(watch)

    def _result(self, ended: str, failed: PromptkitError | None, proof: Summary | None) -> Optimized:
        plan, best = self._plan, self._candidates.best
        splits = plan.splits
        return Optimized(
            directory=self._directory,
            task=plan.benchmark.settings.tasks[0],
            model=plan.benchmark.settings.model[0],
            reflection_model=plan.reflection_model,
            strategy=plan.versions.spec,
            best_strategy=plan.versions.new_spec,
            candidates=tuple(self._candidates.all[number] for number in sorted(self._candidates.all)),
            best=best,
            sizes=(len(splits.train), len(splits.validation), len(splits.held_out)),
            requests=self._requests.count,
            max_calls=plan.max_calls,
            ended=ended,
            stopped="" if failed is None else str(failed),
            templates=self._directory / FOLDER if ended and best.number else None,
            proof=proof,
        )
